<?php
/**
 * The scorer gave no usable answer.
 *
 * @package CommentModeration
 */

namespace CommentModeration;

defined( 'ABSPATH' ) || exit;

/**
 * Says nothing about the comment: another try later may well succeed.
 */
final class Scorer_Failure extends \Exception {

	/** @var string unreachable, timeout, busy, denied, not_found, http, malformed, paused or internal. */
	public $kind;

	/** @var int Seconds the scorer asked to be left alone; 0 when it did not say. */
	public $retry_after;

	/**
	 * Keeps the kind beside the message.
	 *
	 * @param string $kind        One of the kinds above.
	 * @param string $message     For the owner; never holds the key or the comment.
	 * @param int    $retry_after Seconds.
	 */
	public function __construct( string $kind, string $message, int $retry_after = 0 ) {
		parent::__construct( $message );
		$this->kind        = $kind;
		$this->retry_after = $retry_after;
	}
}
