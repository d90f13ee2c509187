"""Pages by address: robots.txt honoured, one request at a time per host, bounded in time and size."""

from __future__ import annotations

import re
import ssl
import time
import zlib
from collections.abc import Callable
from dataclasses import dataclass
from email.utils import parsedate_to_datetime
from functools import cache

import httpcore
import httpx
from protego import Protego

from moderation.sources.addresses import CheckedTransport, Deadline, OutOfTime, PrivateAddress, UnknownHost
from moderation.sources.content import unpacked
from moderation.sources.documents import Document, Failure, Limits
from moderation.sources.files import check, too_large

PRODUCT = "comment-moderation"
PAGE_TYPES = (
    "text/",
    "application/xhtml+xml",
    "application/xml",
    "application/rss+xml",
    "application/atom+xml",
    "application/octet-stream",  # what some file stores call everything; the bytes are looked at afterwards
)
_ACCEPT = "text/html,application/xhtml+xml,text/plain;q=0.9,*/*;q=0.1"
_RETRIED = frozenset({429, 500, 502, 503, 504})
_REDIRECTS = frozenset({301, 302, 303, 307, 308})
_ROBOTS_BYTES = 500_000
_ERRNO = re.compile(r"\[Errno -?\d+\] ")
_UNPACKED = frozenset({"gzip", "x-gzip", "deflate"})


def default_user_agent() -> str:
    from moderation import __version__

    return f"{PRODUCT}/{__version__} (fetches pages for moderators; honours robots.txt)"


class Refused(Exception):
    """Why an address is not fetched, or what came back is not used.

    ``temporary`` is worth another try, in ``retry_after`` seconds when the server says so.
    """

    def __init__(self, message: str, *, temporary: bool = False, retry_after: float | None = None) -> None:
        super().__init__(message)
        self.temporary = temporary
        self.retry_after = retry_after


@dataclass(frozen=True, slots=True)
class _Answer:
    url: httpx.URL
    status: int
    headers: httpx.Headers
    content: bytes


