"""One HTTP request, bounded in time and size: an answer that can be used, or the reason why there is none."""

from __future__ import annotations

import re
import ssl
import time
import zlib
from collections.abc import Mapping
from dataclasses import dataclass
from email.utils import parsedate_to_datetime
from functools import cache

import httpcore
import httpx

from moderation.sources.addresses import CheckedTransport, Deadline, OutOfTime, PrivateAddress, UnknownHost
from moderation.sources.cache import Cache
from moderation.sources.content import unpacked
from moderation.sources.documents import Limits, Refused
from moderation.sources.files import too_large

PRODUCT = "comment-moderation"
RETRIED = frozenset({429, 500, 502, 503, 504})
REDIRECTS = frozenset({301, 302, 303, 307, 308})
_ERRNO = re.compile(r"\[Errno -?\d+\] ")
_UNPACKED = frozenset({"gzip", "x-gzip", "deflate"})


def default_user_agent() -> str:
    from moderation import __version__

    return f"{PRODUCT}/{__version__} (fetches pages for moderators; honours robots.txt)"


@dataclass(frozen=True, slots=True)
class Kind:
    """What is asked for. ``types`` are the beginnings of content types that will do; none: any answer will."""

    name: str
    accept: str
    types: tuple[str, ...] = ()


PAGE = Kind(
    "page",
    "text/html,application/xhtml+xml,application/atom+xml,application/rss+xml,text/plain;q=0.9,*/*;q=0.1",
    (
        "text/",
        "application/xhtml+xml",
        "application/xml",
        "application/rss+xml",
        "application/rdf+xml",
        "application/atom+xml",
        "application/octet-stream",  # what some file stores call everything; the bytes are looked at afterwards
    ),
)
JSON = Kind("JSON", "application/json,text/html;q=0.5", ("application/json", "text/"))
ROBOTS = Kind("robots.txt", "text/plain,*/*;q=0.1")


@dataclass(frozen=True, slots=True)
class Answer:
    url: httpx.URL
    status: int
    headers: httpx.Headers
    content: bytes


class Asker:
    """Sends single requests. Safe to share between threads."""

    def __init__(self, limits: Limits, agent: str, kept: Cache | None = None) -> None:
        self._limits = limits
        self._agent = agent
        self._cache = kept

    def ask(
        self,
        url: httpx.URL,
        deadline: Deadline,
        limit: int,
        kind: Kind,
        secret: Mapping[str, str] | None = None,
    ) -> Answer:
        """One GET. Raises :class:`Refused` for everything but an answer that can be used.

        Of an answer of any kind the first ``limit`` bytes count; a longer page is refused. ``secret`` are query
        parameters for this request alone: they are never in a message, a redirect or the cache.
        """
        tls = tls_context() if url.scheme == "https" else None
        transport: httpx.BaseTransport = CheckedTransport(
            deadline, allow_private=self._limits.allow_private, ssl_context=tls
        )
        if self._cache is not None and not secret:
            transport = self._cache.around(transport)
        headers = {"User-Agent": self._agent, "Accept": kind.accept, "Accept-Encoding": "gzip, deflate"}
        target = url.copy_merge_params(dict(secret)) if secret else url
        try:
            with (
                httpx.Client(transport=transport, headers=headers, timeout=self._limits.timeout) as client,
                client.stream("GET", target) as response,
            ):
                if kind.types:
                    _expect(response, kind)
                content = self._body(response, limit, whole=bool(kind.types))
                return Answer(url, response.status_code, response.headers, content)
        except PrivateAddress as error:
            raise Refused(f"{error} is a private address (--allow-private lets it through)") from error
        except UnknownHost as error:
            raise Refused(f"cannot be reached: {error}") from error
        except (OutOfTime, httpcore.TimeoutException, httpx.TimeoutException) as error:
            if deadline.passed:
                raise Refused(f"took longer than {self._limits.total_timeout:g} seconds") from error
            raise Refused(f"{url.host} did not answer in time", temporary=True) from error
        except (httpcore.ConnectError, httpx.ConnectError) as error:
            raise Refused(f"cannot be reached: {first_line(error)}", temporary=True) from error
        except (httpcore.NetworkError, httpcore.ProtocolError, httpx.HTTPError) as error:
            raise Refused(f"the connection broke: {first_line(error)}", temporary=True) from error
        except (httpx.InvalidURL, UnicodeError, ValueError) as error:
            raise Refused(f"is no usable address: {first_line(error)}") from error

    def _body(self, response: httpx.Response, limit: int, whole: bool) -> bytes:
        """The content, unpacked; over ``limit`` it is refused, or cut there when not asked for ``whole``."""
        if response.status_code in REDIRECTS:
            return b""
        declared = response.headers.get("content-length", "")
        if whole and declared.isdecimal() and int(declared[:18]) > limit:
            raise Refused(too_large(self._limits, int(declared[:18])))
        coding = response.headers.get("content-encoding", "identity").strip().lower()
        if coding not in _UNPACKED and coding not in ("identity", ""):
            raise Refused(f"is sent as {coding[:40]!r}, which was not asked for")
        chunks = response.iter_raw()
        out = bytearray()
        try:
            for piece in unpacked(chunks) if coding in _UNPACKED else chunks:
                out += piece
                if len(out) > limit:
                    if whole:
                        raise Refused(too_large(self._limits))
                    break
        except zlib.error as error:
            raise Refused("is sent as broken gzip", temporary=True) from error
        return bytes(out[:limit])


