<?php
/**
 * Scores the comments that were there before.
 *
 * @package CommentModeration
 */

namespace CommentModeration;

defined( 'ABSPATH' ) || exit;

/**
 * Goes through all comments by id. The owner's command and the progress are two options, so that a running batch
 * never overwrites "pause".
 */
final class Rescoring {

	/** What the owner wants: run (id of the run), state (running or paused), scope (new or all). */
	const COMMAND = 'cmod_rescoring';

	/** How far it is: run, cursor, last, total, done, refused, flagged, stuck, finished. */
	const PROGRESS = 'cmod_rescoring_progress';

	/** A comment that the scorer times out on so often is left to the queue. */
	const STUCK = 3;

	/**
	 * Begins anew.
	 *
	 * @param string $scope "new" for comments without a score, "all" for all, after a new model for example.
	 */
	public static function start( string $scope ): void {
		global $wpdb;
		$where = self::where();
		// phpcs:ignore WordPress.DB -- no input in it.
		$all = $wpdb->get_row( "SELECT COUNT(*) AS total, MAX(comment_ID) AS last FROM {$wpdb->comments} WHERE $where" );
		$run = wp_generate_password( 12, false );
		update_option(
			self::PROGRESS,
			array(
				'run'      => $run,
				'cursor'   => 0,
				'last'     => (int) ( $all->last ?? 0 ),
				'total'    => (int) ( $all->total ?? 0 ),
				'done'     => 0,
				'scored'   => 0,
				'refused'  => 0,
				'flagged'  => 0,
				'stuck'    => 0,
				'finished' => 0,
			),
			false
		);
		update_option(
			self::COMMAND,
			array(
				'run'   => $run,
				'state' => 'running',
				'scope' => 'all' === $scope ? 'all' : 'new',
			),
			false
		);
		Tick::schedule( time() );
	}

	/**
	 * Pauses or goes on.
	 *
	 * @param string $state running or paused.
	 */
	public static function set_state( string $state ): void {
		$command = self::fresh( self::COMMAND );
		if ( array() !== $command ) {
			$command['state'] = 'paused' === $state ? 'paused' : 'running';
			update_option( self::COMMAND, $command, false );
			Tick::resume();
		}
	}

	/**
	 * Whether there is work to do.
	 */
	public static function running(): bool {
		$command  = self::fresh( self::COMMAND );
		$progress = self::fresh( self::PROGRESS );
		return 'running' === ( $command['state'] ?? '' ) && ( $progress['run'] ?? '' ) === $command['run'] && 0 === $progress['finished'];
	}

	/**
	 * What the settings page shows.
	 *
	 * @return array{state: string, total: int, done: int, scored: int, refused: int, flagged: int}
	 */
	public static function status(): array {
		$command  = self::fresh( self::COMMAND );
		$progress = self::fresh( self::PROGRESS );
		$state    = $command['state'] ?? 'none';
		if ( ! empty( $progress['finished'] ) ) {
			$state = 'finished';
		}
		return array(
			'state'   => $state,
			'total'   => (int) ( $progress['total'] ?? 0 ),
			'done'    => (int) ( $progress['done'] ?? 0 ),
			'scored'  => (int) ( $progress['scored'] ?? 0 ),
			'refused' => (int) ( $progress['refused'] ?? 0 ),
			'flagged' => (int) ( $progress['flagged'] ?? 0 ),
		);
	}

	/**
	 * Does one batch.
	 *
	 * @param float $deadline Unix time.
	 */
	public static function work( float $deadline ): void {
		global $wpdb;
		if ( ! self::running() ) {
			return;
		}
		$progress = self::fresh( self::PROGRESS );
		$where    = self::where();
		// phpcs:ignore WordPress.DB -- $where has no input in it.
		$ids = $wpdb->get_col( $wpdb->prepare( "SELECT comment_ID FROM {$wpdb->comments} WHERE $where AND comment_ID > %d AND comment_ID <= %d ORDER BY comment_ID ASC LIMIT %d", $progress['cursor'], $progress['last'], Settings::get( 'batch_size' ) ) );
		foreach ( $ids as $id ) {
			// The owner may have paused it, or begun another run, while this one is at work.
			if ( microtime( true ) >= $deadline || Breaker::open_until() > 0 || ! self::running() ) {
				return;
			}
			$command = self::fresh( self::COMMAND );
			if ( $command['run'] !== $progress['run'] ) {
				return;
			}
			$ok = self::one( (int) $id, $command['scope'], $progress );
			update_option( self::PROGRESS, $progress, false );
			if ( ! $ok ) {
				return;
			}
		}
		if ( array() === $ids ) {
			$progress['finished'] = time();
			update_option( self::PROGRESS, $progress, false );
		}
	}

	/**
	 * Scores one comment.
	 *
	 * @param int                  $id       Comment.
	 * @param string               $scope    new or all.
	 * @param array<string, mixed> $progress Counted up here.
	 * @return bool False when the scorer failed.
	 */
	private static function one( int $id, string $scope, array &$progress ): bool {
		$comment = get_comment( $id );
		$plain   = $comment instanceof \WP_Comment ? Text::plain( $comment->comment_content ) : '';
		$known   = Result::of( $id );
		$current = null !== $known && 'waiting' !== $known['state'] && Text::fingerprint( $plain ) === $known['hash'];
		if ( '' !== $plain && ( 'all' === $scope || ! $current ) ) {
			$result = Result::ask( $plain, max( Queue::PATIENCE, (float) Settings::get( 'timeout' ) ) );
			if ( 'waiting' === $result['state'] ) {
				++$progress['stuck'];
				if ( 'timeout' !== $result['error'] || $progress['stuck'] < self::STUCK ) {
					return false;
				}
				Queue::add( $id, 'info' );
			} else {
				Result::save( $id, $result );
				++$progress[ 'refused' === $result['state'] ? 'refused' : 'scored' ];
				$progress['flagged'] += 'approve' === $result['action'] ? 0 : 1;
				if ( 'apply' === Settings::get( 'old_comments' ) ) {
					Queue::act( $comment, $result['action'], 'enforce' );
				}
			}
		}
		$progress['cursor'] = $id;
		$progress['stuck']  = 0;
		++$progress['done'];
		return true;
	}

	/**
	 * Which comments are scored: by people, and neither spam nor in the trash.
	 */
	private static function where(): string {
		return "comment_approved IN ('0', '1') AND comment_type NOT IN ('" . implode( "', '", Queue::NO_COMMENTS ) . "')";
	}

	/**
	 * An option as the database has it now: another request may have changed it since this one read it.
	 *
	 * @param string $option COMMAND or PROGRESS.
	 * @return array<string, mixed>
	 */
	private static function fresh( string $option ): array {
		wp_cache_delete( $option, 'options' );
		$value = get_option( $option );
		return is_array( $value ) ? $value : array();
	}
}
