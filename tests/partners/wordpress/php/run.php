<?php
// Runs PHP from standard input inside WordPress and prints what it returns as JSON. For tests only.
$_SERVER['HTTP_HOST'] = $argv[2];
require $argv[1] . '/wp-load.php';
require_once ABSPATH . 'wp-admin/includes/admin.php';
$code = stream_get_contents( STDIN );
echo json_encode( eval( $code ), JSON_THROW_ON_ERROR );
