<?php
/**
 * Speaks the Perspective protocol with the scorer.
 *
 * @package CommentModeration
 */

namespace CommentModeration;

defined( 'ABSPATH' ) || exit;

/**
 * Two methods, analyze and suggest. Each takes at most its time limit, all parts of a long comment together.
 */
final class Client {

	/** Answers are small; more than this is no answer of a scorer. In bytes. */
	const ANSWER_BYTES = 1048576;

	/** The most spans kept of one comment. */
	const SPANS = 50;

	/** @var string Address of the scorer, without the method. */
	private $url;

	/** @var string API key, or ''. */
	private $key;

	/** @var string Community, or ''. */
	private $community;

	/** @var float Seconds. */
	private $timeout;

	/**
	 * A client for one scorer.
	 *
	 * @param string $url       Address, as Settings::clean_url() returns it.
	 * @param string $key       API key, or ''.
	 * @param string $community communityId, or ''.
	 * @param float  $timeout   Seconds for one call of analyze() or suggest().
	 */
	public function __construct( string $url, string $key, string $community, float $timeout ) {
		$this->url       = $url;
		$this->key       = $key;
		$this->community = $community;
		$this->timeout   = $timeout;
	}

	/**
	 * The client the settings describe.
	 *
	 * @param float|null $timeout Seconds, when not the owner's.
	 */
	public static function from_settings( ?float $timeout = null ): self {
		$settings = Settings::all();
		return new self( $settings['url'], $settings['api_key'], $settings['community_id'], $timeout ?? (float) $settings['timeout'] );
	}

	/**
	 * Scores a text.
	 *
	 * @param string   $text       Plain text, UTF-8.
	 * @param string[] $attributes What to ask for.
	 * @return array{scores: array<string, float>, spans: array<array{0: int, 1: int, 2: string, 3: float}>}
	 *         Each attribute's highest score, and (begin, end, attribute, score) in UTF-16 code units of the text.
	 * @throws Scorer_Failure  When there is no usable answer in time.
	 * @throws Comment_Refused When the scorer cannot score this text.
	 */
	public function analyze( string $text, array $attributes ): array {
		$deadline = microtime( true ) + $this->timeout;
		$scores   = array();
		$spans    = array();
		$shift    = 0;
		$refused  = null;
		foreach ( Text::parts( $text ) as $part ) {
			try {
				$found = '' === trim( $part ) ? array() : $this->analyze_part( $part, $attributes, $deadline );
			} catch ( Comment_Refused $refusal ) {
				// A part in another language, say, must not let the rest through unread.
				$refused = $refusal;
				$found   = array();
			}
			foreach ( $found as $name => $score ) {
				$scores[ $name ] = max( $score['value'], $scores[ $name ] ?? 0.0 );
				foreach ( $score['spans'] as $span ) {
					$spans[] = array( $span[0] + $shift, $span[1] + $shift, $name, $span[2] );
				}
			}
			$shift += Text::units( $part );
		}
		if ( array() === $scores ) {
			throw $refused ?? new Comment_Refused( '', __( 'The scorer knows none of the attributes asked for.', 'comment-moderation' ) );
		}
		usort(
			$spans,
			static function ( array $a, array $b ): int {
				return $b[3] <=> $a[3];
			}
		);
		return array(
			'scores' => $scores,
			'spans'  => array_slice( $spans, 0, self::SPANS ),
		);
	}

	/**
	 * Scores one part of a text.
	 *
	 * @param string   $part       Plain text of at most Text::PART_BYTES.
	 * @param string[] $attributes What to ask for.
	 * @param float    $deadline   Unix time.
	 * @return array<string, array{value: float, spans: array<array{0: int, 1: int, 2: float}>}>
	 * @throws Scorer_Failure  When there is no usable answer in time.
	 * @throws Comment_Refused When the scorer cannot score this text.
	 */
	private function analyze_part( string $part, array $attributes, float $deadline ): array {
		$answer = $this->post(
			'analyze',
			array(
				'comment'                   => array( 'text' => $part ),
				'requestedAttributes'       => array_fill_keys( $attributes, new \stdClass() ),
				'spanAnnotations'           => true,
				'doNotStore'                => true,
				'dropUnsupportedAttributes' => true,
			),
			$deadline
		);
		return array_intersect_key( $this->read_scores( $answer ), array_flip( $attributes ) );
	}

