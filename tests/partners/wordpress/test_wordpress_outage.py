"""The scorer is slow, wrong or dead: the site goes on, and what the owner chose happens."""

from __future__ import annotations

import signal
import subprocess
import sys
import threading
import time
from pathlib import Path

import pytest
from perspective_double import PerspectiveDouble
from wordpress_blog import Blog
from wordpress_sites import free_port, wait_for

DOUBLE = Path(__file__).with_name("perspective_double.py")

#: Seconds. Far above the plugin's limit of one, far below the minute for which these scorers keep it waiting.
PATIENCE = 25.0


def back_up(blog: Blog, scorer: PerspectiveDouble) -> None:
    """The scorer works again and the pause is over."""
    scorer.stop()
    scorer.mode = "up"
    scorer.start()
    blog.site.php("""
        $state = get_option( 'cmod_breaker' );
        if ( $state ) { $state['until'] = time() - 1; update_option( 'cmod_breaker', $state ); }
        CommentModeration\\Queue::hurry();
        return true;
    """)


@pytest.mark.parametrize("way", ["form", "rest"])
@pytest.mark.parametrize("choice", ["hold", "hold_rescore", "pass"])
def test_a_dead_scorer(blog: Blog, scorer: PerspectiveDouble, choice: str, way: str) -> None:
    blog.settings(on_failure=choice)
    scorer.stop()
    comment = getattr(blog, way)("What a lovely garden.")
    kept = blog.comment(comment)
    assert kept["status"] == ("approved" if choice == "pass" else "unapproved")
    assert kept["meta"]["_cmod_result"]["state"] == "waiting"
    assert (
        kept["meta"]["_cmod_waiting"]
        == {"hold": "info", "hold_rescore": "release", "pass": "enforce"}[choice]
    )


@pytest.mark.parametrize("mode", ["hang", "drip"])
def test_a_slow_scorer_costs_no_more_than_the_time_limit(
    blog: Blog, scorer: PerspectiveDouble, mode: str
) -> None:
    scorer.mode = mode
    begun = time.monotonic()
    comment = blog.comment(blog.form("What a lovely garden."))
    assert time.monotonic() - begun < PATIENCE
    assert comment["meta"]["_cmod_result"]["error"] == "timeout"


def test_a_dead_scorer_costs_one_wait_and_not_one_for_each_comment(
    blog: Blog, scorer: PerspectiveDouble
) -> None:
    scorer.mode = "hang"
    for number in range(5):
        blog.form(f"Comment number {number}.")
    assert len(scorer.analyzed()) == 1
    assert blog.site.php("return get_option( 'cmod_breaker' )['failures'];") == 1


def test_after_the_pause_one_visitor_tries_again(blog: Blog, scorer: PerspectiveDouble) -> None:
    scorer.mode = "hang"
    blog.form("Comment number one.")
    blog.site.php("""
        $state = get_option( 'cmod_breaker' ); $state['until'] = time() - 1;
        return update_option( 'cmod_breaker', $state );
    """)
    # Of three at once, only one finds out.
    posts = [threading.Thread(target=blog.form, args=(f"At once {n}.",)) for n in range(3)]
    blog.form("Comment number two.")
    for thread in posts:
        thread.start()
    for thread in posts:
        thread.join()
    assert len(scorer.analyzed()) == 2
    pause = blog.site.php(
        "$s = get_option( 'cmod_breaker' ); return array( $s['failures'], $s['until'] - time() );"
    )
    assert pause[0] == 2
    assert 60 < pause[1] <= 120


def test_it_is_found_again(blog: Blog, scorer: PerspectiveDouble) -> None:
    scorer.stop()
    blog.form("Comment number one.")
    back_up(blog, scorer)
    assert blog.status(blog.form("Comment number two.")) == "approved"
    assert blog.site.php("return get_option( 'cmod_breaker', 'gone' );") == "gone"


@pytest.mark.parametrize(
    ("mode", "kind"),
    [
        ("html", "malformed"),
        ("other", "malformed"),
        ("nonsense", "malformed"),
        ("huge", "malformed"),
        ("403", "denied"),
        ("404", "not_found"),
        ("429", "busy"),
        ("500", "http"),
        ("503", "busy"),
    ],
)
def test_a_scorer_that_answers_nonsense(blog: Blog, scorer: PerspectiveDouble, mode: str, kind: str) -> None:
    scorer.mode = mode
    comment = blog.comment(blog.form("What a lovely garden."))
    assert comment["status"] == "unapproved"
    assert comment["meta"]["_cmod_result"]["error"] == kind


def test_retry_after_is_heeded(blog: Blog, scorer: PerspectiveDouble) -> None:
    scorer.mode, scorer.retry_after = "429", "7"
    blog.form("What a lovely garden.")
    assert 0 < blog.site.php("return get_option( 'cmod_breaker' )['until'] - time();") <= 7


