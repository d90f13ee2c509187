"""What is said on stderr: one line each, harmless to a terminal, with a bar only where there is one."""

from __future__ import annotations

import io
from pathlib import Path

import pytest

from moderation.commands.console import Console
from moderation.sources import Failure


class Terminal(io.StringIO):
    def isatty(self) -> bool:
        return True


def test_a_failure_is_one_line_and_remembered() -> None:
    stream = io.StringIO()
    console = Console(stream=stream)
    assert console.exit_code == 0
    console.fail(Failure("a\x1b[2Jb.html", "is\nbroken", ValueError("inner")))
    assert console.exit_code == 1
    assert stream.getvalue().count("\n") == 1 and "\x1b" not in stream.getvalue()
    assert "inner" not in stream.getvalue()


def test_debug_shows_where_a_failure_came_from() -> None:
    stream = io.StringIO()
    Console(stream=stream, debug=True).fail(Failure("a", "is broken", ValueError("inner")))
    assert "ValueError: inner" in stream.getvalue()


def test_quiet_keeps_errors() -> None:
    stream = io.StringIO()
    console = Console(stream=stream, quiet=True)
    console.notice("a notice")
    console.warn("a.html", "a warning")
    console.fail(Failure("a.html", "an error"))
    assert stream.getvalue() == "error: a.html: an error\n"


@pytest.mark.parametrize("terminal", [True, False])
def test_a_bar_is_for_terminals(tmp_path: Path, terminal: bool) -> None:
    for name in ("a.csv", "b.csv"):
        (tmp_path / name).write_bytes(b"x" * 1000)
    stream = Terminal() if terminal else io.StringIO()
    console = Console(stream=stream)
    with console.bar([str(tmp_path / "a.csv"), str(tmp_path / "b.csv"), "missing.csv"]) as bar:
        bar.update(str(tmp_path / "a.csv"), 1000, 1000, 7)
        console.warn("a.csv", "said while the bar is there [not markup]")
        bar.update(str(tmp_path / "b.csv"), 500, 1000, 1234)
    written = stream.getvalue()
    assert "said while the bar is there [not markup]" in written
    assert ("1,234 rows" in written) is terminal
    assert ("1.5/2.0 kB" in written) is terminal
    assert terminal or written == "warning: a.csv: said while the bar is there [not markup]\n"


@pytest.mark.parametrize("terminal", [True, False])
def test_pages_and_comments_are_counted_on_terminals(terminal: bool) -> None:
    stream = Terminal() if terminal else io.StringIO()
    with Console(stream=stream).counter() as counter:
        for _ in range(3):
            counter.page("[bold]a.html")
        for _ in range(1250):
            counter.comment("[bold]a.html")
    assert ("pages 3, comments 1,250: [bold]a.html" in stream.getvalue()) is terminal
    assert terminal or stream.getvalue() == ""


def test_pages_whose_number_is_known_have_a_bar() -> None:
    stream = Terminal()
    with Console(stream=stream).counter(total=40, done=30) as counter:
        counter.page("a.html")
        counter.failure()
    assert "32/40" in stream.getvalue()


def test_quiet_shows_no_bar() -> None:
    stream = Terminal()
    with Console(stream=stream, quiet=True).bar(["-"]) as bar:
        bar.update("-", 5, None, 1)
    assert stream.getvalue() == ""
