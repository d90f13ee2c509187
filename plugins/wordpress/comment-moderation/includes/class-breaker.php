<?php
/**
 * Remembers that the scorer is down, so that a dead scorer costs one wait and not one for each comment.
 *
 * @package CommentModeration
 */

namespace CommentModeration;

defined( 'ABSPATH' ) || exit;

/**
 * A circuit breaker in one option row, which exists only while there is trouble.
 */
final class Breaker {

	const OPTION = 'cmod_breaker';

	/** The longest pause between two tries, in seconds. */
	const LONGEST = 600;

	/**
	 * What is known of the trouble; empty while all is well.
	 *
	 * @return array{failures?: int, until?: int, since?: int, kind?: string, message?: string}
	 */
	public static function state(): array {
		$state = get_option( self::OPTION );
		return is_array( $state ) ? $state : array();
	}

	/**
	 * When the scorer may be asked again: a Unix time, 0 for now.
	 */
	public static function open_until(): int {
		$until = (int) ( self::state()['until'] ?? 0 );
		return $until > time() ? $until : 0;
	}

	/**
	 * Asks for leave to call the scorer. After a pause the first caller gets it and the others wait for its result.
	 *
	 * @param float $timeout How long the call may take, in seconds.
	 * @throws Scorer_Failure Of kind "paused" while the scorer is left alone.
	 */
	public static function pass( float $timeout ): void {
		$state = self::state();
		if ( array() === $state ) {
			return;
		}
		if ( self::open_until() > 0 ) {
			throw new Scorer_Failure( 'paused', $state['message'] ?? '' );
		}
		$state['until'] = time() + (int) ceil( $timeout ) + 1;
		update_option( self::OPTION, $state, false );
	}

	/**
	 * The scorer answered.
	 */
	public static function close(): void {
		if ( array() !== self::state() ) {
			delete_option( self::OPTION );
		}
	}

	/**
	 * The scorer failed: it is left alone for the cooldown, twice as long after each further failure.
	 *
	 * @param Scorer_Failure $failure What went wrong.
	 */
	public static function trip( Scorer_Failure $failure ): void {
		$state    = self::state();
		$failures = (int) ( $state['failures'] ?? 0 ) + 1;
		$pause    = Settings::get( 'cooldown' ) * pow( 2, min( $failures - 1, 10 ) );
		$longest  = max( self::LONGEST, Settings::get( 'cooldown' ) );
		if ( $failure->retry_after > 0 ) {
			$pause = $failure->retry_after;
		}
		update_option(
			self::OPTION,
			array(
				'failures' => $failures,
				'until'    => time() + (int) max( 1, min( $pause, $longest ) ),
				'since'    => $state['since'] ?? time(),
				'kind'     => $failure->kind,
				'message'  => $failure->getMessage(),
			),
			false
		);
	}
}
