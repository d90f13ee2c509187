<?php
/**
 * The scorer works and says that it cannot score this comment.
 *
 * @package CommentModeration
 */

namespace CommentModeration;

defined( 'ABSPATH' ) || exit;

/**
 * Asking again would bring the same answer: another language, too long, nothing but signs.
 */
final class Comment_Refused extends \Exception {

	/** @var string The protocol's errorType, such as LANGUAGE_NOT_SUPPORTED_BY_ATTRIBUTE; '' when none came. */
	public $type;

	/**
	 * Keeps the type beside the message.
	 *
	 * @param string $type    errorType.
	 * @param string $message The scorer's words.
	 */
	public function __construct( string $type, string $message ) {
		parent::__construct( $message );
		$this->type = $type;
	}
}
