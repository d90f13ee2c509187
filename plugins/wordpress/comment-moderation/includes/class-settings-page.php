<?php
/**
 * Settings → Comment Moderation.
 *
 * @package CommentModeration
 */

namespace CommentModeration;

defined( 'ABSPATH' ) || exit;

/**
 * The form, and the connection test.
 */
final class Settings_Page {

	const SLUG   = 'comment-moderation';
	const SCREEN = 'settings_page_comment-moderation';
	const TEST   = 'cmod_test';

	/** What the connection test has scored. Written for the purpose. */
	const SAMPLE = 'You are a complete idiot.';

	/**
	 * Registers the hooks.
	 */
	public static function hook(): void {
		add_action( 'admin_menu', array( self::class, 'menu' ) );
		add_action( 'admin_init', array( self::class, 'register' ) );
		add_action( 'admin_enqueue_scripts', array( self::class, 'assets' ) );
		add_action( 'wp_ajax_' . self::TEST, array( self::class, 'test' ) );
		add_filter( 'plugin_action_links_' . plugin_basename( CMOD_FILE ), array( self::class, 'link' ) );
	}

	/**
	 * Adds the page.
	 */
	public static function menu(): void {
		add_options_page( __( 'Comment Moderation', 'comment-moderation' ), __( 'Comment Moderation', 'comment-moderation' ), 'manage_options', self::SLUG, array( self::class, 'show' ) );
	}

	/**
	 * Lets WordPress save the form: options.php checks the capability and the nonce.
	 */
	public static function register(): void {
		register_setting(
			self::SLUG,
			Settings::OPTION,
			array(
				'type'              => 'array',
				'sanitize_callback' => array( Settings::class, 'sanitize' ),
				'show_in_rest'      => false,
			)
		);
	}

	/**
	 * Adds a link in the list of plugins.
	 *
	 * @param string[] $links Links.
	 * @return string[]
	 */
	public static function link( $links ) {
		$url = admin_url( 'options-general.php?page=' . self::SLUG );
		array_unshift( $links, '<a href="' . esc_url( $url ) . '">' . esc_html__( 'Settings', 'comment-moderation' ) . '</a>' );
		return $links;
	}

	/**
	 * Loads script and style on this page only.
	 *
	 * @param string $page The admin page.
	 */
	public static function assets( $page ): void {
		if ( self::SCREEN !== $page ) {
			return;
		}
		wp_enqueue_style( 'cmod-admin', plugins_url( 'assets/admin.css', CMOD_FILE ), array(), CMOD_VERSION );
		wp_enqueue_script( 'cmod-settings', plugins_url( 'assets/settings.js', CMOD_FILE ), array(), CMOD_VERSION, true );
		wp_localize_script(
			'cmod-settings',
			'cmodSettings',
			array(
				'ajax'      => admin_url( 'admin-ajax.php' ),
				'testNonce' => wp_create_nonce( self::TEST ),
				'oldNonce'  => wp_create_nonce( Rescoring_Ajax::ACTION ),
				'text'      => array(
					'testing' => __( 'Asking the scorer…', 'comment-moderation' ),
					'broken'  => __( 'WordPress gave no usable answer. Reload the page and try again.', 'comment-moderation' ),
				),
			)
		);
		Tick::resume();
	}

	/**
	 * The choices for on_failure.
	 *
	 * @return array<string, string>
	 */
	public static function failure_choices(): array {
		return array(
			'hold_rescore' => __( 'Hold it. When the scorer is back, publish it if no threshold is reached.', 'comment-moderation' ),
			'hold'         => __( 'Hold it until a moderator decides.', 'comment-moderation' ),
			'pass'         => __( 'Let WordPress decide. When the scorer is back, hold it or mark it as spam if a threshold is reached.', 'comment-moderation' ),
		);
	}

