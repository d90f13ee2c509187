"""What the words and names on a page hint at, by position, so that "how many times lie in this element" is a
difference of two bisections, for any stretch of the page.
"""

from __future__ import annotations

import re
from bisect import bisect_left
from functools import lru_cache

import numpy as np

from moderation.extraction import line_roles as roles
from moderation.extraction.markup import Element
from moderation.extraction.times import find_time, maybe_time
from moderation.extraction.tree import Ints, Tree

#: Kinds of hints.
TIME, AUTHOR, AVATAR, REPLY, LINK, FIELD, HEAD, PARAGRAPH = range(8)
KINDS = 8
_CAMEL = re.compile(r"(?<=[a-z])(?=[A-Z])")
_SPLIT = re.compile(r"[^a-zà-ÿа-я]+")
AUTHOR_WORDS = frozenset(
    "author user username nick nickname fn poster commenter byline cite name who member autor auteur nombre nome "
    "screenname handle login vcard postedby commentauthor displayname persona commentname identity cn".split()
)
TIME_WORDS = frozenset("date time timestamp datetime posted when datum fecha data age".split())
AVATAR_NAME = re.compile(
    r"avatar|gravatar|userpic|profile[_-]?(?:pic|image|photo)|buddyicon|usericon", re.IGNORECASE
)
PERMALINK = re.compile(
    r"#(?:[a-z_-]*(?:comment|cmt|reply|post|response|message|msg|disqus|IDComment|dsq|c|p)[a-z_-]*[-_]?)\d+|"
    r"[?&](?:comment_?id|showComment|cid|commentid)=|/comments?/\d+|#\d{3,}$",
    re.IGNORECASE,
)
#: Where permalinks lead to: ``<a name="comment12">`` in front of the words.
_ANCHOR = re.compile(r"^(?:comment|cmt|reply|response)[-_]?\d+$", re.IGNORECASE)
_REPLY_LINK = re.compile(r"reply_?to|[?&/#]reply|respond|moveform|report(?:abuse|comment)|flag")
_FIELD_TAGS = frozenset(("input", "textarea", "select"))
_NO_FIELD = frozenset(("hidden", "submit", "button", "image", "checkbox"))
_BLOCK_TAGS = frozenset(("p", "br", "li", "blockquote"))
_SAYING_TAGS = frozenset(("time", "cite", "img", "a", "abbr"))
#: Longer class and id attributes are cut: they are no names, and caches must not keep them.
MAX_NAMES = 300
#: Longer addresses are not searched for signs of permalinks.
_MAX_LINK = 2_000
_MAX_HINT = 130


def name_words(names: str) -> frozenset[str]:
    """A class or id attribute to its words: ``commentBody alt-2`` → comment, body, alt."""
    return _name_words(names[:MAX_NAMES])


@lru_cache(maxsize=8192)
def _name_words(names: str) -> frozenset[str]:
    return frozenset(w for w in _SPLIT.split(_CAMEL.sub(" ", names).lower()) if w)


