"""Where the output of ``extract`` and ``scan`` goes: standard output, a file, or a file that can be gone on with."""

from __future__ import annotations

import contextlib
import os
import sys
import tempfile
from collections import Counter
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any, Protocol, TextIO

from moderation.batch.journal import PageFile
from moderation.batch.output import OutputError
from moderation.commands.console import Console, UsageError


class Records(Protocol):
    """Records, page by page. ``done`` counts the sources that were done before; ``fresh``: nothing is there yet."""

    done: Counter[str]
    fresh: bool

    def write(self, text: str) -> None: ...

    def page_done(self, source: str) -> None: ...


class _Stream:
    """Records that nobody can go on with: to standard output or a device."""

    def __init__(self, stream: TextIO) -> None:
        self.done: Counter[str] = Counter()
        self.fresh = True
        self._stream = stream

    def write(self, text: str) -> None:
        self._stream.write(text)
        self._stream.flush()

    def page_done(self, source: str) -> None:
        pass


def is_terminal(output: str | None) -> bool:
    """Whether the output is shown to a person as it comes."""
    return (output is None or output == "-") and sys.stdout.isatty()


@contextlib.contextmanager
def records(
    output: str | None, job: Mapping[str, Any], *, resume: bool, console: Console
) -> Iterator[Records]:
    """The records' place; ``job`` is what a resumed job must have in common with the stopped one.

    When the command is stopped or fails half-way, what was written until then is in the file all the same, and the
    same command with ``--resume`` goes on.
    """
    if output is None or output == "-" or _is_device(Path(output)):
        if resume:
            raise UsageError("--resume needs --output FILE: what went to stdout cannot be gone on with")
        with opened(output) as stream:
            yield _Stream(stream)
        return
    try:
        with PageFile(Path(output), job, resume=resume) as file:
            try:
                yield file
            except KeyboardInterrupt:
                console.say(
                    f"stopped; what is done is in {output}: the same command with --resume completes it"
                )
                raise
    except OutputError as error:
        raise UsageError(str(error)) from error


def _is_device(path: Path) -> bool:
    return path.exists() and not path.is_file() and not path.is_dir()


@contextlib.contextmanager
def opened(output: str | None) -> Iterator[TextIO]:
    """Standard output, or a file that appears under its name when it is whole.

    When the command is stopped or fails half-way, what was written until then is put there all the same.
    """
    if output is None or output == "-":
        yield sys.stdout
        return
    path = Path(output)
    if path.is_dir():
        raise UsageError(f"{output}: is a folder")
    if path.exists() and not path.is_file():
        with path.open("w", encoding="utf-8", newline="") as device:
            yield device
        return
    try:
        handle, name = tempfile.mkstemp(prefix=f".{path.name}.", suffix=".partial", dir=path.parent)
    except OSError as error:
        raise UsageError(f"{output}: cannot be written: {error.strerror or error}") from error
    temporary = Path(name)
    try:
        with os.fdopen(handle, "w", encoding="utf-8", newline="") as file:
            yield file
    except BaseException:
        if temporary.stat().st_size:
            _put(temporary, path)
        else:
            temporary.unlink()
        raise
    _put(temporary, path)


def _put(temporary: Path, path: Path) -> None:
    # mkstemp makes files that only their owner may read; a new file has the rights that others here have.
    mask = os.umask(0)
    os.umask(mask)
    temporary.chmod(path.stat().st_mode & 0o777 if path.exists() else 0o666 & ~mask)
    temporary.replace(path)
