"""An output file that is whole or not there, and that a killed job can go on with.

While a job runs, its rows are in ``OUTPUT.partial`` and what of it counts is in ``OUTPUT.progress``: after
each chunk the partial file is forced to disk, and only then is the new count, written whole, put in place of
the old one. Whatever a kill leaves beyond the count is cut off on resume, so that every row stands exactly
once.
"""

from __future__ import annotations

import contextlib
import gzip
import json
import os
from collections.abc import Mapping
from pathlib import Path
from types import TracebackType
from typing import IO, Any, BinaryIO, Protocol

_VERSION = 1


class OutputError(Exception):
    """The output cannot be written, or an unfinished job there is not this one."""


def progress_of(path: Path) -> Path:
    """Where it is kept how far an unfinished job of this output came; there only once some of its rows are."""
    return path.with_name(path.name + ".progress")


def lock(file: IO[Any], path: Path) -> None:
    """Keeps a second process out of ``file`` at ``path``, or closes it and raises :class:`OutputError`.

    Where there is no flock (Windows) the file's own sharing rules must do.
    """
    try:
        import fcntl
    except ImportError:
        return
    try:
        fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except OSError as error:
        file.close()
        raise OutputError(f"{path}: another process is writing it") from error


class Sink(Protocol):
    """Where encoded rows go. ``rows`` is how many are there already."""

    rows: int

    def write(self, data: bytes) -> None: ...

    def commit(self, rows: int) -> None:
        """Makes all that was written safe; ``rows`` more rows stand."""
        ...


class Stream:
    """Rows to standard output."""

    def __init__(self, stream: BinaryIO) -> None:
        self.rows = 0
        self._stream = stream
        self._pending = bytearray()

    def write(self, data: bytes) -> None:
        self._pending += data

    def commit(self, rows: int) -> None:
        data = bytes(self._pending)
        self._pending.clear()
        try:
            self._stream.write(data)
            self._stream.flush()
        except BrokenPipeError:
            raise  # whoever reads has had enough; that is no fault
        except OSError as error:
            raise OutputError(f"standard output: cannot be written: {error.strerror or error}") from error
        self.rows += rows


class OutputFile:
    """Rows to a file, as the module says. ``job`` is what must not differ between a job and its resumption.

    Raises :class:`OutputError` when another job's leftovers are in the way, and OSError from the file system.
    """

    def __init__(self, path: Path, job: Mapping[str, Any], *, packed: bool, resume: bool) -> None:
        self.path = path
        self.partial = path.with_name(path.name + ".partial")
        self.progress = progress_of(path)
        self.rows = 0
        self._job = json.loads(json.dumps(job))
        self._packed = packed
        self._pending = bytearray()
        self._done = False
        if path.exists() and not path.is_file():
            raise OutputError(f"{path}: is not a file")
        start = self._resumed() if resume else self._fresh()
        try:
            self._file = self.partial.open("r+b" if self.partial.exists() else "w+b")
            lock(self._file, self.partial)
            self._file.truncate(start)
            self._file.seek(start)
        except OSError as error:
            raise OutputError(f"{path}: cannot be written: {error.strerror or error}") from error

    def _fresh(self) -> int:
        if self.progress.exists():
            raise OutputError(
                f"{self.path}: an unfinished job is in {self.partial.name}; "
                f"go on with --resume, or delete {self.progress.name} to start over"
            )
        return 0

    def _resumed(self) -> int:
        """How many bytes of the partial file count."""
        try:
            state = json.loads(self.progress.read_text("utf-8"))
        except FileNotFoundError:
            return 0
        except (ValueError, UnicodeDecodeError) as error:
            raise OutputError(f"{self.progress}: is damaged; delete it to start over") from error
        if not isinstance(state, dict) or state.get("version") != _VERSION:
            raise OutputError(f"{self.progress}: is from another version; delete it to start over")
        try:
            job, self.rows, size = dict(state["job"]), int(state["rows"]), int(state["bytes"])
            self._done = bool(state["done"])
        except (KeyError, TypeError, ValueError) as error:
            raise OutputError(f"{self.progress}: is damaged; delete it to start over") from error
        for key, value in self._job.items():
            if job.get(key) != value:
                raise OutputError(
                    f"{self.progress}: the unfinished job had other {key}; "
                    "run it with the same ones, or delete this file to start over"
                )
        there = self.partial.stat().st_size if self.partial.exists() else -1
        if self._done and there < 0 and self.path.exists():
            # Killed after the file was put in place, before the count was removed.
            self.path.replace(self.partial)
        elif there < size:
            raise OutputError(
                f"{self.partial}: is shorter than its count says; delete {self.progress} to start over"
            )
        return size

    def write(self, data: bytes) -> None:
        self._pending += data

    def commit(self, rows: int) -> None:
        try:
            self._commit(rows)
        except OSError as error:
            raise OutputError(f"{self.path}: cannot be written: {error.strerror or error}") from error

    def _commit(self, rows: int) -> None:
        # Each chunk is a gzip member of its own: members follow one another, and can be cut between.
        data = bytes(self._pending)
        self._file.write(gzip.compress(data, 6, mtime=0) if self._packed and data else data)
        self._pending.clear()
        self.rows += rows
        self._save()

    def _save(self) -> None:
        self._file.flush()
        os.fsync(self._file.fileno())
        state = {
            "version": _VERSION,
            "job": self._job,
            "rows": self.rows,
            "bytes": self._file.tell(),
            "done": self._done,
        }
        fresh = self.progress.with_name(self.progress.name + ".new")
        with fresh.open("w", encoding="utf-8") as file:
            json.dump(state, file)
            file.flush()
            os.fsync(file.fileno())
        fresh.replace(self.progress)

    def finish(self) -> None:
        """Puts the whole file in its place."""
        self.commit(0)
        self._done = True
        self._save()
        self._file.close()
        self.partial.replace(self.path)
        self.progress.unlink()

    def __enter__(self) -> OutputFile:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, value: BaseException | None, trace: TracebackType | None
    ) -> None:
        if kind is None:
            self.finish()
        else:
            with contextlib.suppress(OSError):
                self._file.close()
