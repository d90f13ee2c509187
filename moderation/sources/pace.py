"""One request at a time for each host, with a pause between two of them; safe to share between threads."""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field

from moderation.sources.addresses import Clock, Deadline, OutOfTime

_NEVER = float("-inf")


class NoTime(Exception):
    """The wait for a host's turn would outlast the deadline."""


@dataclass(slots=True)
class _Host:
    turn: threading.Lock = field(default_factory=threading.Lock)
    due: float = _NEVER


class Pace:
    """When each host may be asked again. Times are those of ``clock``, in seconds."""

    def __init__(self, sleep: Callable[[float], None], clock: Clock) -> None:
        self._sleep = sleep
        self._clock = clock
        self._hosts: dict[str, _Host] = {}
        self._guard = threading.Lock()

    @contextmanager
    def turn(self, host: str, delay: float, deadline: Deadline) -> Iterator[None]:
        """The host's turn, once it is due; afterwards it is due again in ``delay`` seconds.

        Raises :class:`NoTime` when that is later than the deadline; then nothing was waited for.
        """
        with self.alone(host, deadline):
            pause = self.wait(host)
            if pause > 0:
                if pause >= _left(deadline):
                    raise NoTime(host)
                self._sleep(pause)
            state = self._of(host)
            state.due = max(state.due, self._clock() + delay)
            try:
                yield
            finally:
                # A slow answer is work for the host too: the pause begins when it is over.
                state.due = max(state.due, self._clock() + delay)

    @contextmanager
    def alone(self, host: str, deadline: Deadline) -> Iterator[None]:
        """Nobody else asks the host meanwhile; no pause is kept (for robots.txt, which comes before a page)."""
        state = self._of(host)
        if not state.turn.acquire(timeout=_left(deadline)):
            raise NoTime(host)
        try:
            yield
        finally:
            state.turn.release()

    def rest(self, host: str, seconds: float) -> None:
        """Leaves the host alone for so long, as it asked."""
        state = self._of(host)
        state.due = max(state.due, self._clock() + seconds)

    def wait(self, host: str) -> float:
        """Seconds until the host may be asked again; zero or less when it may now."""
        return self._of(host).due - self._clock()

    def _of(self, host: str) -> _Host:
        with self._guard:
            return self._hosts.setdefault(host, _Host())


def _left(deadline: Deadline) -> float:
    try:
        return deadline.left()
    except OutOfTime:
        return 0.0