	/**
	 * Prints the page.
	 */
	public static function show(): void {
		if ( ! current_user_can( 'manage_options' ) ) {
			return;
		}
		$settings = Settings::all();
		$by_file  = defined( 'COMMENT_MODERATION_API_KEY' );
		echo '<div class="wrap cmod-settings"><h1>' . esc_html( get_admin_page_title() ) . '</h1>';
		echo '<form action="options.php" method="post">';
		settings_fields( self::SLUG );

		echo '<h2>' . esc_html__( 'The scorer', 'comment-moderation' ) . '</h2><table class="form-table" role="presentation">';
		self::row( 'url', __( 'Address', 'comment-moderation' ), self::input( 'url', 'url', $settings['url'], 'class="regular-text code" placeholder="http://127.0.0.1:8000"' . ( Network::may_set_address() ? '' : ' readonly' ) ), __( 'Where "moderation serve" runs, as seen from this web server. Leave it empty to switch scoring off.', 'comment-moderation' ) );
		$kept = '' === $settings['api_key'] ? '' : __( 'A key is saved. Leave this empty to keep it.', 'comment-moderation' );
		if ( $by_file ) {
			self::row( 'api_key', __( 'API key', 'comment-moderation' ), '', __( 'Set in wp-config.php (COMMENT_MODERATION_API_KEY).', 'comment-moderation' ) );
		} else {
			// The saved key is never printed, not even into the field.
			$field = self::input( 'api_key', 'password', '', 'class="regular-text" autocomplete="new-password"' );
			if ( '' !== $kept ) {
				$field .= ' <label><input type="checkbox" name="cmod_settings[forget_api_key]" value="1"> ' . esc_html__( 'Forget the saved key', 'comment-moderation' ) . '</label>';
			}
			self::row( 'api_key', __( 'API key', 'comment-moderation' ), $field, trim( __( 'Only if your scorer asks for one.', 'comment-moderation' ) . ' ' . $kept ) );
		}
		self::row( 'community_id', __( 'Community', 'comment-moderation' ), self::input( 'community_id', 'text', $settings['community_id'], 'class="regular-text"' ), __( 'Sent to the scorer as communityId. A scorer that serves several sites may treat them differently by it.', 'comment-moderation' ) );
		self::row( 'timeout', __( 'Time limit', 'comment-moderation' ), self::input( 'timeout', 'number', $settings['timeout'], 'min="1" max="10" step="0.1" class="small-text"' ) . ' ' . esc_html__( 'seconds', 'comment-moderation' ), __( 'A visitor who posts a comment never waits longer than this for the scorer.', 'comment-moderation' ) );
		self::row( 'cooldown', __( 'Pause after a failure', 'comment-moderation' ), self::input( 'cooldown', 'number', $settings['cooldown'], 'min="1" max="3600" step="1" class="small-text"' ) . ' ' . esc_html__( 'seconds', 'comment-moderation' ), __( 'After a failure the scorer is left alone for so long, and twice as long after each further one (ten minutes at most), so that not every visitor waits for a dead scorer.', 'comment-moderation' ) );
		echo '<tr><th scope="row"></th><td><button type="button" class="button" id="cmod-test">' . esc_html__( 'Test the connection', 'comment-moderation' ) . '</button> <span id="cmod-test-result" role="status"></span></td></tr></table>';

		echo '<h2>' . esc_html__( 'Thresholds', 'comment-moderation' ) . '</h2><p>' . esc_html__( 'A score from 0 to 1 says how likely readers are to find that a comment is so. At the threshold or above, the comment is held for a moderator or marked as spam. Leave a field empty to switch it off. What WordPress itself would hold or mark as spam stays so in any case.', 'comment-moderation' ) . '</p>';
		echo '<table class="widefat cmod-thresholds"><thead><tr><th scope="col">' . esc_html__( 'Attribute', 'comment-moderation' ) . '</th><th scope="col">' . esc_html__( 'Hold from', 'comment-moderation' ) . '</th><th scope="col">' . esc_html__( 'Spam from', 'comment-moderation' ) . '</th></tr></thead><tbody>';
		foreach ( $settings['thresholds'] as $attribute => $limits ) {
			echo '<tr><th scope="row">' . esc_html( Attributes::label( $attribute ) ) . '</th>';
			foreach ( array( 'hold', 'spam' ) as $action ) {
				printf(
					'<td><input type="number" min="0.01" max="1" step="0.01" class="small-text" name="cmod_settings[thresholds][%1$s][%2$s]" id="cmod-%1$s-%2$s" value="%3$s" aria-label="%4$s"></td>',
					esc_attr( $attribute ),
					esc_attr( $action ),
					esc_attr( (string) ( $limits[ $action ] ?? '' ) ),
					esc_attr( Attributes::label( $attribute ) . ', ' . ( 'hold' === $action ? __( 'Hold from', 'comment-moderation' ) : __( 'Spam from', 'comment-moderation' ) ) )
				);
			}
			echo '</tr>';
		}
		echo '</tbody></table>';

		echo '<h2>' . esc_html__( 'Decisions', 'comment-moderation' ) . '</h2><table class="form-table" role="presentation">';
		self::row( 'on_failure', __( 'When the scorer does not answer', 'comment-moderation' ), self::radios( 'on_failure', self::failure_choices(), $settings['on_failure'] ), __( 'What happens to a new comment that WordPress itself would publish. In each case it is queued and scored when the scorer is back.', 'comment-moderation' ) );
		self::row(
			'on_unscorable',
			__( 'When the scorer cannot score a comment', 'comment-moderation' ),
			self::radios(
				'on_unscorable',
				array(
					'leave' => __( 'Let WordPress decide.', 'comment-moderation' ),
					'hold'  => __( 'Hold it until a moderator decides.', 'comment-moderation' ),
				),
				$settings['on_unscorable']
			),
			__( 'For example because it is in a language that the scorer does not know.', 'comment-moderation' )
		);
		self::row( 'exempt_moderators', __( 'Moderators', 'comment-moderation' ), self::checkbox( 'exempt_moderators', __( 'Do not score what moderators write', 'comment-moderation' ), $settings['exempt_moderators'] ), '' );
		self::row( 'send_feedback', __( 'Feedback', 'comment-moderation' ), self::checkbox( 'send_feedback', __( 'Send moderators\' decisions to the scorer, so that it can learn from them', 'comment-moderation' ), $settings['send_feedback'] ), __( 'The text of the comment is sent along and stored there.', 'comment-moderation' ) );
		self::row(
			'spam_feedback',
			__( 'A comment that a moderator marks as spam', 'comment-moderation' ),
			self::radios(
				'spam_feedback',
				array(
					'toxic' => __( 'is reported as abusive.', 'comment-moderation' ),
					'skip'  => __( 'is not reported, because our spam is mostly advertising.', 'comment-moderation' ),
				),
				$settings['spam_feedback']
			),
			''
		);
		self::row(
			'old_comments',
			__( 'Scoring old comments', 'comment-moderation' ),
			self::radios(
				'old_comments',
				array(
					'score' => __( 'only shows their scores in the comments list.', 'comment-moderation' ),
					'apply' => __( 'also holds them or marks them as spam when a threshold is reached, unless a moderator has decided.', 'comment-moderation' ),
				),
				$settings['old_comments']
			),
			''
		);
		self::row( 'batch_size', __( 'Comments in one batch', 'comment-moderation' ), self::input( 'batch_size', 'number', $settings['batch_size'], 'min="1" max="1000" step="1" class="small-text"' ), __( 'How many comments are scored in one run in the background, for 15 seconds at most.', 'comment-moderation' ) );
		echo '</table>';
		submit_button();
		echo '</form>';
		self::old_comments();
		echo '</div>';
	}