class Web:
    """Fetches pages; remembers each host's robots.txt and when it was last asked. Not thread-safe."""

    def __init__(
        self,
        limits: Limits,
        *,
        sleep: Callable[[float], None] = time.sleep,
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        self._limits = limits
        self._sleep = sleep
        self._clock = clock
        self._agent = limits.user_agent or default_user_agent()
        self._robots: dict[str, Protego | Refused] = {}
        self._last: dict[str, float] = {}

    def fetch(self, address: str) -> Document | Failure:
        """The page at ``address``, or why there is none. Never raises for what a server does."""
        try:
            url = _parsed(address)
            deadline = Deadline(self._limits.total_timeout, self._clock)
            answer = self._patiently(url, deadline)
        except Refused as refused:
            return Failure(address, str(refused), refused)
        content_type = answer.headers.get("content-type")
        return check(
            Document(
                source=address,
                content=answer.content,
                content_type=content_type,
                url=str(answer.url),
                encoding=httpx.Response(200, headers=answer.headers).charset_encoding,
            )
        )

    def _patiently(self, url: httpx.URL, deadline: Deadline) -> _Answer:
        """The answer, after as many retries as the limits allow and the time left permits."""
        for attempt in range(self._limits.retries + 1):
            try:
                return self._politely(url, deadline)
            except Refused as refused:
                pause = refused.retry_after or self._limits.backoff * 2**attempt
                if not refused.temporary or attempt == self._limits.retries:
                    raise
                self._wait(pause, deadline, refused)
        raise AssertionError("the loop returns or raises")

    def _wait(self, pause: float, deadline: Deadline, otherwise: Refused) -> None:
        """Sleeps, unless that would use up the time: then ``otherwise`` is raised at once."""
        try:
            if pause >= deadline.left():
                raise otherwise
        except OutOfTime:
            raise otherwise from None
        self._sleep(pause)

    def _politely(self, url: httpx.URL, deadline: Deadline) -> _Answer:
        """Follows redirects; each hop is checked against its own host's robots.txt and address."""
        for _ in range(self._limits.max_redirects + 1):
            rules = self._rules(url, deadline)
            if not rules.can_fetch(str(url), self._agent):
                raise Refused(f"robots.txt of {url.host} does not allow it")
            self._pace(url, deadline, rules.crawl_delay(self._agent))
            answer = self._get(url, deadline, self._limits.max_bytes, pages_only=True)
            target = _redirect(answer)
            if target is None:
                return answer
            url = target
        raise Refused(f"redirects more than {self._limits.max_redirects} times")

    def _pace(self, url: httpx.URL, deadline: Deadline, crawl_delay: float | None) -> None:
        delay = max(self._limits.delay, min(crawl_delay or 0.0, self._limits.max_delay))
        due = self._last.get(url.host, float("-inf")) + delay
        pause = due - self._clock()
        if pause > 0:
            self._wait(pause, deadline, Refused(f"no time left to wait for {url.host}'s turn"))
        self._last[url.host] = self._clock()

    def _rules(self, url: httpx.URL, deadline: Deadline) -> Protego:
        """The host's robots.txt. As RFC 9309 has it, none (4xx) allows all, an unreachable one nothing."""
        origin = str(url.copy_with(raw_path=b"/robots.txt", fragment=None, userinfo=b""))
        if origin not in self._robots:
            try:
                self._robots[origin] = self._load_rules(httpx.URL(origin), deadline)
            except Refused as refused:
                if refused.temporary:
                    raise  # worth another try, so not remembered
                self._robots[origin] = refused
        rules = self._robots[origin]
        if isinstance(rules, Refused):
            raise rules
        return rules

    def _load_rules(self, url: httpx.URL, deadline: Deadline) -> Protego:
        for _ in range(self._limits.max_redirects + 1):
            answer = self._get(url, deadline, _ROBOTS_BYTES, pages_only=False)
            target = _redirect(answer)
            if target is None:
                break
            url = target
        if answer.status >= 500 or answer.status == 429:
            raise Refused(
                f"robots.txt of {url.host} cannot be read (the server answers {answer.status})",
                temporary=True,
            )
        if answer.status >= 400 or target is not None:
            return Protego.parse("")
        return Protego.parse(answer.content.decode("utf-8", errors="replace"))

    def _get(self, url: httpx.URL, deadline: Deadline, limit: int, *, pages_only: bool) -> _Answer:
        """One request. Raises :class:`Refused` for everything but an answer that can be used."""
        tls = _tls() if url.scheme == "https" else None
        transport = CheckedTransport(deadline, allow_private=self._limits.allow_private, ssl_context=tls)
        headers = {"User-Agent": self._agent, "Accept": _ACCEPT, "Accept-Encoding": "gzip, deflate"}
        try:
            with (
                httpx.Client(transport=transport, headers=headers, timeout=self._limits.timeout) as client,
                client.stream("GET", url) as response,
            ):
                if pages_only:
                    _expect_page(response)
                return _Answer(
                    url, response.status_code, response.headers, self._body(response, limit, pages_only)
                )
        except PrivateAddress as error:
            raise Refused(f"{error} is a private address (--allow-private lets it through)") from error
        except UnknownHost as error:
            raise Refused(f"cannot be reached: {error}") from error
        except (OutOfTime, httpcore.TimeoutException, httpx.TimeoutException) as error:
            if deadline.passed:
                raise Refused(f"took longer than {self._limits.total_timeout:g} seconds") from error
            raise Refused(f"{url.host} did not answer in time", temporary=True) from error
        except (httpcore.ConnectError, httpx.ConnectError) as error:
            raise Refused(f"cannot be reached: {_first_line(error)}", temporary=True) from error
        except (httpcore.NetworkError, httpcore.ProtocolError, httpx.HTTPError) as error:
            raise Refused(f"the connection broke: {_first_line(error)}", temporary=True) from error
        except (httpx.InvalidURL, UnicodeError, ValueError) as error:
            raise Refused(f"is no usable address: {_first_line(error)}") from error

    def _body(self, response: httpx.Response, limit: int, whole: bool) -> bytes:
        """The content, unpacked; over ``limit`` it is refused, or cut there when not asked for ``whole``."""
        if response.status_code in _REDIRECTS:
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
def _tls() -> ssl.SSLContext:
    """Reading the certificates takes longer than many a page: once, and only when there is a use for them."""
    return httpx.create_ssl_context()


def _parsed(address: str) -> httpx.URL:
    try:
        url = httpx.URL(address.strip())
    except (httpx.InvalidURL, UnicodeError, ValueError) as error:
        raise Refused(f"is no usable address: {_first_line(error)}") from error
    return _allowed(url)


def _allowed(url: httpx.URL) -> httpx.URL:
    if url.scheme not in ("http", "https"):
        raise Refused(f"is {url.scheme or 'no'}://, but only http:// and https:// are fetched")
    if not url.host:
        raise Refused("names no host")
    return url


def _redirect(answer: _Answer) -> httpx.URL | None:
    location = answer.headers.get("location")
    if answer.status not in _REDIRECTS or not location:
        return None
    try:
        target = answer.url.join(location)
        if answer.url.fragment and not target.fragment:
            target = target.copy_with(fragment=answer.url.fragment)
    except (httpx.InvalidURL, UnicodeError, ValueError) as error:
        raise Refused(f"redirects to no usable address: {_first_line(error)}") from error
    try:
        return _allowed(target)
    except Refused as refused:
        raise Refused(f"redirects to an address that {refused}") from refused


def _expect_page(response: httpx.Response) -> None:
    status = response.status_code
    if status in _RETRIED:
        raise Refused(_status_line(response), temporary=True, retry_after=_retry_after(response))
    if status in _REDIRECTS and response.headers.get("location"):
        return
    if status != 200:
        raise Refused(_status_line(response))
    kind = response.headers.get("content-type", "").split(";")[0].strip().lower()
    if kind and not kind.startswith(PAGE_TYPES):
        raise Refused(f"is {kind[:80]}, not a page")


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


def _first_line(error: Exception) -> str:
    text = str(error).splitlines()
    return _ERRNO.sub("", text[0])[:200] if text else type(error).__name__
