"""From what a person types to documents."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import replace
from itertools import groupby
from typing import TYPE_CHECKING, Protocol

from moderation.sources.documents import Document, Failure, Limits
from moderation.sources.files import read_path, read_stdin
from moderation.types import Page

if TYPE_CHECKING:
    from moderation.sources.request import Answer
    from moderation.sources.web import Web

_SCHEME = re.compile(r"[A-Za-z][A-Za-z0-9+.-]*://")


class Get(Protocol):
    """Fetches JSON under the limits and rules that hold for pages; raises :class:`Refused`."""

    def __call__(self, address: str, secret: Mapping[str, str] | None = None) -> Answer: ...


#: Asks the comment system behind a page for its comments; ``None`` when there is nobody to ask.
Ask = Callable[[Document, Get], Page | None]


def is_address(spec: str) -> bool:
    """Whether a SOURCE is a URL, of whatever scheme."""
    return _SCHEME.match(spec) is not None


def read(spec: str, *, limits: Limits | None = None) -> Iterator[Document | Failure]:
    """The documents one SOURCE names: a path, a folder, a glob, a URL or ``-``.

    Nothing is raised for a source that cannot be read: a :class:`Failure` names it, and the rest goes on.
    """
    yield from read_all([spec], limits=limits)


def read_all(
    specs: Iterable[str],
    *,
    limits: Limits | None = None,
    ask: Ask | None = None,
    done: Mapping[str, int] | None = None,
) -> Iterator[Document | Failure]:
    """The documents of many sources, in their order; URLs that follow one another are fetched at the same time.

    Those come as they arrive, those of one host in their order. With ``ask`` each page's comment system is asked
    for its comments. ``done`` says how many times each source was dealt with before: so many are left out, and a
    URL is not fetched for them. A thread's further comment pages are in its document.

    Raises :class:`CacheError` when the limits name a cache that cannot be used.
    """
    limits = limits or Limits()
    left = Counter(done or {})
    local: _Local | None = None
    for web, run in groupby(specs, is_address):
        if web:
            addresses = [spec for spec in run if not _was_done(spec, left)]
            yield from _fetched(addresses, limits, ask)
            continue
        local = local or _Local(limits, ask)
        for spec in run:
            for found in [read_stdin(limits)] if spec == "-" else read_path(spec, limits):
                if not _was_done(found.source, left):
                    yield local.asked(found)


def fetch(url: str, *, limits: Limits | None = None) -> Document | Failure:
    """The page at an http(s) address; anything else, a path included, is a :class:`Failure`."""
    from moderation.sources.web import Web

    return Web(limits or Limits()).fetch(url)


def _was_done(source: str, left: Counter[str]) -> bool:
    if left[source] <= 0:
        return False
    left[source] -= 1
    return True


def _fetched(addresses: list[str], limits: Limits, ask: Ask | None) -> Iterator[Document | Failure]:
    if not addresses:
        return
    # The HTTP stack loads only for those who need it.
    from moderation.sources.crawl import Crawl

    def one(web: Web, address: str) -> Document | Failure:
        return _asked(web.thread(address), web, ask)

    yield from Crawl(addresses, limits, one)


class _Local:
    """Pages from disk, whose comment systems may be asked all the same."""

    def __init__(self, limits: Limits, ask: Ask | None) -> None:
        self._limits = limits
        self._ask = ask
        self._web: Web | None = None

    def asked(self, found: Document | Failure) -> Document | Failure:
        if self._ask is None or isinstance(found, Failure):
            return found
        if self._web is None:
            from moderation.sources.web import Web

            self._web = Web(self._limits)
        return _asked(found, self._web, self._ask)


def _asked(found: Document | Failure, web: Web, ask: Ask | None) -> Document | Failure:
    if ask is None or isinstance(found, Failure):
        return found
    return replace(found, asked=ask(found, web.json))
