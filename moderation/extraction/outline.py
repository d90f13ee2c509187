"""One pass over a page: where every element begins and ends, how much text lies between, and what hints it holds.

Positions count the starts and ends of elements in document order, so "how much of X lies in this element" is a
difference of two prefix sums or two bisections, for any stretch of the page.
"""

from __future__ import annotations

import re
from bisect import bisect_left
from functools import lru_cache

from lxml import etree

from moderation.extraction import line_roles as roles
from moderation.extraction.markup import Element, is_trackback
from moderation.extraction.rendering import HIDDEN
from moderation.extraction.times import find_time
from moderation.extraction.vocabulary import RELATIVE_WORDS

MAX_ELEMENTS = 400_000
#: Kinds of hints.
TIME, AUTHOR, AVATAR, REPLY, LINK, FIELD, HEAD, PARAGRAPH = range(8)
_CAMEL = re.compile(r"(?<=[a-z])(?=[A-Z])")
_SPLIT = re.compile(r"[^a-zà-ÿа-я]+")
_DIGIT = re.compile(r"[\d٠-٩۰-۹]")
_UNSPACED = re.compile("[前전]|ที่แล้ว|ที่ผ่านมา")
AUTHOR_WORDS = frozenset(
    (
        "author",
        "user",
        "username",
        "nick",
        "nickname",
        "fn",
        "poster",
        "commenter",
        "byline",
        "cite",
        "name",
        "who",
        "member",
        "autor",
        "auteur",
        "nombre",
        "nome",
        "screenname",
        "handle",
        "login",
        "vcard",
        "postedby",
        "commentauthor",
        "displayname",
        "persona",
        "commentname",
        "identity",
        "cn",
    )
)
TIME_WORDS = frozenset(
    ("date", "time", "timestamp", "datetime", "posted", "when", "datum", "fecha", "data", "age")
)
AVATAR_NAME = re.compile(
    r"avatar|gravatar|userpic|profile[_-]?(?:pic|image|photo)|buddyicon|usericon", re.IGNORECASE
)
PERMALINK = re.compile(
    r"#(?:[a-z_-]*(?:comment|cmt|reply|post|response|message|msg|disqus|IDComment|dsq|c|p)[a-z_-]*[-_]?)\d+|"
    r"[?&](?:comment_?id|showComment|cid|commentid)=|/comments?/\d+|#\d{3,}$",
    re.IGNORECASE,
)
_REPLY_LINK = re.compile(
    r"replytocom|reply_?to|[?&/#]reply|respond|moveForm|report(?:abuse|comment)|flag", re.IGNORECASE
)
_FIELD_TAGS = frozenset(("input", "textarea", "select"))
_NO_FIELD = frozenset(("hidden", "submit", "button", "image", "checkbox"))
_BLOCK_TAGS = frozenset(("p", "br", "li", "blockquote"))


@lru_cache(maxsize=8192)
def name_words(names: str) -> frozenset[str]:
    """A class or id attribute to its words: ``commentBody alt-2`` → comment, body, alt."""
    return frozenset(w for w in _SPLIT.split(_CAMEL.sub(" ", names[:300]).lower()) if w)


