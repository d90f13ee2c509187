<?php
/**
 * Score, reason and found words for the moderator.
 *
 * @package CommentModeration
 */

namespace CommentModeration;

defined( 'ABSPATH' ) || exit;

/**
 * A column of the comments list, a box on the edit screen, and "Score again".
 */
final class Comments_List {

	const COLUMN = 'cmod';
	const ACTION = 'cmod_score_again';

	/**
	 * Registers the hooks.
	 */
	public static function hook(): void {
		add_filter( 'manage_edit-comments_columns', array( self::class, 'columns' ) );
		add_filter( 'manage_edit-comments_sortable_columns', array( self::class, 'sortable' ) );
		add_action( 'manage_comments_custom_column', array( self::class, 'column' ), 10, 2 );
		add_action( 'pre_get_comments', array( self::class, 'sort' ) );
		add_action( 'add_meta_boxes_comment', array( self::class, 'box' ) );
		add_filter( 'comment_row_actions', array( self::class, 'row_actions' ), 10, 2 );
		add_action( 'admin_post_' . self::ACTION, array( self::class, 'score_again' ) );
		add_filter( 'bulk_actions-edit-comments', array( self::class, 'bulk_actions' ) );
		add_filter( 'handle_bulk_actions-edit-comments', array( self::class, 'bulk_score_again' ), 10, 3 );
		add_action( 'admin_enqueue_scripts', array( self::class, 'style' ) );
	}

	/**
	 * Adds the column after the comment itself, for those who moderate.
	 *
	 * @param array<string, string> $columns Columns.
	 * @return array<string, string>
	 */
	public static function columns( $columns ) {
		if ( ! current_user_can( 'moderate_comments' ) ) {
			return $columns;
		}
		$at = array_search( 'comment', array_keys( $columns ), true );
		$at = false === $at ? count( $columns ) : $at + 1;
		return array_slice( $columns, 0, $at, true )
			+ array( self::COLUMN => __( 'Moderation score', 'comment-moderation' ) )
			+ array_slice( $columns, $at, null, true );
	}

	/**
	 * Lets the list be sorted by score, the highest first.
	 *
	 * @param array<string, mixed> $columns Sortable columns.
	 * @return array<string, mixed>
	 */
	public static function sortable( $columns ) {
		$columns[ self::COLUMN ] = array( self::COLUMN, true );
		return $columns;
	}

	/**
	 * Sorts. Comments without a score come last, or first when turned round.
	 *
	 * @param \WP_Comment_Query $query The list's query.
	 */
	public static function sort( $query ): void {
		if ( self::COLUMN !== ( $query->query_vars['orderby'] ?? '' ) || ! current_user_can( 'moderate_comments' ) ) {
			return;
		}
		$order = 'ASC' === strtoupper( (string) ( $query->query_vars['order'] ?? '' ) ) ? 'ASC' : 'DESC';

		$query->query_vars['meta_query'] = array(
			'relation'  => 'OR',
			'cmod_none' => array(
				'key'     => Result::TOP,
				'compare' => 'NOT EXISTS',
			),
			'cmod_top'  => array(
				'key'     => Result::TOP,
				'compare' => 'EXISTS',
				'type'    => 'DECIMAL(5,4)',
			),
		);
		$query->query_vars['orderby']    = array(
			'cmod_top'         => $order,
			'comment_date_gmt' => 'DESC',
		);
	}

	/**
	 * Prints the column.
	 *
	 * @param string $column     Which.
	 * @param int    $comment_id Comment.
	 */
	public static function column( $column, $comment_id ): void {
		if ( self::COLUMN === $column && current_user_can( 'moderate_comments' ) ) {
			// Every piece is escaped where it is made.
			echo self::summary( (int) $comment_id ); // phpcs:ignore WordPress.Security.EscapeOutput
		}
	}

	/**
	 * Adds the box to a comment's edit screen.
	 */
	public static function box(): void {
		if ( current_user_can( 'moderate_comments' ) ) {
			add_meta_box( 'cmod', __( 'Moderation score', 'comment-moderation' ), array( self::class, 'print_box' ), 'comment', 'normal' );
		}
	}

