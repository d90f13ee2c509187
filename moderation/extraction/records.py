"""What a reader hands back, and how it becomes the frozen types that travel on."""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass, field
from urllib.parse import urljoin

from moderation.extraction.ids import Ids
from moderation.extraction.markup import Element
from moderation.types import Comment

MAX_NAME = 120
_NUMBER = re.compile(r"[-+−]?\d[\d.,]*")


@dataclass(slots=True)
class Record:
    """One comment as a reader found it; ``parent`` is the parent's ``key`` whether or not the page shows it."""

    key: str
    text: str
    parent: str | None = None
    author: str | None = None
    author_role: str | None = None
    time: str | None = None
    time_text: str | None = None
    quotes: tuple[tuple[int, int], ...] = ()
    votes: int | None = None
    permalink: str | None = None


@dataclass(slots=True)
class Found:
    """A reader's whole answer. ``region`` are the elements to take out before the article is looked for."""

    platform: str | None
    records: list[Record] = field(default_factory=list)
    region: list[Element] = field(default_factory=list)
    region_tails: bool = False
    declared_count: int | None = None
    warnings: list[str] = field(default_factory=list)


def one_line(text: str | None) -> str:
    return " ".join(text.split()) if text else ""


def number(text: str | None) -> int | None:
    """The one whole number in a short text ("+12 votes", "1,234"); None when there is none or more than one."""
    found = _NUMBER.findall(text or "")
    if len(found) != 1:
        return None
    digits = found[0].replace("−", "-").replace(",", "").replace(".", "").lstrip("+")
    return int(digits) if digits.lstrip("-").isdigit() and len(digits) < 12 else None


def to_comments(records: Iterable[Record], url: str | None) -> tuple[Comment, ...]:
    """Records in page order to comments: ids made unique, parents that the page does not show kept by their id."""
    comments: list[Comment] = []
    ids: dict[str, str] = {}
    given = Ids()
    for at, record in enumerate(records, 1):
        unique = given.unique(record.key or f"c{at}")
        ids.setdefault(record.key, unique)
        parent = ids.get(record.parent, record.parent) if record.parent else None
        comments.append(
            Comment(
                id=unique,
                text=record.text,
                parent_id=parent if parent != unique else None,
                author=(record.author or "")[:MAX_NAME].strip() or None,
                author_role=record.author_role,
                time=record.time,
                time_text=record.time_text,
                quotes=record.quotes,
                votes=record.votes,
                permalink=_absolute(record.permalink, url),
            )
        )
    return tuple(comments)


def _absolute(link: str | None, url: str | None) -> str | None:
    if not link or link.lower().lstrip().startswith(("javascript:", "data:", "vbscript:")):
        return None
    try:
        return urljoin(url, link) if url else link
    except ValueError:
        return link
