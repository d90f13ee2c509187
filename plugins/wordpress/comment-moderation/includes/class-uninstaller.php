<?php
/**
 * Leaves nothing behind.
 *
 * @package CommentModeration
 */

namespace CommentModeration;

defined( 'ABSPATH' ) || exit;

/**
 * The plugin makes no tables and no files; this is all it has.
 */
final class Uninstaller {

	const OPTIONS = array(
		Settings::OPTION,
		Breaker::OPTION,
		Rescoring::COMMAND,
		Rescoring::PROGRESS,
	);

	/**
	 * Cleans every site of the installation.
	 */
	public static function run(): void {
		Network::on_each_site( array( self::class, 'clean' ) );
	}

	/**
	 * Cleans one site.
	 */
	public static function clean(): void {
		foreach ( self::OPTIONS as $option ) {
			delete_option( $option );
		}
		foreach ( Result::KEYS as $key ) {
			delete_metadata( 'comment', 0, $key, '', true );
		}
		Tick::unschedule();
	}
}