@cache
def tls_context() -> ssl.SSLContext:
    """Reading the certificates takes longer than many a page: once, and only when there is a use for them."""
    return httpx.create_ssl_context()


def parsed(address: str) -> httpx.URL:
    """An http(s) address; raises :class:`Refused` for anything else."""
    try:
        url = httpx.URL(address.strip())
    except (httpx.InvalidURL, UnicodeError, ValueError) as error:
        raise Refused(f"is no usable address: {first_line(error)}") from error
    return _allowed(url)


def _allowed(url: httpx.URL) -> httpx.URL:
    if url.scheme not in ("http", "https"):
        raise Refused(f"is {url.scheme or 'no'}://, but only http:// and https:// are fetched")
    if not url.host:
        raise Refused("names no host")
    return url


def redirect(answer: Answer) -> httpx.URL | None:
    """Where an answer leads; ``None`` when it leads nowhere else."""
    location = answer.headers.get("location")
    if answer.status not in REDIRECTS or not location:
        return None
    try:
        target = answer.url.join(location)
        if answer.url.fragment and not target.fragment:
            target = target.copy_with(fragment=answer.url.fragment)
    except (httpx.InvalidURL, UnicodeError, ValueError) as error:
        raise Refused(f"redirects to no usable address: {first_line(error)}") from error
    try:
        return _allowed(target)
    except Refused as refused:
        raise Refused(f"redirects to an address that {refused}") from refused


def _expect(response: httpx.Response, kind: Kind) -> None:
    status = response.status_code
    if status in RETRIED:
        raise Refused(
            _status_line(response), temporary=True, retry_after=_retry_after(response), status=status
        )
    if status in REDIRECTS and response.headers.get("location"):
        return
    if status != 200:
        raise Refused(_status_line(response), status=status)
    found = response.headers.get("content-type", "").split(";")[0].strip().lower()
    if found and not found.startswith(kind.types):
        raise Refused(f"is {found[:80]}, not {'a page' if kind is PAGE else kind.name}")


def _status_line(response: httpx.Response) -> str:
    return f"the server answers {response.status_code} {response.reason_phrase[:80]}".rstrip()


def _retry_after(response: httpx.Response) -> float | None:
    """Seconds from a Retry-After header in either of its two forms."""
    value = response.headers.get("retry-after", "").strip()
    if value.isdecimal():
        return float(value[:9])
    try:
        return max(0.0, parsedate_to_datetime(value).timestamp() - time.time())
    except (ValueError, TypeError, OverflowError):
        return None


def first_line(error: Exception) -> str:
    text = str(error).splitlines()
    return _ERRNO.sub("", text[0])[:200] if text else type(error).__name__
