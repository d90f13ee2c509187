<?php
/**
 * The owner's settings: their defaults, their limits, and reading them.
 *
 * @package CommentModeration
 */

namespace CommentModeration;

defined( 'ABSPATH' ) || exit;

/**
 * One option row, `cmod_settings`, holds them all. docs/wordpress.md describes every key.
 */
final class Settings {

	const OPTION = 'cmod_settings';

	/** What happens to a new comment when the scorer gives no answer. */
	const ON_FAILURE = array( 'hold', 'hold_rescore', 'pass' );

	/** What happens to a comment that the scorer says it cannot score, such as one in another language. */
	const ON_UNSCORABLE = array( 'leave', 'hold' );

	/** What a spam verdict by a moderator is reported as. */
	const SPAM_FEEDBACK = array( 'toxic', 'skip' );

	/** What scoring old comments does to them. */
	const OLD_COMMENTS = array( 'score', 'apply' );

	/** Seconds. cURL, as WordPress uses it, knows no time limit under one second. */
	const TIMEOUT_MIN = 1.0;
	const TIMEOUT_MAX = 10.0;

	/**
	 * Every setting with the value it has until the owner changes it.
	 *
	 * @return array<string, mixed>
	 */
	public static function defaults(): array {
		return array(
			'url'               => '',
			'api_key'           => '',
			'community_id'      => '',
			'timeout'           => 2.0,
			'cooldown'          => 60,
			'thresholds'        => array(
				'TOXICITY'          => array(
					'hold' => 0.8,
					'spam' => null,
				),
				'SEVERE_TOXICITY'   => array(
					'hold' => 0.7,
					'spam' => null,
				),
				'IDENTITY_ATTACK'   => array(
					'hold' => 0.8,
					'spam' => null,
				),
				'INSULT'            => array(
					'hold' => 0.85,
					'spam' => null,
				),
				'PROFANITY'         => array(
					'hold' => 0.9,
					'spam' => null,
				),
				'THREAT'            => array(
					'hold' => 0.8,
					'spam' => null,
				),
				'SEXUALLY_EXPLICIT' => array(
					'hold' => null,
					'spam' => null,
				),
			),
			'on_failure'        => 'hold_rescore',
			'on_unscorable'     => 'leave',
			'exempt_moderators' => true,
			'send_feedback'     => true,
			'spam_feedback'     => 'toxic',
			'old_comments'      => 'score',
			'batch_size'        => 50,
		);
	}

	/**
	 * All settings, those never saved at their defaults.
	 *
	 * @return array<string, mixed>
	 */
	public static function all(): array {
		$saved    = get_option( self::OPTION );
		$settings = array_merge( self::defaults(), is_array( $saved ) ? $saved : array() );
		if ( defined( 'COMMENT_MODERATION_API_KEY' ) ) {
			$settings['api_key'] = (string) constant( 'COMMENT_MODERATION_API_KEY' );
		}
		return $settings;
	}

	/**
	 * One setting.
	 *
	 * @param string $key A key of defaults().
	 * @return mixed
	 */
	public static function get( string $key ) {
		return self::all()[ $key ];
	}

	/**
	 * Whether there is a scorer to ask. Without one the plugin changes nothing.
	 */
	public static function configured(): bool {
		return '' !== self::get( 'url' );
	}

	/**
	 * The attributes the owner set a threshold for; toxicity is asked for in any case, for the comments list.
	 *
	 * @return string[]
	 */
	public static function watched(): array {
		$watched = array( Attributes::MAIN );
		foreach ( self::get( 'thresholds' ) as $attribute => $limits ) {
			if ( isset( $limits['hold'] ) || isset( $limits['spam'] ) ) {
				$watched[] = $attribute;
			}
		}
		return array_values( array_unique( $watched ) );
	}

