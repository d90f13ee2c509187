"""An output file of pages that a stopped job can go on with: what is in it counts, and is not fetched again.

While a job runs, its records are in ``OUTPUT.partial``, and ``OUTPUT.progress`` has a line for each page that is
done: its source, and how long the partial file was after it. The lines are written after the records, so what
a kill cuts off is at most the last page or two, and never half a page: whatever stands behind the last line that
counts is cut off on resume.
"""

from __future__ import annotations

import json
import os
import time
from collections import Counter
from collections.abc import Mapping
from pathlib import Path
from types import TracebackType
from typing import Any, TextIO

from moderation.batch.output import OutputError, lock

_VERSION = 1
#: Seconds between two times that the file is forced to disk; each one costs some milliseconds.
_SYNC = 1.0


class PageFile:
    """Records to a file, as the module says. ``job`` is what must not differ between a job and its resumption.

    ``done`` counts the sources that were done before; ``fresh`` says that nothing is in the file yet. Without
    ``resume`` another job's leftovers are in the way. Raises :class:`OutputError`.
    """

    def __init__(self, path: Path, job: Mapping[str, Any], *, resume: bool) -> None:
        self.path = path
        self.partial = path.with_name(path.name + ".partial")
        self.progress = path.with_name(path.name + ".progress")
        self.done: Counter[str] = Counter()
        self._job = {"version": _VERSION, "job": json.loads(json.dumps(dict(job)))}
        self._pages = 0
        self._pending: list[str] = []
        self._synced = time.monotonic()
        if path.is_dir():
            raise OutputError(f"{path}: is a folder")
        try:
            self._open(resume)
        except OSError as error:
            raise OutputError(f"{path}: cannot be written: {error.strerror or error}") from error

    def _open(self, resume: bool) -> None:
        start = 0
        if self.progress.exists():
            if not resume:
                raise OutputError(
                    f"{self.path}: an unfinished job is in {self.progress.name}; "
                    f"go on with --resume, or delete {self.progress.name} to start over"
                )
            if not self.partial.exists() and self.path.exists():
                self.path.replace(self.partial)  # stopped with Ctrl-C, which puts in place what was done
            start = self._resumed()
        self._file: TextIO = self.partial.open("a", encoding="utf-8", newline="")
        lock(self._file, self.partial)
        self._file.truncate(start)
        self.fresh = start == 0
        self._bytes = start
        self._pages = self.done.total()
        if not self.progress.exists():
            self.progress.write_text(json.dumps(self._job) + "\n", encoding="utf-8")
        self._journal: TextIO = self.progress.open("a", encoding="utf-8", newline="")

    def _resumed(self) -> int:
        """How many bytes of the partial file count; sets ``done``, and cuts the journal to what it is sure of."""
        size = self.partial.stat().st_size if self.partial.exists() else 0
        lines = self.progress.read_bytes().split(b"\n")[:-1]  # the last one is cut off, or empty
        try:
            if json.loads(lines[0]) != self._job:
                raise OutputError(
                    f"{self.progress}: the unfinished job was another one (format, model, policy or version); "
                    "run it with the same ones, or delete this file to start over"
                )
        except (IndexError, ValueError) as error:
            raise OutputError(f"{self.progress}: is damaged; delete it to start over") from error
        counted = 0
        kept = [lines[0]]
        for line in lines[1:]:
            try:
                entry = json.loads(line)
                source, end = str(entry["source"]), int(entry["bytes"])
            except (ValueError, KeyError, TypeError):
                break
            if end > size:
                break
            self.done[source] += 1
            counted = end
            kept.append(line)
        fresh = self.progress.with_name(self.progress.name + ".new")
        fresh.write_bytes(b"\n".join(kept) + b"\n")
        fresh.replace(self.progress)
        return counted

    def write(self, text: str) -> None:
        self._file.write(text)
        self._bytes += len(text.encode("utf-8"))

    def page_done(self, source: str) -> None:
        """All records of ``source`` are written."""
        self._pages += 1
        self._pending.append(json.dumps({"source": source, "bytes": self._bytes}) + "\n")
        if time.monotonic() - self._synced >= _SYNC:
            self._commit()

    def _commit(self) -> None:
        self._file.flush()
        os.fsync(self._file.fileno())
        self._journal.writelines(self._pending)
        self._journal.flush()
        self._pending.clear()
        self._synced = time.monotonic()

    def __enter__(self) -> PageFile:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, value: BaseException | None, trace: TracebackType | None
    ) -> None:
        """Puts the file in its place: whole, or when the job was stopped, as far as it came."""
        self._commit()
        self._file.close()
        self._journal.close()
        if kind is None or self._bytes:
            if self.path.exists():
                self.partial.chmod(self.path.stat().st_mode & 0o777)
            self.partial.replace(self.path)
        else:
            self.partial.unlink()
        if kind is None or not self._pages:
            self.progress.unlink()
