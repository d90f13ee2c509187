<?php
/**
 * The attributes a scorer can be asked for.
 *
 * @package CommentModeration
 */

namespace CommentModeration;

defined( 'ABSPATH' ) || exit;

/**
 * Names are the Perspective protocol's.
 */
final class Attributes {

	/** The attribute that stands for the whole: the moderator's verdict is reported under this name. */
	const MAIN = 'TOXICITY';

	/**
	 * Attribute name => what people read.
	 *
	 * @return array<string, string>
	 */
	public static function labels(): array {
		return array(
			'TOXICITY'          => __( 'toxicity', 'comment-moderation' ),
			'SEVERE_TOXICITY'   => __( 'severe toxicity', 'comment-moderation' ),
			'IDENTITY_ATTACK'   => __( 'hate speech (identity attack)', 'comment-moderation' ),
			'INSULT'            => __( 'insult', 'comment-moderation' ),
			'PROFANITY'         => __( 'profanity', 'comment-moderation' ),
			'THREAT'            => __( 'threat', 'comment-moderation' ),
			'SEXUALLY_EXPLICIT' => __( 'sexually explicit', 'comment-moderation' ),
		);
	}

	/**
	 * What people read for one attribute.
	 *
	 * @param string $name The attribute's name.
	 */
	public static function label( string $name ): string {
		return self::labels()[ $name ] ?? $name;
	}
}
