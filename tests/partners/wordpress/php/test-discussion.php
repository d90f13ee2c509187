<?php
/**
 * Plugin Name: A comment plugin with a form of its own.
 *
 * It takes comments as wpDiscuz does, whose code is in no package registry: by admin-ajax.php and never by the theme's
 * form, through WordPress's own functions, with types and metadata of its own, and visitors may edit what they wrote.
 */

const TEST_DISCUSSION_FIELDS = array( 'comment_post_ID', 'comment_author', 'comment_author_email', 'comment_content', 'comment_type' );

function test_discussion_answer( int $id ): void {
	wp_send_json_success(
		array(
			'id'     => $id,
			'status' => wp_get_comment_status( $id ),
			'html'   => 'approved' === wp_get_comment_status( $id ) ? get_comment_text( $id ) : '',
		)
	);
}

// The way of wpDiscuz.
function test_discussion_add(): void {
	$data = array_intersect_key( wp_unslash( $_POST ), array_flip( TEST_DISCUSSION_FIELDS ) );
	$data = array_merge( $data, array( 'comment_author_url' => '', 'comment_parent' => 0, 'user_id' => get_current_user_id() ) );
	$id   = wp_new_comment( wp_slash( $data ), true );
	if ( is_wp_error( $id ) ) {
		wp_send_json_error( $id->get_error_message() );
	}
	add_comment_meta( $id, 'test_discussion_place', sanitize_key( $_POST['place'] ?? '' ) );
	test_discussion_answer( $id );
}

// The way of plugins that let WordPress read the form.
function test_discussion_submit(): void {
	$comment = wp_handle_comment_submission( wp_unslash( $_POST ) );
	if ( is_wp_error( $comment ) ) {
		wp_send_json_error( $comment->get_error_message() );
	}
	add_comment_meta( $comment->comment_ID, 'test_discussion_place', sanitize_key( $_POST['place'] ?? '' ) );
	test_discussion_answer( (int) $comment->comment_ID );
}

// A visitor changes the comment written a moment ago.
function test_discussion_edit(): void {
	$id = (int) $_POST['id'];
	wp_update_comment( array( 'comment_ID' => $id, 'comment_content' => $_POST['comment_content'] ) );
	test_discussion_answer( $id );
}

foreach ( array( 'add', 'submit', 'edit' ) as $action ) {
	add_action( "wp_ajax_nopriv_test_discussion_$action", "test_discussion_$action" );
}
