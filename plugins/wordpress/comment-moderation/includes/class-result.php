<?php
/**
 * What is known about one comment, and where it is kept.
 *
 * @package CommentModeration
 */

namespace CommentModeration;

defined( 'ABSPATH' ) || exit;

/**
 * Everything lives in the comment's own metadata: it goes when the comment goes. No text is stored, only offsets.
 *
 * The array in META holds
 *   state   "scored", "waiting" (the scorer gave no answer) or "refused" (it cannot score this text)
 *   scores  attribute => 0 to 1
 *   spans   (begin, end, attribute, score), UTF-16 code units of Text::plain()
 *   action  approve, hold or spam: what the thresholds, or the owner's choice for failures, made of it
 *   reasons (attribute, score, threshold, action)
 *   error   kind of failure or type of refusal
 *   hash    Text::fingerprint() of the text this is about
 *   time    Unix time
 */
final class Result {

	const META = '_cmod_result';

	/** Highest score of the watched attributes, as a number of its own so that the list can be sorted by it. */
	const TOP = '_cmod_score';

	/** Why a comment waits for the scorer: info, release or enforce. See Queue. */
	const WAITING = '_cmod_waiting';

	/** Unix time of its next try. */
	const DUE = '_cmod_due';

	/** Tries so far. */
	const TRIES = '_cmod_tries';

	/** The last verdict of a person: approve, spam or trash. */
	const VERDICT = '_cmod_verdict';

	/** Unix time at which the verdict is to be sent; gone once it is. */
	const FEEDBACK_DUE = '_cmod_feedback_due';

	/** Tries to send it so far. */
	const FEEDBACK_TRIES = '_cmod_feedback_tries';

	/** Unix time at which a verdict was sent. */
	const FEEDBACK_SENT = '_cmod_feedback_sent';

	/** All of them: what the privacy eraser and the uninstaller remove. */
	const KEYS = array(
		self::META,
		self::TOP,
		self::WAITING,
		self::DUE,
		self::TRIES,
		self::VERDICT,
		self::FEEDBACK_DUE,
		self::FEEDBACK_TRIES,
		self::FEEDBACK_SENT,
	);

	/**
	 * Asks the scorer about a text, minding the breaker. Never throws, whatever the scorer does.
	 *
	 * @param string     $plain   Plain text, not empty.
	 * @param float|null $timeout Seconds, when not the owner's setting.
	 * @return array<string, mixed> See above; for "waiting" and "refused" the action is "approve".
	 */
	public static function ask( string $plain, ?float $timeout = null ): array {
		$result = array(
			'state'   => 'scored',
			'scores'  => array(),
			'spans'   => array(),
			'action'  => 'approve',
			'reasons' => array(),
			'error'   => '',
			'hash'    => Text::fingerprint( $plain ),
			'time'    => time(),
		);
		try {
			Breaker::pass( $timeout ?? (float) Settings::get( 'timeout' ) );
			$answer = Client::from_settings( $timeout )->analyze( $plain, Settings::watched() );
			Breaker::close();
			$thresholds = (array) apply_filters( 'cmod_thresholds', Settings::get( 'thresholds' ) );
			$result     = array_merge( $result, $answer, Decider::decide( $answer['scores'], $thresholds ) );
		} catch ( Comment_Refused $refusal ) {
			Breaker::close();
			$result['state'] = 'refused';
			$result['error'] = $refusal->type;
		} catch ( Scorer_Failure $failure ) {
			if ( 'paused' !== $failure->kind ) {
				Breaker::trip( $failure );
			}
			$result['state'] = 'waiting';
			$result['error'] = $failure->kind;
		} catch ( \Throwable $bug ) {
			// Ours or another plugin's on a hook in between: the comment must get through all the same.
			Breaker::trip( new Scorer_Failure( 'internal', get_class( $bug ) ) );
			$result['state'] = 'waiting';
			$result['error'] = 'internal';
		}
		return $result;
	}

	/**
	 * Keeps a result with its comment.
	 *
	 * @param int                  $comment_id Comment.
	 * @param array<string, mixed> $result     See above.
	 */
	public static function save( int $comment_id, array $result ): void {
		update_comment_meta( $comment_id, self::META, $result );
		if ( array() === $result['scores'] ) {
			delete_comment_meta( $comment_id, self::TOP );
		} else {
			update_comment_meta( $comment_id, self::TOP, (string) round( max( $result['scores'] ), 4 ) );
		}
	}

	/**
	 * What is known of a comment.
	 *
	 * @param int $comment_id Comment.
	 * @return array<string, mixed>|null
	 */
	public static function of( int $comment_id ): ?array {
		$result = get_comment_meta( $comment_id, self::META, true );
		return is_array( $result ) && isset( $result['state'], $result['scores'], $result['hash'] ) ? $result : null;
	}

	/**
	 * Removes all that this plugin knows of a comment.
	 *
	 * @param int $comment_id Comment.
	 * @return bool Whether there was anything.
	 */
	public static function forget( int $comment_id ): bool {
		$found = false;
		foreach ( self::KEYS as $key ) {
			$found = delete_comment_meta( $comment_id, $key ) || $found;
		}
		return $found;
	}
}
