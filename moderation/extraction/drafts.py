"""A comment in the making: its place on the page and what has been recognised in it so far."""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from functools import lru_cache

from moderation.extraction.candidates import STATE, Member
from moderation.extraction.markup import Element, text_content
from moderation.extraction.outline import MAX_NAMES, name_words
from moderation.extraction.records import one_line
from moderation.extraction.rendering import HIDDEN, is_invisible
from moderation.extraction.tree import Tree

_DIGITS = re.compile(r"\d+")
MAX_OWN = 5_000
#: How much of a path is kept: enough to tell the places of one record apart.
MAX_PATH = 160


@dataclass(slots=True)
class Place:
    """An element of a member under the name that it shares with its like in the other members.

    ``size``: characters of the member's own text in it; ``words``: what its attributes call it; ``shown``: all its
    text on one line, only asked of small places.
    """

    element: Element
    tag: str
    path: str
    size: int
    _words: frozenset[str] | None = None
    _shown: str | None = None

    @property
    def words(self) -> frozenset[str]:
        if self._words is None:
            self._words = words_of(self.element)
        return self._words

    @property
    def shown(self) -> str:
        if self._shown is None:
            element = self.element
            self._shown = one_line(text_content(element) if len(element) else element.text)
        return self._shown


@dataclass(slots=True)
class Draft:
    member: Member
    places: list[Place] = field(default_factory=list)
    author: str | None = None
    author_at: Element | None = None
    time: str | None = None
    time_text: str | None = None
    skip: set[Element] = field(default_factory=set)


def begin(tree: Tree, member: Member, all_elements: set[Element]) -> Draft:
    """A member with its places in page order; what lies in nested members (``all_elements``) is theirs."""
    elements, tags, classes, after = tree.elements, tree.tags, tree.classes, tree.after
    start, end, hidden, words = tree.start, tree.end, tree.hidden, tree.words
    props = tree.mentions("itemprop")

    def label(at: int) -> str:
        """What an element is called, the way its like in other members is called."""
        names, prop = classes[at], props and elements[at].get("itemprop")
        if not prop:
            return _label_of(tags[at], names[:MAX_NAMES]) if names else f"{tags[at]}."
        return _label_of(tags[at], f"{(names or '')[:MAX_NAMES]} {(prop or '')[:MAX_NAMES]}")

    own = set(member.elements)
    # Replies are named differently from comments in many themes, and their parts sit in the same places.
    alone = len(member.elements) == 1
    places: list[Place] = []
    ups: list[int] = []
    tops = [tree.number[e] for e in reversed(member.elements)]
    stack = [(at, tags[at] if alone else label(at), -1) for at in tops]
    while stack and len(places) < MAX_OWN:
        at, path, up = stack.pop()
        element, tag = elements[at], tags[at]
        # The tree knows the words that are seen; only in what it hides, trackbacks too, must elements be asked.
        size = _words(element.text if hidden[start[at]] else words.get(start[at]))
        inner, children = f"{path[-MAX_PATH:]}>", []
        child, stop = at + 1, after[at]
        while child < stop:
            node = elements[child]
            if tail := node.tail if hidden[end[child]] else words.get(end[child]):
                size += _words(tail)
            if (
                tags[child] not in HIDDEN
                and not is_invisible(node)
                and (node not in all_elements or node in own)
            ):
                children.append((child, inner + label(child), len(places)))
            child = after[child]
        if children:
            stack.extend(reversed(children))
        places.append(Place(element, tag, path, size))
        ups.append(up)
    for at in range(len(places) - 1, -1, -1):
        if ups[at] >= 0:
            places[ups[at]].size += places[at].size
        # One space stands between two pieces of text, none after the last.
        places[at].size = max(0, places[at].size - 1)
    return Draft(member, places)


def _words(text: str | None) -> int:
    """Characters of a text on one line, and the space that parts it from the next."""
    if not text or not (words := one_line(text)):
        return 0
    return len(words) + 1


@lru_cache(maxsize=8192)
def _label_of(tag: str, names: str) -> str:
    kept = sorted(n for n in _DIGITS.sub("#", names).split() if not name_words(n) <= STATE)
    return f"{tag}.{'.'.join(kept)}"


def words_of(element: Element) -> frozenset[str]:
    """What an element is called, by class, itemprop, rel and id."""
    get = element.get
    names = [name for name in (get("class"), get("itemprop"), get("rel"), get("id")) if name]
    return name_words(" ".join(names)) if names else frozenset()
