"""A file of lines, whatever its encoding, read a piece at a time and never refused for a wrong byte."""

from __future__ import annotations

import codecs
import gzip
import io
import os
import re
import threading
from collections.abc import Iterator
from pathlib import Path
from types import TracebackType
from typing import BinaryIO, cast

from moderation.sources.content import GZIP_MAGIC, utf16_order, what_binary

_HEAD = 8192
_BOMS = (
    (codecs.BOM_UTF8, "utf-8-sig"),
    (codecs.BOM_UTF32_LE, "utf-32"),
    (codecs.BOM_UTF32_BE, "utf-32"),
    (codecs.BOM_UTF16_LE, "utf-16"),
    (codecs.BOM_UTF16_BE, "utf-16"),
)
#: Bytes above ASCII stand alone in Windows-1252, where they are accented letters; in other alphabets they make words.
_FOREIGN_WORD = re.compile(rb"[\x80-\xff]{3,}")
_MIN_FOREIGN = 12
#: Encodings of other alphabets that exports of old sites come in.
_FOREIGN = ("cp1251", "koi8_r", "cp1253", "cp1255", "cp1256", "gb18030", "cp932", "cp949", "big5")
_count = threading.local()


def _as_windows_1252(error: UnicodeError) -> tuple[str, int]:
    """Reads the bytes that are no UTF-8 as the encoding they most often are."""
    if not isinstance(error, UnicodeDecodeError):
        raise error
    _count.wrong = getattr(_count, "wrong", 0) + 1
    wrong = error.object[error.start : error.end]
    # Latin-1 fills the five places that Windows-1252 leaves empty.
    text = "".join(_one_byte(byte) for byte in wrong)
    return text, error.end


def _one_byte(byte: int) -> str:
    try:
        return bytes([byte]).decode("cp1252")
    except UnicodeDecodeError:
        return chr(byte)


def _replaced(error: UnicodeError) -> tuple[str, int]:
    if not isinstance(error, UnicodeDecodeError):
        raise error
    _count.wrong = getattr(_count, "wrong", 0) + 1
    return "\ufffd", error.end


codecs.register_error("moderation.windows-1252", _as_windows_1252)
codecs.register_error("moderation.replaced", _replaced)


class TextFile:
    """Lines of a file (``-``: standard input), unpacked when it is gzip.

    Without a given encoding: UTF-8 or what the byte order mark says, a guess where the file begins in another
    alphabet, and Windows-1252 for single bytes that are no UTF-8. ``warnings`` says what had to be guessed.
    Raises OSError when the file cannot be opened.
    """

    def __init__(self, name: str, *, encoding: str | None = None, stdin: BinaryIO | None = None) -> None:
        self.name = name
        self._raw: BinaryIO
        if name == "-":
            import sys

            self._raw = cast(BinaryIO, stdin or sys.stdin.buffer)
            self.size = None
        else:
            self._raw = Path(name).open("rb")  # noqa: SIM115 - closed in __exit__
            self.size = os.fstat(self._raw.fileno()).st_size or None
        self._wrong = 0
        data: io.BufferedIOBase = cast(io.BufferedIOBase, self._raw)
        if not isinstance(data, io.BufferedReader):
            data = io.BufferedReader(cast(io.RawIOBase, data), _HEAD)
        if data.peek(2)[:2] == GZIP_MAGIC:
            # Not wrapped once more: what a cut file still holds would be lost in the second buffer.
            data = cast(io.BufferedIOBase, gzip.GzipFile(fileobj=data))
        self._data = data
        #: What the file is, when it is no text; ``None`` for text.
        self.binary: str | None = None
        self._given = encoding
        self._text: io.TextIOWrapper | None = None

    def __enter__(self) -> TextFile:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, value: BaseException | None, trace: TracebackType | None
    ) -> None:
        if self.name != "-":
            self._raw.close()
        elif self._text is not None:
            self._text.detach()  # or standard input would be closed along with it

    def head(self) -> str:
        """The first few thousand characters, not consumed; ends in the middle of a line."""
        head = cast(io.BufferedReader, self._data).peek(_HEAD)[:_HEAD]
        self.binary = what_binary(head)
        self._encoding = self._given or _encoding_of(head)
        return head.decode(self._encoding, errors="replace")

    def lines(self, limit: int) -> Iterator[tuple[str, bool]]:
        """Each line with its end, and whether it is whole: a line over ``limit`` characters is cut there.

        Raises what a broken gzip raises: EOFError, zlib.error, OSError.
        """
        if self._text is None:
            self.head()
            errors = "moderation.replaced" if self._given else "moderation.windows-1252"
            self._text = io.TextIOWrapper(
                cast(io.BufferedReader, self._data), encoding=self._encoding, errors=errors, newline=""
            )
        while line := self._readline(limit):
            whole = len(line) < limit or line.endswith(("\n", "\r"))
            rest = line
            while not whole and rest and not rest.endswith(("\n", "\r")):
                rest = self._readline(1 << 16)
            yield line, whole

    def _readline(self, limit: int) -> str:
        assert self._text is not None
        before = getattr(_count, "wrong", 0)
        line = self._text.readline(limit)
        self._wrong += getattr(_count, "wrong", 0) - before
        return line

    @property
    def position(self) -> int:
        """Bytes of the file consumed so far (packed ones, when it is packed)."""
        try:
            return self._raw.tell()
        except (OSError, ValueError):
            return 0

    @property
    def warnings(self) -> list[str]:
        """What was guessed about the encoding, in words; complete once all lines are read."""
        found = []
        if self._given is None and self._encoding not in ("utf-8", "utf-8-sig"):
            found.append(f"read as {self._encoding.upper()}; --encoding sets another")
        if self._wrong:
            remedy = (
                f"were no {self._given}" if self._given else "were no UTF-8, and were read as Windows-1252"
            )
            found.append(f"some bytes ({self._wrong:,} places) {remedy}; --encoding sets another")
        return found


def _encoding_of(head: bytes) -> str:
    for mark, encoding in _BOMS:
        if head.startswith(mark):
            return encoding
    return utf16_order(head) or _foreign(head) or "utf-8"


def _foreign(head: bytes) -> str | None:
    """The encoding of a text in another alphabet that is no UTF-8; ``None`` for everything else."""
    words = sum(map(len, _FOREIGN_WORD.findall(head)))
    beyond_ascii = len(head) - len(head.decode("ascii", "ignore"))
    # Of UTF-8 with a wrong byte here and there nearly all is read.
    unread = head.decode("utf-8", "replace").count("\ufffd")
    if words < max(_MIN_FOREIGN, beyond_ascii / 2) or unread < beyond_ascii / 4:
        return None
    try:
        from charset_normalizer import from_bytes  # comes with trafilatura
    except ImportError:
        return None
    best = from_bytes(head, cp_isolation=list(_FOREIGN)).best()
    return best.encoding if best else None
