<?php
/**
 * Decides about a comment while it is being posted.
 *
 * @package CommentModeration
 */

namespace CommentModeration;

defined( 'ABSPATH' ) || exit;

/**
 * `pre_comment_approved` is where all ways in meet: the form, REST, XML-RPC, wpDiscuz, replies in the admin area.
 */
final class Screening {

	/** After the usual spam checkers, so that their decision is known and no call is spent on what they caught. */
	const PRIORITY = 100;

	/** @var bool Whether the comment at hand came through wp_new_comment(), whose data is slashed and filtered. */
	private static $slashed = false;

	/** @var array<string, array<string, mixed>> Results of this request, by fingerprint, until the comment has an id. */
	private static $results = array();

	/**
	 * Registers the hooks.
	 */
	public static function hook(): void {
		add_filter( 'preprocess_comment', array( self::class, 'note_slashed' ), PHP_INT_MAX );
		add_filter( 'pre_comment_approved', array( self::class, 'decide' ), self::PRIORITY, 2 );
		add_filter( 'wp_update_comment_data', array( self::class, 'decide_edit' ), self::PRIORITY, 2 );
		add_action( 'wp_insert_comment', array( self::class, 'keep' ), 10, 2 );
		add_action( 'edit_comment', array( self::class, 'edited' ) );
	}

	/**
	 * Remembers that wp_new_comment() is at work. REST goes past it, with data that is neither slashed nor filtered.
	 *
	 * @param mixed $data Comment data.
	 * @return mixed The same.
	 */
	public static function note_slashed( $data ) {
		self::$slashed = true;
		return $data;
	}

	/**
	 * The filter on `pre_comment_approved`.
	 *
	 * @param mixed $approved 1, 0, 'spam', 'trash' or an error.
	 * @param mixed $data     Comment data.
	 * @return mixed As strict as before, or stricter.
	 */
	public static function decide( $approved, $data ) {
		$slashed       = self::$slashed;
		self::$slashed = false;
		if ( ! is_array( $data ) || ! self::applies( $approved, $data ) ) {
			return $approved;
		}
		$content = (string) ( $data['comment_content'] ?? '' );
		if ( ! $slashed ) {
			// What will be stored, so that the offsets of the answer fit it.
			$content = (string) apply_filters( 'pre_comment_content', wp_slash( $content ) );
		}
		$plain = Text::plain( wp_unslash( $content ) );
		if ( '' === $plain ) {
			return $approved;
		}
		$hash   = Text::fingerprint( $plain );
		$result = self::$results[ $hash ] ?? self::with_choices( Result::ask( $plain ) );

		$result['before']       = (string) $approved;
		self::$results[ $hash ] = $result;
		return Decider::stricter( $approved, $result['action'] );
	}

	/**
	 * An edit by someone who may not moderate, as wpDiscuz allows, is decided like a new comment: otherwise a kind
	 * word could be published first and changed after.
	 *
	 * @param mixed $data    New comment data, or an error.
	 * @param mixed $comment The comment as it was, slashed.
	 * @return mixed
	 */
	public static function decide_edit( $data, $comment ) {
		if ( ! is_array( $data ) || ! isset( $data['comment_content'], $data['comment_approved'] ) || current_user_can( 'moderate_comments' ) ) {
			return $data;
		}
		$before = Text::plain( wp_unslash( (string) ( $comment['comment_content'] ?? '' ) ) );
		$plain  = Text::plain( (string) $data['comment_content'] );
		if ( $plain === $before || '' === $plain || ! self::applies( $data['comment_approved'], $data ) ) {
			return $data;
		}
		$result           = self::with_choices( Result::ask( $plain ) );
		$result['before'] = (string) $data['comment_approved'];

		self::$results[ $result['hash'] ] = $result;
		$data['comment_approved']         = Decider::stricter( $data['comment_approved'], $result['action'] );
		return $data;
	}

	/**
	 * Keeps the result with the comment that has just got its id.
	 *
	 * @param mixed $comment_id Its id.
	 * @param mixed $comment    The comment.
	 */
	public static function keep( $comment_id, $comment ): void {
		self::$slashed = false;
		if ( array() === self::$results || ! $comment instanceof \WP_Comment ) {
			return;
		}
		$hash   = Text::fingerprint( Text::plain( $comment->comment_content ) );
		$result = self::$results[ $hash ] ?? null;
		if ( null === $result && 1 === count( self::$results ) ) {
			// Another plugin changed the text in between: the decision stands, its offsets do not.
			$result          = reset( self::$results );
			$result['spans'] = array();
			$result['hash']  = $hash;
		}
		if ( null === $result ) {
			return;
		}
		self::$results = array();
		Result::save( (int) $comment_id, $result );
		if ( 'waiting' === $result['state'] ) {
			Queue::add( (int) $comment_id, self::purpose( $result ) );
		}
	}

	/**
	 * The text of a comment has changed: what is known of it may no longer be true.
	 *
	 * @param mixed $comment_id Comment.
	 */
	public static function edited( $comment_id ): void {
		$comment = get_comment( (int) $comment_id );
		if ( ! $comment instanceof \WP_Comment || ! Settings::configured() || '' === trim( $comment->comment_content ) ) {
			return;
		}
		$hash = Text::fingerprint( Text::plain( $comment->comment_content ) );
		if ( isset( self::$results[ $hash ] ) ) {
			// What a moderator said was about other words, also when it was not yet sent.
			delete_comment_meta( (int) $comment_id, Result::VERDICT );
			delete_comment_meta( (int) $comment_id, Result::FEEDBACK_DUE );
			self::keep( $comment_id, $comment );
			return;
		}
		$known = Result::of( (int) $comment_id );
		if ( null !== $known && $known['hash'] !== $hash ) {
			Queue::add( (int) $comment_id, 'info' );
		}
	}

	/**
	 * Whether a comment is to be scored at all.
	 *
	 * @param mixed        $approved What WordPress decided.
	 * @param array<mixed> $data     Comment data.
	 */
	private static function applies( $approved, array $data ): bool {
		$rank = Decider::rank( $approved );
		if ( null === $rank || $rank >= Decider::RANKS['spam'] || ! Settings::configured() ) {
			return false;
		}
		if ( Settings::get( 'exempt_moderators' ) && current_user_can( 'moderate_comments' ) ) {
			return false;
		}
		$applies = ! in_array( $data['comment_type'] ?? '', Queue::NO_COMMENTS, true );
		return (bool) apply_filters( 'cmod_applies', $applies, $data );
	}

	/**
	 * Puts in what the owner chose for comments without a score.
	 *
	 * @param array<string, mixed> $result Of Result::ask().
	 * @return array<string, mixed>
	 */
	private static function with_choices( array $result ): array {
		if ( 'waiting' === $result['state'] && 'pass' !== Settings::get( 'on_failure' ) ) {
			$result['action'] = 'hold';
		}
		if ( 'refused' === $result['state'] && 'hold' === Settings::get( 'on_unscorable' ) ) {
			$result['action'] = 'hold';
		}
		return $result;
	}

	/**
	 * What is to happen with a waiting comment once it has a score.
	 *
	 * @param array<string, mixed> $result Of Result::ask(), with "before".
	 */
	private static function purpose( array $result ): string {
		$choice = Settings::get( 'on_failure' );
		if ( 'pass' === $choice ) {
			return 'enforce';
		}
		// Only what WordPress would have published may be published later.
		return 'hold_rescore' === $choice && 0 === Decider::rank( $result['before'] ) ? 'release' : 'info';
	}
}