class Outline:
    """Elements of a page in document order with positions, text sizes and hints."""

    def __init__(self, root: Element) -> None:
        self.elements: list[Element] = []
        self.index: dict[Element, int] = {}
        self.start: list[int] = []
        self.end: list[int] = []
        self.up: list[int] = []
        self.hints: list[list[int]] = [[] for _ in range(8)]
        self.counts: list[tuple[int, int | None]] = []  # (position, declared count) of headings
        self.truncated = False
        self._text = [0]
        self._linked = [0]
        self._walk(root)

    def _walk(self, root: Element) -> None:
        text, linked = self._text, self._linked
        total = total_linked = 0
        hidden = in_link = 0
        stack: list[int] = []
        for event, node in etree.iterwalk(root, events=("start", "end")):
            tag = node.tag
            if event == "start":
                if len(self.elements) >= MAX_ELEMENTS:
                    self.truncated = True
                    break
                at = len(self.elements)
                self.elements.append(node)
                self.index[node] = at
                self.up.append(stack[-1] if stack else -1)
                stack.append(at)
                self.start.append(len(text) - 1)
                self.end.append(-1)
                hidden += tag in HIDDEN or is_trackback(node)
                in_link += tag == "a"
                if tag in _FIELD_TAGS and node.get("type") not in _NO_FIELD:
                    self.hints[FIELD].append(len(text) - 1)
                if not hidden:
                    self._hints_of(node, tag, len(text) - 1)
                words = node.text
            else:
                at = stack.pop()
                self.end[at] = len(text) - 1
                hidden -= tag in HIDDEN or is_trackback(node)
                in_link -= tag == "a"
                words = node.tail
            if words and not hidden:
                words = words.strip()
                size = len(words)
                total += size
                if in_link:
                    total_linked += size
                if 2 <= size <= 400:
                    self._text_hint(words, len(text) - 1)
            text.append(total)
            linked.append(total_linked)
        for at in range(len(self.end)):
            if self.end[at] < 0:
                self.end[at] = len(text) - 1
        self._merge_times()

    def _hints_of(self, node: Element, tag: object, position: int) -> None:
        names = f"{node.get('class') or ''} {node.get('id') or ''} {node.get('itemprop') or ''}"
        if names != "  ":
            found = name_words(names)
            if not found.isdisjoint(AUTHOR_WORDS):
                self.hints[AUTHOR].append(position)
            if tag == "img" and AVATAR_NAME.search(names):
                self.hints[AVATAR].append(position)
        if tag == "time" or node.get("datetime"):
            self.hints[TIME].append(position)
        elif tag == "cite":
            self.hints[AUTHOR].append(position)
        elif tag == "img":
            if AVATAR_NAME.search(node.get("src") or ""):
                self.hints[AVATAR].append(position)
        elif tag == "a":
            href = node.get("href") or ""
            if href and PERMALINK.search(href):
                self.hints[LINK].append(position)
            if _REPLY_LINK.search(href) or _REPLY_LINK.search(node.get("onclick") or ""):
                self.hints[REPLY].append(position)
        elif tag == "abbr" and node.get("title") and find_time(node.get("title")[:60]):
            self.hints[TIME].append(position)
        if tag in _BLOCK_TAGS:
            self.hints[PARAGRAPH].append(position)

    def _text_hint(self, words: str, position: int) -> None:
        if len(words) <= 130:
            if _maybe_time(words) and _has_time(words):
                self.hints[TIME].append(position)
            if len(words) <= 90:
                is_heading, count = _heading(words)
                if is_heading:
                    self.hints[HEAD].append(position)
                    self.counts.append((position, count))
                elif len(words) <= 60 and not words.isdigit() and roles.is_action(words):
                    self.hints[REPLY].append(position)
            if words[-1] in ":.…" and len(words) <= 100 and roles.attribution(words):
                self.hints[AUTHOR].append(position)

    def _merge_times(self) -> None:
        """A date and its clock in two nodes are one time."""
        merged: list[int] = []
        last = -1
        for position in sorted(self.hints[TIME]):
            if last < 0 or self._text[position] - self._text[last] > 40:
                merged.append(position)
            last = position
        self.hints[TIME] = merged
        for kind in (AUTHOR, AVATAR, REPLY, LINK, HEAD):
            self.hints[kind].sort()

    def text(self, start: int, end: int) -> int:
        """Characters of text between two positions."""
        return self._text[end] - self._text[start]

    def linked(self, start: int, end: int) -> int:
        return self._linked[end] - self._linked[start]

    def count(self, kind: int, start: int, end: int) -> int:
        """Hints of a kind at positions in [start, end)."""
        hints = self.hints[kind]
        return bisect_left(hints, end) - bisect_left(hints, start)


def _maybe_time(words: str) -> bool:
    """Cheap, for most texts hold no time: a digit, or a word that relative times need."""
    return (
        _DIGIT.search(words) is not None
        or not RELATIVE_WORDS.isdisjoint(words.lower().split())
        or _UNSPACED.search(words) is not None
    )


@lru_cache(maxsize=8192)
def _has_time(words: str) -> bool:
    return find_time(words) is not None


@lru_cache(maxsize=8192)
def _heading(words: str) -> tuple[bool, int | None]:
    return roles.heading(words)
