"""The pause of Python's search for cyclic garbage: one page long, and always over afterwards."""

from __future__ import annotations

import gc
import threading
from collections.abc import Iterator

import pytest

from moderation.extraction import cycles, extract, page
from moderation.extraction.page import extract_comments


@pytest.fixture(autouse=True)
def _searching() -> Iterator[None]:
    was = gc.isenabled()
    gc.enable()
    yield
    (gc.enable if was else gc.disable)()


@pytest.mark.parametrize("read", [extract, extract_comments])
def test_paused_while_a_page_is_read_and_not_afterwards(
    read: object, monkeypatch: pytest.MonkeyPatch
) -> None:
    inside = []
    decode = page.decode
    monkeypatch.setattr(page, "decode", lambda *a, **k: inside.append(gc.isenabled()) or decode(*a, **k))
    read(b"<p>Words")  # type: ignore[operator]
    assert inside == [False]
    assert gc.isenabled()


def test_over_after_an_error() -> None:
    with pytest.raises(TypeError):
        extract(None)  # type: ignore[arg-type]
    assert gc.isenabled()


def test_who_switched_it_off_finds_it_off() -> None:
    gc.disable()
    extract("<p>Words")
    assert not gc.isenabled()


def test_a_pause_in_a_pause_is_over_with_the_outer_one() -> None:
    with cycles.paused():
        with cycles.paused():
            assert not gc.isenabled()
        assert not gc.isenabled()
    assert gc.isenabled()


def test_readers_that_overlap_do_not_keep_it_off() -> None:
    entered, leave = threading.Event(), threading.Event()

    def second() -> None:
        with cycles.paused():
            entered.set()
            leave.wait(10)

    with cycles.paused():
        other = threading.Thread(target=second)
        other.start()
        assert entered.wait(10)
    assert gc.isenabled()  # the second is still reading
    leave.set()
    other.join()
    assert gc.isenabled()


def test_many_threads_leave_it_on() -> None:
    def read() -> None:
        for _ in range(20):
            extract_comments("<div class=comment><p>Words</div>")

    threads = [threading.Thread(target=read) for _ in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert gc.isenabled()
