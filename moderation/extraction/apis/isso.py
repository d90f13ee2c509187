"""Isso: the thread of a page, as its own script fetches it."""

from __future__ import annotations

import html
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any
from urllib.parse import urlencode, urljoin, urlsplit

from moderation.extraction.apis.base import (
    MAX_REQUESTS,
    Asked,
    Get,
    Unreachable,
    items,
    loads,
    mapping,
    shown,
    whole,
    words,
)
from moderation.extraction.markup import select
from moderation.extraction.records import Found, Record

_DELETED = 4


@dataclass(frozen=True, slots=True)
class _Place:
    base: str
    uri: str


class Isso:
    name = "Isso"

    def find(self, page: Asked) -> _Place | None:
        for script in select(page.root, "script[data-isso]"):
            try:
                base = urljoin(page.address or "", (script.get("data-isso") or "").strip())
                parts = urlsplit(base)
                uri = next(
                    (e.get("data-isso-id") for e in select(page.root, "#isso-thread[data-isso-id]")),
                    urlsplit(page.address).path if page.address else None,
                )
            except ValueError:
                continue
            if parts.scheme in ("http", "https") and parts.netloc and uri:
                return _Place(base.rstrip("/"), uri)
        return None

    def read(self, place: _Place, page: Asked, get: Get) -> Found:
        found = Found("isso")
        asked = 0
        hidden: list[str | None] = [None]
        seen: set[str] = set()
        while hidden:
            if asked >= MAX_REQUESTS:
                found.warnings.append("Isso: more replies than were asked for")
                break
            parent = hidden.pop(0)
            query = {"uri": place.uri} | ({"parent": parent} if parent else {})
            try:
                thread = mapping(loads(get(f"{place.base}/?{urlencode(query)}")))
            except Unreachable as error:
                if error.status == 404:  # nobody has written yet
                    break
                raise
            asked += 1
            for item in _all(thread):
                key = whole(item.get("id"))
                if key is None or str(key) in seen:
                    continue
                seen.add(str(key))
                record = _record(item, str(key), page.address)
                if record is not None:
                    found.records.append(record)
                if whole(item.get("hidden_replies")):
                    hidden.append(str(key))
        return found


def _all(thread: dict[str, Any]) -> list[dict[str, Any]]:
    """The comments of a thread, each before its replies; without recursion, for a server may nest at will."""
    ordered: list[dict[str, Any]] = []
    stack = list(reversed(items(thread.get("replies"))))
    while stack:
        item = stack.pop()
        ordered.append(item)
        stack.extend(reversed(items(item.get("replies"))))
    return ordered


def _record(item: dict[str, Any], key: str, address: str | None) -> Record | None:
    body = shown(item.get("text"))
    if not body.text or whole(item.get("mode")) == _DELETED:
        return None
    parent = whole(item.get("parent"))
    likes, dislikes = whole(item.get("likes")), whole(item.get("dislikes"))
    return Record(
        key=key,
        text=body.text,
        quotes=body.quotes,
        parent=None if parent is None else str(parent),
        author=html.unescape(words(item.get("author"))) or None,  # escaped in the JSON itself
        time=_time(item.get("created")),
        votes=None if likes is None else likes - (dislikes or 0),
        permalink=f"{address}#isso-{key}" if address else None,
    )


def _time(seconds: Any) -> str | None:
    if isinstance(seconds, bool) or not isinstance(seconds, (int, float)):
        return None
    try:
        return datetime.fromtimestamp(int(seconds), UTC).isoformat()
    except (OverflowError, ValueError, OSError):
        return None
