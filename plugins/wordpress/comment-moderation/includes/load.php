<?php
/**
 * Loads the plugin's classes when they are first used. Shared by the plugin and its uninstaller.
 *
 * @package CommentModeration
 */

defined( 'ABSPATH' ) || exit;

spl_autoload_register(
	static function ( string $name ): void {
		$prefix = 'CommentModeration\\';
		if ( 0 !== strpos( $name, $prefix ) ) {
			return;
		}
		$file = strtolower( str_replace( '_', '-', substr( $name, strlen( $prefix ) ) ) );
		// Class names hold letters and underscores only; anything else is not ours and is no path to open.
		if ( preg_match( '/^[a-z-]+$/', $file ) && is_readable( __DIR__ . "/class-$file.php" ) ) {
			require_once __DIR__ . "/class-$file.php";
		}
	}
);
