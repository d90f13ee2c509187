"""Telling text from everything else, and unpacking gzip without being blown up by it."""

from __future__ import annotations

import zlib
from collections.abc import Iterable, Iterator

GZIP_MAGIC = b"\x1f\x8b"

#: First bytes of formats that people mistake for pages.
SIGNATURES: tuple[tuple[bytes, str], ...] = (
    (b"%PDF-", "a PDF"),
    (b"\x89PNG\r\n", "a PNG image"),
    (b"\xff\xd8\xff", "a JPEG image"),
    (b"GIF87a", "a GIF image"),
    (b"GIF89a", "a GIF image"),
    (b"PK\x03\x04", "a ZIP archive (or an office document)"),
    (b"7z\xbc\xaf\x27\x1c", "a 7z archive"),
    (b"Rar!\x1a\x07", "a RAR archive"),
    (b"\xfd7zXZ\x00", "an xz archive"),
    (b"BZh", "a bzip2 archive"),
    (b"\x28\xb5\x2f\xfd", "a zstd archive"),
    (b"\x7fELF", "a program"),
    (b"MZ\x90\x00", "a program"),
    (b"SQLite format 3\x00", "an SQLite database"),
    (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1", "an old office document"),
    (b"OggS", "an audio file"),
    (b"ID3", "an audio file"),
    (b"wOFF", "a font"),
    (b"wOF2", "a font"),
    (b"PAR1", "a Parquet file"),
)
_UTF_BOMS = (b"\xff\xfe", b"\xfe\xff", b"\xef\xbb\xbf")
_TEXT_CONTROLS = frozenset(b"\t\n\r\f\v\x1b\x85")
_SAMPLE = 8192
#: A page with a few stray control bytes is still a page; one with more of them than this is none. Of random bytes 0.1 are.
_MAX_CONTROL_SHARE = 0.05
_MIN_CONTROLS = 8
#: In UTF-16 without a mark, nearly all NULs of Latin text sit on the same side of each pair.
_UTF16_ONE_SIDED = 0.95
_UTF16_MIN_NULS = 0.2
_STEP = 1 << 16


class TooLarge(Exception):
    """Unpacked, the content is over the limit."""


def what_binary(content: bytes) -> str | None:
    """What the bytes are when they are no text ("a PDF", "binary data"); ``None`` for text."""
    head = content[:_SAMPLE]
    for signature, name in SIGNATURES:
        if head.startswith(signature):
            return name
    if head[:4] == b"RIFF" and head[8:12] in (b"WEBP", b"WAVE", b"AVI "):
        return "a media file"
    if head[4:8] == b"ftyp":
        return "a media file"
    if head.startswith(_UTF_BOMS) or looks_utf16(head):
        return None
    controls = sum(byte < 32 and byte not in _TEXT_CONTROLS for byte in head)
    if controls >= _MIN_CONTROLS and controls / len(head) > _MAX_CONTROL_SHARE:
        return "binary data"
    return None


def looks_utf16(head: bytes) -> bool:
    """Whether bytes without a byte order mark are UTF-16 text of a mostly Latin script."""
    return utf16_order(head) is not None


def utf16_order(head: bytes) -> str | None:
    """``utf-16-le`` or ``utf-16-be`` for UTF-16 without a byte order mark, otherwise ``None``."""
    head = head[:_SAMPLE]
    nuls = head.count(0)
    if not head or nuls / len(head) < _UTF16_MIN_NULS:
        return None
    odd = head[1::2].count(0)
    if odd / nuls > _UTF16_ONE_SIDED:
        return "utf-16-le"
    if (nuls - odd) / nuls > _UTF16_ONE_SIDED:
        return "utf-16-be"
    return None


def inflate(chunks: Iterable[bytes], limit: int) -> bytes:
    """``chunks`` unpacked and joined; raises :class:`TooLarge` when that is more than ``limit`` bytes."""
    out = bytearray()
    for piece in unpacked(chunks):
        out += piece
        if len(out) > limit:
            raise TooLarge
    return bytes(out)


def unpacked(chunks: Iterable[bytes]) -> Iterator[bytes]:
    """What the gzip (any number of members), zlib or raw deflate stream ``chunks`` holds, in small pieces.

    Raises :class:`zlib.error` for a broken stream; one that merely ends early gives what it held.
    """
    unpacker = zlib.decompressobj(wbits=47)  # gzip or zlib, whichever the header says
    started = False
    for chunk in chunks:
        pending = chunk
        while pending:
            try:
                piece = unpacker.decompress(pending, _STEP)
            except zlib.error:
                if started:
                    raise
                unpacker = zlib.decompressobj(wbits=-15)  # "deflate" as some servers understand it
                piece = unpacker.decompress(pending, _STEP)
            started = True
            yield piece
            pending = unpacker.unconsumed_tail
            if unpacker.eof:
                pending = unpacker.unused_data
                if not pending.startswith(GZIP_MAGIC):
                    break  # padding after the last member
                unpacker = zlib.decompressobj(wbits=47)
    yield unpacker.flush()
