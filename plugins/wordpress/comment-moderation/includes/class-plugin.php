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
		register_activation_hook( CMOD_FILE, array( self::class, 'activated' ) );
		register_deactivation_hook( CMOD_FILE, array( self::class, 'deactivated' ) );
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
	 * Takes up again what waited while the plugin was off.
	 *
	 * @param mixed $network_wide Whether on all sites of a network.
	 */
	public static function activated( $network_wide = false ): void {
		$network_wide ? Network::on_each_site( array( Tick::class, 'resume' ) ) : Tick::resume();
	}

	/**
	 * Takes the scheduled work out.
	 *
	 * @param mixed $network_wide Whether on all sites of a network.
	 */
	public static function deactivated( $network_wide = false ): void {
		$network_wide ? Network::on_each_site( array( Tick::class, 'unschedule' ) ) : Tick::unschedule();
	}

	/**
	 * Loads the translations that come with the plugin.
	 */
	public static function translate(): void {
		load_plugin_textdomain( 'comment-moderation', false, dirname( plugin_basename( CMOD_FILE ) ) . '/languages' );
	}
}
