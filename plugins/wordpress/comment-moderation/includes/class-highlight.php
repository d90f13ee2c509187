<?php
/**
 * Shows the words that the scorer found.
 *
 * @package CommentModeration
 */

namespace CommentModeration;

defined( 'ABSPATH' ) || exit;

/**
 * Makes markup from hostile text and untrusted offsets: every piece of text passes esc_html() on its way out.
 */
final class Highlight {

	/** Characters shown around a marked place. */
	const CONTEXT = 40;

	/** Characters shown of a marked place. */
	const LONGEST = 200;

	/** Places shown. */
	const PLACES = 5;

	/** A scorer may give every sentence's score: one below this, and below the threshold, is no find. */
	const FLOOR = 0.5;

	/**
	 * The found places with a little context.
	 *
	 * @param string                                          $plain      Text::plain() of the comment.
	 * @param array<mixed>                                    $spans      (begin, end, attribute, score), UTF-16.
	 * @param array<string, array<string, float|string|null>> $thresholds The owner's.
	 * @return string Markup; '' when there is nothing to mark.
	 */
	public static function html( string $plain, array $spans, array $thresholds ): string {
		$places = self::places( $plain, $spans, $thresholds );
		if ( array() === $places ) {
			return '';
		}
		$html = '';
		$at   = 0;
		foreach ( array_slice( $places, 0, self::PLACES ) as $place ) {
			list( $begin, $end, $attribute, $score ) = $place;

			$html .= self::between( substr( $plain, $at, $begin - $at ), 0 === $at );
			$title = sprintf( '%s %s', Attributes::label( $attribute ), number_format_i18n( $score, 2 ) );
			$html .= '<mark title="' . esc_attr( $title ) . '">' . esc_html( self::head( substr( $plain, $begin, $end - $begin ), self::LONGEST ) ) . '</mark>';
			$at    = $end;
		}
		return $html . esc_html( self::head( substr( $plain, $at ), self::CONTEXT ) );
	}

	/**
	 * Spans worth marking as bytes of the text, in order, overlapping ones merged.
	 *
	 * @param string       $plain      Text.
	 * @param array<mixed> $spans      As stored.
	 * @param array<mixed> $thresholds The owner's.
	 * @return array<array{0: int, 1: int, 2: string, 3: float}>
	 */
	private static function places( string $plain, array $spans, array $thresholds ): array {
		$kept  = array();
		$units = array();
		foreach ( $spans as $span ) {
			if ( ! is_array( $span ) || 4 !== count( $span ) ) {
				continue;
			}
			list( $begin, $end, $attribute, $score ) = $span;

			// The words alone often score less than the comment that they make abusive.
			if ( $score >= min( self::FLOOR, $thresholds[ $attribute ]['hold'] ?? self::FLOOR ) ) {
				$kept[]  = array( (int) $begin, (int) $end, (string) $attribute, (float) $score );
				$units[] = (int) $begin;
				$units[] = (int) $end;
			}
		}
		$bytes = Text::byte_offsets( $plain, $units );
		foreach ( $kept as &$span ) {
			$span[0] = $bytes[ $span[0] ];
			$span[1] = $bytes[ $span[1] ];
		}
		unset( $span );
		// For an attribute without words of its own the scorer names the whole text: no help beside real finds.
		$all    = strlen( $plain );
		$narrow = array_filter(
			$kept,
			static function ( array $span ) use ( $all ): bool {
				return $span[0] > 0 || $span[1] < $all;
			}
		);
		$kept   = array() === $narrow ? $kept : array_values( $narrow );
		sort( $kept );
		$places = array();
		foreach ( $kept as $span ) {
			$last = count( $places ) - 1;
			if ( $span[0] >= $span[1] ) {
				continue;
			}
			if ( $last >= 0 && $span[0] <= $places[ $last ][1] ) {
				$places[ $last ][1] = max( $places[ $last ][1], $span[1] );
				if ( $span[3] > $places[ $last ][3] ) {
					$places[ $last ][2] = $span[2];
					$places[ $last ][3] = $span[3];
				}
				continue;
			}
			$places[] = $span;
		}
		return $places;
	}

	/**
	 * The text before a marked place, its middle left out when it is long.
	 *
	 * @param string $text  Text between two places, or before the first.
	 * @param bool   $first Whether it is before the first.
	 */
	private static function between( string $text, bool $first ): string {
		$most = $first ? self::CONTEXT : 2 * self::CONTEXT;
		if ( preg_match_all( '/./us', $text ) <= $most ) {
			return esc_html( $text );
		}
		preg_match( '/.{' . self::CONTEXT . '}$/us', $text, $tail );
		return esc_html( ( $first ? '…' : self::head( $text, self::CONTEXT ) ) . ( $tail[0] ?? '' ) );
	}

	/**
	 * The beginning of a text.
	 *
	 * @param string $text       UTF-8.
	 * @param int    $characters How many.
	 */
	private static function head( string $text, int $characters ): string {
		if ( ! preg_match( '/^.{0,' . $characters . '}/us', $text, $match ) ) {
			return '';
		}
		return $match[0] === $text ? $text : $match[0] . '…';
	}
}
