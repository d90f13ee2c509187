"""Holds a comment (``is_public = False``) that the scorer would review or reject."""

from __future__ import annotations

import json
import logging
import threading
import urllib.request
from typing import Any

from django.conf import settings

logger = logging.getLogger(__name__)

_MOST_BYTES = 1_000_000


def moderate(sender: Any, comment: Any, request: Any, **_: Any) -> None:
    """Receives ``comment_will_be_posted``. Never publishes what something else held; returns None, which kills
    nothing.
    """
    if comment.is_public and holds(comment.comment, comment.user_name or None):
        comment.is_public = False


def holds(text: str, author: str | None) -> bool:
    """Whether the comment must wait for a moderator. Never raises, never takes longer than the timeout."""
    options = getattr(settings, "COMMENT_MODERATION", {})
    answer: dict[str, Any] = {}
    # A socket's timeout starts anew with every byte; only a thread that is left behind bounds the whole.
    asking = threading.Thread(target=_ask, args=(options, text, author, answer), daemon=True)
    asking.start()
    asking.join(float(options.get("TIMEOUT", 2.0)))
    decision = answer.get("decision")
    if decision is None:
        logger.warning("comment-moderation: no decision (%s)", answer.get("error", "timeout"))
        return bool(options.get("ON_FAILURE", "hold") != "publish")
    return bool(decision != "approve")


def _ask(options: dict[str, Any], text: str, author: str | None, answer: dict[str, Any]) -> None:
    try:
        asked = {"text": text, "author": author, "community": options.get("COMMUNITY")}
        headers = {"Content-Type": "application/json"}
        if options.get("KEY"):
            headers["Authorization"] = f"Bearer {options['KEY']}"
        url = options.get("URL", "http://127.0.0.1:8000").rstrip("/") + "/v1/score"
        request = urllib.request.Request(url, json.dumps(asked).encode(), headers)
        with urllib.request.urlopen(request, timeout=float(options.get("TIMEOUT", 2.0))) as response:
            found = json.loads(response.read(_MOST_BYTES))
        answer["decision"] = found["decision"]
    except Exception as error:
        answer["error"] = type(error).__name__
