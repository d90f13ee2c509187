"""Web archives (WARC 1.0 and 1.1, packed or not): the HTML pages in them, one after the other.

fastwarc reads the records and gives up at the first broken one. What follows it is found again here: by the next
gzip member in a packed archive, by the next line that begins a record in one that is not.
"""

from __future__ import annotations

import contextlib
import io
import zlib
from collections.abc import Iterator
from pathlib import Path
from typing import Any, BinaryIO

from moderation.sources.content import GZIP_MAGIC, TooLarge, inflate
from moderation.sources.documents import Document, Failure, Limits
from moderation.sources.files import check, too_large, why

_HTML = ("text/html", "application/xhtml+xml")
_RECORD = b"WARC/1."
_MEMBER = GZIP_MAGIC + b"\x08"
_STEP = 1 << 20
#: What fastwarc raises for content; anything else is a fault of ours.
_BROKEN = (OSError, ValueError, EOFError)


def read_archive(name: str, limits: Limits) -> Iterator[Document | Failure]:
    """The HTML pages that servers answered with status 200, as ``NAME#ADDRESS``.

    ``max_bytes`` holds for each record, not for the archive. A broken record is a :class:`Failure` that names its
    address, or its place in bytes, and costs no other record anything.
    """
    try:
        import fastwarc  # noqa: F401
    except ImportError as error:
        yield Failure(
            name, "is a WARC archive, which needs fastwarc: pip install 'comment-moderation[warc]'", error
        )
        return
    found = False
    try:
        with Path(name).open("rb") as file:
            for item in _records(name, file, limits):
                found = True
                yield item
    except OSError as error:
        yield Failure(name, why(error), error)
        return
    if not found:
        yield Failure(name, "has no HTML page in it")


def _records(name: str, file: BinaryIO, limits: Limits) -> Iterator[Document | Failure]:
    from fastwarc.warc import ArchiveIterator, WarcRecordType

    start: int | None = 0
    said = told = -1
    while start is not None:
        last = start - 1  # where the last record that could be read begins
        try:
            records = ArchiveIterator(
                _From(file, start), record_types=WarcRecordType.any_type, parse_http=False, strict_mode=False
            )
            for record in _safely(records):
                last = start + record.stream_pos
                if record.record_type == WarcRecordType.response:
                    told = last
                    yield from _page(name, record, last, limits)
            rest = _left_over(file, max(last, start))
            if rest is not None and rest != told:
                yield Failure(f"{name}#{rest}", "the archive ends within a record")
            return
        except _BROKEN as error:
            following = _next_record(file, max(last, start) + 1)
            # The record at ``start`` itself may be what is broken; one gap is one failure.
            if said < start or last >= start:
                place = following if last >= start and following is not None else start
                yield Failure(
                    f"{name}#{place}", f"a broken record near byte {place:,}: {_words(error)}", error
                )
                said = place
            start = following


def _safely(records: Any) -> Iterator[Any]:
    """The records; a panic of the library's Rust code is an error like others, not the end of the program."""
    try:
        yield from records
    except Exception:
        raise
    except BaseException as error:
        if type(error).__name__ != "PanicException":
            raise
        raise ValueError("fastwarc cannot read it") from error


def _page(name: str, record: Any, place: int, limits: Limits) -> Iterator[Document | Failure]:
    address = record.headers.get("WARC-Target-URI", "").strip("<> ")[:2000]
    source = f"{name}#{address or place}"
    try:
        record.parse_http(strict_mode=False)
        headers = record.http_headers
        status = headers.status_code if headers is not None else None
        if status is None:
            yield Failure(source, f"the record at byte {place:,} is broken: no HTTP answer in it")
            return
        kind = (record.http_content_type or "").lower()
        if status != 200 or not kind.startswith(_HTML):
            return
        body = _read(record.reader, limits.max_bytes)
        length = headers.get("Content-Length") or ""
        body = _decoded(
            body, headers.get("Transfer-Encoding"), headers.get("Content-Encoding"), limits.max_bytes
        )
    except TooLarge:
        yield Failure(source, too_large(limits))
        return
    except _BROKEN as error:
        yield Failure(source, f"the record at byte {place:,} is broken: {_words(error)}", error)
        return
    except zlib.error as error:
        yield Failure(source, "is packed in a broken way", error)
        return
    notes: tuple[str, ...] = ()
    if headers.get("Content-Encoding") is None and length.isdecimal():
        if len(body) < int(length[:12]):
            notes = (f"the archive has {len(body):,} of the page's {int(length[:12]):,} bytes",)
        body = body[: int(length[:12])]  # a record whose length is wrong has swallowed the next ones
    yield check(
        Document(
            source=source,
            content=body,
            content_type=headers.get("Content-Type"),
            url=address if address.startswith(("http://", "https://")) else None,
            encoding=record.http_charset,
            links=headers.get("Link"),
            notes=notes,
        )
    )


