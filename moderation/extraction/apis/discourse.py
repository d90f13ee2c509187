"""Discourse: the posts of a topic, of the forum itself or of the one that a blog shows under its articles."""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any
from urllib.parse import quote, urlsplit

from moderation.extraction.apis.base import (
    MAX_REQUESTS,
    Asked,
    Get,
    items,
    loads,
    mapping,
    shown,
    threaded,
    whole,
    words,
)
from moderation.extraction.markup import select
from moderation.extraction.records import Found, Record
from moderation.extraction.times import iso

_CHUNK = 20  # as many as the forum's own script asks for
_FORUM = re.compile(r"\bdiscourseUrl[\"']?\s*[:=]\s*[\"'](https?://[^\"'\s]{1,500})[\"']")
_EMBEDDED = re.compile(r"\bdiscourseEmbedUrl[\"']?\s*[:=]\s*[\"'](https?://[^\"'\s]{1,1000})[\"']")
_TOPIC = re.compile(r"\btopicId[\"']?\s*[:=]\s*[\"']?(\d{1,12})\b")
_PATH = re.compile(r"^(.*?)/t/(?:[^/]{1,300}/)?(\d{1,12})(?:/\d{1,9})?/?$")
_LINK = re.compile(rb"/t/(?:[^/\"'\s]{1,300}/)?(\d{1,12})(?=[/\"'?])")
_REGULAR = 1
_LIKE = 2


@dataclass(frozen=True, slots=True)
class _Place:
    """``embedded``: the address by which the forum knows the article; then the topic's first post is the article."""

    forum: str
    topic: str | None
    embedded: str | None


class Discourse:
    name = "Discourse"

    def find(self, page: Asked) -> _Place | None:
        if found := _FORUM.search(page.source):
            topic, article = _TOPIC.search(page.source), _EMBEDDED.search(page.source)
            embedded = article.group(1) if article else page.address
            if topic or embedded:
                return _Place(found.group(1).rstrip("/"), topic.group(1) if topic else None, embedded or "")
        generator = next((e.get("content") or "" for e in select(page.root, "meta[name=generator]")), "")
        if generator.startswith("Discourse") and page.address:
            parts = urlsplit(page.address)
            if found := _PATH.match(parts.path):
                return _Place(f"{parts.scheme}://{parts.netloc}{found.group(1)}", found.group(2), None)
        return None

    def read(self, place: _Place, page: Asked, get: Get) -> Found:
        found = Found("discourse")
        topic = place.topic or _topic(place, get)
        if topic is None:
            found.warnings.append("Discourse: the forum has no topic for this page yet")
            return found
        whole_topic = mapping(loads(get(f"{place.forum}/t/{topic}.json")))
        stream = mapping(whole_topic.get("post_stream"))
        posts = items(stream.get("posts"))
        there = {whole(post.get("id")) for post in posts}
        ids = stream.get("stream")
        missing = [
            n for n in map(whole, ids if isinstance(ids, list) else ()) if n is not None and n not in there
        ]
        for at in range(0, len(missing), _CHUNK):
            if at >= MAX_REQUESTS * _CHUNK:
                found.warnings.append(f"Discourse: {len(missing) - at:,} more posts were not asked for")
                break
            query = "&".join(f"post_ids[]={number}" for number in missing[at : at + _CHUNK])
            more = mapping(loads(get(f"{place.forum}/t/{topic}/posts.json?{query}")))
            posts += items(mapping(more.get("post_stream")).get("posts"))
        count = whole(whole_topic.get("posts_count"))
        if count is not None:
            found.declared_count = count - 1 if place.embedded is not None else count
        found.records = threaded(_records(posts, place, topic))
        return found


def _topic(place: _Place, get: Get) -> str | None:
    reply = get(f"{place.forum}/embed/comments?embed_url={quote(place.embedded or '', safe='')}")
    found = _LINK.search(reply.content)
    return found.group(1).decode() if found else None


def _records(posts: Iterable[dict[str, Any]], place: _Place, topic: str) -> Iterable[Record]:
    seen: set[int] = set()
    for post in sorted(posts, key=lambda post: whole(post.get("post_number")) or 0):
        number = whole(post.get("post_number"))
        kind = whole(post.get("post_type"))
        body = shown(post.get("cooked"))
        article = place.embedded is not None and number == 1
        if number is None or number in seen or article or not body.text or kind not in (None, _REGULAR):
            continue
        seen.add(number)
        parent = whole(post.get("reply_to_post_number"))
        likes = next(
            (whole(a.get("count")) for a in items(post.get("actions_summary")) if a.get("id") == _LIKE), 0
        )
        yield Record(
            key=str(number),
            text=body.text,
            quotes=body.quotes,
            parent=None if parent is None or (place.embedded is not None and parent == 1) else str(parent),
            author=words(post.get("username")) or None,
            author_role=_role(post),
            time=iso(words(post.get("created_at"))),
            votes=likes,
            permalink=f"{place.forum}/t/{quote(words(post.get('topic_slug')) or '-', safe='')}/{topic}/{number}",
        )


def _role(post: dict[str, Any]) -> str | None:
    for role in ("admin", "moderator"):
        if post.get(role) is True:
            return role
    return words(post.get("user_title"))[:40] or None
