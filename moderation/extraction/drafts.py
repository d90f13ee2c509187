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

    ``at``: its number in the ``tree``; ``size``: characters of the member's own text in it; ``words``: what its
    attributes call it; ``shown``: all its text on one line, only asked of small places.
    """

    tree: Tree
    at: int
    element: Element
    tag: str
    path: str
    size: int
    _words: frozenset[str] | None = None
    _shown: str | None = None

    @property
    def words(self) -> frozenset[str]:
        if self._words is None:
            self._words = _called(self.tree, self.at)
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


def begin(tree: Tree, member: Member, members: set[int]) -> Draft:
    """A member with its places in page order; what lies in nested ones is theirs. ``members``: all members' numbers."""
    elements, tags, classes, up, after = tree.elements, tree.tags, tree.classes, tree.up, tree.after
    start, end, hidden, words = tree.start, tree.end, tree.hidden, tree.words
    props = tree.mentions("itemprop")
    own = set(member.numbers)
    places: list[Place] = []
    ups: list[int] = []
    for top in member.numbers:
        # Replies are named differently from comments in many themes, and their parts sit in the same places.
        path = (
            tags[top]
            if len(own) == 1
            else _label(tags[top], classes[top], _prop(elements[top]) if props else None)
        )
        place_of = {up[top]: -1}
        at, stop = top, after[top]
        while at < stop and len(places) < MAX_OWN:
            element, tag, around = elements[at], tags[at], place_of[up[at]]
            if around >= 0:
                # What follows an element belongs to the one around it. The tree knows the words that are seen; only
                # in what it hides, trackbacks too, must elements be asked.
                if tail := element.tail if hidden[end[at]] else words.get(end[at]):
                    places[around].size += _words(tail)
                if tag in HIDDEN or (at in members and at not in own) or is_invisible(element):
                    at = after[at]
                    continue
                path = _below(places[around].path, tag, classes[at], _prop(element) if props else None)
            place_of[at] = len(places)
            size = _words(element.text if hidden[start[at]] else words.get(start[at]))
            places.append(Place(tree, at, element, tag, path, size))
            ups.append(around)
            at += 1
    for number in range(len(places) - 1, -1, -1):
        place, around = places[number], ups[number]
        if around >= 0:
            places[around].size += place.size
        # One space stands between two pieces of text, none after the last.
        if place.size:
            place.size -= 1
    return Draft(member, places)


def _prop(element: Element) -> str | None:
    prop: str | None = element.get("itemprop")
    return prop


@lru_cache(maxsize=8192)
def _below(path: str, tag: str, names: str | None, prop: str | None) -> str:
    """The path of an element in another. One text for all that share it: its hash is reckoned once."""
    return f"{path[-MAX_PATH:]}>{_label(tag, names, prop)}"


def _label(tag: str, names: str | None, prop: str | None) -> str:
    """What an element is called, the way its like in other members is called."""
    if not prop:
        return _label_of(tag, names[:MAX_NAMES]) if names else f"{tag}."
    return _label_of(tag, f"{(names or '')[:MAX_NAMES]} {prop[:MAX_NAMES]}")


def _words(text: str | None) -> int:
    """Characters of a text on one line, and the space that parts it from the next."""
    if not text or not (words := one_line(text)):
        return 0
    return len(words) + 1


@lru_cache(maxsize=8192)
def _label_of(tag: str, names: str) -> str:
    kept = sorted(n for n in _DIGITS.sub("#", names).split() if not name_words(n) <= STATE)
    return f"{tag}.{'.'.join(kept)}"


def _called(tree: Tree, at: int) -> frozenset[str]:
    """The words of an element's class, itemprop, rel and id. Many elements share their class, few their id."""
    names, identity, get = tree.classes[at], tree.ids[at], tree.elements[at].get
    found = name_words(names) if names else frozenset()
    if tree.mentions("itemprop") and (prop := get("itemprop")):
        found |= name_words(prop)
    if rel := get("rel"):
        found |= name_words(rel)
    return found | name_words(identity) if identity else found
