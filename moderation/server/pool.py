"""A bounded queue in front of the scorer's threads.

Requests wait on the event loop, texts are scored in threads (the runtime releases the interpreter lock), one
text a call, so that an idle service adds no wait and a score never depends on company. A text that is already
on its way is not scored twice; recent results are kept under a digest of the text, never under the text
itself.
"""

from __future__ import annotations

import asyncio
import hashlib
import os
import threading
from collections import OrderedDict, deque
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any, Protocol

from moderation.types import Score

#: Of this many texts a thread takes, one may come from the lists even while single comments wait.
_BULK_SHARE = 4


class Scores(Protocol):
    """What the pool needs of a scorer; it is called from several threads at once."""

    def score(
        self,
        text: str,
        *,
        author: str | None = None,
        quotes: Sequence[tuple[int, int]] = (),
        language: str | None = None,
    ) -> Score: ...


class Overloaded(Exception):
    """The queue is full; nothing was taken on."""


class TooSlow(Exception):
    """The scores were not there in time; what nobody waits for any more is not scored."""


class ScoringFailed(Exception):
    """The scorer raised. Carries the name of the error's type only: its message may quote the text."""


@dataclass(frozen=True, slots=True)
class Item:
    """One text to score. ``quotes`` are Python offsets of quoted words, which do not count; ``language`` is what the
    caller says it is written in (None: look)."""

    text: str
    author: str | None = None
    quotes: tuple[tuple[int, int], ...] = ()
    language: str | None = None

    def digest(self) -> bytes:
        hasher = hashlib.blake2b(digest_size=16)
        for part in (
            self.text,
            "" if self.author is None else "@" + self.author,
            repr(self.quotes),
            repr(self.language),
        ):
            encoded = part.encode("utf-8", "surrogatepass")
            hasher.update(len(encoded).to_bytes(8, "big"))
            hasher.update(encoded)
        return hasher.digest()


@dataclass(slots=True, eq=False)
class _Job:
    digest: bytes
    item: Item
    future: asyncio.Future[Score]
    loop: asyncio.AbstractEventLoop
    bulk: bool
    generation: int
    waiters: int = 0
    taken: bool = field(default=False)


