<?php
/**
 * Plugin Name:       Comment Moderation
 * Description:       Scores new comments for toxicity and hate speech on a scorer of your own, then approves, holds or marks them as spam by thresholds you set.
 * Version:           0.1.0
 * Requires at least: 6.1
 * Requires PHP:      7.4
 * Author:            The comment-moderation developers
 * License:           GPL-2.0-or-later
 * License URI:       https://www.gnu.org/licenses/old-licenses/gpl-2.0.html
 * Text Domain:       comment-moderation
 * Domain Path:       /languages
 *
 * @package CommentModeration
 */

defined( 'ABSPATH' ) || exit;

const CMOD_VERSION = '0.1.0';
const CMOD_FILE    = __FILE__;

require_once __DIR__ . '/includes/load.php';

CommentModeration\Plugin::start();