def test_the_key_is_in_no_message(blog: Blog, scorer: PerspectiveDouble) -> None:
    blog.settings(api_key="sesame-123")
    scorer.mode = "403"
    blog.form("What a lovely garden.")
    message = blog.site.php("return get_option( 'cmod_breaker' )['message'];")
    assert "403" in message
    assert "sesame" not in message


class TestWhenItIsBack:
    def wait_out(self, blog: Blog, scorer: PerspectiveDouble, choice: str, *texts: str) -> list[int]:
        blog.settings(on_failure=choice)
        scorer.stop()
        comments = [blog.form(text) for text in texts]
        blog.site.cron()  # still down: nothing may change
        return comments

    def test_let_through_comments_are_scored_and_taken_down(
        self, blog: Blog, scorer: PerspectiveDouble
    ) -> None:
        kind, rude = self.wait_out(blog, scorer, "pass", "What a lovely garden.", "What an idiot.")
        assert [blog.status(kind), blog.status(rude)] == ["approved", "approved"]
        back_up(blog, scorer)
        blog.site.cron()
        assert [blog.status(kind), blog.status(rude)] == ["approved", "unapproved"]
        assert blog.comment(rude)["meta"]["_cmod_result"]["state"] == "scored"
        assert blog.site.php("return wp_next_scheduled( 'cmod_tick' );") is False

    def test_held_comments_are_published_if_kind(self, blog: Blog, scorer: PerspectiveDouble) -> None:
        kind, rude = self.wait_out(blog, scorer, "hold_rescore", "What a lovely garden.", "What an idiot.")
        back_up(blog, scorer)
        blog.site.cron()
        assert [blog.status(kind), blog.status(rude)] == ["approved", "unapproved"]

    def test_held_comments_stay_held_if_the_owner_wants_to_see_them(
        self, blog: Blog, scorer: PerspectiveDouble
    ) -> None:
        kind, rude = self.wait_out(blog, scorer, "hold", "What a lovely garden.", "What an idiot.")
        back_up(blog, scorer)
        blog.site.cron()
        assert [blog.status(kind), blog.status(rude)] == ["unapproved", "unapproved"]
        assert blog.comment(kind)["meta"]["_cmod_result"]["state"] == "scored"

    def test_what_wordpress_held_is_never_published(self, blog: Blog, scorer: PerspectiveDouble) -> None:
        blog.site.php("return update_option( 'comment_moderation', '1' );")
        (kind,) = self.wait_out(blog, scorer, "hold_rescore", "What a lovely garden.")
        back_up(blog, scorer)
        blog.site.cron()
        assert blog.status(kind) == "unapproved"

    def test_a_moderator_who_was_faster_is_right(self, blog: Blog, scorer: PerspectiveDouble) -> None:
        (rude,) = self.wait_out(blog, scorer, "hold_rescore", "What an idiot.")
        (kind,) = self.wait_out(blog, scorer, "hold_rescore", "What a lovely garden.")
        blog.moderate(rude, "approve")
        blog.moderate(kind, "trash")
        back_up(blog, scorer)
        blog.site.cron()
        assert [blog.status(rude), blog.status(kind)] == ["approved", "trash"]

    def test_a_comment_that_is_gone_meanwhile_holds_up_nobody(
        self, blog: Blog, scorer: PerspectiveDouble
    ) -> None:
        gone, kind = self.wait_out(blog, scorer, "hold_rescore", "Soon gone.", "What a lovely garden.")
        blog.site.php(f"return wp_delete_comment( {gone}, true );")
        back_up(blog, scorer)
        blog.site.cron()
        assert blog.status(kind) == "approved"


def test_killed_in_the_middle_of_a_request(blog: Blog) -> None:
    """kill -9 while the scorer has a comment in its hands: the visitor gets the site's usual answer."""
    port = free_port()
    process = subprocess.Popen([sys.executable, str(DOUBLE), str(port), "hang"], stdout=subprocess.PIPE)
    try:
        assert process.stdout is not None
        assert process.stdout.readline() == b"ready\n"
        blog.settings(url=f"http://127.0.0.1:{port}", timeout=10.0)
        posted: list[int] = []
        visitor = threading.Thread(target=lambda: posted.append(blog.form("What a lovely garden.")))
        visitor.start()
        wait_for(lambda: _connected(port), "the site to ask the scorer")
        process.send_signal(signal.SIGKILL)
        visitor.join(60)
        comment = blog.comment(posted[0])
        assert comment["status"] == "unapproved"
        assert comment["meta"]["_cmod_result"]["error"] == "unreachable"
        assert comment["meta"]["_cmod_waiting"] == "release"
    finally:
        process.kill()
        process.wait()
        process.stdout.close()


def _connected(port: int) -> bool:
    """Whether a connection to ``port`` on this machine is established, as Linux tells."""
    wanted = f"{port:04X}"
    rows = [line.split() for line in Path("/proc/net/tcp").read_text().splitlines()[1:]]
    return any(row[1].endswith(f":{wanted}") and row[3] == "01" for row in rows)
