<?php
// For PHP's own web server: files as they are, everything else is WordPress. The sites of a network share their files:
// what stands under "second/" is where it would be without that.
$root = $_SERVER['DOCUMENT_ROOT'];
$path = parse_url( urldecode( $_SERVER['REQUEST_URI'] ), PHP_URL_PATH );
foreach ( array( $path, preg_replace( '~^/[a-z]+(?=/)~', '', $path ) ) as $try ) {
	$file = is_file( rtrim( "$root$try", '/' ) . '/index.php' ) ? rtrim( $try, '/' ) . '/index.php' : $try;
	if ( '/' === $try || '/index.php' === $file || ! is_file( $root . $file ) ) {
		continue;
	}
	if ( $try === $path ) {
		return false;
	}
	if ( '.php' !== substr( $file, -4 ) ) {
		readfile( $root . $file );
		return;
	}
	$_SERVER['SCRIPT_FILENAME'] = $root . $file;
	$_SERVER['SCRIPT_NAME']     = $file;
	$_SERVER['PHP_SELF']        = $file;
	require $root . $file;
	return;
}
require "$root/index.php";
