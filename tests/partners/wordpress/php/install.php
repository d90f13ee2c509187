<?php
// Installs WordPress into the database that wp-config.php names. Debian has no wp-cli.
define( 'WP_INSTALLING', true );
require $argv[1] . '/wp-load.php';
require_once ABSPATH . 'wp-admin/includes/upgrade.php';
wp_install( 'Example site', 'admin', 'admin@example.org', false, '', 'password' );
