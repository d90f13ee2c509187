"""schema.org ``Comment`` objects in JSON-LD scripts, also as ``comment`` arrays inside articles."""

from __future__ import annotations

import html
import json
import re
from collections.abc import Iterator
from typing import Any

from moderation.extraction.markup import parse, select
from moderation.extraction.readers.base import Document
from moderation.extraction.records import MAX_NAME, Found, Record, one_line
from moderation.extraction.rendering import render
from moderation.extraction.times import iso

MAX_SCRIPT = 5_000_000
MAX_NODES = 300_000
_TAGS = re.compile(r"<(?:p|br|div|blockquote|a|em|strong|i|b|span)\b[^<>]*>", re.IGNORECASE)
_TYPES = frozenset(("Comment", "UserComments", "schema:Comment"))


class JsonLd:
    """Reader for pages that hand their comments to search engines; asked after the readers of visible markup."""

    name = "schema.org"

    def detect(self, page: Document) -> bool:
        return "ld+json" in page.source and "Comment" in page.source

    def read(self, page: Document) -> Found | None:
        found = Found(self.name)
        for script in select(page.root, "script[type*=ld+json]"):
            words = (script.text or "").strip()
            if not words or len(words) > MAX_SCRIPT:
                continue
            try:
                data = json.loads(words, strict=False)
            except (ValueError, RecursionError):
                found.warnings.append("a JSON-LD script could not be read")
                continue
            for node, parent in _comments(data):
                record = _record(node, parent, len(found.records) + 1)
                if record.text:
                    found.records.append(record)
            count = _count(data)
            if count is not None and found.declared_count is None:
                found.declared_count = count
        return found if found.records else None


def _types(node: dict[str, Any]) -> frozenset[str]:
    kinds = node.get("@type")
    names = kinds if isinstance(kinds, list) else [kinds]
    return frozenset(str(n).rsplit("/", 1)[-1] for n in names)


def _comments(data: Any) -> Iterator[tuple[dict[str, Any], str | None]]:
    """(comment, parent's key), parents before their replies; without recursion, for the page may nest at will."""
    stack: list[tuple[Any, str | None]] = [(data, None)]
    seen = 0
    while stack and seen < MAX_NODES:
        node, parent = stack.pop()
        seen += 1
        if isinstance(node, list):
            stack.extend((item, parent) for item in reversed(node))
        elif isinstance(node, dict):
            inner = parent
            if _types(node) & _TYPES:
                node.setdefault("@id", node.get("identifier") or f"ld{seen}")
                yield node, parent
                inner = str(node["@id"])
            stack.extend((v, inner) for v in reversed(list(node.values())) if isinstance(v, (dict, list)))


def _count(data: Any) -> int | None:
    stack = [data]
    for _ in range(10_000):
        if not stack:
            return None
        node = stack.pop()
        if isinstance(node, list):
            stack.extend(node)
        elif isinstance(node, dict):
            value = node.get("commentCount")
            if isinstance(value, (int, str)) and str(value).isdigit():
                return int(str(value)[:9])
            stack.extend(v for v in node.values() if isinstance(v, (dict, list)))
    return None


def _record(node: dict[str, Any], parent: str | None, number: int) -> Record:
    words = node.get("text") or node.get("commentText") or node.get("description") or ""
    text, quotes = _words(str(words))
    author = node.get("author") or node.get("creator")
    if isinstance(author, list):
        author = author[0] if author else None
    if isinstance(author, dict):
        author = author.get("name")
    time = node.get("dateCreated") or node.get("datePublished") or node.get("commentTime")
    above = node.get("parentItem")
    if isinstance(above, dict):
        parent = str(above.get("@id") or above.get("identifier") or "") or parent
    votes = node.get("upvoteCount")
    link = node.get("url")
    return Record(
        key=_key(str(node.get("@id"))) or f"c{number}",
        text=text,
        quotes=quotes,
        parent=_key(parent) if parent else None,
        author=one_line(html.unescape(str(author)))[:MAX_NAME] if author else None,
        time=iso(str(time)) if time else None,
        time_text=one_line(str(time))[:60] if time else None,
        votes=int(votes) if isinstance(votes, (int, str)) and str(votes).lstrip("-").isdigit() else None,
        permalink=link if isinstance(link, str) else None,
    )


def _key(identity: str) -> str:
    return one_line(identity.rsplit("#", 1)[-1].rsplit("/", 1)[-1])[:100]


def _words(words: str) -> tuple[str, tuple[tuple[int, int], ...]]:
    """The text of a field that may hold markup, escaped or not."""
    if _TAGS.search(words) or "&lt;p" in words:
        root, _ = parse(f"<div>{words if _TAGS.search(words) else html.unescape(words)}</div>")
        if root is not None:
            shown = render(root)
            return shown.text, shown.quotes
    return html.unescape(words).strip(), ()


READER = JsonLd()