def _read(reader: Any, limit: int) -> bytes:
    out = bytearray()
    while chunk := reader.read(min(_STEP, limit + 1 - len(out))):
        out += chunk
        if len(out) > limit:
            raise TooLarge
    return bytes(out)


def _decoded(body: bytes, transfer: str | None, content: str | None, limit: int) -> bytes:
    """The page itself. Many crawlers store pages unpacked and keep the headers that say otherwise."""
    from fastwarc.stream_io import BrotliReader, ChunkedReader

    if "chunked" in (transfer or "").lower():
        with contextlib.suppress(*_BROKEN):
            body = _read(ChunkedReader(io.BytesIO(body)), limit)
    coding = (content or "").strip().lower()
    if coding in ("gzip", "x-gzip") and body.startswith(GZIP_MAGIC):
        return inflate([body], limit)
    if coding in ("deflate", "br"):
        try:
            return (
                inflate([body], limit)
                if coding == "deflate"
                else _read(BrotliReader(io.BytesIO(body)), limit)
            )
        except (*_BROKEN, zlib.error):
            return body
    return body


def _left_over(file: BinaryIO, last: int) -> int | None:
    """Where bytes begin that make no whole record, in a packed archive whose last record begins at ``last``.

    Of a member that is cut off early fastwarc makes nothing, and says nothing.
    """
    file.seek(last)
    unpacker = zlib.decompressobj(31)
    while chunk := file.read(_STEP):
        if last == file.tell() - len(chunk) and not chunk.startswith(GZIP_MAGIC):
            return None
        while chunk and not unpacker.eof:
            try:
                unpacker.decompress(chunk, _STEP)
            except zlib.error:
                return None
            chunk = unpacker.unconsumed_tail
        if unpacker.eof:
            rest = unpacker.unused_data
            place = file.tell() - len(rest)
            return place if (rest + file.read(_STEP)).strip(b"\0") else None
    return last if file.tell() > last else None


def _next_record(file: BinaryIO, start: int) -> int | None:
    """Where the next record may begin, from ``start`` on; ``None`` at the end of the archive."""
    file.seek(0)
    mark = _MEMBER if file.read(2) == GZIP_MAGIC else _RECORD
    file.seek(start)
    kept = b""
    while chunk := file.read(_STEP):
        window = kept + chunk
        at = window.find(mark)
        if at >= 0:
            return start - len(kept) + at
        start += len(chunk)
        kept = window[-len(mark) + 1 :]
    return None


def _words(error: BaseException) -> str:
    return str(error).splitlines()[0][:100] if str(error) else type(error).__name__


class _From(io.RawIOBase):
    """A file from a place on, as if it began there; closing it leaves the file open."""

    def __init__(self, file: BinaryIO, start: int) -> None:
        self._file = file
        self._start = start
        self._at = 0

    def readable(self) -> bool:
        return True

    def seekable(self) -> bool:
        return True

    def tell(self) -> int:
        return self._at

    def seek(self, offset: int, whence: int = io.SEEK_SET) -> int:
        if whence == io.SEEK_END:
            offset += self._file.seek(0, io.SEEK_END) - self._start
        elif whence == io.SEEK_CUR:
            offset += self._at
        self._at = max(0, offset)
        return self._at

    def read(self, size: int | None = -1) -> bytes:
        self._file.seek(self._start + self._at)
        data = self._file.read(-1 if size is None else size)
        self._at += len(data)
        return data
