<?php
/**
 * Removes all that the plugin has stored: options, scores and verdicts of comments, and scheduled work.
 *
 * @package CommentModeration
 */

defined( 'WP_UNINSTALL_PLUGIN' ) || exit;

require_once __DIR__ . '/includes/load.php';

CommentModeration\Uninstaller::run();
