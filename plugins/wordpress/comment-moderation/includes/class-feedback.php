<?php
/**
 * Moderators' verdicts, on their way back to the scorer.
 *
 * @package CommentModeration
 */

namespace CommentModeration;

defined( 'ABSPATH' ) || exit;

/**
 * A verdict is noted at once and sent in the background: the admin area never waits for the scorer.
 */
final class Feedback {

	/** Seconds in which a moderator can still think better of it (WordPress offers "Undo"). */
	const DELAY = 60;

	/** After so many tries, about two days, a verdict is dropped: this scorer does not take them. */
	const TRIES = 50;

	/**
	 * Registers the hook.
	 */
	public static function hook(): void {
		add_action( 'transition_comment_status', array( self::class, 'note' ), 10, 3 );
	}

	/**
	 * Notes what a person decided.
	 *
	 * @param mixed $new_status approved, unapproved, spam, trash or delete.
	 * @param mixed $old_status Likewise.
	 * @param mixed $comment    The comment.
	 */
	public static function note( $new_status, $old_status, $comment ): void {
		if ( Queue::$acting || wp_doing_cron() || ! $comment instanceof \WP_Comment || ! current_user_can( 'moderate_comments' ) ) {
			return;
		}
		$id       = (int) $comment->comment_ID;
		$verdicts = array(
			'approved' => 'approve',
			'spam'     => 'spam',
			'trash'    => 'trash',
		);
		if ( 'unapproved' === $new_status ) {
			// Undone, or undecided again.
			delete_comment_meta( $id, Result::VERDICT );
			self::done( $id );
		}
		if ( ! isset( $verdicts[ $new_status ] ) ) {
			return;
		}
		$verdict = $verdicts[ $new_status ];
		update_comment_meta( $id, Result::VERDICT, $verdict );
		if ( ! self::wanted( $comment, $verdict ) ) {
			self::done( $id );
			return;
		}
		$due = time() + (int) apply_filters( 'cmod_feedback_delay', self::DELAY );
		update_comment_meta( $id, Result::FEEDBACK_DUE, (string) $due );
		delete_comment_meta( $id, Result::FEEDBACK_TRIES );
		Tick::schedule( max( $due, Breaker::open_until() ) );
	}

	/**
	 * How many verdicts are still to be sent.
	 */
	public static function count(): int {
		return Due::count( Result::FEEDBACK_DUE );
	}

	/**
	 * Sends what is due, until the time is up or the scorer fails.
	 *
	 * @param float $deadline Unix time.
	 */
	public static function work( float $deadline ): void {
		foreach ( Due::comments( Result::FEEDBACK_DUE, Settings::get( 'batch_size' ) ) as $id ) {
			if ( microtime( true ) >= $deadline || ! self::send( $id ) ) {
				return;
			}
		}
	}

	/**
	 * Sends one verdict.
	 *
	 * @param int $id Comment.
	 * @return bool False when the scorer failed.
	 */
	private static function send( int $id ): bool {
		$comment = get_comment( $id );
		$verdict = (string) get_comment_meta( $id, Result::VERDICT, true );
		$plain   = $comment instanceof \WP_Comment ? Text::plain( $comment->comment_content ) : '';
		if ( '' === $plain || '' === $verdict || ! self::wanted( $comment, $verdict ) ) {
			self::done( $id );
			return true;
		}
		try {
			Client::from_settings( max( Queue::PATIENCE, (float) Settings::get( 'timeout' ) ) )->suggest( $plain, 'approve' === $verdict ? 0.0 : 1.0, $verdict );
			update_comment_meta( $id, Result::FEEDBACK_SENT, (string) time() );
		} catch ( Comment_Refused $refusal ) {
			// This text is not wanted; the next one may be.
			self::done( $id );
			return true;
		} catch ( \Throwable $failure ) {
			// No reason to stop scoring new comments: the breaker stays as it is.
			$tries = (int) get_comment_meta( $id, Result::FEEDBACK_TRIES, true ) + 1;
			if ( $tries >= self::TRIES ) {
				self::done( $id );
				return false;
			}
			update_comment_meta( $id, Result::FEEDBACK_TRIES, (string) $tries );
			update_comment_meta( $id, Result::FEEDBACK_DUE, (string) ( time() + min( 3600, 60 * pow( 2, min( $tries, 6 ) ) ) ) );
			return false;
		}
		self::done( $id );
		return true;
	}

	/**
	 * Nothing more to send for a comment.
	 *
	 * @param int $id Comment.
	 */
	private static function done( int $id ): void {
		delete_comment_meta( $id, Result::FEEDBACK_DUE );
		delete_comment_meta( $id, Result::FEEDBACK_TRIES );
	}

	/**
	 * Whether the owner wants this verdict sent.
	 *
	 * @param \WP_Comment $comment The comment.
	 * @param string      $verdict approve, spam or trash.
	 */
	private static function wanted( \WP_Comment $comment, string $verdict ): bool {
		$wanted = Settings::configured() && Settings::get( 'send_feedback' )
			&& ! in_array( $comment->comment_type, Queue::NO_COMMENTS, true )
			&& ! ( 'spam' === $verdict && 'skip' === Settings::get( 'spam_feedback' ) )
			// What moderators write themselves needed no verdict.
			&& ! ( $comment->user_id && user_can( (int) $comment->user_id, 'moderate_comments' ) );
		return (bool) apply_filters( 'cmod_send_feedback', $wanted, $comment, $verdict );
	}
}