class Outline:
    """The hints in a page: where something reads like a time, an author, a button, a heading over comments.

    ``hints`` and ``hints_at``: sorted positions for each kind; ``counts``: (position, declared count) of headings;
    ``size``: characters of text in each element.
    """

    def __init__(self, tree: Tree) -> None:
        self.tree = tree
        self.hints: list[list[int]] = [[] for _ in range(KINDS)]
        self.counts: list[tuple[int, int | None]] = []
        self._box_words: dict[int, frozenset[str]] = {}
        for position, words in tree.words:
            if 2 <= len(words) <= _MAX_HINT:
                self._text_hint(words, position)
        self._name_hints()
        self._merge_times()
        self.text_at, self.linked_at = tree.text_at, tree.linked_at
        self.hints_at: list[Ints] = [np.array(positions, dtype=np.int64) for positions in self.hints]
        self.size: list[int] = (self.text_at[tree.end] - self.text_at[tree.start]).tolist()

    def _name_hints(self) -> None:
        tree = self.tree
        authors, avatars, paragraphs = (self.hints[kind] for kind in (AUTHOR, AVATAR, PARAGRAPH))
        props, dated = tree.mentions("itemprop"), tree.mentions("datetime")
        looks: dict[tuple[str | None, str | None, str | None], str] = {}
        for at in tree.shown:
            tag, element = tree.tags[at], tree.elements[at]
            key = (tree.classes[at], tree.ids[at], element.get("itemprop") if props else None)
            if key != (None, None, None):
                called = looks.get(key)
                if called is None:
                    called = looks[key] = " ".join(filter(None, key))[:MAX_NAMES]
                if not _name_words(called).isdisjoint(AUTHOR_WORDS):
                    authors.append(tree.start[at])
                if tag == "img" and AVATAR_NAME.search(called):
                    avatars.append(tree.start[at])
            if tag in _BLOCK_TAGS:
                paragraphs.append(tree.start[at])
            elif tag in _SAYING_TAGS:
                self._hints_of(element, tag, tree.start[at])
            if dated and tag != "time" and element.get("datetime"):
                self.hints[TIME].append(tree.start[at])
        for tag in _FIELD_TAGS:
            self.hints[FIELD] += [
                tree.start[at]
                for at in tree.by_tag.get(tag, ())
                if tree.elements[at].get("type") not in _NO_FIELD
            ]

    def _hints_of(self, node: Element, tag: str, position: int) -> None:
        if tag == "a":
            anchor = node.get("name") or node.get("id")
            if anchor and _ANCHOR.search(anchor[:MAX_NAMES]):
                self.hints[LINK].append(position)
            href = node.get("href")
            if href:
                href = href[:_MAX_LINK]
                if is_permalink(href):
                    self.hints[LINK].append(position)
            called = node.get("onclick")
            if (href and _is_reply_link(href)) or (called and _is_reply_link(called[:_MAX_LINK])):
                self.hints[REPLY].append(position)
        elif tag == "img":
            source = node.get("src")
            if source and AVATAR_NAME.search(source[:_MAX_LINK]):
                self.hints[AVATAR].append(position)
        elif tag == "time":
            self.hints[TIME].append(position)
        elif tag == "cite":
            self.hints[AUTHOR].append(position)
        elif node.get("title") and find_time(node.get("title")[:60]):
            self.hints[TIME].append(position)

    def _text_hint(self, words: str, position: int) -> None:
        time, is_heading, count, action, author = _says(words)
        if time:
            self.hints[TIME].append(position)
        if is_heading:
            self.hints[HEAD].append(position)
            self.counts.append((position, count))
        if action:
            self.hints[REPLY].append(position)
        if author:
            self.hints[AUTHOR].append(position)

    def _merge_times(self) -> None:
        """A date and its clock in two nodes are one time."""
        merged: list[int] = []
        last = -1
        for position in sorted(self.hints[TIME]):
            if last < 0 or self.text(last, position) > 40:
                merged.append(position)
            last = position
        self.hints[TIME] = merged
        for kind in (AUTHOR, AVATAR, REPLY, LINK, HEAD, FIELD):
            self.hints[kind].sort()

    def text(self, start: int, end: int) -> int:
        """Characters of text between two positions."""
        return self.tree.text[end] - self.tree.text[start]

    def linked(self, start: int, end: int) -> int:
        return self.tree.linked[end] - self.tree.linked[start]

    def count(self, kind: int, start: int, end: int) -> int:
        """Hints of a kind at positions in [start, end)."""
        hints = self.hints[kind]
        return bisect_left(hints, end) - bisect_left(hints, start)

    def box_words(self, at: int) -> frozenset[str]:
        """Words in the class and id of an element."""
        known = self._box_words.get(at)
        if known is None:
            names = f"{self.tree.classes[at] or ''} {self.tree.ids[at] or ''}"
            known = self._box_words[at] = name_words(names) if names != " " else frozenset()
        return known


def is_permalink(href: str) -> bool:
    """Whether an address looks like that of one comment. Most hold none of the marks and are done."""
    return ("#" in href or "?" in href or "/comment" in href.lower()) and PERMALINK.search(href) is not None


def _is_reply_link(address: str) -> bool:
    low = address.lower()
    return ("rep" in low or "respond" in low or "moveform" in low or "flag" in low) and _REPLY_LINK.search(
        low
    ) is not None


@lru_cache(maxsize=16384)
def _says(words: str) -> tuple[bool, bool, int | None, bool, bool]:
    """(holds a time, is a heading over comments, the count it declares, is a button, says who wrote)."""
    time = maybe_time(words) and find_time(words) is not None
    is_heading, count, action, author = False, None, False, False
    if len(words) <= 90:
        is_heading, count = roles.heading(words)
        action = not is_heading and len(words) <= 60 and not words.isdigit() and roles.is_action(words)
    if len(words) <= 100 and words[-1] in ":.…" and (time or words[-1] != "." or words.endswith("...")):
        author = roles.attribution(words) is not None
    return time, is_heading, count, action, author