	/**
	 * Makes what was posted safe to keep. What cannot be understood stays as it was, and the owner is told.
	 *
	 * @param mixed $input What the settings page posted, unslashed by the Settings API.
	 * @return array<string, mixed>
	 */
	public static function sanitize( $input ): array {
		$saved = get_option( self::OPTION );
		$old   = array_merge( self::defaults(), is_array( $saved ) ? $saved : array() );
		if ( ! is_array( $input ) ) {
			return $old;
		}
		$new = $old;

		if ( isset( $input['url'] ) && is_string( $input['url'] ) ) {
			$url = self::clean_url( $input['url'] );
			if ( $url !== $old['url'] && ! Network::may_set_address() ) {
				self::complain( 'url', __( 'Only an administrator of the network can change the address of the scorer.', 'comment-moderation' ) );
			} elseif ( null === $url ) {
				self::complain( 'url', __( 'The address of the scorer must begin with http:// or https:// and name a host. It was not changed.', 'comment-moderation' ) );
			} else {
				$new['url'] = $url;
			}
		}
		if ( ! empty( $input['forget_api_key'] ) ) {
			$new['api_key'] = '';
		} elseif ( isset( $input['api_key'] ) && is_string( $input['api_key'] ) && '' !== trim( $input['api_key'] ) ) {
			$key = trim( $input['api_key'] );
			// A key travels in a header: a line break or a control character in it is a mistake or an attack.
			if ( preg_match( '/^[\x21-\x7e]{1,512}$/', $key ) ) {
				$new['api_key'] = $key;
			} else {
				self::complain( 'api_key', __( 'The API key holds characters that no key has. It was not changed.', 'comment-moderation' ) );
			}
		}
		if ( isset( $input['community_id'] ) && is_string( $input['community_id'] ) ) {
			$new['community_id'] = substr( sanitize_text_field( $input['community_id'] ), 0, 200 );
		}

		$new['timeout']    = self::number( $input, 'timeout', $old, self::TIMEOUT_MIN, self::TIMEOUT_MAX );
		$new['cooldown']   = (int) self::number( $input, 'cooldown', $old, 1, 3600 );
		$new['batch_size'] = (int) self::number( $input, 'batch_size', $old, 1, 1000 );

		$choices = array(
			'on_failure'    => self::ON_FAILURE,
			'on_unscorable' => self::ON_UNSCORABLE,
			'spam_feedback' => self::SPAM_FEEDBACK,
			'old_comments'  => self::OLD_COMMENTS,
		);
		foreach ( $choices as $key => $allowed ) {
			if ( isset( $input[ $key ] ) && in_array( $input[ $key ], $allowed, true ) ) {
				$new[ $key ] = $input[ $key ];
			}
		}
		foreach ( array( 'exempt_moderators', 'send_feedback' ) as $key ) {
			if ( isset( $input[ $key ] ) ) {
				$new[ $key ] = (bool) $input[ $key ];
			}
		}
		if ( isset( $input['thresholds'] ) && is_array( $input['thresholds'] ) ) {
			$new['thresholds'] = self::thresholds( $input['thresholds'], $old['thresholds'] );
		}
		return $new;
	}

	/**
	 * Takes any of the addresses an owner may know: the scorer's own, or the full one of a Perspective method.
	 *
	 * @param string $url As typed.
	 * @return string|null The address without the method; '' when none was typed; null when it is no address.
	 */
	public static function clean_url( string $url ): ?string {
		$url = trim( $url );
		if ( '' === $url ) {
			return '';
		}
		$url   = preg_replace( '~(/v1alpha1)?(/comments(:|%3A)(analyze|suggestscore))?/*$~i', '', $url );
		$url   = esc_url_raw( $url, array( 'http', 'https' ) );
		$parts = wp_parse_url( $url );
		if ( ! is_array( $parts ) || empty( $parts['host'] ) || isset( $parts['query'] ) || isset( $parts['user'] ) ) {
			return null;
		}
		return in_array( $parts['scheme'] ?? '', array( 'http', 'https' ), true ) ? $url : null;
	}

	/**
	 * Thresholds between 0 and 1; an empty field switches that action off.
	 *
	 * @param array<mixed>                        $input Posted thresholds.
	 * @param array<string, array<string, mixed>> $old   Those in force.
	 * @return array<string, array<string, float|null>>
	 */
	private static function thresholds( array $input, array $old ): array {
		$new = $old;
		foreach ( array_keys( self::defaults()['thresholds'] ) as $attribute ) {
			foreach ( array( 'hold', 'spam' ) as $action ) {
				if ( ! isset( $input[ $attribute ] ) || ! is_array( $input[ $attribute ] ) || ! array_key_exists( $action, $input[ $attribute ] ) ) {
					continue;
				}
				// WordPress passes a first save through here twice: null is our own "off" coming back.
				$value = $input[ $attribute ][ $action ];
				$value = is_scalar( $value ) ? str_replace( ',', '.', trim( (string) $value ) ) : '';
				if ( '' === $value ) {
					$new[ $attribute ][ $action ] = null;
				} elseif ( is_numeric( $value ) && $value > 0 && $value <= 1 ) {
					$new[ $attribute ][ $action ] = (float) $value;
				} else {
					/* translators: %s: the name of an attribute, such as "insult". */
					self::complain( 'thresholds', sprintf( __( 'A threshold is a number above 0 and up to 1. The one for %s was not changed.', 'comment-moderation' ), Attributes::label( $attribute ) ) );
				}
			}
		}
		return $new;
	}

	/**
	 * A posted number within its limits, or the one in force.
	 *
	 * @param array<mixed>         $input Posted settings.
	 * @param string               $key   Which.
	 * @param array<string, mixed> $old   Settings in force.
	 * @param float                $min   Least.
	 * @param float                $max   Most.
	 */
	private static function number( array $input, string $key, array $old, float $min, float $max ): float {
		if ( ! isset( $input[ $key ] ) || ! is_scalar( $input[ $key ] ) ) {
			return (float) $old[ $key ];
		}
		$value = str_replace( ',', '.', trim( (string) $input[ $key ] ) );
		if ( ! is_numeric( $value ) || ! is_finite( (float) $value ) ) {
			/* translators: %s: what was typed. */
			self::complain( $key, sprintf( __( '"%s" is not a number. The setting was not changed.', 'comment-moderation' ), $value ) );
			return (float) $old[ $key ];
		}
		return max( $min, min( $max, (float) $value ) );
	}

	/**
	 * Tells the owner what was not taken, where the settings page runs.
	 *
	 * @param string $code    Which setting.
	 * @param string $message What is wrong with it.
	 */
	private static function complain( string $code, string $message ): void {
		if ( function_exists( 'add_settings_error' ) ) {
			add_settings_error( self::OPTION, 'cmod_' . $code, esc_html( $message ) );
		}
	}
}
