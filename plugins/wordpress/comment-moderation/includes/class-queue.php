<?php
/**
 * Comments that wait for the scorer.
 *
 * @package CommentModeration
 */

namespace CommentModeration;

defined( 'ABSPATH' ) || exit;

/**
 * A waiting comment has a purpose:
 *   info     score it for the comments list, change nothing
 *   enforce  it was published unscored: hold it or mark it as spam when a threshold is reached
 *   release  it was held only for want of a score: publish it when no threshold is reached
 * What a person decided meanwhile always stands.
 */
final class Queue {

	/** Types of comments that no person wrote. */
	const NO_COMMENTS = array( 'pingback', 'trackback' );

	/** In the background nobody waits: a slow scorer gets this long, in seconds, if the owner gave it less. */
	const PATIENCE = 10.0;

	/** @var bool Whether a status is being changed by the plugin itself, which is no verdict of a person. */
	public static $acting = false;

	/**
	 * Queues a comment.
	 *
	 * @param int    $comment_id Comment.
	 * @param string $purpose    info, enforce or release.
	 */
	public static function add( int $comment_id, string $purpose ): void {
		update_comment_meta( $comment_id, Result::WAITING, $purpose );
		update_comment_meta( $comment_id, Result::DUE, (string) time() );
		delete_comment_meta( $comment_id, Result::TRIES );
		Tick::schedule( max( time(), Breaker::open_until() ) );
	}

	/**
	 * Takes a comment out.
	 *
	 * @param int $comment_id Comment.
	 */
	public static function remove( int $comment_id ): void {
		delete_comment_meta( $comment_id, Result::WAITING );
		delete_comment_meta( $comment_id, Result::DUE );
		delete_comment_meta( $comment_id, Result::TRIES );
	}

	/**
	 * How many comments wait.
	 */
	public static function count(): int {
		return Due::count( Result::DUE );
	}

	/**
	 * Makes all waiting comments due, for when the scorer is known to be back.
	 */
	public static function hurry(): void {
		if ( self::count() > 0 ) {
			Due::all_now( Result::DUE );
			Tick::schedule( time() );
		}
	}

	/**
	 * Scores what is due, the longest waiting first, until the time is up or the scorer fails.
	 *
	 * @param float $deadline Unix time.
	 */
	public static function work( float $deadline ): void {
		foreach ( Due::comments( Result::DUE, Settings::get( 'batch_size' ) ) as $comment_id ) {
			if ( microtime( true ) >= $deadline || Breaker::open_until() > 0 ) {
				return;
			}
			if ( ! self::score( $comment_id ) ) {
				return;
			}
		}
	}

	/**
	 * Scores one comment now, for whatever it waits for.
	 *
	 * @param int        $comment_id Comment.
	 * @param float|null $timeout    Seconds; PATIENCE or the owner's, whichever is longer, by default.
	 * @return bool False when the scorer failed; the comment then waits for its next try.
	 */
	public static function score( int $comment_id, ?float $timeout = null ): bool {
		$comment = get_comment( $comment_id );
		$plain   = $comment instanceof \WP_Comment ? Text::plain( $comment->comment_content ) : '';
		if ( '' === $plain ) {
			self::remove( $comment_id );
			return true;
		}
		$purpose = (string) get_comment_meta( $comment_id, Result::WAITING, true );
		$result  = Result::ask( $plain, $timeout ?? max( self::PATIENCE, (float) Settings::get( 'timeout' ) ) );
		if ( 'waiting' === $result['state'] ) {
			self::postpone( $comment_id );
			return false;
		}
		if ( 'refused' === $result['state'] && 'hold' === Settings::get( 'on_unscorable' ) ) {
			$result['action'] = 'hold';
		}
		Result::save( $comment_id, $result );
		self::remove( $comment_id );
		if ( 'info' !== $purpose && '' !== $purpose ) {
			self::act( $comment, $result['action'], $purpose );
		}
		return true;
	}

	/**
	 * Carries out what a late score means.
	 *
	 * @param \WP_Comment $comment As it is now.
	 * @param string      $action  approve, hold or spam.
	 * @param string      $purpose enforce or release.
	 */
	public static function act( \WP_Comment $comment, string $action, string $purpose ): void {
		$id = (int) $comment->comment_ID;
		if ( '' !== (string) get_comment_meta( $id, Result::VERDICT, true ) ) {
			return;
		}
		$status = $comment->comment_approved;
		$new    = Decider::stricter( $status, $action );
		if ( 'release' === $purpose && 'approve' === $action && 1 === Decider::rank( $status ) ) {
			$new = 'approve';
		}
		if ( $new === $status ) {
			return;
		}
		self::$acting = true;
		try {
			wp_set_comment_status( $id, 0 === $new ? 'hold' : $new );
		} finally {
			self::$acting = false;
		}
	}

	/**
	 * Tries again later: after one minute, two, four, up to ten. A comment that failed so often is likely to be the
	 * cause itself (one that takes too long, say), and then each try costs the site a pause: once an hour is enough.
	 *
	 * @param int $comment_id Comment.
	 */
	private static function postpone( int $comment_id ): void {
		if ( '' === (string) get_comment_meta( $comment_id, Result::WAITING, true ) ) {
			return;
		}
		$tries = (int) get_comment_meta( $comment_id, Result::TRIES, true );
		$pause = $tries < 10 ? min( 600, 60 * pow( 2, $tries ) ) : 3600;
		$next  = max( time() + $pause, Breaker::open_until() );
		update_comment_meta( $comment_id, Result::TRIES, (string) ( $tries + 1 ) );
		update_comment_meta( $comment_id, Result::DUE, (string) $next );
	}
}
