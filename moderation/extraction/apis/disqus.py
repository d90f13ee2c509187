"""Disqus: the posts of a thread from its interface, version 3.0, with the key of whoever asks."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlencode

from moderation.extraction.apis.base import (
    MAX_REQUESTS,
    Asked,
    Get,
    Unreachable,
    items,
    loads,
    mapping,
    shown,
    threaded,
    utc,
    whole,
    words,
)
from moderation.extraction.markup import select
from moderation.extraction.records import Found, Record

KEY_VARIABLE = "MODERATION_DISQUS_KEY"
#: Where the interface is; the key goes there and nowhere else.
ADDRESS = "https://disqus.com/api/3.0/threads/listPosts.json"
_LIMIT = 100  # the most that Disqus gives
_FORUM = (
    re.compile(r"//([a-z0-9][a-z0-9-]{0,60})\.disqus\.com/(?:embed|count)\.js", re.IGNORECASE),
    re.compile(r"disqus_shortname[\"']?\s*[:=]\s*[\"']([a-z0-9][a-z0-9-]{0,60})[\"']", re.IGNORECASE),
)
_IDENTIFIER = re.compile(r"(?:disqus_identifier|\.page\.identifier)\s*=\s*[\"']([^\"'\n]{1,300})[\"']")
_URL = re.compile(r"(?:disqus_url|\.page\.url)\s*=\s*[\"'](https?://[^\"'\s]{1,1000})[\"']")


@dataclass(frozen=True, slots=True)
class _Place:
    forum: str
    thread: tuple[str, str]


class Disqus:
    name = "Disqus"

    def __init__(self, key: str | None) -> None:
        self._key = key

    def find(self, page: Asked) -> _Place | None:
        if not select(page.root, "#disqus_thread"):
            return None
        forum = next((found.group(1).lower() for sign in _FORUM if (found := sign.search(page.source))), None)
        if forum is None:
            return None
        if found := _IDENTIFIER.search(page.source):
            return _Place(forum, ("thread:ident", found.group(1)))
        address = found.group(1) if (found := _URL.search(page.source)) else page.address
        return _Place(forum, ("thread:link", address)) if address else None

    def read(self, place: _Place, page: Asked, get: Get) -> Found:
        if not self._key:
            raise Unreachable(f"it wants a key, which {KEY_VARIABLE} may hold")
        found = Found("disqus")
        records: list[Record] = []
        cursor = ""
        for _ in range(MAX_REQUESTS):
            query = {
                "forum": place.forum,
                place.thread[0]: place.thread[1],
                "limit": str(_LIMIT),
                "order": "asc",
            }
            if cursor:
                query["cursor"] = cursor
            answer = mapping(loads(get(f"{ADDRESS}?{urlencode(query)}", {"api_key": self._key})))
            if answer.get("code") != 0:
                raise Unreachable("it answers with an error")
            records += [
                r for item in items(answer.get("response")) if (r := _record(item, page.address)) is not None
            ]
            onward = mapping(answer.get("cursor"))
            following = words(onward.get("next"))
            if not onward.get("hasNext") or not following or following == cursor:
                break
            cursor = following
        else:
            found.warnings.append("Disqus: more comments than were asked for")
        found.records = threaded(records)
        return found


def _record(item: dict[str, Any], address: str | None) -> Record | None:
    number = whole(item.get("id"))
    body = shown(item.get("message"))
    if number is None or not body.text or item.get("isDeleted") is True or item.get("isSpam") is True:
        return None
    parent = whole(item.get("parent"))
    return Record(
        key=str(number),
        text=body.text,
        quotes=body.quotes,
        parent=None if parent is None else str(parent),
        author=words(mapping(item.get("author")).get("name")) or None,
        time=utc(item.get("createdAt")),
        votes=whole(item.get("points")),
        permalink=f"{address}#comment-{number}" if address else None,
    )
