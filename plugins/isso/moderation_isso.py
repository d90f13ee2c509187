"""Isso asks the scorer before it publishes a comment.

Put this file where Python finds it and start ``python -m moderation_isso -c /etc/isso.cfg run`` instead of ``isso``;
a WSGI server calls ``moderation_isso.install()`` before it imports ``isso.run``. Settings go into Isso's own file:

    [comment-moderation]
    url = http://127.0.0.1:8000
    timeout = 2
    on-failure = hold

``on-failure`` is ``hold`` (for a moderator) or ``publish``. ``key`` and ``community`` are for a service that wants
them. What the scorer would review or reject is held; a comment that Isso already holds stays held. An author who
edits a comment has it scored again.
"""

from __future__ import annotations

import json
import logging
import threading
import urllib.request
from collections.abc import Callable, Iterator
from typing import Any

import isso

logger = logging.getLogger("isso")

SECTION = "comment-moderation"
#: Isso's own numbers for a comment's state.
PUBLISHED, HELD = 1, 2
_MOST_BYTES = 1_000_000


class Moderation:
    """Isso's extensions are iterables of (signal, function)."""

    def __init__(self, app: Any) -> None:
        self._app = app
        conf = app.conf

        def setting(name: str, default: str) -> str:
            return str(conf.get(SECTION, name)) if conf.has_option(SECTION, name) else default

        self.url = setting("url", "http://127.0.0.1:8000").rstrip("/") + "/v1/score"
        self.key = setting("key", "")
        self.community = setting("community", "")
        self.timeout = float(setting("timeout", "2"))
        self.hold_on_failure = setting("on-failure", "hold") != "publish"

    def __iter__(self) -> Iterator[tuple[str, Callable[..., None]]]:
        yield "comments.new:before-save", self.before_save
        yield "comments.edit", self.after_edit

    def before_save(self, thread: dict[str, Any], comment: dict[str, Any]) -> None:
        if self.holds(comment.get("text"), comment.get("author")):
            comment["mode"] = HELD

    def after_edit(self, comment: dict[str, Any]) -> None:
        if comment.get("mode") == PUBLISHED and self.holds(comment.get("text"), comment.get("author")):
            with self._app.lock:
                self._app.db.execute("UPDATE comments SET mode = ? WHERE id = ?", (HELD, comment["id"]))
            comment["mode"] = HELD

    def holds(self, text: object, author: object) -> bool:
        """Whether the comment must wait for a moderator. Never raises, never takes longer than the timeout."""
        answer: dict[str, Any] = {}
        # A socket's timeout starts anew with every byte; only a thread that is left behind bounds the whole.
        asking = threading.Thread(target=self._ask, args=(text, author, answer), daemon=True)
        asking.start()
        asking.join(self.timeout)
        decision = answer.get("decision")
        if decision is None:
            logger.warning("comment-moderation: no decision (%s)", answer.get("error", "timeout"))
            return self.hold_on_failure
        return bool(decision != "approve")

    def _ask(self, text: object, author: object, answer: dict[str, Any]) -> None:
        try:
            asked = {"text": text, "author": author, "community": self.community or None}
            headers = {"Content-Type": "application/json"}
            if self.key:
                headers["Authorization"] = f"Bearer {self.key}"
            request = urllib.request.Request(self.url, json.dumps(asked).encode(), headers)
            with urllib.request.urlopen(request, timeout=self.timeout) as response:
                found = json.loads(response.read(_MOST_BYTES))
            answer["decision"] = found["decision"]
        except Exception as error:
            answer["error"] = type(error).__name__


def install() -> None:
    """From now on every Isso application asks the scorer."""
    original = isso.Isso.__init__

    def with_moderation(self: Any, conf: Any) -> None:
        original(self, conf)
        for signal, function in Moderation(self):
            self.signal.subscriptions[signal].append(function)

    isso.Isso.__init__ = with_moderation


if __name__ == "__main__":
    install()
    isso.main()
