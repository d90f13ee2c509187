<?php
/**
 * Plugin Name: How themes print comments: the markup before HTML5, and lists made of div.
 */

add_action(
	'after_setup_theme',
	static function () {
		if ( get_option( 'test_xhtml' ) ) {
			remove_theme_support( 'html5' );
		}
	},
	99
);
add_filter(
	'wp_list_comments_args',
	static function ( $arguments ) {
		$style = get_option( 'test_comment_style' );
		return $style ? array( 'style' => $style ) + $arguments : $arguments;
	}
);
