"""From what a person types to documents, one after the other."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator

from moderation.sources.documents import Document, Failure, Limits
from moderation.sources.files import read_path, read_stdin

_SCHEME = re.compile(r"[A-Za-z][A-Za-z0-9+.-]*://")


def read(spec: str, *, limits: Limits | None = None) -> Iterator[Document | Failure]:
    """The documents one SOURCE names: a path, a folder, a glob, a URL or ``-``.

    Nothing is raised for a source that cannot be read: a :class:`Failure` names it, and the rest goes on.
    """
    yield from read_all([spec], limits=limits)


def read_all(specs: Iterable[str], *, limits: Limits | None = None) -> Iterator[Document | Failure]:
    """The documents of many sources, in their order, one in memory at a time.

    Addresses of one host share its robots.txt and its pace.
    """
    limits = limits or Limits()
    web = None
    for spec in specs:
        if spec == "-":
            yield read_stdin(limits)
        elif _SCHEME.match(spec):
            if web is None:
                from moderation.sources.web import Web  # the HTTP stack loads only for those who need it

                web = Web(limits)
            yield web.fetch(spec)
        else:
            yield from read_path(spec, limits)


def fetch(url: str, *, limits: Limits | None = None) -> Document | Failure:
    """The page at an http(s) address; anything else, a path included, is a :class:`Failure`."""
    from moderation.sources.web import Web

    return Web(limits or Limits()).fetch(url)
