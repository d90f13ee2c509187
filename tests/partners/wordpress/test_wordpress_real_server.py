"""The plugin with the real `moderation serve` and its real model, on every WordPress and PHP there is here."""

from __future__ import annotations

import contextlib
import signal
import sqlite3
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import httpx
import pytest
from wordpress_blog import Blog
from wordpress_sites import free_port, wait_for

SITES = ["wordpress-6.1-mariadb", "wordpress-6.6-sqlite", "wordpress-6.6-php-7.4", "wordpress-6.6-php-8.3"]

RUDE = "You are a stupid idiot and everybody hates you."
KIND = "Thank you, this is a lovely article about roses."

#: Low enough for any model worth the name; the plugin is tested here, not the model.
ATTRIBUTES = {"TOXICITY", "SEVERE_TOXICITY", "IDENTITY_ATTACK", "INSULT", "PROFANITY", "THREAT"}
THRESHOLDS = {name: {"hold": 0.5, "spam": None} for name in ATTRIBUTES}


class Service:
    """`moderation serve` as a process that can be killed and started again at the same address."""

    def __init__(self, folder: Path) -> None:
        self.store = folder / "store.sqlite3"
        self.port = free_port()
        self._log = folder / "serve.log"
        self._process: subprocess.Popen[bytes] | None = None

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.port}"

    def start(self) -> None:
        command = [sys.executable, "-m", "moderation", "serve", "--port", str(self.port)]
        command += ["--database", f"sqlite:///{self.store}"]
        with self._log.open("ab") as log:
            self._process = subprocess.Popen(command, stdout=log, stderr=log, stdin=subprocess.DEVNULL)
        wait_for(self._ready, f"moderation serve: {self._log.read_text()}", 120)

    def end(self, how: signal.Signals) -> None:
        if self._process is not None:
            self._process.send_signal(how)
            self._process.wait(60)
            self._process = None

    def _ready(self) -> bool:
        assert self._process is not None
        assert self._process.poll() is None, self._log.read_text()
        with contextlib.suppress(httpx.HTTPError):
            return httpx.get(f"{self.url}/readyz", timeout=10).status_code == 200
        return False

    def stored(self) -> str:
        """All that its store holds."""
        with contextlib.closing(sqlite3.connect(self.store)) as store:
            return "\n".join(store.iterdump())


@pytest.fixture
def service(tmp_path: Path) -> Iterator[Service]:
    running = Service(tmp_path)
    try:
        running.start()
        yield running
    finally:
        running.end(signal.SIGKILL)


@pytest.fixture
def served(unconfigured: Blog, service: Service) -> Blog:
    unconfigured.settings(url=service.url, timeout=10.0, community_id="garden-blog", thresholds=THRESHOLDS)
    return unconfigured


@pytest.mark.parametrize("way", ["form", "rest"])
def test_rude_is_held_and_kind_is_published(served: Blog, way: str) -> None:
    rude, kind = (getattr(served, way)(text) for text in (RUDE, KIND))
    assert [served.status(rude), served.status(kind)] == ["unapproved", "approved"]
    scores = served.comment(rude)["meta"]["_cmod_result"]["scores"]
    assert set(scores) == ATTRIBUTES
    shown = served.site.php(f"return CommentModeration\\Comments_List::summary( {rude} );")
    assert "<mark" in shown
    assert "threshold 0.50" in shown


def test_only_a_moderators_verdict_is_stored(served: Blog, service: Service) -> None:
    rude, kind = served.form(RUDE), served.form(KIND)
    assert [served.status(rude), served.status(kind)] == ["unapproved", "approved"]
    served.moderate(rude, "trash")
    served.site.cron()
    assert served.comment(rude)["meta"]["_cmod_feedback_sent"]
    service.end(signal.SIGTERM)
    stored = service.stored()
    assert RUDE in stored
    assert "garden-blog" in stored
    assert KIND not in stored
    assert "ada@example.org" not in stored


@pytest.mark.parametrize(
    ("choice", "while_dead", "once_back"),
    [
        ("hold_rescore", ["unapproved", "unapproved"], ["approved", "unapproved"]),
        ("hold", ["unapproved", "unapproved"], ["unapproved", "unapproved"]),
        ("pass", ["approved", "approved"], ["approved", "unapproved"]),
    ],
)
def test_killed_and_back(
    served: Blog, service: Service, choice: str, while_dead: list[str], once_back: list[str]
) -> None:
    served.settings(on_failure=choice)
    assert served.status(served.form(KIND)) == "approved"
    service.end(signal.SIGKILL)
    kind, rude = served.form(KIND), served.form(RUDE)
    assert [served.status(kind), served.status(rude)] == while_dead
    assert served.comment(kind)["meta"]["_cmod_result"]["error"] == "unreachable"
    assert served.comment(rude)["meta"]["_cmod_result"]["error"] == "paused"
    service.start()
    served.site.php("delete_option( 'cmod_breaker' ); return CommentModeration\\Queue::hurry();")
    served.site.cron()
    assert [served.status(kind), served.status(rude)] == once_back


def test_old_comments_are_scored_in_the_background(served: Blog) -> None:
    """Written while the plugin was away: nothing is known of them until the owner asks."""
    served.site.php("return deactivate_plugins( 'comment-moderation/comment-moderation.php' );")
    rude, kind = served.form(RUDE), served.form(KIND)
    assert "_cmod_result" not in served.comment(rude)["meta"]
    served.site.php("return activate_plugin( 'comment-moderation/comment-moderation.php' );")
    served.settings(old_comments="apply")
    served.site.php("return CommentModeration\\Rescoring::start( 'new' );")
    served.site.cron()
    assert [served.status(rude), served.status(kind)] == ["unapproved", "approved"]
    assert served.comment(kind)["meta"]["_cmod_result"]["state"] == "scored"
