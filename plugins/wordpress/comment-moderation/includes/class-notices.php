<?php
/**
 * Says when something needs the owner.
 *
 * @package CommentModeration
 */

namespace CommentModeration;

defined( 'ABSPATH' ) || exit;

/**
 * One notice, on the pages where it matters, for those who can do something about it.
 */
final class Notices {

	/**
	 * Registers the hook.
	 */
	public static function hook(): void {
		add_action( 'admin_notices', array( self::class, 'show' ) );
	}

	/**
	 * Prints the notice, if there is one.
	 */
	public static function show(): void {
		$screen = get_current_screen();
		$page   = $screen ? $screen->id : '';
		if ( ! Settings::configured() ) {
			if ( 'plugins' === $page && current_user_can( 'manage_options' ) ) {
				self::notice( 'info', __( 'Comment Moderation does nothing until it knows the address of your scorer.', 'comment-moderation' ) );
			}
			return;
		}
		$state = Breaker::state();
		$pages = array( 'dashboard', 'edit-comments', Settings_Page::SCREEN );
		if ( array() === $state || ! isset( $state['since'] ) || ! in_array( $page, $pages, true ) || ! current_user_can( 'moderate_comments' ) ) {
			return;
		}
		$waiting = Queue::count();
		$text    = sprintf(
			/* translators: 1: for how long, such as "5 minutes"; 2: the error. */
			__( 'The comment scorer has not worked for %1$s (%2$s).', 'comment-moderation' ),
			human_time_diff( $state['since'] ),
			rtrim( $state['message'] ?? '', '. ' )
		);
		$choices = Settings_Page::failure_choices();
		$text   .= ' ' . sprintf(
			/* translators: %s: the setting for new comments while the scorer is down. */
			__( 'New comments meanwhile: %s', 'comment-moderation' ),
			$choices[ Settings::get( 'on_failure' ) ] ?? ''
		);
		if ( $waiting > 0 ) {
			/* translators: %s: a number. */
			$text .= ' ' . sprintf( _n( '%s comment waits to be scored.', '%s comments wait to be scored.', $waiting, 'comment-moderation' ), number_format_i18n( $waiting ) );
		}
		self::notice( 'warning', $text );
	}

	/**
	 * Prints one.
	 *
	 * @param string $kind info or warning.
	 * @param string $text Not escaped.
	 */
	private static function notice( string $kind, string $text ): void {
		$link = '';
		if ( current_user_can( 'manage_options' ) ) {
			$link = ' <a href="' . esc_url( admin_url( 'options-general.php?page=' . Settings_Page::SLUG ) ) . '">' . esc_html__( 'Settings', 'comment-moderation' ) . '</a>';
		}
		echo '<div class="notice notice-' . esc_attr( $kind ) . ' cmod-notice"><p>' . esc_html( $text ) . $link . '</p></div>'; // phpcs:ignore WordPress.Security.EscapeOutput -- escaped above.
	}
}