class ScorerPool:
    """Scores texts for coroutines of one event loop.

    ``capacity`` bounds the single texts that wait, ``bulk_capacity`` those that came in lists. Single texts
    go first; lists are never starved.
    """

    def __init__(
        self,
        scorer: Scores,
        *,
        threads: int = 0,
        capacity: int = 256,
        bulk_capacity: int = 4096,
        cache_size: int = 4096,
    ) -> None:
        self._scorer = scorer
        self._generation = 0
        self._capacity = {False: capacity, True: bulk_capacity}
        self._cache_size = cache_size
        self._cache: OrderedDict[bytes, Score] = OrderedDict()
        self._jobs: dict[bytes, _Job] = {}
        self._waiting: dict[bool, deque[_Job]] = {False: deque(), True: deque()}
        self._count = {False: 0, True: 0}
        self._ready = threading.Condition()
        self._closed = False
        self._threads = threads or os.cpu_count() or 1
        self._started: list[threading.Thread] = []
        self.scored = 0
        self.cache_hits = 0
        self.shared = 0

    @property
    def scorer(self) -> Any:
        return self._scorer

    @property
    def waiting(self) -> int:
        """Texts taken on and not yet answered, those being scored included."""
        return self._count[False] + self._count[True]

    @property
    def full(self) -> bool:
        return self._count[False] >= self._capacity[False]

    def swap(self, scorer: Scores) -> None:
        """From now on texts are scored by ``scorer``; those being scored are finished by the old one, none is
        lost.
        """
        self._scorer = scorer
        self._generation += 1
        self._cache.clear()
        # A newcomer must not be handed what the old model says of the same text.
        self._jobs.clear()

    async def score(self, item: Item, *, seconds: float) -> Score:
        """The score of one text. Raises Overloaded, TooSlow or ScoringFailed."""
        return (await self._scores([item], False, seconds))[0]

    async def score_many(self, items: Sequence[Item], *, seconds: float) -> list[Score]:
        """Scores in the order of ``items``, identical ones scored once. Raises as ``score``, for
        all or none.
        """
        return await self._scores(items, True, seconds)

    async def _scores(self, items: Sequence[Item], bulk: bool, seconds: float) -> list[Score]:
        digests = [item.digest() for item in items]
        done: dict[bytes, Score] = {}
        missing: dict[bytes, Item] = {}
        for digest, item in zip(digests, items, strict=True):
            cached = self._cache.get(digest)
            if cached is None:
                missing[digest] = item
            else:
                self._cache.move_to_end(digest)
                self.cache_hits += 1
                done[digest] = cached
        if missing:
            jobs = self._join(missing, bulk)
            try:
                async with asyncio.timeout(seconds):
                    # Shielded, because another request may wait for the same text.
                    results = [await asyncio.shield(job.future) for job in jobs]
            except TimeoutError:
                raise TooSlow from None
            finally:
                for job in jobs:
                    job.waiters -= 1
            done.update(zip(missing, results, strict=True))
        return [done[digest] for digest in digests]

    def _join(self, missing: dict[bytes, Item], bulk: bool) -> list[_Job]:
        fresh = [digest for digest in missing if digest not in self._jobs]
        if fresh and self._count[bulk] + len(fresh) > self._capacity[bulk]:
            raise Overloaded
        self._start()
        loop = asyncio.get_running_loop()
        jobs = []
        with self._ready:
            for digest, item in missing.items():
                job = self._jobs.get(digest)
                if job is None:
                    job = _Job(digest, item, loop.create_future(), loop, bulk, self._generation)
                    self._jobs[digest] = job
                    self._count[bulk] += 1
                    self._waiting[bulk].append(job)
                else:
                    self.shared += 1
                    if job.bulk and not bulk and not job.taken:
                        self._waiting[False].append(job)  # someone waits for this one alone: it goes first
                job.waiters += 1
                jobs.append(job)
            self._ready.notify(len(fresh))
        return jobs

    def _start(self) -> None:
        if self._started:
            return
        for number in range(self._threads):
            thread = threading.Thread(target=self._work, name=f"scorer-{number}", daemon=True)
            self._started.append(thread)
            thread.start()

    def _work(self) -> None:
        turn = 0
        while True:
            with self._ready:
                while not (self._waiting[False] or self._waiting[True] or self._closed):
                    self._ready.wait()
                turn += 1
                prefer_bulk = turn % _BULK_SHARE == 0
                lane = self._waiting[prefer_bulk] or self._waiting[not prefer_bulk]
                if not lane:
                    return
                job = lane.popleft()
                if job.taken:
                    continue
                job.taken = True
            result: Score | None = None
            failure: str | None = None
            # Read without a lock: a text whose last waiter leaves at this moment is scored for nothing, no
            # more.
            if job.waiters > 0:
                try:
                    result = self._scorer.score(
                        job.item.text,
                        author=job.item.author,
                        quotes=job.item.quotes,
                        language=job.item.language,
                    )
                except Exception as error:
                    failure = type(error).__name__
            try:
                job.loop.call_soon_threadsafe(self._finish, job, result, failure)
            except RuntimeError:
                continue  # the loop is gone, and with it whoever waited

    def _finish(self, job: _Job, result: Score | None, failure: str | None) -> None:
        self._count[job.bulk] -= 1
        current = self._jobs.get(job.digest) is job
        if result is None and failure is None and job.waiters > 0:
            # Someone joined after the thread had found nobody waiting: back to the front of the queue.
            job.taken = False
            self._count[job.bulk] += 1
            with self._ready:
                self._waiting[job.bulk].appendleft(job)
                self._ready.notify()
            return
        if current:
            del self._jobs[job.digest]
        if job.future.done():
            return
        if failure is not None:
            job.future.set_exception(ScoringFailed(failure))
            job.future.exception()  # marks it as seen: everyone who waited may have gone
        elif result is None:
            job.future.cancel()
        else:
            self.scored += 1
            job.future.set_result(result)
            if current and job.generation == self._generation and self._cache_size:
                self._cache[job.digest] = result
                if len(self._cache) > self._cache_size:
                    self._cache.popitem(last=False)

    def close(self) -> None:
        """Ends the threads once the queue is empty."""
        with self._ready:
            self._closed = True
            self._ready.notify_all()
        for thread in self._started:
            thread.join(timeout=5)
