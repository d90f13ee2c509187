"""What a source gives: a document, or the reason why there is none."""

from __future__ import annotations

from dataclasses import dataclass, field

from moderation.types import Page

MEGABYTE = 1_000_000


@dataclass(frozen=True, slots=True)
class Document:
    """One page's bytes. ``source`` is what the user named it; ``url`` its address after redirects, if any.

    ``encoding`` is what the server declared (``charset=``); what the bytes themselves declare is the
    extraction's business. ``links`` is the server's Link header. A thread that goes on over several comment
    pages has the others in ``further``; ``number`` tells which comment page this is, from 1, where it can be
    told. ``asked`` is what the comment system's own interface gave, when it was asked. ``notes`` is what went
    wrong on the way without costing the page.
    """

    source: str
    content: bytes = field(repr=False)
    content_type: str | None = None
    url: str | None = None
    encoding: str | None = None
    links: str | None = None
    number: int | None = None
    further: tuple[Document, ...] = ()
    asked: Page | None = None
    notes: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Failure:
    """One input that could not be used, and why. ``error`` is what was raised, when something was."""

    source: str
    message: str
    error: BaseException | None = field(default=None, compare=False, repr=False)

    def __str__(self) -> str:
        name = "standard input" if self.source == "-" else self.source
        return f"{name}: {self.message}"


class CacheError(Exception):
    """The cache cannot be used: the folder, or the missing library."""


class Refused(Exception):
    """Why an address is not fetched, or what came back is not used.

    ``temporary`` is worth another try, in ``retry_after`` seconds when the server says so. ``status`` is what the
    server answered, if that was the reason.
    """

    def __init__(
        self,
        message: str,
        *,
        temporary: bool = False,
        retry_after: float | None = None,
        status: int | None = None,
    ) -> None:
        super().__init__(message)
        self.temporary = temporary
        self.retry_after = retry_after
        self.status = status


@dataclass(frozen=True, slots=True)
class Limits:
    """How much is read and how politely.

    ``max_bytes`` holds after decompression. ``timeout`` (seconds) is for each wait, ``total_timeout`` for the
    whole of one address, retries and redirects included. ``delay`` (seconds) lies between two requests to one
    host; a longer Crawl-delay in robots.txt wins, up to ``max_delay``. A host that asks to be left alone
    (Retry-After) for up to ``max_rest`` seconds is waited for when many addresses are fetched; one that asks
    for more is left alone. ``hosts`` are asked at the same time, each with one request at a time.
    ``comment_pages`` is how many pages of one thread are read, the first included. ``cache`` is a folder.
    """

    max_bytes: int = 20 * MEGABYTE
    timeout: float = 15.0
    total_timeout: float = 60.0
    retries: int = 2
    backoff: float = 0.5
    delay: float = 1.0
    max_delay: float = 20.0
    max_rest: float = 300.0
    max_redirects: int = 5
    hosts: int = 8
    comment_pages: int = 10
    cache: str | None = None
    allow_private: bool = False
    user_agent: str | None = None
