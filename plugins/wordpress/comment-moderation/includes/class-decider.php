<?php
/**
 * Scores and thresholds to a decision.
 *
 * @package CommentModeration
 */

namespace CommentModeration;

defined( 'ABSPATH' ) || exit;

/**
 * Pure functions: no WordPress, no settings, no clock.
 */
final class Decider {

	/** WordPress's ways to write a comment's status => how strict each is. */
	const RANKS = array(
		'1'       => 0,
		'approve' => 0,
		'0'       => 1,
		'hold'    => 1,
		'spam'    => 2,
		'trash'   => 3,
	);

	/**
	 * What the thresholds make of the scores.
	 *
	 * @param array<string, float>                     $scores     Attribute => score.
	 * @param array<string, array<string, float|null>> $thresholds Attribute => hold and spam.
	 * @return array{action: string, reasons: array<array{0: string, 1: float, 2: float, 3: string}>}
	 *         approve, hold or spam; and (attribute, score, threshold, action) for each threshold reached, the
	 *         strictest first. Of one attribute only the stricter threshold is named.
	 */
	public static function decide( array $scores, array $thresholds ): array {
		$reasons = array();
		foreach ( $scores as $attribute => $score ) {
			foreach ( array( 'spam', 'hold' ) as $action ) {
				$threshold = $thresholds[ $attribute ][ $action ] ?? null;
				if ( null !== $threshold && $score >= $threshold ) {
					$reasons[] = array( $attribute, $score, (float) $threshold, $action );
					break;
				}
			}
		}
		usort(
			$reasons,
			static function ( array $a, array $b ): int {
				return array( self::RANKS[ $b[3] ], $b[1] ) <=> array( self::RANKS[ $a[3] ], $a[1] );
			}
		);
		return array(
			'action'  => $reasons[0][3] ?? 'approve',
			'reasons' => $reasons,
		);
	}

	/**
	 * How strict a status is.
	 *
	 * @param mixed $status As WordPress writes it: 1, 0, 'spam', 'trash'.
	 * @return int|null Null for what is not WordPress's, such as an error or another plugin's status.
	 */
	public static function rank( $status ): ?int {
		return is_int( $status ) || is_string( $status ) ? ( self::RANKS[ (string) $status ] ?? null ) : null;
	}

	/**
	 * The stricter of WordPress's decision and ours. WordPress's own is never weakened.
	 *
	 * @param mixed  $status What WordPress, or a plugin before us, decided.
	 * @param string $action approve, hold or spam.
	 * @return mixed A status in WordPress's own writing; $status itself when it is strict enough or unknown to us.
	 */
	public static function stricter( $status, string $action ) {
		$rank = self::rank( $status );
		if ( null === $rank || $rank >= self::RANKS[ $action ] ) {
			return $status;
		}
		return 'spam' === $action ? 'spam' : 0;
	}
}
