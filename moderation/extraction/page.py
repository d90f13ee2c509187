"""The one door: bytes or text of a page in, a ``Page`` out."""

from __future__ import annotations

import re
from pathlib import PurePosixPath

from moderation.extraction import cycles, embeds, plaintext
from moderation.extraction.article import article, cut
from moderation.extraction.decoding import clean, decode, looks_binary
from moderation.extraction.markup import parse, reading, select, text_content
from moderation.extraction.readers import LAST_READERS, READERS
from moderation.extraction.readers.base import Document, System
from moderation.extraction.readers.feed import is_feed
from moderation.extraction.records import Found, one_line, to_comments
from moderation.extraction.repeated import Repeated
from moderation.extraction.selectors import SelectorIndex
from moderation.extraction.tree import Tree
from moderation.types import Page

_TEXT_ENDINGS = frozenset((".txt", ".text", ".md"))
_HTML_ENDINGS = frozenset((".html", ".htm", ".xhtml", ".shtml", ".php", ".asp", ".aspx", ".jsp"))
#: Look-ups of names before anything is searched for: a reader whose records are not on the page is done.
_RECORDS = SelectorIndex({r.name: r.selector for r in READERS if isinstance(r, System)})
_MARKUP = re.compile(
    r"<(?:!doctype|html|head|body|div|p|span|table|a|li|article|section|br|meta)\b[^<>]*>", re.I
)


def extract(
    html: str | bytes,
    *,
    url: str | None = None,
    source: str = "",
    content_type: str | None = None,
    encoding: str | None = None,
) -> Page:
    """Take a page apart into its article and its reader comments.

    ``html`` is the page as HTML or as plain text; which of the two is decided from ``content_type``, then from the
    ending of ``source``, then from the content. Bytes are decoded (byte-order mark, ``encoding``, HTTP header, meta
    tag, guess). Never raises for bad content: what went wrong is in ``Page.warnings``.
    """
    with cycles.paused():
        return _extract(html, url, source, content_type, encoding, with_article=True)


def extract_comments(
    html: str | bytes,
    *,
    url: str | None = None,
    source: str = "",
    content_type: str | None = None,
    encoding: str | None = None,
) -> Page:
    """Like ``extract``, in about half the time: ``Page.body`` of an HTML page stays empty."""
    with cycles.paused():
        return _extract(html, url, source, content_type, encoding, with_article=False)


def _extract(
    html: str | bytes,
    url: str | None,
    source: str,
    content_type: str | None,
    encoding: str | None,
    *,
    with_article: bool,
) -> Page:
    if isinstance(html, (bytes, bytearray, memoryview)):
        if looks_binary(bytes(html[:4096])):
            return Page(source=source, url=url, warnings=("looks like a binary file, not a page",))
        decoded = decode(bytes(html), declared=encoding, content_type=content_type)
        text, content, warnings = decoded.text, decoded.content, list(decoded.warnings)
    elif isinstance(html, str):
        text, content, said = clean(html)
        warnings = list(said)
    else:
        raise TypeError(f"extract() takes str or bytes, not {type(html).__name__}")
    if not text or text.isspace():
        return Page(source=source, url=url, warnings=(*warnings, "the page is empty"))
    if _is_html(text, source, content_type):
        return _from_html(text, content, source, url, warnings, with_article=with_article)
    dump = plaintext.read(text)
    warnings += dump.found.warnings
    return Page(
        source=source,
        url=url,
        title=dump.title,
        platform=dump.found.platform,
        body=dump.body,
        comments=to_comments(dump.found.records, url),
        declared_count=dump.found.declared_count,
        warnings=tuple(warnings),
    )


def _is_html(text: str, source: str, content_type: str | None) -> bool:
    kind = (content_type or "").split(";")[0].strip().lower()
    if "html" in kind or is_feed(text):
        return True
    marked = bool(_MARKUP.search(text[:20_000]))
    if kind.startswith("text/") and kind != "text/xml":
        return marked and text.lstrip()[:1] == "<"
    ending = PurePosixPath(source.split("?")[0].split("#")[0]).suffix.lower()
    if ending in _HTML_ENDINGS:
        return True
    if ending in _TEXT_ENDINGS:
        return marked and text.lstrip()[:1] == "<"
    return marked


def _from_html(
    text: str, content: bytes, source: str, url: str | None, warnings: list[str], *, with_article: bool
) -> Page:
    root, said = parse(text, content, plain=not with_article)
    warnings += said
    if root is None:
        return Page(source=source, url=url, warnings=(*warnings, "no markup could be read"))
    tree = Tree(root, content)
    with reading(tree):
        title = _title(root)
        found = _comments(Document(text, root, url), tree, warnings)
    body = ""
    if with_article:
        cut(found.region, tails=found.region_tails)
        body = article(tree)
    if with_article and not body and not found.records:
        warnings.append("neither an article nor comments were found")
    return Page(
        source=source,
        url=url,
        title=title,
        platform=found.platform,
        body=body,
        comments=to_comments(found.records, url),
        declared_count=found.declared_count,
        warnings=(*warnings, *found.warnings),
    )


def _comments(page: Document, tree: Tree, warnings: list[str]) -> Found:
    """The first reader that knows the page; then structure; then what is only there for search engines."""
    there = tree.holding(_RECORDS)
    for reader in (*READERS, Repeated(tree), *LAST_READERS):
        if isinstance(reader, System) and reader.name not in there:
            continue
        # A reader that trips over markup nobody foresaw must not cost the page its other readers.
        try:
            found = reader.read(page) if reader.detect(page) else None
        except Exception as error:
            warnings.append(f"reader {reader.name} failed: {type(error).__name__}")
            continue
        if found is not None:
            if found.records:
                return found
            warnings += found.warnings
    found = Found(None)
    if embed := embeds.detect(tree.source, page.root):
        name, found.declared_count = embed
        declared = f", {found.declared_count} declared" if found.declared_count is not None else ""
        found.warnings.append(f"{name} embed detected{declared}, comments not in the page")
    return found


def _title(root: object) -> str | None:
    for meta in select(root, "meta[property=og:title]"):
        if words := one_line(meta.get("content")):
            return words[:500]
    heading, whole = _first_words(root, "h1"), _first_words(root, "title")
    # "Story – Site": themes exist whose only ``h1`` is the site's name.
    if heading and whole and whole.endswith(heading) and whole != heading:
        for element in select(root, "h1, h2"):
            words = one_line(text_content(element))
            if words and whole.startswith(words):
                return words[:500]
    return (heading or whole)[:500] or None


def _first_words(root: object, tag: str) -> str:
    return next((words for e in select(root, tag) if (words := one_line(text_content(e)))), "")
