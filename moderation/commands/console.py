"""What a command says beside its data: warnings, failures and progress, all on stderr."""

from __future__ import annotations

import sys
import traceback
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import TextIO

from rich.console import Console as RichConsole
from rich.markup import escape
from rich.progress import (
    BarColumn,
    DownloadColumn,
    MofNCompleteColumn,
    Progress,
    ProgressColumn,
    SpinnerColumn,
    TextColumn,
    TimeElapsedColumn,
    TimeRemainingColumn,
)

from moderation.report.text import one_line
from moderation.sources import Failure

_WIDTH = 2000


class UsageError(Exception):
    """The command cannot do what it was asked; exit code 2."""


class Console:
    """Says things on stderr, one line each, and remembers whether an input failed."""

    def __init__(self, *, debug: bool = False, quiet: bool = False, stream: TextIO | None = None):
        self.debug = debug
        self.quiet = quiet
        self.failures: list[Failure] = []
        self._stream = stream or sys.stderr
        self._progress: Progress | None = None

    @property
    def exit_code(self) -> int:
        return 1 if self.failures else 0

    def say(self, text: str) -> None:
        """One line, whatever is in it: file names and servers' words are hostile input to a terminal."""
        line = one_line(text, _WIDTH)
        if self._progress is not None:
            self._progress.console.print(line, markup=False, highlight=False, soft_wrap=True)
            return
        with suppress(BrokenPipeError):
            print(line, file=self._stream, flush=True)

    def notice(self, text: str) -> None:
        if not self.quiet:
            self.say(text)

    def warn(self, source: str, warning: str) -> None:
        self.notice(f"warning: {source}: {warning}")

    def fail(self, failure: Failure) -> None:
        self.failures.append(failure)
        self.say(f"error: {failure}")
        if self.debug and failure.error is not None:
            self.trace(failure.error)

    def trace(self, error: BaseException) -> None:
        with suppress(BrokenPipeError):
            traceback.print_exception(error, file=self._stream)

    @contextmanager
    def bar(self, names: list[str]) -> Iterator[ProgressBar]:
        """A progress bar over files, by their bytes; without a terminal, or when quiet, nothing is shown."""
        if self.quiet or not self._stream.isatty():
            yield ProgressBar(None, names)
            return
        with Progress(
            TextColumn("{task.description}"),
            BarColumn(),
            DownloadColumn(),
            TimeRemainingColumn(),
            TextColumn("{task.fields[rows]:,} rows"),
            console=RichConsole(file=self._stream),
            transient=True,
        ) as progress:
            self._progress = progress
            try:
                yield ProgressBar(progress, names)
            finally:
                self._progress = None

    @contextmanager
    def counter(self, *, hidden: bool = False, total: int | None = None, done: int = 0) -> Iterator[Counter]:
        """A line that counts pages and comments while they come; nothing without a terminal, or when quiet.

        Where it is known beforehand how many pages there will be, ``total``, it is a bar; ``done`` were before.
        """
        if hidden or self.quiet or not self._stream.isatty():
            yield Counter(None)
            return
        columns: tuple[ProgressColumn, ...] = (SpinnerColumn(), TextColumn("{task.description}"))
        if total is None:
            columns += (TimeElapsedColumn(),)
        else:
            columns += (BarColumn(), MofNCompleteColumn(), TimeRemainingColumn())
        with Progress(*columns, console=RichConsole(file=self._stream), transient=True) as progress:
            self._progress = progress
            try:
                yield Counter(progress, total, done)
            finally:
                self._progress = None


class Counter:
    """How many pages and comments there were so far."""

    def __init__(self, progress: Progress | None, total: int | None = None, done: int = 0) -> None:
        self._progress = progress
        self._pages = 0
        self._comments = 0
        if progress is not None:
            self._task = progress.add_task("reading", total=total, completed=done)

    def page(self, source: str) -> None:
        self._pages += 1
        self._advance()
        self._show(source)

    def failure(self) -> None:
        """A page that there will not be."""
        self._advance()

    def comment(self, source: str) -> None:
        self._comments += 1
        if self._comments % 50 == 0:
            self._show(source)

    def _advance(self) -> None:
        if self._progress is not None:
            self._progress.advance(self._task)

    def _show(self, source: str) -> None:
        if self._progress is not None:
            counts = f"pages {self._pages:,}, comments {self._comments:,}: {one_line(source, 60)}"
            self._progress.update(self._task, description=escape(counts))


class ProgressBar:
    """One bar for all files of a job."""

    def __init__(self, progress: Progress | None, names: list[str]) -> None:
        self._progress = progress
        self._before = 0
        self._name: str | None = None
        self._read = 0
        if progress is not None:
            sizes = [_size(name) for name in names]
            total = None if None in sizes else sum(size or 0 for size in sizes)
            self._task = progress.add_task("reading", total=total, rows=0)

    def update(self, name: str, read: int, size: int | None, rows: int) -> None:
        if self._progress is None:
            return
        if name != self._name:
            self._before += self._read
            self._name = name
        self._read = read
        self._progress.update(
            self._task,
            completed=self._before + read,
            rows=rows,
            description=escape(one_line(Path(name).name, 30)),
        )


def _size(name: str) -> int | None:
    try:
        return None if name == "-" else Path(name).stat().st_size
    except (OSError, ValueError):
        return 0
