<?php
/**
 * Privacy: text for the policy, export and erasure of personal data.
 *
 * @package CommentModeration
 */

namespace CommentModeration;

defined( 'ABSPATH' ) || exit;

/**
 * WordPress's own tools under Tools → Export/Erase Personal Data, and Settings → Privacy.
 */
final class Privacy {

	/** Comments in one step of WordPress's exporter and eraser. */
	const STEP = 100;

	/**
	 * Registers the hooks.
	 */
	public static function hook(): void {
		add_action( 'admin_init', array( self::class, 'policy' ) );
		add_filter( 'wp_privacy_personal_data_exporters', array( self::class, 'exporters' ) );
		// Before WordPress's own, which takes the address off the comments: afterwards they could not be found.
		add_filter( 'wp_privacy_personal_data_erasers', array( self::class, 'erasers' ), 5 );
	}

	/**
	 * Suggests a paragraph for the site's privacy policy.
	 */
	public static function policy(): void {
		$text = __( 'When visitors leave a comment, its text is sent to a scoring service run for this site, which estimates how likely readers are to find it abusive. The name, e-mail address and IP address are not sent. The service is asked not to store the text. The scores are kept with the comment and deleted with it; they decide whether a comment is published at once, held for a moderator or marked as spam.', 'comment-moderation' );
		if ( Settings::get( 'send_feedback' ) ) {
			$text .= ' ' . __( 'When a moderator approves, trashes or marks a comment as spam, the text and this decision are sent to the scoring service, which stores them to become more accurate.', 'comment-moderation' );
		}
		wp_add_privacy_policy_content( 'Comment Moderation', '<p>' . esc_html( $text ) . '</p>' );
	}

	/**
	 * Registers the exporter.
	 *
	 * @param array<string, mixed> $exporters Those known.
	 * @return array<string, mixed>
	 */
	public static function exporters( $exporters ) {
		$exporters['comment-moderation'] = array(
			'exporter_friendly_name' => __( 'Comment Moderation', 'comment-moderation' ),
			'callback'               => array( self::class, 'export' ),
		);
		return $exporters;
	}

	/**
	 * Registers the eraser.
	 *
	 * @param array<string, mixed> $erasers Those known.
	 * @return array<string, mixed>
	 */
	public static function erasers( $erasers ) {
		$erasers['comment-moderation'] = array(
			'eraser_friendly_name' => __( 'Comment Moderation', 'comment-moderation' ),
			'callback'             => array( self::class, 'erase' ),
		);
		return $erasers;
	}

	/**
	 * All that is known of a person's comments.
	 *
	 * @param string $email The person's address.
	 * @param int    $page  Step, from 1.
	 * @return array{data: array<mixed>, done: bool}
	 */
	public static function export( $email, $page = 1 ): array {
		$data = array();
		$ids  = self::comments( (string) $email, ( (int) $page - 1 ) * self::STEP );
		foreach ( $ids as $id ) {
			$rows    = array();
			$result  = Result::of( $id );
			$verdict = (string) get_comment_meta( $id, Result::VERDICT, true );
			foreach ( $result['scores'] ?? array() as $attribute => $score ) {
				$rows[] = array(
					/* translators: %s: an attribute such as "insult". */
					'name'  => sprintf( __( 'Score for %s', 'comment-moderation' ), Attributes::label( $attribute ) ),
					'value' => number_format_i18n( $score, 2 ),
				);
			}
			if ( null !== $result ) {
				$rows[] = array(
					'name'  => __( 'Automatic decision', 'comment-moderation' ),
					'value' => $result['action'],
				);
			}
			if ( '' !== $verdict ) {
				$rows[] = array(
					'name'  => __( 'Decision of a moderator', 'comment-moderation' ),
					'value' => $verdict,
				);
			}
			if ( '' !== (string) get_comment_meta( $id, Result::FEEDBACK_SENT, true ) ) {
				$rows[] = array(
					'name'  => __( 'Text and decision sent to the scoring service', 'comment-moderation' ),
					'value' => gmdate( 'c', (int) get_comment_meta( $id, Result::FEEDBACK_SENT, true ) ),
				);
			}
			if ( array() !== $rows ) {
				$data[] = array(
					'group_id'    => 'comment-moderation',
					'group_label' => __( 'Comment moderation scores', 'comment-moderation' ),
					'item_id'     => "comment-$id",
					'data'        => $rows,
				);
			}
		}
		return array(
			'data' => $data,
			'done' => count( $ids ) < self::STEP,
		);
	}

	/**
	 * Removes all that is known of a person's comments. What moderators' verdicts have taken to the scorer cannot be
	 * removed from here; the person handling the request is told.
	 *
	 * @param string $email The person's address.
	 * @param int    $page  Step, from 1.
	 * @return array{items_removed: bool, items_retained: bool, messages: string[], done: bool}
	 */
	public static function erase( $email, $page = 1 ): array {
		$removed = false;
		$sent    = 0;
		$ids     = self::comments( (string) $email, ( (int) $page - 1 ) * self::STEP );
		foreach ( $ids as $id ) {
			$sent   += '' === (string) get_comment_meta( $id, Result::FEEDBACK_SENT, true ) ? 0 : 1;
			$removed = Result::forget( $id ) || $removed;
		}
		$messages = array();
		if ( $sent > 0 ) {
			$messages[] = sprintf(
				/* translators: %s: a number. */
				_n( '%s comment was sent to the scoring service with a moderator\'s decision. Remove it there too: "moderation forget" on the scorer\'s machine does it.', '%s comments were sent to the scoring service with a moderator\'s decision. Remove them there too: "moderation forget" on the scorer\'s machine does it.', $sent, 'comment-moderation' ),
				number_format_i18n( $sent )
			);
		}
		return array(
			'items_removed'  => $removed,
			'items_retained' => $sent > 0,
			'messages'       => $messages,
			'done'           => count( $ids ) < self::STEP,
		);
	}

	/**
	 * A person's comments, of any status.
	 *
	 * @param string $email  Address.
	 * @param int    $offset How many to skip.
	 * @return int[]
	 */
	private static function comments( string $email, int $offset ): array {
		if ( '' === $email ) {
			return array();
		}
		$ids = get_comments(
			array(
				'author_email'              => $email,
				'status'                    => 'any',
				'number'                    => self::STEP,
				'offset'                    => $offset,
				'orderby'                   => 'comment_ID',
				'order'                     => 'ASC',
				'fields'                    => 'ids',
				'update_comment_meta_cache' => false,
			)
		);
		return array_map( 'intval', $ids );
	}
}
