<?php
/**
 * Connects the plugin's parts to WordPress.
 *
 * @package CommentModeration
 */

namespace CommentModeration;

defined( 'ABSPATH' ) || exit;

/**
 * Where every hook is registered.
 */
final class Plugin {

	/**
	 * Registers the hooks. Each part below hooks itself in; nothing runs before WordPress calls it.
	 */
	public static function start(): void {
		add_action( 'init', array( self::class, 'translate' ) );
		register_deactivation_hook( CMOD_FILE, array( Tick::class, 'unschedule' ) );
		Screening::hook();
		Feedback::hook();
		Tick::hook();
		Privacy::hook();
		if ( is_admin() ) {
			Settings_Page::hook();
			Comments_List::hook();
			Rescoring_Ajax::hook();
			Notices::hook();
		}
	}

	/**
	 * Loads the translations that come with the plugin.
	 */
	public static function translate(): void {
		load_plugin_textdomain( 'comment-moderation', false, dirname( plugin_basename( CMOD_FILE ) ) . '/languages' );
	}
}
