"""RSS and Atom feeds of comments: WordPress, Blogger, Isso, Disqus and whoever names the parent as RFC 4685 does."""

from __future__ import annotations

import html
import re
from collections.abc import Iterator
from email.utils import parsedate_to_datetime

from lxml import etree

from moderation.extraction.markup import Element, parse, text_content
from moderation.extraction.readers.base import Document
from moderation.extraction.records import MAX_NAME, Found, Record, one_line
from moderation.extraction.rendering import render
from moderation.extraction.times import iso

_BEGINNING = re.compile(
    r"\s*(?:<\?xml[^>]{0,300}\?>\s*)?(?:<(?:!--|\?|!DOCTYPE)[^>]{0,2000}>\s*){0,5}<(?:rss|feed|rdf:RDF)\b"
)
_DECLARATION = re.compile(r"\s*<\?xml[^>]{0,300}\?>")
#: What the address of a comment ends with, and of nothing else: ``#comment-7``, ``#isso-7``, ``#c7``.
_ADDRESS = re.compile(r"#(?:comment|isso|dsq-comment|c)-?(\d+)$")
_NUMBER = re.compile(r"(\d+)\D*$")
#: RSS writes "ann@example.org (Ann)".
_MAIL = re.compile(r"^\S+@\S+ \((.+)\)$")
#: Of the entries that a feed has, so many must be comments; a feed of articles is none of ours.
ENOUGH = 0.5


def is_feed(text: str) -> bool:
    return _BEGINNING.match(text) is not None


class Feed:
    """Reader for feeds; the page's tree is an HTML parser's idea of them and is left aside."""

    name = "feed"

    def detect(self, page: Document) -> bool:
        return is_feed(page.source)

    def read(self, page: Document) -> Found | None:
        entries = list(_entries(page.source))
        comments = [e for e in entries if _is_comment(e)]
        if not comments or len(comments) < ENOUGH * len(entries):
            return None
        known = {
            identity: (key, _name(e)) for e in comments if (key := _key(e)) for identity in _identities(e)
        }
        found = Found(self.name, region=list(page.root))
        for at, entry in enumerate(comments, 1):
            record = _record(entry, known, at)
            if record.text:
                found.records.append(record)
        return found if found.records else None


def _entries(text: str) -> Iterator[Element]:
    parser = etree.XMLParser(
        resolve_entities=False, no_network=True, recover=True, remove_comments=True, remove_pis=True
    )
    try:
        root = etree.fromstring(_DECLARATION.sub("", text, count=1).encode("utf-8", "replace"), parser)
    except (etree.XMLSyntaxError, ValueError):
        return
    if root is not None:
        yield from root.iter("{*}item", "{*}entry")


def _child(entry: Element, *names: str) -> Element | None:
    """The first child with one of these names, whatever their namespaces, names in order."""
    for name in names:
        for child in entry.iterchildren("{*}" + name):
            return child
    return None


def _said(entry: Element, *names: str) -> str:
    child = _child(entry, *names)
    return one_line("".join(child.itertext())) if child is not None else ""


def _link(entry: Element) -> str:
    for link in entry.iterchildren("{*}link"):
        if link.get("href") and link.get("rel", "alternate") == "alternate":
            return str(link.get("href"))
    return _said(entry, "link")


def _identities(entry: Element) -> list[str]:
    return [said for said in (_said(entry, "id", "guid"), _link(entry)) if said]


def _is_comment(entry: Element) -> bool:
    return _child(entry, "in-reply-to") is not None or any(_ADDRESS.search(i) for i in _identities(entry))


def _key(entry: Element) -> str | None:
    return _key_of(_identities(entry))


def _key_of(identities: list[str]) -> str | None:
    for pattern in (_ADDRESS, _NUMBER):
        for identity in identities:
            if found := pattern.search(identity):
                return found.group(1)
    return None


def _name(entry: Element) -> str | None:
    author = _child(entry, "author")
    name = _said(author, "name") if author is not None else ""
    name = name or _said(entry, "creator") or _MAIL.sub(r"\1", _said(entry, "author"))
    # WordPress and Isso escape names once more than XML asks for.
    return html.unescape(name)[:MAX_NAME] or None


def _record(entry: Element, known: dict[str, tuple[str, str | None]], at: int) -> Record:
    """``known``: key and author of every entry, by all its addresses."""
    above = _child(entry, "in-reply-to")
    # Comments that begin a thread answer the article, which is no entry of the feed.
    said = [above.get("ref"), above.get("href")] if above is not None else []
    parent = next((known[address][0] for address in said if address in known), None)
    root = _words(entry)
    line = _reply_line(root, _link(entry), known)
    if line is not None and parent is None:
        parent = _key_of([line[1]])
    body = render(root, skip={line[0]} if line else ())
    shown = _said(entry, "published", "pubDate", "date", "updated")
    return Record(
        key=_key(entry) or f"c{at}",
        text=body.text,
        quotes=body.quotes,
        parent=parent,
        author=_name(entry),
        time=_time(shown),
        time_text=shown[:60] or None,
        permalink=_link(entry) or None,
    )


def _reply_line(
    root: Element, link: str, known: dict[str, tuple[str, str | None]]
) -> tuple[Element, str] | None:
    """The paragraph "In reply to Ann." that WordPress puts before a reply in feeds, and the address in it.

    It is nobody's words, in the site's language: told by its one link, which leads to another comment of the same
    page and reads as that comment's author.
    """
    first = next(root.iter("p"), None)
    links = list(first.iter("a")) if first is not None else []
    if first is None or len(links) != 1 or len(one_line(text_content(first))) > MAX_NAME + 60:
        return None
    address, name = links[0].get("href") or "", one_line(text_content(links[0]))
    if not _ADDRESS.search(address) or address == link or address.partition("#")[0] != link.partition("#")[0]:
        return None
    if address in known and known[address][1] != name:
        return None
    return first, address


def _time(shown: str) -> str | None:
    """Atom writes ISO 8601, RSS the dates of mail."""
    try:
        return parsedate_to_datetime(shown).isoformat()
    except (TypeError, ValueError):
        return iso(shown)


def _words(entry: Element) -> Element:
    """What an entry says, as a tree; an empty one when it says nothing."""
    element = _child(entry, "encoded", "content", "description", "summary")
    words = ""
    if element is not None and element.get("type") == "text":
        words = f"<pre>{html.escape(''.join(element.itertext()).strip())}</pre>"
    elif element is not None:
        words = (element.text or "") + "".join(etree.tostring(child, encoding="unicode") for child in element)
    root, _ = parse(f"<div>{words}</div>")
    return root if root is not None else etree.Element("div")


READER = Feed()
