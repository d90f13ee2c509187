<?php
/**
 * WordPress as a network of sites.
 *
 * @package CommentModeration
 */

namespace CommentModeration;

defined( 'ABSPATH' ) || exit;

/**
 * Every site has its own settings, scores and scheduled work; only the scorer's address is the network's business.
 */
final class Network {

	/**
	 * Does something on each site, archived ones included; on the only site where there is no network.
	 *
	 * @param callable $work Called without arguments, with that site switched to.
	 */
	public static function on_each_site( callable $work ): void {
		if ( ! is_multisite() ) {
			$work();
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
			$work();
			restore_current_blog();
		}
	}

	/**
	 * Whether the person at hand may choose which machine is asked. An owner of one site of a network is no
	 * administrator of its server, and could otherwise reach whatever the server reaches.
	 */
	public static function may_set_address(): bool {
		return ! is_multisite() || current_user_can( 'manage_network_options' );
	}
}
