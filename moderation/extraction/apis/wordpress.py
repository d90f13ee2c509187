"""WordPress: the comments of a post from the REST interface, version 2."""

from __future__ import annotations

import html
import re
from dataclasses import dataclass
from typing import Any
from urllib.parse import urljoin, urlsplit

from moderation.extraction.apis.base import (
    MAX_REQUESTS,
    Asked,
    Get,
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

_PER_PAGE = 100  # the most that WordPress gives
_HEADER = re.compile(r"<([^<>]{1,1000})>\s*;[^,]*?\brel=[\"']?https://api\.w\.org/")
_SHORTLINK_HEADER = re.compile(
    r"<[^<>]{1,1000}[?&](?:p|page_id)=(\d{1,12})[^<>]*>\s*;[^,]*?\brel=[\"']?shortlink"
)
_SHORTLINK = re.compile(r"[?&](?:p|page_id)=(\d{1,12})(?:&|$)")
_POST = re.compile(r"/wp/v2/[a-z_-]+/(\d{1,12})/?$")
_BODY_CLASS = re.compile(r"(?:^|\s)(?:postid|page-id)-(\d{1,12})(?=\s|$)")


@dataclass(frozen=True, slots=True)
class _Place:
    root: str
    post: str


class WordPress:
    name = "WordPress"

    def find(self, page: Asked) -> _Place | None:
        root, post = _root(page), _post(page)
        return _Place(root, post) if root and post else None

    def read(self, place: _Place, page: Asked, get: Get) -> Found:
        found = Found("wordpress")
        records: list[Record] = []
        number, pages = 1, 1
        while number <= pages:
            if number > MAX_REQUESTS:
                found.warnings.append(
                    f"WordPress: {pages - MAX_REQUESTS:,} more pages of comments were not asked for"
                )
                break
            reply = get(_address(place, number))
            given = loads(reply)
            records += [record for item in items(given) if (record := _record(item)) is not None]
            total = whole(reply.headers.get("x-wp-totalpages"))
            full = isinstance(given, list) and len(given) >= _PER_PAGE
            pages = total if total is not None else number + full
            found.declared_count = whole(reply.headers.get("x-wp-total"))
            number += 1
        found.records = threaded(records)
        return found


def _address(place: _Place, number: int) -> str:
    # Without pretty permalinks the whole route is one query parameter, and further ones follow it.
    mark = "&" if "?" in place.root else "?"
    query = f"post={place.post}&per_page={_PER_PAGE}&page={number}&order=asc&orderby=date_gmt"
    return f"{place.root}wp/v2/comments{mark}{query}"


def _root(page: Asked) -> str | None:
    named = _HEADER.search(page.links)
    candidates = [named.group(1)] if named else []
    candidates += [link.get("href") or "" for link in select(page.root, "link[rel=https://api.w.org/]")]
    for candidate in candidates:
        try:
            address = urljoin(page.address or "", candidate.strip())
            parts = urlsplit(address)
        except ValueError:
            continue
        if parts.scheme in ("http", "https") and parts.netloc:
            return address if "?" in address else address.rstrip("/") + "/"
    return None


def _post(page: Asked) -> str | None:
    """The post's number, from whichever of the places that WordPress writes it to the theme has kept."""
    for element in select(page.root, "input[name=comment_post_ID]"):
        if (number := whole(element.get("value"))) is not None:
            return str(number)
    if found := _SHORTLINK_HEADER.search(page.links):
        return found.group(1)
    for selector, pattern in (("link[rel=shortlink]", _SHORTLINK), ("link[type=application/json]", _POST)):
        for element in select(page.root, selector):
            if found := pattern.search(element.get("href") or ""):
                return found.group(1)
    for element in select(page.root, "body"):
        if found := _BODY_CLASS.search(element.get("class") or ""):
            return found.group(1)
    return None


def _record(item: dict[str, Any]) -> Record | None:
    number = whole(item.get("id"))
    body = shown(mapping(item.get("content")).get("rendered"))
    if number is None or not body.text or words(item.get("type")) in ("pingback", "trackback"):
        return None
    parent = whole(item.get("parent"))
    return Record(
        key=str(number),
        text=body.text,
        quotes=body.quotes,
        parent=str(parent) if parent else None,
        author=html.unescape(words(item.get("author_name"))) or None,
        time=utc(item.get("date_gmt")),
        permalink=words(item.get("link")) or None,
    )
