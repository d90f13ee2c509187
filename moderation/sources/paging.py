"""The further pages of a page's comments: which links lead to them, and in which order they belong.

Only links of the same site that keep the page's own address are followed: WordPress's ``comment-page-N`` and
``cpage=N``, and rel=next inside the comment part. What another page of the site or another site offers is not
this thread.
"""

from __future__ import annotations

import re
from collections import Counter
from dataclasses import dataclass
from urllib.parse import parse_qsl, urlencode, urljoin, urlsplit

from lxml import etree, html

#: Without any of these in its source a page has no comment pages, and need not be parsed to know it.
_SIGNS = re.compile(rb"comment-page-\d|[?&;]cpage=\d|rel\s*=\s*[\"']?[^\"'>]*\bnext\b", re.IGNORECASE)
_NUMBERED = re.compile(r"/comment-page-(\d{1,5})(?=/|$)")
_PERMALINK = re.compile(r"^(?:li-)?comment-\d+$")
_COMMENTS = re.compile(r"comment|discussion|replies|responses|respond", re.IGNORECASE)
_OLDER = re.compile(r"\b(?:nav-previous|prev|previous|older)\b", re.IGNORECASE)
_NEWER = re.compile(r"\b(?:nav-next|next|newer)\b", re.IGNORECASE)
_DIGITS = re.compile(r"\d{1,5}")
_MAX_LINKS = 20_000


@dataclass(frozen=True, slots=True)
class Link:
    """A further page; ``number`` counts from 1 and is ``None`` where the link does not say."""

    url: str
    number: int | None


@dataclass(frozen=True, slots=True)
class _Place:
    """An address without what tells comment pages apart: two pages of one thread have the same."""

    host: str
    path: str
    query: str


class Walk:
    """From a page to the others of its thread. ``number`` is the first page's own, once it can be told."""

    def __init__(self, url: str, content: bytes) -> None:
        self._place, self.number = _place(url)
        self._open: list[Link] = []
        self._seen: set[str] = {_plain(url)}
        self._numbers: set[int] = set()
        self._look(url, content, first=True)

    def next(self) -> Link | None:
        """The next page to read: the lowest number first, then what was linked as the next one."""
        while self._open:
            link = min(self._open, key=lambda link: (link.number is None, link.number or 0))
            self._open.remove(link)
            if not self._known(link):
                self._seen.add(_plain(link.url))
                if link.number is not None:
                    self._numbers.add(link.number)
                return link
        return None

    def visited(self, link: Link, url: str, content: bytes) -> bool:
        """Takes note of a page that was read; False when it turned out to be one already known."""
        if _plain(url) != _plain(link.url):
            if _plain(url) in self._seen:
                return False
            self._seen.add(_plain(url))
            if not self._same_thread(url):
                return False
        self._look(url, content)
        return True

    def _known(self, link: Link) -> bool:
        if link.number is not None and (link.number in self._numbers or link.number == self.number):
            return True
        return _plain(link.url) in self._seen

    def _same_thread(self, url: str) -> bool:
        place, number = _place(url)
        if place.host != self._place.host:
            return False
        if number is not None:
            return place == self._place
        return place.path == self._place.path or (
            self._place.path != "" and place.path.startswith(self._place.path + "/")
        )

    def _look(self, url: str, content: bytes, *, first: bool = False) -> None:
        if not _SIGNS.search(content):
            return
        root = _parsed(content)
        if root is None:
            return
        links: list[tuple[Link, etree._Element]] = []
        own: Counter[int] = Counter()
        ids = set(root.xpath("//@id | //a/@name"))
        for at, anchor in enumerate(root.iter("a", "link")):
            if at > _MAX_LINKS:
                break
            target = _joined(url, anchor.get("href"))
            if target is None or not self._same_thread(target):
                continue
            number = _place(target)[1]
            fragment = urlsplit(target).fragment
            if number is not None and _PERMALINK.match(fragment):
                # "Recent comments" in a sidebar link to comments on other pages of the thread.
                own[number] += fragment in ids
            elif number is not None or (anchor.tag == "a" and _is_next(anchor) and _in_comments(anchor)):
                links.append((Link(target.partition("#")[0], number), anchor))
        if first and self.number is None:
            self.number = own.most_common(1)[0][0] if own.total() else _own_number(links)
        self._open += [link for link, _ in links if not self._known(link)]


def _own_number(links: list[tuple[Link, etree._Element]]) -> int | None:
    """Which page shows these links to the others; ``None`` when it has none with a number."""
    numbers = {link.number for link, _ in links if link.number is not None}
    if not numbers:
        return None
    for _, anchor in links:
        parent = anchor.getparent()
        for sibling in () if parent is None else parent.iter():
            if not isinstance(sibling.tag, str) or sibling.tag == "a":
                continue
            current = "current" in (sibling.get("class") or "").split()
            if (current or sibling.get("aria-current") == "page") and (
                found := _DIGITS.search("".join(sibling.itertext())[:40])
            ):
                return int(found.group())
    if len(numbers) > 1:
        # The page itself is the one without a link: the first, or with the newest comments first, the last.
        return 1 if 1 not in numbers else max(numbers) + 1
    number = numbers.pop()
    words = " ".join(_names(anchor) for _, anchor in links)
    if _OLDER.search(words) and not _NEWER.search(words):
        return number + 1
    return number - 1 if number > 1 else number + 1


def _names(anchor: etree._Element) -> str:
    parent = anchor.getparent()
    both = (anchor,) if parent is None else (anchor, parent)
    return " ".join(f"{e.get('class') or ''} {e.get('rel') or ''}" for e in both)


def _is_next(anchor: etree._Element) -> bool:
    return "next" in (anchor.get("rel") or "").lower().split()


def _in_comments(anchor: etree._Element) -> bool:
    """Whether a link stands in the comment part; elsewhere rel=next is the next article."""
    return any(
        _COMMENTS.search(f"{box.get('id') or ''} {box.get('class') or ''}")
        for box in (anchor, *anchor.iterancestors())
        if box.tag not in ("body", "html")
    )


def _place(url: str) -> tuple[_Place, int | None]:
    """Where a page's thread is, and which page of it the address names."""
    parts = urlsplit(url)
    number = None
    path = parts.path
    if found := _NUMBERED.search(path):
        number = int(found.group(1))
        path = path[: found.start()] + path[found.end() :]
    query = []
    for name, value in parse_qsl(parts.query, keep_blank_values=True):
        if name == "cpage" and value.isdecimal():
            number = int(value[:5])
        elif name != "replytocom":
            query.append((name, value))
    host = parts.netloc.rpartition("@")[2].lower()
    return _Place(host, path.rstrip("/"), urlencode(sorted(query))), number or None


def _plain(url: str) -> str:
    """The address by which a page is known: no fragment, no order of parameters, one page number."""
    place, number = _place(url)
    return f"{place.host}{place.path}?{place.query}#{number}"


def _joined(base: str, href: str | None) -> str | None:
    if not href or len(href) > 2000:
        return None
    try:
        target = urljoin(base, href.strip())
        parts = urlsplit(target)
        return target if parts.scheme in ("http", "https") and parts.netloc else None
    except ValueError:
        return None


def _parsed(content: bytes) -> etree._Element | None:
    try:
        return html.document_fromstring(content, parser=html.HTMLParser(huge_tree=False, recover=True))
    except (etree.LxmlError, ValueError, AssertionError):
        return None
