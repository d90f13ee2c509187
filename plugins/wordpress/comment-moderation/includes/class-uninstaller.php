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
		if ( ! is_multisite() ) {
			self::clean();
			return;
		}
		$sites = get_sites(
			array(
				'fields' => 'ids',
				'number' => 0,
			)
		);
		foreach ( $sites as $site ) {
			switch_to_blog( (int) $site );
			self::clean();
			restore_current_blog();
		}
	}

	/**
	 * Cleans one site.
	 */
	private static function clean(): void {
		foreach ( self::OPTIONS as $option ) {
			delete_option( $option );
		}
		foreach ( Result::KEYS as $key ) {
			delete_metadata( 'comment', 0, $key, '', true );
		}
		Tick::unschedule();
	}
}