	/**
	 * Tells the scorer what a moderator thinks of a text.
	 *
	 * @param string $text    Plain text, UTF-8.
	 * @param float  $value   1 for abusive, 0 for fine.
	 * @param string $verdict approve, spam or trash.
	 * @throws Scorer_Failure  When the scorer did not confirm.
	 * @throws Comment_Refused When it does not want this text.
	 */
	public function suggest( string $text, float $value, string $verdict ): void {
		$this->post(
			'suggestscore',
			array(
				'comment'         => array( 'text' => Text::parts( $text )[0] ),
				'attributeScores' => array( Attributes::MAIN => array( 'summaryScore' => array( 'value' => $value ) ) ),
				'clientToken'     => "wordpress-$verdict",
			),
			microtime( true ) + $this->timeout
		);
	}

	/**
	 * One request.
	 *
	 * @param string               $method   analyze or suggestscore.
	 * @param array<string, mixed> $body     Request.
	 * @param float                $deadline Unix time.
	 * @return array<string, mixed> The answer.
	 * @throws Scorer_Failure  When there is no usable answer.
	 * @throws Comment_Refused On an error that is about the comment.
	 */
	private function post( string $method, array $body, float $deadline ): array {
		$left = $deadline - microtime( true );
		if ( $left < 0.05 ) {
			throw new Scorer_Failure( 'timeout', __( 'The scorer did not answer in time.', 'comment-moderation' ) );
		}
		if ( '' !== $this->community ) {
			$body['communityId'] = $this->community;
		}
		$json = wp_json_encode( $body );
		if ( false === $json ) {
			throw new Comment_Refused( '', __( 'The comment cannot be written as JSON.', 'comment-moderation' ) );
		}
		$headers = array( 'Content-Type' => 'application/json; charset=utf-8' );
		if ( '' !== $this->key ) {
			// In a header, so that it does not end up in an access log.
			$headers['X-goog-api-key'] = $this->key;
		}
		// Not wp_safe_remote_post: it refuses the loopback address on any but the usual ports, and that is where a
		// scorer of one's own runs. Only an administrator can set the address.
		$response = wp_remote_post(
			$this->url . "/v1alpha1/comments:$method",
			array(
				'timeout'             => $left,
				'redirection'         => 0,
				'headers'             => $headers,
				'body'                => $json,
				'data_format'         => 'body',
				'limit_response_size' => self::ANSWER_BYTES,
				'user-agent'          => 'comment-moderation-wordpress/' . CMOD_VERSION,
			)
		);
		if ( is_wp_error( $response ) ) {
			$message = $this->without_key( $response->get_error_message() );
			$late    = false !== stripos( $message, 'timed out' ) || false !== stripos( $message, 'timeout' );
			throw new Scorer_Failure( $late ? 'timeout' : 'unreachable', $message );
		}
		return $this->read( $response );
	}

