"""Pages that a browser saved as one file (MHTML, RFC 2557): the page itself, and the frames that hold its comments."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import replace
from email import message_from_bytes
from email.message import Message

from moderation.sources.documents import Document, Failure

#: A saved page begins with the header lines of a mail, and one of the first says which MIME it is.
_HEADER_BYTES = 8192
_IS_MIME = re.compile(rb"\A(?:[A-Za-z-]+:[^\n]*\n(?:[ \t][^\n]*\n)*)*?MIME-Version:", re.IGNORECASE)
_BLANK_LINE = re.compile(rb"\r?\n[ \t]*\r?\n")
#: Where comment systems show their comments in a frame of their own: what the frame's address holds.
COMMENT_FRAMES = (
    "//disqus.com/embed/comments",
    "facebook.com/plugins/comments",
    "facebook.com/plugins/feedback",
    "//talk.hyvor.com/",
    "/embed/comments?",  # Discourse, on the forum's own host
    "/embed/stream",  # Coral, on the site's own host
)


def is_saved_page(content: bytes) -> bool:
    """Whether ``content`` is a page with all it needs in one file, or a mail."""
    return _IS_MIME.match(content[:_HEADER_BYTES]) is not None


def page_inside(document: Document) -> Document | Failure:
    """The page inside a saved page, its address and encoding, the frames with comments in ``further``.

    Parts of parts are not looked into: browsers write none.
    """
    pages = list(_pages(document.content))
    if not pages:
        return Failure(document.source, "is a saved page (MHTML) without a page inside")
    page, *frames = (
        Document(document.source, body, url=_address(header, "Content-Location"), encoding=_charset(header))
        for header, body in pages
    )
    comments = [f for f in frames if f.url and any(mark in f.url for mark in COMMENT_FRAMES)]
    address = _address(_split(document.content)[0], "Snapshot-Content-Location")
    return replace(page, url=address or page.url, further=tuple(comments))


def _pages(content: bytes) -> Iterator[tuple[Message, bytes]]:
    """Header and decoded body of each part of ``content`` that is HTML; the first is the page (RFC 2387)."""
    header, _ = _split(content)
    boundary = header.get_boundary()
    if not boundary:
        yield from _html(content)
        return
    mark = rb"(?:\A|\n)--" + re.escape(boundary.encode("ascii", "replace")) + rb"(?:--)?[ \t]*(?=\r?\n|\Z)"
    begins = 0
    # One after another, and only the HTML ones decoded: most of the file is pictures.
    for found in re.finditer(mark, content):
        yield from _html(content[begins : found.start()].lstrip(b"\r\n"))
        begins = found.end()
    yield from _html(content[begins:].lstrip(b"\r\n"))  # a file cut short has no last mark


def _html(part: bytes) -> Iterator[tuple[Message, bytes]]:
    if b"text/html" not in part[:_HEADER_BYTES].lower():
        return
    header, body = _split(part)
    if header.get_content_type() == "text/html":
        # The library decodes, but is not asked to look for lines in megabytes of markup.
        header.set_payload(body.decode("ascii", "surrogateescape"))
        yield header, bytes(header.get_payload(decode=True) or b"")


def _split(part: bytes) -> tuple[Message, bytes]:
    """The header of a message or a part, and what follows."""
    blank = _BLANK_LINE.search(part, 0, _HEADER_BYTES)
    ends = blank.end() if blank else min(len(part), _HEADER_BYTES)
    return message_from_bytes(part[:ends]), part[ends:]


def _charset(header: Message) -> str | None:
    """What the header says of the encoding; ``None`` leaves it to the markup."""
    charset = header.get_content_charset()
    return charset if isinstance(charset, str) else None


def _address(header: Message, name: str) -> str | None:
    """A web address of the header; a frame without one is called ``cid:`` something."""
    address = str(header.get(name, "")).strip()
    return address if re.match("https?://", address, re.IGNORECASE) else None
