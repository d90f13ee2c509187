"""What asking a comment system takes: the page that names it, somebody who fetches, and JSON read with mistrust."""

from __future__ import annotations

import json
import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any, Protocol
from urllib.parse import urlsplit

from moderation.extraction.markup import Element, parse, select
from moderation.extraction.records import Found, Record
from moderation.extraction.rendering import Rendered, render

#: Requests for one page's comments; what lies beyond is said in a warning.
MAX_REQUESTS = 50
_FRAGMENT = re.compile(r"#.*$", re.DOTALL)


class Unreachable(Exception):
    """The system could not be asked; the words are for people. ``status`` is the server's, if it answered."""

    def __init__(self, message: str, status: int | None = None) -> None:
        super().__init__(message)
        self.status = status


@dataclass(frozen=True, slots=True)
class Reply:
    """What an address answered: its bytes, and its headers under lower-case names."""

    content: bytes = field(repr=False)
    headers: Mapping[str, str] = field(default_factory=dict)


class Get(Protocol):
    """Fetches an address under the rules that hold for pages; raises :class:`Unreachable`.

    ``secret`` are query parameters that must not be shown, kept or sent anywhere else.
    """

    def __call__(self, address: str, secret: Mapping[str, str] | None = None) -> Reply: ...


@dataclass(frozen=True, slots=True)
class Asked:
    """The page whose comments are wanted. ``links`` is the server's Link header."""

    source: str
    root: Element
    url: str | None
    links: str = ""

    @property
    def address(self) -> str | None:
        """The page's own address without its fragment; of a saved page the one that it calls canonical."""
        found = self.url
        if found is None:
            for link in select(self.root, "link[rel=canonical]"):
                found = link.get("href")
                break
        if found is None or urlsplit(found).scheme not in ("http", "https"):
            return None
        return _FRAGMENT.sub("", found)


class Interface(Protocol):
    """A system's public interface. ``find`` looks for it in the page; what it gives is handed to ``read``."""

    @property
    def name(self) -> str: ...

    def find(self, page: Asked) -> Any | None: ...

    def read(self, place: Any, page: Asked, get: Get) -> Found: ...


def loads(reply: Reply) -> Any:
    """The JSON of a reply; raises :class:`Unreachable` for anything else."""
    try:
        return json.loads(reply.content)
    except (ValueError, RecursionError) as error:
        raise Unreachable("the answer is no JSON") from error


def mapping(value: Any) -> dict[str, Any]:
    return value if isinstance(value, dict) else {}


def items(value: Any) -> list[dict[str, Any]]:
    """The objects of a list; whatever else is in it is left out."""
    return [item for item in value if isinstance(item, dict)] if isinstance(value, list) else []


def words(value: Any) -> str:
    return value.strip() if isinstance(value, str) else ""


def whole(value: Any) -> int | None:
    """A whole number of at most 18 digits, also one written as a string."""
    if isinstance(value, bool):
        return None
    if isinstance(value, int):
        return value if abs(value) < 10**18 else None
    return int(value[:18]) if isinstance(value, str) and value.isdecimal() else None


def utc(value: Any) -> str | None:
    """A time that a system gives without a zone and means as UTC, as ISO 8601."""
    found = re.match(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d", value) if isinstance(value, str) else None
    return found.group() + "+00:00" if found else None


def shown(value: Any) -> Rendered:
    """HTML as the comment's box would show it."""
    if not isinstance(value, str) or not value.strip():
        return Rendered("")
    root, _ = parse(f"<div>{value}</div>")
    return render(root) if root is not None else Rendered("")


def threaded(records: Iterable[Record]) -> list[Record]:
    """Replies behind what they answer, as pages show them; otherwise in the order given."""
    every = list(records)
    known = {record.key for record in every}
    below: dict[str | None, list[Record]] = {}
    for record in every:
        parent = record.parent if record.parent in known and record.parent != record.key else None
        below.setdefault(parent, []).append(record)
    ordered: list[Record] = []
    placed: set[int] = set()
    stack = list(reversed(below.get(None, [])))
    while stack:
        record = stack.pop()
        if id(record) in placed:
            continue
        placed.add(id(record))
        ordered.append(record)
        stack.extend(reversed(below.pop(record.key, [])))
    return ordered + [
        record for record in every if id(record) not in placed
    ]  # circles, which nobody should make
