<?php
/**
 * Comment markup to the plain text that is scored, and offsets into it.
 *
 * @package CommentModeration
 */

namespace CommentModeration;

defined( 'ABSPATH' ) || exit;

/**
 * The scorer counts in UTF-16 code units, PHP in bytes of UTF-8: this is the only place that converts.
 */
final class Text {

	/** The protocol refuses more than 20,480 bytes; a longer comment goes in parts, so that its end is read too. */
	const PART_BYTES = 20000;

	/** One well-formed character of UTF-8, in bytes. */
	const CHARACTER = '[\x00-\x7f]|[\xc2-\xdf][\x80-\xbf]|\xe0[\xa0-\xbf][\x80-\xbf]|[\xe1-\xec\xee\xef][\x80-\xbf]{2}'
		. '|\xed[\x80-\x9f][\x80-\xbf]|\xf0[\x90-\xbf][\x80-\xbf]{2}|[\xf1-\xf3][\x80-\xbf]{3}|\xf4[\x80-\x8f][\x80-\xbf]{2}';

	/**
	 * The words a reader sees, of a comment as WordPress stores it.
	 *
	 * @param string $content Stored comment markup, not slashed.
	 */
	public static function plain( string $content ): string {
		$content = self::well_formed( $content );
		$content = preg_replace( '~<br\s*/?>\s*|</(p|div|li|blockquote|h[1-6]|pre)>\s*~i', "\n", $content );
		$content = wp_strip_all_tags( (string) $content );
		$content = html_entity_decode( $content, ENT_QUOTES | ENT_HTML5, 'UTF-8' );
		$content = str_replace( array( "\r\n", "\r" ), "\n", $content );
		// Control characters mean nothing to a reader and may not travel in JSON everywhere.
		return trim( (string) preg_replace( '/[\x00-\x08\x0b\x0c\x0e-\x1f\x7f]+/', ' ', $content ) );
	}

	/**
	 * The text without bytes that are no UTF-8. WordPress stores such a comment without them, so they must not keep
	 * it from being scored; its own wp_check_invalid_utf8() can return nothing at all.
	 *
	 * @param string $text Bytes.
	 */
	private static function well_formed( string $text ): string {
		if ( preg_match( '//u', $text ) ) {
			return $text;
		}
		return (string) preg_replace( '/((?:' . self::CHARACTER . ')++)|./s', '$1', $text );
	}

	/**
	 * Tells whether a text is still the one that was scored, without keeping a copy of it.
	 *
	 * @param string $plain Plain text.
	 */
	public static function fingerprint( string $plain ): string {
		return substr( wp_hash( $plain ), 0, 16 );
	}

	/**
	 * How many UTF-16 code units a text has.
	 *
	 * @param string $text UTF-8.
	 */
	public static function units( string $text ): int {
		// One unit for each character, which is each byte that is no continuation byte; two from U+10000 on.
		return (int) preg_match_all( '/[\x00-\x7f\xc0-\xff]/', $text ) + (int) preg_match_all( '/[\xf0-\xff]/', $text );
	}

	/**
	 * Cuts a text into parts the protocol takes, at white space where there is some.
	 *
	 * @param string $text  UTF-8.
	 * @param int    $bytes The most bytes in a part.
	 * @return string[] Together the text again.
	 */
	public static function parts( string $text, int $bytes = self::PART_BYTES ): array {
		$parts = array();
		while ( strlen( $text ) > $bytes ) {
			$cut = $bytes;
			while ( $cut > 0 && 0x80 === ( ord( $text[ $cut ] ) & 0xc0 ) ) {
				--$cut;
			}
			$head  = substr( $text, 0, $cut );
			$space = max( (int) strrpos( $head, ' ' ), (int) strrpos( $head, "\n" ) );
			if ( $space > $cut / 2 ) {
				$cut = $space + 1;
			}
			$parts[] = substr( $text, 0, $cut );
			$text    = substr( $text, $cut );
		}
		$parts[] = $text;
		return $parts;
	}

	/**
	 * Where UTF-16 offsets lie in the bytes of a text. One inside a character moves to its beginning, one past the
	 * end to the end.
	 *
	 * @param string $text  UTF-8.
	 * @param int[]  $units Offsets in UTF-16 code units.
	 * @return array<int, int> Offset in units => offset in bytes.
	 */
	public static function byte_offsets( string $text, array $units ): array {
		$wanted = array_unique( $units );
		sort( $wanted );
		$found  = array();
		$unit   = 0;
		$next   = 0;
		$length = strlen( $text );
		for ( $byte = 0; $byte < $length && $next < count( $wanted ); $byte += $width ) {
			$lead  = ord( $text[ $byte ] );
			$width = $lead < 0x80 ? 1 : ( $lead < 0xe0 ? 2 : ( $lead < 0xf0 ? 3 : 4 ) );
			$after = $unit + ( 4 === $width ? 2 : 1 );
			while ( $next < count( $wanted ) && $wanted[ $next ] < $after ) {
				$found[ $wanted[ $next ] ] = $byte;
				++$next;
			}
			$unit = $after;
		}
		while ( $next < count( $wanted ) ) {
			$found[ $wanted[ $next ] ] = $length;
			++$next;
		}
		return $found;
	}
}
