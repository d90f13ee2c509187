"""Many addresses at once: hosts side by side, each with one request at a time and its own pace."""

from __future__ import annotations

import heapq
import queue
import threading
import time
from collections import Counter, deque
from collections.abc import Callable, Iterator, Sequence
from itertools import count
from typing import Generic, TypeVar

from moderation.sources.documents import Failure, Limits, Refused
from moderation.sources.request import parsed
from moderation.sources.web import Web

Found = TypeVar("Found")
_POLL = 0.2


class _Stopped(Exception):
    """Nobody wants the rest any more."""


class Crawl(Generic[Found]):
    """Fetches ``addresses`` with as many threads as hosts are asked at once, and gives what comes as it comes.

    The addresses of one host are fetched in their order. A host that asks to be left alone for a while is left
    alone, and what it refused meanwhile is asked for again afterwards, as often as the limits allow retries.
    """

    def __init__(
        self, addresses: Sequence[str], limits: Limits, fetch: Callable[[Web, str], Found | Failure]
    ) -> None:
        """``fetch`` runs in a thread of its own for each host; it may raise nothing."""
        self._limits = limits
        self._fetch = fetch
        self._stop = threading.Event()
        self._web = Web(limits, sleep=self._sleep)
        self._changed = threading.Condition()
        self._left = len(addresses)
        self._waiting: dict[str, deque[str]] = {}
        self._ready: list[tuple[float, int, str]] = []  # (due, turn, host), a heap
        self._turns = count()
        self._postponed: Counter[str] = Counter()
        # What is fetched waits for its reader, but not much of it: pages are large.
        self._found: queue.Queue[Found | Failure] = queue.Queue(maxsize=limits.hosts)
        for address in addresses:
            host = _host(address)
            if host not in self._waiting:
                self._waiting[host] = deque()
                heapq.heappush(self._ready, (0.0, next(self._turns), host))
            self._waiting[host].append(address)

    def __iter__(self) -> Iterator[Found | Failure]:
        """Stops the threads when it is closed or interrupted: no request begins after that."""
        expected = self._left
        threads = [
            threading.Thread(target=self._work, daemon=True, name=f"crawl-{n}")
            for n in range(min(self._limits.hosts, len(self._waiting)))
        ]
        try:
            for thread in threads:
                thread.start()
            for _ in range(expected):
                yield self._found.get()
        finally:
            self._stop.set()
            with self._changed:
                self._changed.notify_all()

    def _work(self) -> None:
        while (turn := self._turn()) is not None:
            host, address = turn
            try:
                found = self._fetch(self._web, address)
            except _Stopped:
                return
            except Exception as error:  # one address's misfortune must not hang the job
                found = Failure(address, f"could not be fetched ({type(error).__name__})", error)
            again = isinstance(found, Failure) and self._worth_waiting(host, address, found)
            if not again and not self._hand_over(found):
                return
            with self._changed:
                if again:
                    self._waiting[host].appendleft(address)
                else:
                    self._left -= 1
                if self._waiting[host]:
                    heapq.heappush(self._ready, (self._due(host), next(self._turns), host))
                self._changed.notify_all()

    def _turn(self) -> tuple[str, str] | None:
        """The next address of the host that has been due longest; ``None`` when all is done or stopped."""
        with self._changed:
            while not self._stop.is_set() and self._left:
                if not self._ready:
                    self._changed.wait()
                    continue
                pause = self._ready[0][0] - time.monotonic()
                if pause > 0:
                    self._changed.wait(pause)
                    continue
                _, _, host = heapq.heappop(self._ready)
                return host, self._waiting[host].popleft()
        return None

    def _due(self, host: str) -> float:
        """When the host's next address is worth a thread; at once when it would only be told to go away."""
        pause = self._web.pace.wait(host)
        return time.monotonic() + (pause if pause <= self._limits.max_rest else 0.0)

    def _worth_waiting(self, host: str, address: str, failure: Failure) -> bool:
        refused = failure.error
        if not isinstance(refused, Refused) or not refused.retry_after:
            return False
        if refused.retry_after > self._limits.max_rest or self._postponed[address] >= self._limits.retries:
            return False
        self._postponed[address] += 1
        return True

    def _hand_over(self, found: Found | Failure) -> bool:
        while not self._stop.is_set():
            try:
                self._found.put(found, timeout=_POLL)
                return True
            except queue.Full:
                continue
        return False

    def _sleep(self, seconds: float) -> None:
        if self._stop.wait(seconds):
            raise _Stopped


def _host(address: str) -> str:
    try:
        return parsed(address).host
    except Refused:
        return ""
