"""Moderators' verdicts go back to the scorer; old comments are scored in the background."""

from __future__ import annotations

import pytest
from perspective_double import PerspectiveDouble
from wordpress_blog import Blog


@pytest.mark.parametrize(("verdict", "value"), [("approve", 0), ("spam", 1), ("trash", 1)])
def test_a_verdict_is_sent(blog: Blog, scorer: PerspectiveDouble, verdict: str, value: float) -> None:
    blog.settings(community_id="garden-blog", api_key="k-1")
    comment = blog.form("Only an idiot plants roses.")
    blog.moderate(comment, verdict)
    assert scorer.suggested() == []  # nobody waits for the scorer in the admin area
    blog.site.cron()
    (sent,) = scorer.suggested()
    assert sent.text == "Only an idiot plants roses."
    assert sent.body["attributeScores"] == {"TOXICITY": {"summaryScore": {"value": value}}}
    assert sent.body["communityId"] == "garden-blog"
    assert sent.body["clientToken"] == f"wordpress-{verdict}"
    assert sent.headers["X-goog-api-key"] == "k-1"
    assert "ada@example.org" not in str(sent)
    blog.site.cron()
    assert len(scorer.suggested()) == 1


def test_only_the_last_word_is_sent(blog: Blog, scorer: PerspectiveDouble) -> None:
    comment = blog.form("Only an idiot plants roses.")
    for verdict in ("spam", "approve", "trash", "approve"):
        blog.moderate(comment, verdict)
    blog.site.cron()
    assert [s.body["clientToken"] for s in scorer.suggested()] == ["wordpress-approve"]


def test_what_is_undone_is_not_sent(blog: Blog, scorer: PerspectiveDouble) -> None:
    blog.site.php("return update_option( 'test_feedback_delay', 3600 );")
    comment = blog.form("Only an idiot plants roses.")
    blog.moderate(comment, "approve")
    blog.site.cron()
    blog.moderate(comment, "hold")
    blog.site.php("return update_option( 'test_feedback_delay', 0 );")
    blog.site.cron()
    assert scorer.suggested() == []
    assert "_cmod_verdict" not in blog.comment(comment)["meta"]


def test_it_is_kept_while_the_scorer_is_down(blog: Blog, scorer: PerspectiveDouble) -> None:
    comment = blog.form("Only an idiot plants roses.")
    scorer.stop()
    blog.moderate(comment, "trash")
    blog.site.cron()
    kept = blog.comment(comment)["meta"]
    assert kept["_cmod_feedback_tries"] == "1"
    scorer.start()
    blog.site.php(
        f"update_comment_meta( {comment}, '_cmod_feedback_due', '1' );"
        "return CommentModeration\\Tick::resume();"
    )
    blog.site.cron()
    assert len(scorer.suggested()) == 1
    assert "_cmod_feedback_due" not in blog.comment(comment)["meta"]


def test_a_scorer_that_takes_no_verdicts_still_scores(blog: Blog, scorer: PerspectiveDouble) -> None:
    comment = blog.form("Only an idiot plants roses.")
    blog.moderate(comment, "trash")
    scorer.mode = "404"
    blog.site.cron()
    scorer.mode = "up"
    assert blog.status(blog.form("What a lovely garden.")) == "approved"


def test_the_owner_can_say_no(blog: Blog, scorer: PerspectiveDouble) -> None:
    blog.settings(spam_feedback="skip")
    blog.moderate(blog.form("Buy roses, idiot."), "spam")
    blog.settings(send_feedback=False)
    blog.moderate(blog.form("Only an idiot plants roses."), "trash")
    blog.site.cron()
    assert scorer.suggested() == []


def test_the_plugins_own_decisions_are_no_verdicts(blog: Blog, scorer: PerspectiveDouble) -> None:
    blog.settings(old_comments="apply")
    blog.site.php(f"""
        wp_set_current_user( 1 );
        wp_insert_comment( array( 'comment_post_ID' => {blog.post_id}, 'comment_content' => 'You idiot.' ) );
        CommentModeration\\Rescoring::start( 'new' );
        CommentModeration\\Tick::run();
        return true;
    """)
    assert blog.site.php("return wp_count_comments()->moderated;") == 1
    blog.site.cron()
    assert scorer.suggested() == []


