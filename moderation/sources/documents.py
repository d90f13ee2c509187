"""What a source gives: a document, or the reason why there is none."""

from __future__ import annotations

from dataclasses import dataclass, field

MEGABYTE = 1_000_000


@dataclass(frozen=True, slots=True)
class Document:
    """One page's bytes. ``source`` is what the user named it; ``url`` its address after redirects, if any.

    ``encoding`` is what the server declared (``charset=``); what the bytes themselves declare is the
    extraction's business.
    """

    source: str
    content: bytes = field(repr=False)
    content_type: str | None = None
    url: str | None = None
    encoding: str | None = None


@dataclass(frozen=True, slots=True)
class Failure:
    """One input that could not be used, and why. ``error`` is what was raised, when something was."""

    source: str
    message: str
    error: BaseException | None = field(default=None, compare=False, repr=False)

    def __str__(self) -> str:
        name = "standard input" if self.source == "-" else self.source
        return f"{name}: {self.message}"


@dataclass(frozen=True, slots=True)
class Limits:
    """How much is read and how politely.

    ``max_bytes`` holds after decompression. ``timeout`` (seconds) is for each wait, ``total_timeout`` for the
    whole of one address, retries and redirects included. ``delay`` (seconds) lies between two requests to one
    host; a longer Crawl-delay in robots.txt wins, up to ``max_delay``.
    """

    max_bytes: int = 20 * MEGABYTE
    timeout: float = 15.0
    total_timeout: float = 60.0
    retries: int = 2
    backoff: float = 0.5
    delay: float = 1.0
    max_delay: float = 20.0
    max_redirects: int = 5
    allow_private: bool = False
    user_agent: str | None = None
