<?php
/**
 * Plugin Name: What the owner of the test site has set up besides.
 */

// Tests post faster than people do, and the same words twice.
remove_action( 'check_comment_flood', 'check_comment_flood_db', 10 );
add_filter( 'duplicate_comment_id', '__return_zero' );
// Comments without an account through REST.
add_filter( 'rest_allow_anonymous_comments', '__return_true' );
// No mail leaves a test site.
add_filter( 'pre_wp_mail', '__return_true' );
// Tests do not wait a minute for a moderator to think better of it, unless they say so.
add_filter(
	'cmod_feedback_delay',
	static function () {
		return (int) get_option( 'test_feedback_delay', 0 );
	}
);
// A plugin that decides before ours does.
add_filter(
	'pre_comment_approved',
	static function ( $approved, $data ) {
		if ( false !== strpos( $data['comment_content'], 'another plugin says error' ) ) {
			return new WP_Error( 'test_refused', 'Another plugin refused it.', array( 'status' => 409 ) );
		}
		return false !== strpos( $data['comment_content'], 'another plugin says spam' ) ? 'spam' : $approved;
	},
	10,
	2
);
