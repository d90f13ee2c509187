<?php
// Runs the PHP of a request's body inside WordPress and answers with what it returns, as JSON. For tests only: the
// site listens on the loopback address, and the key is made anew for each site.
if ( ! hash_equals( '{key}', $_SERVER['HTTP_X_TEST_KEY'] ?? '' ) ) {
	http_response_code( 404 );
	exit;
}
require __DIR__ . '/wp-load.php';
require_once ABSPATH . 'wp-admin/includes/admin.php';
try {
	$answer = array( 'returned' => eval( file_get_contents( 'php://input' ) ) );
} catch ( Throwable $error ) {
	$answer = array( 'failed' => (string) $error );
}
echo json_encode( $answer, JSON_THROW_ON_ERROR );
