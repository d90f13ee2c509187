"""What the words and names on a page hint at, by position, so that "how many times lie in this element" is a
difference of two bisections, for any stretch of the page.
"""

from __future__ import annotations

import re
from bisect import bisect_left, bisect_right
from collections.abc import Iterable, Iterator, Sequence
from functools import lru_cache
from itertools import accumulate, chain

import numpy as np
import numpy.typing as npt

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
ACTION_WORDS = frozenset(
    ("reply", "replies", "report", "flag", "vote", "votes", "voting", "like", "likes", "share", "permalink", "actions",
     "action", "tools", "toolbar", "controls", "rating", "ratings", "moderate", "moderation", "abuse", "recommend",
     "buttons", "button", "respond", "score", "thumbs", "edit", "signature", "sig", "badge", "badges", "karma",
     "number", "num", "counter", "options", "links", "bullet", "rank", "location", "avatar", "quotelink")
)  # fmt: skip
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


Flags = npt.NDArray[np.bool_]


def name_words(names: str) -> frozenset[str]:
    """A class or id attribute to its words: ``commentBody alt-2`` → comment, body, alt."""
    return _name_words(names[:MAX_NAMES])


@lru_cache(maxsize=8192)
def _name_words(names: str) -> frozenset[str]:
    return frozenset(_NAME_WORD.findall(names if names.islower() else _CAMEL.sub(" ", names).lower()))


