<?php
/**
 * Comments that have something due at a time.
 *
 * @package CommentModeration
 */

namespace CommentModeration;

defined( 'ABSPATH' ) || exit;

/**
 * A queue is a metadata key whose value is a Unix time. Comment metadata is indexed by key.
 */
final class Due {

	/**
	 * What is due now, the longest overdue first.
	 *
	 * @param string $key   Metadata key.
	 * @param int    $limit How many at most.
	 * @return int[] Comment ids.
	 */
	public static function comments( string $key, int $limit ): array {
		global $wpdb;
		// phpcs:ignore WordPress.DB.DirectDatabaseQuery -- WP_Comment_Query leaves out some statuses.
		$ids = $wpdb->get_col( $wpdb->prepare( "SELECT comment_id FROM {$wpdb->commentmeta} WHERE meta_key = %s AND meta_value + 0 <= %d ORDER BY meta_value + 0 ASC, meta_id ASC LIMIT %d", $key, time(), $limit ) );
		return array_map( 'intval', $ids );
	}

	/**
	 * When the next one is due: a Unix time, 0 when there is none.
	 *
	 * @param string $key Metadata key.
	 */
	public static function next( string $key ): int {
		global $wpdb;
		// phpcs:ignore WordPress.DB.DirectDatabaseQuery
		return (int) $wpdb->get_var( $wpdb->prepare( "SELECT MIN(meta_value + 0) FROM {$wpdb->commentmeta} WHERE meta_key = %s", $key ) );
	}

	/**
	 * How many there are, due or not.
	 *
	 * @param string $key Metadata key.
	 */
	public static function count( string $key ): int {
		global $wpdb;
		// phpcs:ignore WordPress.DB.DirectDatabaseQuery
		return (int) $wpdb->get_var( $wpdb->prepare( "SELECT COUNT(*) FROM {$wpdb->commentmeta} WHERE meta_key = %s", $key ) );
	}

	/**
	 * Makes all of them due now.
	 *
	 * @param string $key Metadata key.
	 */
	public static function all_now( string $key ): void {
		global $wpdb;
		// phpcs:ignore WordPress.DB.DirectDatabaseQuery -- the value is read through this class only, never cached.
		$wpdb->update( $wpdb->commentmeta, array( 'meta_value' => (string) time() ), array( 'meta_key' => $key ) );
	}
}