	/**
	 * Prints the part about old comments, which works at once and is not saved.
	 */
	private static function old_comments(): void {
		echo '<h2>' . esc_html__( 'Old comments', 'comment-moderation' ) . '</h2><div id="cmod-old">';
		if ( ! Settings::configured() ) {
			echo '<p>' . esc_html__( 'Save the address of a scorer first.', 'comment-moderation' ) . '</p></div>';
			return;
		}
		echo '<p><label><input type="checkbox" id="cmod-old-all"> ' . esc_html__( 'Also those that have a score already (for a new model)', 'comment-moderation' ) . '</label></p><p>';
		$buttons = array(
			'start'  => __( 'Score old comments', 'comment-moderation' ),
			'pause'  => __( 'Pause', 'comment-moderation' ),
			'resume' => __( 'Go on', 'comment-moderation' ),
		);
		foreach ( $buttons as $command => $label ) {
			printf( '<button type="button" class="button" data-command="%s">%s</button> ', esc_attr( $command ), esc_html( $label ) );
		}
		echo '</p><progress id="cmod-old-bar" max="1" value="0" hidden></progress> <span id="cmod-old-status" role="status"></span>';
		if ( defined( 'DISABLE_WP_CRON' ) && DISABLE_WP_CRON ) {
			echo '<p class="description">' . esc_html__( 'This site has switched off WordPress\'s own scheduler (DISABLE_WP_CRON). The work goes on whenever your server calls wp-cron.php.', 'comment-moderation' ) . '</p>';
		}
		echo '</div>';
	}