class Outline:
    """The hints in a page: where something reads like a time, an author, a button, a heading over comments.

    ``hints`` and ``hints_at``: sorted positions for each kind; ``counts``: (position, declared count) of headings;
    ``size`` and ``links``: characters of text, and of text in links, in each element; ``signed`` (as an array
    ``signed_at``): whether it holds a time or an author; ``people``: positions of all hints at somebody who wrote,
    or at what they wrote.
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
        self.size: list[int] = (self.text_at[tree.end_at] - self.text_at[tree.start_at]).tolist()
        self.links: list[int] = (self.linked_at[tree.end_at] - self.linked_at[tree.start_at]).tolist()
        self.people: list[int] = sorted(
            chain.from_iterable(self.hints[k] for k in (TIME, AUTHOR, REPLY, LINK))
        )
        bylines = np.sort(np.concatenate((self.hints_at[TIME], self.hints_at[AUTHOR])))
        self.signed_at: Flags = bylines.searchsorted(tree.end_at) > bylines.searchsorted(tree.start_at)
        self.signed: bytes = self.signed_at.tobytes()

    def _name_hints(self) -> None:
        tree = self.tree
        start, hidden = tree.start, tree.hidden

        def shown(numbers: Iterable[int]) -> Iterator[int]:
            return (at for at in numbers if not hidden[start[at]])

        self.hints[AUTHOR] += [start[at] for at in shown(self._authors())]
        for tag in _BLOCK_TAGS:
            self.hints[PARAGRAPH] += [start[at] for at in shown(tree.called(tag))]
        self.hints[AUTHOR] += [start[at] for at in shown(tree.called("cite"))]
        self.hints[TIME] += [start[at] for at in shown(tree.called("time"))]
        self.hints[TIME] += [
            start[at]
            for at in shown(tree.valued("datetime"))
            if tree.tags[at] != "time" and tree.elements[at].get("datetime")
        ]
        for at in shown(tree.called("abbr")):
            if (title := tree.elements[at].get("title")) and find_time(title[:60]):
                self.hints[TIME].append(start[at])
        props = tree.mentions("itemprop")
        for at in shown(tree.called("img")):
            get = tree.elements[at].get
            names = [tree.classes[at], tree.ids[at], props and get("itemprop")]
            called = " ".join([name[:MAX_NAMES] for name in names if name])
            if _is_avatar(f"{called} {get('src', '')[:_MAX_LINK]}"):
                self.hints[AVATAR].append(start[at])
        self._link_hints(shown(tree.called("a")))
        for tag in _FIELD_TAGS:
            self.hints[FIELD] += [
                start[at] for at in tree.called(tag) if tree.elements[at].get("type") not in _NO_FIELD
            ]

    def _authors(self) -> set[int]:
        """Elements whose names say author."""
        tree = self.tree
        named: list[tuple[str, Sequence[int]]] = [
            (names, numbers) for (_, names), numbers in tree.looks.items() if names
        ]
        named += [(tree.ids[at] or "", (at,)) for at in tree.having_id]
        named += [(tree.elements[at].get("itemprop"), (at,)) for at in tree.valued("itemprop")]
        cut = [names[:MAX_NAMES].lower() for names, _ in named]
        # One search of all names for each word: few names hold any, and few words are on the page at all.
        all_names = "\n".join(cut)
        begins = list(accumulate((len(names) + 1 for names in cut), initial=0))
        holding: set[int] = set()
        for word in AUTHOR_WORDS:
            at = all_names.find(word)
            while at >= 0:
                number = bisect_right(begins, at) - 1
                holding.add(number)
                at = all_names.find(word, begins[number + 1])
        return {
            at
            for number in holding
            if not name_words(named[number][0]).isdisjoint(AUTHOR_WORDS)
            for at in named[number][1]
        }

    def _link_hints(self, links: Iterable[int]) -> None:
        tree = self.tree
        scripted = tree.mentions("onclick")
        for at in links:
            get, position = tree.elements[at].get, tree.start[at]
            anchor = get("name") or tree.ids[at]
            if anchor and _ANCHOR.search(anchor[:MAX_NAMES]):
                self.hints[LINK].append(position)
            href = get("href")
            low = ""
            if href:
                low = href[:_MAX_LINK].lower()
                marked = "#" in low or "/comment" in low
                # Most questions that links ask are about something else.
                marked = marked or ("?" in low and ("comment" in low or "cid=" in low))
                if marked and PERMALINK.search(href[:_MAX_LINK]):
                    self.hints[LINK].append(position)
            called = scripted and get("onclick")
            if (low and _is_reply_link(low)) or (called and _is_reply_link(called[:_MAX_LINK].lower())):
                self.hints[REPLY].append(position)

    def _text_hints(self) -> None:
        times, heads, replies, authors = (self.hints[kind] for kind in (TIME, HEAD, REPLY, AUTHOR))
        for position, words in self.tree.words.items():
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
        self.counts.sort(key=lambda found: found[0])

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
            names, identity = self.tree.classes[at], self.tree.ids[at]
            known = name_words(names) if names else frozenset()
            if identity:
                known |= name_words(identity)
            self._box_words[at] = known
        return known


def is_permalink(href: str) -> bool:
    """Whether an address looks like that of one comment. Most hold none of the marks and are done."""
    return ("#" in href or "?" in href or "/comment" in href.lower()) and PERMALINK.search(href) is not None


def _is_avatar(called: str) -> bool:
    low = called.lower()
    if "avatar" in low:
        return True
    return ("user" in low or "profile" in low or "buddy" in low) and _AVATAR.search(low) is not None


def _is_reply_link(low: str) -> bool:
    signed = "rep" in low or "respond" in low or "moveform" in low or "flag" in low
    return signed and _REPLY_LINK.search(low) is not None


#: What a line says: (holds a time, is a heading over comments, the count it declares, is a button, says who wrote).
Said = tuple[bool, bool, int | None, bool, bool]
_NOTHING: Said = (False, False, None, False, False)


@lru_cache(maxsize=16384)
def _says(words: str) -> Said:
    may_head, may_act, may_say = roles.may_be(words)
    time = maybe_time(words) and find_time(words) is not None
    is_heading, count, action, author = False, None, False, False
    if len(words) <= 90:
        if may_head:
            is_heading, count = roles.heading_words(words)
        if may_act and not is_heading and len(words) <= 60 and not words.isdigit():
            action = roles.is_action(words)
    if (time or may_say) and len(words) <= 100:
        ends = words[-1] in ":.…" and (time or words[-1] != "." or words.endswith("..."))
        author = ends and roles.attribution(words) is not None
    return (time, is_heading, count, action, author) if time or is_heading or action or author else _NOTHING