	/**
	 * Prints the box: the summary, and every score.
	 *
	 * @param \WP_Comment $comment The comment.
	 */
	public static function print_box( $comment ): void {
		$id = (int) $comment->comment_ID;
		echo self::summary( $id ); // phpcs:ignore WordPress.Security.EscapeOutput -- escaped where it is made.
		$result = Result::of( $id );
		if ( null === $result || array() === $result['scores'] ) {
			return;
		}
		echo '<table class="cmod-scores">';
		foreach ( $result['scores'] as $attribute => $score ) {
			echo '<tr><th scope="row">' . esc_html( Attributes::label( $attribute ) ) . '</th><td>' . esc_html( number_format_i18n( $score, 2 ) ) . '</td></tr>';
		}
		echo '</table>';
	}

	/**
	 * Score, decision, reasons and found words of one comment.
	 *
	 * @param int $comment_id Comment.
	 * @return string Markup, escaped.
	 */
	public static function summary( int $comment_id ): string {
		$result  = Result::of( $comment_id );
		$waiting = '' !== (string) get_comment_meta( $comment_id, Result::WAITING, true );
		if ( null === $result ) {
			return '<span class="cmod-none">' . esc_html( $waiting ? __( 'Waits to be scored.', 'comment-moderation' ) : __( 'Not scored.', 'comment-moderation' ) ) . '</span>';
		}
		$html = '';
		if ( 'waiting' === $result['state'] ) {
			$html .= '<p class="cmod-waiting">' . esc_html( self::why_waiting( (string) $result['error'], (string) $result['action'] ) ) . '</p>';
		} elseif ( 'refused' === $result['state'] ) {
			$html .= '<p class="cmod-refused">' . esc_html( self::why_refused( (string) $result['error'] ) ) . '</p>';
		} else {
			$html .= self::scores( $result );
		}
		if ( $waiting && 'waiting' !== $result['state'] ) {
			$html .= '<p class="cmod-waiting">' . esc_html__( 'Waits to be scored again.', 'comment-moderation' ) . '</p>';
		}
		$comment = get_comment( $comment_id );
		$plain   = $comment instanceof \WP_Comment ? Text::plain( $comment->comment_content ) : '';
		if ( array() !== $result['reasons'] && Text::fingerprint( $plain ) === $result['hash'] ) {
			$found = Highlight::html( $plain, $result['spans'], Settings::get( 'thresholds' ) );
			if ( '' !== $found ) {
				$html .= '<p class="cmod-found"><bdi>' . $found . '</bdi></p>';
			}
		}
		return '<div class="cmod">' . $html . '</div>';
	}

	/**
	 * The highest score, what was decided, and why.
	 *
	 * @param array<string, mixed> $result Result::of() in state "scored".
	 * @return string Markup, escaped.
	 */
	private static function scores( array $result ): string {
		$actions = array(
			'approve' => __( 'nothing to object to', 'comment-moderation' ),
			'hold'    => __( 'to be held', 'comment-moderation' ),
			'spam'    => __( 'to be marked as spam', 'comment-moderation' ),
		);
		$scores  = $result['scores'];
		arsort( $scores );
		$top  = (string) key( $scores );
		$html = sprintf(
			'<p class="cmod-score cmod-%1$s"><strong>%2$s %3$s</strong> <span>%4$s</span></p>',
			esc_attr( $result['action'] ),
			esc_html( Attributes::label( $top ) ),
			esc_html( number_format_i18n( $scores[ $top ], 2 ) ),
			esc_html( $actions[ $result['action'] ] ?? '' )
		);
		if ( array() === $result['reasons'] ) {
			return $html;
		}
		$html .= '<ul class="cmod-reasons">';
		foreach ( $result['reasons'] as $reason ) {
			$html .= '<li>' . esc_html(
				sprintf(
					/* translators: 1: an attribute such as "insult", 2: its score, 3: the threshold it reached. */
					__( '%1$s: %2$s, threshold %3$s', 'comment-moderation' ),
					Attributes::label( (string) $reason[0] ),
					number_format_i18n( (float) $reason[1], 2 ),
					number_format_i18n( (float) $reason[2], 2 )
				)
			) . '</li>';
		}
		return $html . '</ul>';
	}