	/**
	 * Tries the scorer with what is typed in the form, saved or not.
	 */
	public static function test(): void {
		check_ajax_referer( self::TEST );
		if ( ! current_user_can( 'manage_options' ) ) {
			wp_send_json_error( array( 'message' => __( 'You are not allowed to do this.', 'comment-moderation' ) ), 403 );
		}
		// phpcs:disable WordPress.Security.ValidatedSanitizedInput -- cleaned by clean_url() and Settings::sanitize().
		$posted = wp_unslash( array_intersect_key( $_POST, array_flip( array( 'url', 'api_key', 'community_id', 'timeout' ) ) ) );
		// phpcs:enable
		$url = is_string( $posted['url'] ?? null ) ? Settings::clean_url( $posted['url'] ) : null;
		if ( null === $url || '' === $url ) {
			wp_send_json_error( array( 'message' => __( 'Type the address of the scorer first; it begins with http:// or https://.', 'comment-moderation' ) ) );
		}
		if ( Settings::get( 'url' ) !== $url && ! Network::may_set_address() ) {
			wp_send_json_error( array( 'message' => __( 'Only an administrator of the network can change the address of the scorer.', 'comment-moderation' ) ), 403 );
		}
		$settings = array_merge( Settings::all(), array_intersect_key( Settings::sanitize( $posted ), $posted ) );
		$client   = new Client( $url, $settings['api_key'], $settings['community_id'], (float) $settings['timeout'] );
		$begun    = microtime( true );
		try {
			$answer = $client->analyze( self::SAMPLE, array_keys( $settings['thresholds'] ) );
		} catch ( Comment_Refused $refusal ) {
			wp_send_json_error( array( 'message' => $refusal->getMessage() ) );
		} catch ( Scorer_Failure $failure ) {
			wp_send_json_error( array( 'message' => $failure->getMessage() ) );
		}
		$took = (int) round( 1000 * ( microtime( true ) - $begun ) );
		if ( Settings::get( 'url' ) === $url ) {
			Breaker::close();
			Queue::hurry();
		}
		$scores = array();
		foreach ( $answer['scores'] as $attribute => $score ) {
			$scores[] = Attributes::label( $attribute ) . ' ' . number_format_i18n( $score, 2 );
		}
		wp_send_json_success(
			array(
				/* translators: 1: milliseconds, 2: an example sentence, 3: its scores. */
				'message' => sprintf( __( 'It works: answered in %1$d ms. "%2$s" scores %3$s.', 'comment-moderation' ), $took, self::SAMPLE, implode( ', ', $scores ) ),
			)
		);
	}

	/**
	 * One row of a form table.
	 *
	 * @param string $key   Setting.
	 * @param string $label Not escaped.
	 * @param string $field Markup.
	 * @param string $help  Not escaped.
	 */
	private static function row( string $key, string $label, string $field, string $help ): void {
		$help = '' === $help ? '' : '<p class="description">' . esc_html( $help ) . '</p>';
		// $field comes from the functions below, which escape.
		printf( '<tr class="cmod-row-%1$s"><th scope="row"><label for="cmod-%1$s">%2$s</label></th><td>%3$s%4$s</td></tr>', esc_attr( $key ), esc_html( $label ), $field, $help ); // phpcs:ignore WordPress.Security.EscapeOutput
	}

	/**
	 * One input.
	 *
	 * @param string $key   Setting.
	 * @param string $type  Type of the input.
	 * @param mixed  $value Its value.
	 * @param string $more  Further attributes, written in this file.
	 */
	private static function input( string $key, string $type, $value, string $more ): string {
		return sprintf( '<input type="%2$s" name="cmod_settings[%1$s]" id="cmod-%1$s" value="%3$s" %4$s>', esc_attr( $key ), esc_attr( $type ), esc_attr( (string) $value ), $more );
	}

	/**
	 * One checkbox. The hidden field tells "not ticked" from "not on this form".
	 *
	 * @param string $key   Setting.
	 * @param string $label Not escaped.
	 * @param bool   $value Its value.
	 */
	private static function checkbox( string $key, string $label, bool $value ): string {
		return sprintf( '<input type="hidden" name="cmod_settings[%1$s]" value="0"><label><input type="checkbox" name="cmod_settings[%1$s]" id="cmod-%1$s" value="1"%3$s> %2$s</label>', esc_attr( $key ), esc_html( $label ), checked( $value, true, false ) );
	}

	/**
	 * One choice of several.
	 *
	 * @param string                $key     Setting.
	 * @param array<string, string> $choices Value => label, not escaped.
	 * @param string                $value   The one in force.
	 */
	private static function radios( string $key, array $choices, string $value ): string {
		$html = '<fieldset id="cmod-' . esc_attr( $key ) . '">';
		foreach ( $choices as $choice => $label ) {
			$html .= sprintf( '<label><input type="radio" name="cmod_settings[%1$s]" value="%2$s"%4$s> %3$s</label><br>', esc_attr( $key ), esc_attr( $choice ), esc_html( $label ), checked( $value, $choice, false ) );
		}
		return $html . '</fieldset>';
	}
}
