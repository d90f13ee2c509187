<?php
// Makes a network of a site, as the page "Network Setup" does; that page wants a name without a port.
require $argv[1] . '/wp-load.php';
require_once ABSPATH . 'wp-admin/includes/upgrade.php';
foreach ( $wpdb->tables( 'ms_global' ) as $table => $name ) {
	$wpdb->$table = $name;
}
install_network();
$made = populate_network( 1, $argv[2], 'admin@example.org', 'Example network' );
if ( is_wp_error( $made ) ) {
	fwrite( STDERR, $made->get_error_message() );
	exit( 1 );
}
// So far wp-config.php said where the first site is; the database may know an older place.
foreach ( array( 'home', 'siteurl' ) as $option ) {
	$wpdb->update( $wpdb->options, array( 'option_value' => "http://$argv[2]" ), array( 'option_name' => $option ) );
}
