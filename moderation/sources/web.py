"""Pages by address: robots.txt honoured, one request at a time per host, followed through redirects and retries."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable, Mapping
from dataclasses import replace

import httpx
from protego import Protego

from moderation.sources import paging
from moderation.sources.addresses import Deadline, OutOfTime
from moderation.sources.cache import Cache
from moderation.sources.documents import Document, Failure, Limits, Refused
from moderation.sources.files import check
from moderation.sources.pace import NoTime, Pace
from moderation.sources.request import (
    JSON,
    PAGE,
    ROBOTS,
    Answer,
    Asker,
    Kind,
    default_user_agent,
    parsed,
    redirect,
)

_ROBOTS_BYTES = 500_000


class Web:
    """Fetches pages; remembers each host's robots.txt and when it was last asked. Safe to share between threads.

    Raises :class:`~moderation.sources.CacheError` when the limits name a cache that cannot be used.
    """

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
        kept = None
        if limits.cache is not None:
            kept = Cache(limits.cache, allow_private=limits.allow_private, max_bytes=limits.max_bytes)
        self._asker = Asker(limits, self._agent, kept)
        self._robots: dict[str, Protego | Refused] = {}
        self._reading: dict[str, threading.Lock] = {}
        self._guard = threading.Lock()
        self.pace = Pace(sleep, clock)

    def fetch(self, address: str) -> Document | Failure:
        """The page at ``address``, or why there is none. Never raises for what a server does."""
        try:
            answer = self._patiently(parsed(address), PAGE)
        except Refused as refused:
            return Failure(address, str(refused), refused)
        return check(
            Document(
                source=address,
                content=answer.content,
                content_type=answer.headers.get("content-type"),
                url=str(answer.url),
                encoding=httpx.Response(200, headers=answer.headers).charset_encoding,
                links=answer.headers.get("link"),
            )
        )

    def thread(self, address: str) -> Document | Failure:
        """The page at ``address`` with the further pages of its comments, as many as the limits allow."""
        found = self.fetch(address)
        if isinstance(found, Failure) or self._limits.comment_pages <= 1 or found.url is None:
            return found
        walk = paging.Walk(found.url, found.content)
        further: list[Document] = []
        notes: list[str] = []
        while (link := walk.next()) is not None:
            if len(further) + 1 >= self._limits.comment_pages:
                notes.append(
                    f"{self._limits.comment_pages} comment pages read, there are more (--comment-pages)"
                )
                break
            page = self.fetch(link.url)
            if isinstance(page, Failure):
                notes.append(f"a comment page could not be read: {page}")
            elif walk.visited(link, page.url or link.url, page.content):
                further.append(replace(page, source=address, number=link.number))
        return replace(found, number=walk.number, further=tuple(further), notes=tuple(notes))

    def json(self, address: str, secret: Mapping[str, str] | None = None) -> Answer:
        """The JSON at ``address``, not yet read; raises :class:`Refused`.

        ``secret`` are query parameters that must stay secret; an answer that leads elsewhere is refused then.
        """
        return self._patiently(parsed(address), JSON, secret)

    def _patiently(self, url: httpx.URL, kind: Kind, secret: Mapping[str, str] | None = None) -> Answer:
        """The answer, after as many retries as the limits allow and the time left permits."""
        deadline = Deadline(self._limits.total_timeout, self._clock)
        for attempt in range(self._limits.retries + 1):
            try:
                return self._politely(url, deadline, kind, secret)
            except NoTime as error:
                raise Refused(f"no time left to wait for {error}'s turn", temporary=True) from error
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

    def _politely(
        self, url: httpx.URL, deadline: Deadline, kind: Kind, secret: Mapping[str, str] | None
    ) -> Answer:
        """Follows redirects; each hop is checked against its own host's robots.txt and address."""
        for _ in range(self._limits.max_redirects + 1):
            rules = self._rules(url, deadline)
            if not rules.can_fetch(str(url), self._agent):
                raise Refused(f"robots.txt of {url.host} does not allow it")
            crawl_delay = min(rules.crawl_delay(self._agent) or 0.0, self._limits.max_delay)
            with self.pace.turn(url.host, max(self._limits.delay, crawl_delay), deadline):
                try:
                    answer = self._asker.ask(url, deadline, self._limits.max_bytes, kind, secret)
                except Refused as refused:
                    if refused.retry_after:
                        self.pace.rest(url.host, refused.retry_after)
                    raise
            target = redirect(answer)
            if target is None:
                return answer
            if secret:
                raise Refused("redirects, and a key is not sent anywhere else")
            url = target
        raise Refused(f"redirects more than {self._limits.max_redirects} times")

    def _rules(self, url: httpx.URL, deadline: Deadline) -> Protego:
        """The host's robots.txt. As RFC 9309 has it, none (4xx) allows all, an unreachable one nothing."""
        origin = str(url.copy_with(raw_path=b"/robots.txt", fragment=None, userinfo=b""))
        with self._guard:
            reading = self._reading.setdefault(origin, threading.Lock())
        with reading:
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
            with self.pace.alone(url.host, deadline):
                answer = self._asker.ask(url, deadline, _ROBOTS_BYTES, ROBOTS)
            target = redirect(answer)
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
