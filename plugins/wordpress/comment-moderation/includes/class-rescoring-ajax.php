<?php
/**
 * The buttons and the progress bar for old comments.
 *
 * @package CommentModeration
 */

namespace CommentModeration;

defined( 'ABSPATH' ) || exit;

/**
 * One admin-ajax action with a command: start, pause, resume or status.
 */
final class Rescoring_Ajax {

	const ACTION = 'cmod_rescoring';

	/**
	 * Registers the hook.
	 */
	public static function hook(): void {
		add_action( 'wp_ajax_' . self::ACTION, array( self::class, 'answer' ) );
	}

	/**
	 * Carries out the command and answers with the status.
	 */
	public static function answer(): void {
		check_ajax_referer( self::ACTION );
		if ( ! current_user_can( 'manage_options' ) ) {
			wp_send_json_error( array( 'message' => __( 'You are not allowed to do this.', 'comment-moderation' ) ), 403 );
		}
		$command = sanitize_key( $_POST['command'] ?? '' );
		if ( 'start' === $command && Settings::configured() ) {
			Rescoring::start( 'all' === sanitize_key( $_POST['scope'] ?? '' ) ? 'all' : 'new' );
		} elseif ( 'pause' === $command ) {
			Rescoring::set_state( 'paused' );
		} elseif ( 'resume' === $command ) {
			Rescoring::set_state( 'running' );
		}
		$status            = Rescoring::status();
		$status['message'] = self::describe( $status );
		wp_send_json_success( $status );
	}

	/**
	 * The status in words.
	 *
	 * @param array<string, mixed> $status Of Rescoring::status().
	 */
	private static function describe( array $status ): string {
		if ( 'none' === $status['state'] ) {
			return '';
		}
		$text = sprintf(
			/* translators: 1: comments done, 2: all comments, 3: how many reach a threshold. */
			__( '%1$s of %2$s comments done, %3$s reach a threshold.', 'comment-moderation' ),
			number_format_i18n( $status['done'] ),
			number_format_i18n( $status['total'] ),
			number_format_i18n( $status['flagged'] )
		);
		if ( $status['refused'] > 0 ) {
			/* translators: %s: a number. */
			$text .= ' ' . sprintf( _n( '%s could not be scored.', '%s could not be scored.', $status['refused'], 'comment-moderation' ), number_format_i18n( $status['refused'] ) );
		}
		$states = array(
			'running'  => __( 'At work…', 'comment-moderation' ),
			'paused'   => __( 'Paused.', 'comment-moderation' ),
			'finished' => __( 'Finished.', 'comment-moderation' ),
		);
		if ( 'running' === $status['state'] && Breaker::open_until() > 0 ) {
			$states['running'] = __( 'Waits for the scorer, which does not answer.', 'comment-moderation' );
		}
		return $text . ' ' . $states[ $status['state'] ];
	}
}
