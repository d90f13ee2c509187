"""Pages on disk: a path, a folder, a glob, standard input."""

from __future__ import annotations

import glob
import os
import stat
import sys
import zlib
from collections.abc import Iterator
from pathlib import Path
from typing import BinaryIO

from moderation.sources.content import GZIP_MAGIC, TooLarge, inflate, what_binary
from moderation.sources.documents import Document, Failure, Limits
from moderation.sources.mhtml import is_saved_page, page_inside

#: What a folder is searched for; each also with ``.gz``. A file named on its own may have any ending.
PAGE_ENDINGS = (
    *(".html", ".htm", ".xhtml", ".xht", ".shtml", ".txt", ".text"),
    *(".php", ".php3", ".asp", ".aspx", ".jsp", ".cfm"),
    *(".rss", ".atom", ".warc", ".mhtml", ".mht"),
)
_ARCHIVES = (".warc", ".warc.gz")
_CHUNK = 1 << 16
_REASONS: dict[type[OSError], str] = {
    FileNotFoundError: "no such file",
    PermissionError: "may not be read (permission denied)",
    IsADirectoryError: "is a folder, not a file",
}
_HTML_MARKS = (b"<!doctype html", b"<html")


def read_stdin(limits: Limits, stream: BinaryIO | None = None) -> Document | Failure:
    """The page on standard input."""
    return _document("-", stream or sys.stdin.buffer, limits)


def read_path(spec: str, limits: Limits) -> Iterator[Document | Failure]:
    """The pages a path, a folder or a glob names, in the order of their names."""
    path = Path(spec)
    try:
        kind = path.stat().st_mode
    except OSError as error:
        if glob.has_magic(spec):
            yield from _read_glob(spec, limits)
        else:
            yield Failure(spec, why(error), error)
        return
    except ValueError as error:  # a NUL in the name
        yield Failure(spec, "is not a usable file name", error)
        return
    if stat.S_ISDIR(kind):
        yield from _read_folder(spec, limits)
    else:
        yield from _read_named(spec, limits)


def _read_named(name: str, limits: Limits) -> Iterator[Document | Failure]:
    """A file's page, or an archive's pages."""
    if name.lower().endswith(_ARCHIVES):
        from moderation.sources.warc import read_archive

        yield from read_archive(name, limits)
    else:
        yield read_file(name, limits)


def read_file(name: str, limits: Limits) -> Document | Failure:
    """One file's page, unpacked when it is gzip."""
    try:
        with Path(name).open("rb") as file:
            # The size is known beforehand for a plain file only; a pipe or a device tells it by running over.
            info = os.fstat(file.fileno())
            if stat.S_ISREG(info.st_mode) and info.st_size > limits.max_bytes:
                return Failure(name, too_large(limits, info.st_size))
            return _document(name, file, limits)
    except OSError as error:
        return Failure(name, why(error), error)


def too_large(limits: Limits, size: int | None = None) -> str:
    """The message for content over ``--max-bytes``."""
    found = "larger than" if size is None else f"{size:,} bytes, over"
    return f"{found} the limit of {limits.max_bytes:,} bytes (--max-bytes)"


def check(document: Document) -> Document | Failure:
    """The document, or why it is no page: empty, or not text."""
    if not document.content.strip(b" \t\r\n\x00\xef\xbb\xbf"):
        return Failure(document.source, "is empty")
    binary = what_binary(document.content)
    if binary is not None:
        return Failure(document.source, f"is {binary}, not a page")
    return document


def _document(name: str, stream: BinaryIO, limits: Limits) -> Document | Failure:
    try:
        content = _read_up_to(stream, limits.max_bytes + 1)
    except OSError as error:
        return Failure(name, why(error), error)
    if len(content) > limits.max_bytes:
        return Failure(name, too_large(limits))
    if content.startswith(GZIP_MAGIC):
        try:
            content = inflate([content], limits.max_bytes)
        except TooLarge:
            return Failure(name, "unpacked, " + too_large(limits))
        except zlib.error as error:
            return Failure(name, "is broken gzip", error)
    document = Document(source=name, content=content)
    found = page_inside(document) if is_saved_page(content) else document
    return found if isinstance(found, Failure) else check(found)


def _read_up_to(stream: BinaryIO, size: int) -> bytes:
    out = bytearray()
    while len(out) < size:
        chunk = stream.read(min(_CHUNK, size - len(out)))
        if not chunk:
            break
        out += chunk
    return bytes(out)


def _read_glob(spec: str, limits: Limits) -> Iterator[Document | Failure]:
    # pathlib's glob takes no absolute pattern and no pattern with "..".
    names = sorted(glob.glob(spec, recursive=True))  # noqa: PTH207
    if not names:
        yield Failure(spec, "no file matches")
    for name in names:
        if Path(name).is_dir():
            # `pages/**` names the folders too; their files are matched on their own, or were not asked for.
            continue
        yield from _read_named(name, limits)


def _read_folder(spec: str, limits: Limits) -> Iterator[Document | Failure]:
    found = False
    failed: list[Failure] = []

    def unreadable(error: OSError) -> None:
        failed.append(Failure(str(error.filename or spec), why(error), error))

    for folder, subfolders, names in os.walk(spec, onerror=unreadable):
        subfolders.sort()
        yield from failed
        found = found or bool(failed)
        failed.clear()
        for name in sorted(names):
            path = Path(folder, name)
            if not name.startswith(".") and _is_page(path):
                found = True
                yield from _read_named(str(path), limits)
    yield from failed
    if not found and not failed:
        yield Failure(spec, f"no page in this folder (looked for {', '.join(PAGE_ENDINGS[:6])} ...)")


def _is_page(path: Path) -> bool:
    """Whether a folder's file is a page: by its ending, or, having none (wget), by its first bytes."""
    name = path.name.lower().removesuffix(".gz")
    # A pipe in a folder would wait for a writer for ever; a broken link is named as the failure it is.
    if not path.is_file():
        return path.is_symlink() and not path.exists() and name.endswith(PAGE_ENDINGS)
    if name.endswith(PAGE_ENDINGS):
        return True
    if "." in name:
        return False
    try:
        with path.open("rb") as file:
            head = file.read(1024).lower()
    except OSError:
        return False
    return any(mark in head for mark in _HTML_MARKS)


def why(error: OSError) -> str:
    """What is wrong with a file, in words for the person who named it."""
    return _REASONS.get(type(error)) or f"cannot be read: {error.strerror or error}"
