"""What the words and names on a page hint at, by position, so that "how many times lie in this element" is a
difference of two bisections, for any stretch of the page.
"""

from __future__ import annotations

import re
from bisect import bisect_left
from collections.abc import Iterable, Iterator
from functools import lru_cache

import numpy as np

from moderation.extraction import line_roles as roles
from moderation.extraction.times import find_time, maybe_time
from moderation.extraction.tree import Ints, Tree

#: Kinds of hints.
TIME, AUTHOR, AVATAR, REPLY, LINK, FIELD, HEAD, PARAGRAPH = range(8)
KINDS = 8
_CAMEL = re.compile(r"(?<=[a-z])(?=[A-Z])")
_NAME_WORD = re.compile(r"[a-zà-ÿа-я]+")
AUTHOR_WORDS = frozenset(
    "author user username nick nickname fn poster commenter byline cite name who member autor auteur nombre nome "
    "screenname handle login vcard postedby commentauthor displayname persona commentname identity cn".split()
)
TIME_WORDS = frozenset("date time timestamp datetime posted when datum fecha data age".split())
_AVATAR = re.compile(r"userpic|profile[_-]?(?:pic|image|photo)|buddyicon|usericon")
PERMALINK = re.compile(
    r"#(?:[a-z_-]*(?:comment|cmt|reply|post|response|message|msg|disqus|IDComment|dsq|c|p)[a-z_-]*[-_]?)\d+|"
    r"[?&](?:comment_?id|showComment|cid|commentid)=|/comments?/\d+|#\d{3,}$",
    re.IGNORECASE,
)
#: Where permalinks lead to: ``<a name="comment12">`` in front of the words.
_ANCHOR = re.compile(r"^(?:comment|cmt|reply|response)[-_]?\d+$", re.IGNORECASE)
_REPLY_LINK = re.compile(r"reply_?to|[?&/#]reply|respond|moveform|report(?:abuse|comment)|flag")
_FIELD_TAGS = ("input", "textarea", "select")
_NO_FIELD = frozenset(("hidden", "submit", "button", "image", "checkbox"))
_BLOCK_TAGS = ("p", "br", "li", "blockquote")
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
    return frozenset(_NAME_WORD.findall(names if names.islower() else _CAMEL.sub(" ", names).lower()))


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
        self._text_hints()
        self._name_hints()
        self._merge_times()
        self.text_at, self.linked_at = tree.text_at, tree.linked_at
        self.hints_at: list[Ints] = [np.array(positions, dtype=np.int64) for positions in self.hints]
        self.size: list[int] = (self.text_at[tree.end] - self.text_at[tree.start]).tolist()

    def _name_hints(self) -> None:
        tree = self.tree
        start, hidden = tree.start, tree.hidden

        def shown(numbers: Iterable[int]) -> Iterator[int]:
            return (at for at in numbers if not hidden[start[at]])

        authors, avatars = self._called()
        self.hints[AUTHOR] += [start[at] for at in shown(authors)]
        self.hints[AVATAR] += [start[at] for at in shown(avatars)]
        for tag in _BLOCK_TAGS:
            self.hints[PARAGRAPH] += [start[at] for at in shown(tree.by_tag.get(tag, ()))]
        self.hints[AUTHOR] += [start[at] for at in shown(tree.by_tag.get("cite", ()))]
        self.hints[TIME] += [start[at] for at in shown(tree.by_tag.get("time", ()))]
        self.hints[TIME] += [
            start[at]
            for at in shown(tree.having("datetime"))
            if tree.tags[at] != "time" and tree.elements[at].get("datetime")
        ]
        for at in shown(tree.by_tag.get("abbr", ())):
            if (title := tree.elements[at].get("title")) and find_time(title[:60]):
                self.hints[TIME].append(start[at])
        for at in shown(tree.by_tag.get("img", ())):
            if (source := tree.elements[at].get("src")) and _is_avatar(source[:_MAX_LINK]):
                self.hints[AVATAR].append(start[at])
        self._link_hints(shown(tree.by_tag.get("a", ())))
        for tag in _FIELD_TAGS:
            self.hints[FIELD] += [
                start[at] for at in tree.by_tag.get(tag, ()) if tree.elements[at].get("type") not in _NO_FIELD
            ]

    def _called(self) -> tuple[set[int], set[int]]:
        """Elements whose names say author, images whose names say avatar."""
        tree = self.tree
        authors: set[int] = set()
        avatars: set[int] = set()

        def name(tag: str, names: str, numbers: Iterable[int]) -> None:
            if not name_words(names).isdisjoint(AUTHOR_WORDS):
                authors.update(numbers)
            if tag == "img" and _is_avatar(names[:MAX_NAMES]):
                avatars.update(numbers)

        for (tag, names), numbers in tree.looks.items():
            if names:
                name(tag, names, numbers)
        for identity, numbers in tree.by_id.items():
            for at in numbers:
                name(tree.tags[at], identity, (at,))
        for at in tree.having("itemprop"):
            name(tree.tags[at], tree.elements[at].get("itemprop"), (at,))
        return authors, avatars

    def _link_hints(self, links: Iterable[int]) -> None:
        tree = self.tree
        named, scripted = tree.mentions("name"), tree.mentions("onclick")
        for at in links:
            get, position = tree.elements[at].get, tree.start[at]
            anchor = (named and get("name")) or tree.ids[at]
            if anchor and _ANCHOR.search(anchor[:MAX_NAMES]):
                self.hints[LINK].append(position)
            href = get("href")
            if href:
                href = href[:_MAX_LINK]
                if is_permalink(href):
                    self.hints[LINK].append(position)
            called = scripted and get("onclick")
            if (href and _is_reply_link(href)) or (called and _is_reply_link(called[:_MAX_LINK])):
                self.hints[REPLY].append(position)

    def _text_hints(self) -> None:
        times, heads, replies, authors = (self.hints[kind] for kind in (TIME, HEAD, REPLY, AUTHOR))
        for position, words in self.tree.words:
            if 2 <= len(words) <= _MAX_HINT:
                time, is_heading, count, action, author = _says(words)
                if time:
                    times.append(position)
                if is_heading:
                    heads.append(position)
                    self.counts.append((position, count))
                if action:
                    replies.append(position)
                if author:
                    authors.append(position)

    def _merge_times(self) -> None:
        """A date and its clock in two nodes are one time."""
        merged: list[int] = []
        last = -1
        for position in sorted(self.hints[TIME]):
            if last < 0 or self.text(last, position) > 40:
                merged.append(position)
            last = position
        self.hints[TIME] = merged
        for kind in (AUTHOR, AVATAR, REPLY, LINK, HEAD, FIELD, PARAGRAPH):
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


def _is_avatar(called: str) -> bool:
    low = called.lower()
    if "avatar" in low:
        return True
    return ("user" in low or "profile" in low or "buddy" in low) and _AVATAR.search(low) is not None


def _is_reply_link(address: str) -> bool:
    low = address.lower()
    signed = "rep" in low or "respond" in low or "moveform" in low or "flag" in low
    return signed and _REPLY_LINK.search(low) is not None


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