	/**
	 * Tells an answer from an error, and the scorer's errors from those about the comment.
	 *
	 * @param array<string, mixed> $response As wp_remote_post() returns it.
	 * @return array<string, mixed>
	 * @throws Scorer_Failure  When this is no answer.
	 * @throws Comment_Refused On an error that is about the comment.
	 */
	private function read( array $response ): array {
		$status = (int) wp_remote_retrieve_response_code( $response );
		$body   = json_decode( wp_remote_retrieve_body( $response ), true, 32 );
		if ( 200 === $status ) {
			if ( ! is_array( $body ) ) {
				throw new Scorer_Failure( 'malformed', __( 'What answers at this address is no scorer: its answer is not JSON.', 'comment-moderation' ) );
			}
			return $body;
		}
		$error   = is_array( $body ) && is_array( $body['error'] ?? null ) ? $body['error'] : array();
		$message = is_string( $error['message'] ?? null ) ? $error['message'] : '';
		$message = $this->without_key( substr( sanitize_text_field( $message ), 0, 300 ) );
		$details = is_array( $error['details'] ?? null ) ? $error['details'] : array();
		$type    = '';
		foreach ( $details as $detail ) {
			if ( is_array( $detail ) && is_string( $detail['errorType'] ?? null ) ) {
				$type = sanitize_key( $detail['errorType'] );
			}
		}
		/* translators: 1: HTTP status code, 2: the scorer's own message. */
		$said = trim( sprintf( __( 'The scorer answered %1$d. %2$s', 'comment-moderation' ), $status, $message ) );
		if ( 413 === $status || ( 400 === $status && '' !== $type ) ) {
			throw new Comment_Refused( strtoupper( $type ), $said );
		}
		$kinds = array(
			401 => 'denied',
			403 => 'denied',
			404 => 'not_found',
			405 => 'not_found',
			429 => 'busy',
			503 => 'busy',
		);
		// Retry-After may also be a date; only the seconds form is used, the cooldown serves for the other.
		$after = (string) wp_remote_retrieve_header( $response, 'retry-after' );
		throw new Scorer_Failure( $kinds[ $status ] ?? 'http', $said, ctype_digit( $after ) ? (int) min( $after, 86400 ) : 0 );
	}

	/**
	 * Reads the scores out of an answer; a scorer that is not ours, or broken, must not break the site.
	 *
	 * @param array<string, mixed> $answer Decoded JSON.
	 * @return array<string, array{value: float, spans: array<array{0: int, 1: int, 2: float}>}>
	 * @throws Scorer_Failure When it has not the protocol's form.
	 */
	private function read_scores( array $answer ): array {
		$scores = array();
		// All attributes unknown leaves no attributeScores, but a scorer names the languages even then.
		$known = isset( $answer['attributeScores'] ) || isset( $answer['languages'] ) || isset( $answer['detectedLanguages'] );
		if ( ! $known || ! is_array( $answer['attributeScores'] ?? array() ) ) {
			throw new Scorer_Failure( 'malformed', __( 'The scorer answered without scores.', 'comment-moderation' ) );
		}
		foreach ( $answer['attributeScores'] ?? array() as $name => $attribute ) {
			$value = self::probability( $attribute['summaryScore']['value'] ?? null );
			if ( null === $value ) {
				throw new Scorer_Failure( 'malformed', __( 'The scorer answered a score that is no number from 0 to 1.', 'comment-moderation' ) );
			}
			$spans = array();
			foreach ( is_array( $attribute['spanScores'] ?? null ) ? $attribute['spanScores'] : array() as $span ) {
				$begin = $span['begin'] ?? null;
				$end   = $span['end'] ?? null;
				$score = self::probability( $span['score']['value'] ?? null );
				if ( is_int( $begin ) && is_int( $end ) && 0 <= $begin && $begin < $end && null !== $score ) {
					$spans[] = array( $begin, $end, $score );
				}
			}
			$scores[ (string) $name ] = array(
				'value' => $value,
				'spans' => $spans,
			);
		}
		return $scores;
	}

	/**
	 * A number from 0 to 1, or null.
	 *
	 * @param mixed $value Anything.
	 */
	private static function probability( $value ): ?float {
		return ( is_int( $value ) || is_float( $value ) ) && $value >= 0 && $value <= 1 ? (float) $value : null;
	}

	/**
	 * Takes the key out of a message, should a server or a library repeat it.
	 *
	 * @param string $message Any text.
	 */
	private function without_key( string $message ): string {
		return '' === $this->key ? $message : str_replace( $this->key, '…', $message );
	}
}
