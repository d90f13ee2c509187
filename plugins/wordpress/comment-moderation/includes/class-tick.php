<?php
/**
 * The background work, on WordPress's own scheduler.
 *
 * @package CommentModeration
 */

namespace CommentModeration;

defined( 'ABSPATH' ) || exit;

/**
 * One single event that is scheduled again while there is something to do, and not at all otherwise.
 */
final class Tick {

	const HOOK = 'cmod_tick';

	/** The most one run takes, in seconds, but for the request it is in. */
	const BUDGET = 15.0;

	/**
	 * Registers the hook.
	 */
	public static function hook(): void {
		add_action( self::HOOK, array( self::class, 'run' ) );
	}

	/**
	 * Sees to it that a run happens at a time or before.
	 *
	 * @param int $when Unix time.
	 */
	public static function schedule( int $when ): void {
		$next = wp_next_scheduled( self::HOOK );
		if ( false !== $next && $next <= $when ) {
			return;
		}
		self::unschedule();
		wp_schedule_single_event( $when, self::HOOK );
	}

	/**
	 * Takes the event out. What waits stays where it is.
	 */
	public static function unschedule(): void {
		wp_clear_scheduled_hook( self::HOOK );
	}

	/**
	 * One run.
	 */
	public static function run(): void {
		if ( ! Settings::configured() ) {
			return;
		}
		// First of all the next one: a run that dies half-way must not be the last.
		self::schedule( time() + 60 );
		if ( 0 === Breaker::open_until() ) {
			$deadline = microtime( true ) + (float) apply_filters( 'cmod_tick_seconds', self::BUDGET );
			Feedback::work( $deadline );
			Queue::work( $deadline );
			Rescoring::work( $deadline );
		}
		self::unschedule();
		self::resume();
	}

	/**
	 * Schedules the next run when there is anything to do.
	 */
	public static function resume(): void {
		$times = array_filter(
			array(
				Due::next( Result::DUE ),
				Due::next( Result::FEEDBACK_DUE ),
				Rescoring::running() ? time() : 0,
			)
		);
		if ( array() !== $times && Settings::configured() ) {
			self::schedule( max( time(), min( $times ), Breaker::open_until() ) );
		}
	}
}