	/**
	 * Why there is no score yet.
	 *
	 * @param string $error  Kind of failure.
	 * @param string $action What was done with the comment meanwhile.
	 */
	private static function why_waiting( string $error, string $action ): string {
		$why = 'timeout' === $error
			? __( 'The scorer did not answer in time.', 'comment-moderation' )
			: __( 'The scorer could not be reached.', 'comment-moderation' );
		return $why . ' ' . ( 'hold' === $action
			? __( 'Held without a score; it will be scored later.', 'comment-moderation' )
			: __( 'Let through without a score; it will be scored later.', 'comment-moderation' ) );
	}

	/**
	 * Why there will be no score.
	 *
	 * @param string $error errorType of the protocol.
	 */
	private static function why_refused( string $error ): string {
		if ( 'LANGUAGE_NOT_SUPPORTED_BY_ATTRIBUTE' === $error ) {
			return __( 'Not scored: the scorer does not know this language.', 'comment-moderation' );
		}
		return __( 'The scorer cannot score this comment.', 'comment-moderation' );
	}

	/**
	 * Adds "Score again" below a comment.
	 *
	 * @param array<string, string> $actions Links.
	 * @param \WP_Comment           $comment The comment.
	 * @return array<string, string>
	 */
	public static function row_actions( $actions, $comment ) {
		if ( Settings::configured() && current_user_can( 'moderate_comments' ) && current_user_can( 'edit_comment', $comment->comment_ID ) ) {
			$url = wp_nonce_url( admin_url( 'admin-post.php?action=' . self::ACTION . '&c=' . (int) $comment->comment_ID ), self::ACTION . $comment->comment_ID );

			$actions[ self::ACTION ] = '<a href="' . esc_url( $url ) . '">' . esc_html__( 'Score again', 'comment-moderation' ) . '</a>';
		}
		return $actions;
	}

	/**
	 * Scores one comment while the moderator waits, within the owner's time limit. Its status stays.
	 */
	public static function score_again(): void {
		$id = absint( $_GET['c'] ?? 0 ); // phpcs:ignore WordPress.Security.NonceVerification -- checked next.
		check_admin_referer( self::ACTION . $id );
		if ( ! current_user_can( 'moderate_comments' ) || ! current_user_can( 'edit_comment', $id ) ) {
			wp_die( esc_html__( 'You are not allowed to moderate this comment.', 'comment-moderation' ), 403 );
		}
		if ( ! Queue::score( $id, (float) Settings::get( 'timeout' ) ) && '' === (string) get_comment_meta( $id, Result::WAITING, true ) ) {
			Queue::add( $id, 'info' );
		}
		$back = wp_get_referer();
		wp_safe_redirect( $back ? $back : admin_url( 'edit-comments.php' ) );
		exit;
	}

	/**
	 * Adds "Score again" for many.
	 *
	 * @param array<string, string> $actions Bulk actions.
	 * @return array<string, string>
	 */
	public static function bulk_actions( $actions ) {
		if ( Settings::configured() && current_user_can( 'moderate_comments' ) ) {
			$actions[ self::ACTION ] = __( 'Score again', 'comment-moderation' );
		}
		return $actions;
	}

	/**
	 * Queues many. WordPress has checked the nonce of the list.
	 *
	 * @param string $back   Where to go afterwards.
	 * @param string $action Which bulk action.
	 * @param int[]  $ids    Comments.
	 * @return string
	 */
	public static function bulk_score_again( $back, $action, $ids ) {
		if ( self::ACTION === $action && current_user_can( 'moderate_comments' ) ) {
			foreach ( $ids as $id ) {
				if ( current_user_can( 'edit_comment', $id ) && '' === (string) get_comment_meta( (int) $id, Result::WAITING, true ) ) {
					Queue::add( (int) $id, 'info' );
				}
			}
		}
		return $back;
	}

	/**
	 * Loads the style sheet where it is needed.
	 *
	 * @param string $page The admin page.
	 */
	public static function style( $page ): void {
		if ( in_array( $page, array( 'edit-comments.php', 'comment.php' ), true ) ) {
			wp_enqueue_style( 'cmod-admin', plugins_url( 'assets/admin.css', CMOD_FILE ), array(), CMOD_VERSION );
			// A moderator is here: if the scheduler lost the work, this is the moment to notice.
			Tick::resume();
		}
	}
}