class TestOldComments:
    def fill(self, blog: Blog, count: int) -> None:
        """Comments that were there before the plugin: every fifth one is rude; and some of no interest."""
        blog.site.php(f"""
            for ( $i = 0; $i < {count}; $i++ ) {{
                wp_insert_comment( array( 'comment_post_ID' => {blog.post_id}, 'comment_approved' => 1,
                    'comment_content' => 0 === $i % 5 ? "You idiot number $i." : "Nice rose number $i." ) );
            }}
            foreach ( array( 'spam', 'trash' ) as $status ) {{
                wp_insert_comment( array( 'comment_post_ID' => {blog.post_id}, 'comment_approved' => $status,
                    'comment_content' => 'An idiot.' ) );
            }}
            wp_insert_comment( array( 'comment_post_ID' => {blog.post_id}, 'comment_type' => 'pingback',
                'comment_content' => 'An idiot.' ) );
            return true;
        """)

    def start(self, blog: Blog, scope: str = "new") -> None:
        blog.site.php(f"return CommentModeration\\Rescoring::start( '{scope}' );")

    def progress(self, blog: Blog) -> dict[str, object]:
        return blog.site.php("return CommentModeration\\Rescoring::status();")

    def test_in_batches_with_progress(self, blog: Blog, scorer: PerspectiveDouble) -> None:
        self.fill(blog, 25)
        blog.settings(batch_size=10)
        self.start(blog)
        seen = [self.progress(blog)["done"]]
        for _ in range(4):
            blog.site.cron()
            seen.append(self.progress(blog)["done"])
        assert seen == [0, 10, 20, 25, 25]
        assert self.progress(blog) == {
            "state": "finished", "total": 25, "done": 25, "scored": 25, "refused": 0, "flagged": 5,
        }  # fmt: skip
        assert len(scorer.analyzed()) == 25
        assert (
            blog.site.php("return wp_count_comments()->approved;") == 26
        )  # the pingback too: nothing was changed
        assert blog.site.php("return wp_next_scheduled( 'cmod_tick' );") is False

    def test_again_only_what_is_new_or_all(self, blog: Blog, scorer: PerspectiveDouble) -> None:
        self.fill(blog, 5)
        for scope, calls in (("new", 5), ("new", 5), ("all", 10)):
            self.start(blog, scope)
            blog.site.cron()
            blog.site.cron()
            assert self.progress(blog)["state"] == "finished"
            assert len(scorer.analyzed()) == calls

    def test_thresholds_are_applied_if_wished_but_not_against_a_moderator(self, blog: Blog) -> None:
        self.fill(blog, 10)
        blog.settings(old_comments="apply")
        first = blog.site.php(
            "return get_comments( array( 'search' => 'idiot number 0', 'fields' => 'ids' ) )[0];"
        )
        blog.moderate(first, "hold")
        blog.moderate(first, "approve")
        self.start(blog)
        blog.site.cron()
        assert blog.site.php("return wp_count_comments()->moderated;") == 1
        assert blog.status(first) == "approved"

    def test_pause_and_go_on(self, blog: Blog) -> None:
        self.fill(blog, 6)
        blog.settings(batch_size=2)
        self.start(blog)
        blog.site.cron()
        blog.site.php("return CommentModeration\\Rescoring::set_state( 'paused' );")
        blog.site.cron()
        assert (self.progress(blog)["state"], self.progress(blog)["done"]) == ("paused", 2)
        blog.site.php("return CommentModeration\\Rescoring::set_state( 'running' );")
        blog.site.cron()
        assert (self.progress(blog)["state"], self.progress(blog)["done"]) == ("running", 4)

    def test_a_dead_scorer_loses_nothing(self, blog: Blog, scorer: PerspectiveDouble) -> None:
        self.fill(blog, 4)
        scorer.stop()
        self.start(blog)
        blog.site.cron()
        assert (self.progress(blog)["state"], self.progress(blog)["done"]) == ("running", 0)
        assert blog.site.php("return wp_next_scheduled( 'cmod_tick' ) > time();") is True
        scorer.start()
        blog.site.php("delete_option( 'cmod_breaker' ); return CommentModeration\\Tick::schedule( time() );")
        blog.site.cron()
        assert self.progress(blog)["done"] == 4
