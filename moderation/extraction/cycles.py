"""Python's search for cycles of garbage, paused while a page is read."""

from __future__ import annotations

import gc
import threading
from collections.abc import Iterator
from contextlib import contextmanager

_lock = threading.Lock()
_paused = False


@contextmanager
def paused() -> Iterator[None]:
    """No search for cyclic garbage inside, if one was allowed before.

    Every few hundred new objects make Python go through all the young ones. Reading a page makes many thousands, none
    of them in a cycle and all of them needed until its end, so these searches find nothing and cost 5 to 8 %
    of the time. The first to pause is the one who resumes, whoever else is reading by then: the searches must come back
    after each page even where threads read one page after the other without a break.
    """
    global _paused
    with _lock:
        mine = not _paused and gc.isenabled()
        if mine:
            _paused = True
            gc.disable()
    try:
        yield
    finally:
        if mine:
            with _lock:
                _paused = False
                gc.enable()
