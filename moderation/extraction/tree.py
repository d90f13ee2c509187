"""A page's elements, numbered in one walk: positions, text sizes, names. Everything later is a look-up.

Positions count the starts and ends of elements in document order, so "how much text lies in this element" is a
difference of two prefix sums, for any stretch of the page.
"""

from __future__ import annotations

from bisect import bisect_left
from collections import defaultdict
from collections.abc import Sequence
from functools import cached_property, lru_cache

import numpy as np
import numpy.typing as npt
from lxml import etree

from moderation.extraction.markup import TRACKBACKS, Element
from moderation.extraction.rendering import HIDDEN
from moderation.extraction.selectors import Condition, Selector, Step

MAX_ELEMENTS = 1_000_000
Ints = npt.NDArray[np.int64]


@lru_cache(maxsize=256)
def _having(attribute: str) -> etree.XPath:
    return etree.XPath(f"descendant::*[@{attribute}]")


def _up_to(sizes: list[tuple[int, int]], end: int) -> Ints:
    """Sums of sizes at positions before each position, the end included."""
    steps = np.zeros(end + 1, dtype=np.int64)
    if sizes:
        at, size = np.array(sizes, dtype=np.int64).T
        steps[at + 1] = size
    return np.cumsum(steps)


class Tree:
    """Elements by number, in document order; the root is number 0.

    ``tags``, ``classes``, ``ids`` (None where there is none), ``start``, ``end`` (positions) and ``up`` (the parent's
    number, -1 for the root) are lists by number; ``kids`` holds the numbers of an element's children, ``trackbacks``
    those of trackbacks. ``text`` and ``linked`` (as arrays ``text_at`` and ``linked_at``) count characters
    up to a position, those in links apart. ``words``
    are (position, text) of all visible text nodes, ``shown`` the numbers of all visible elements.
    """

    def __init__(self, root: Element, source: str) -> None:
        self.root, self._source = root, source
        self.elements: list[Element] = []
        self.tags: list[str] = []
        self.classes: list[str | None] = []
        self.ids: list[str | None] = []
        self.start: list[int] = []
        self.end: list[int] = []
        self.up: list[int] = []
        self.kids: dict[int, list[int]] = {}
        self.trackbacks: set[int] = set()
        self.words: list[tuple[int, str]] = []
        self.shown: list[int] = []
        self.truncated = False
        self._having: dict[str, list[int]] = {}
        self._mentioned: dict[str, bool] = {}
        self._walk()

    def _walk(self) -> None:
        elements, tags, classes, ids, ups = self.elements, self.tags, self.classes, self.ids, self.up
        starts, ends, kids = self.start, self.end, self.kids
        links: list[tuple[int, int]] = []
        hidden = in_link = position = 0
        tracks: dict[str, bool] = {}
        stack: list[tuple[int, bool, bool]] = []  # (number, hides its text, is a link)
        at = up = -1
        for event, node in etree.iterwalk(self.root, events=("start", "end")):
            if event == "start":
                at = len(elements)
                if at >= MAX_ELEMENTS:
                    self.truncated = True
                    break
                tag, names = node.tag, node.get("class")
                elements.append(node)
                tags.append(tag)
                classes.append(names)
                ids.append(node.get("id"))
                ups.append(up)
                if up in kids:
                    kids[up].append(at)
                else:
                    kids[up] = [at]
                starts.append(position)
                ends.append(-1)
                hides = tag in HIDDEN
                if names is not None:
                    track = tracks.get(names)
                    if track is None:
                        track = tracks[names] = not TRACKBACKS.isdisjoint(names.lower().split())
                    if track:
                        self.trackbacks.add(at)
                        hides = True
                is_link = tag == "a"
                hidden += hides
                in_link += is_link
                if not hidden:
                    self.shown.append(at)
                stack.append((at, hides, is_link))
                up = at
                words = node.text
            else:
                at, hides, is_link = stack.pop()
                up = ups[at]
                ends[at] = position
                hidden -= hides
                in_link -= is_link
                words = node.tail
            if words and not hidden and (words := words.strip()):
                self.words.append((position, words))
                if in_link:
                    links.append((position, len(words)))
            position += 1
        for at, _, _ in stack:
            ends[at] = position
        self.text_at = _up_to([(at, len(words)) for at, words in self.words], position)
        self.linked_at = _up_to(links, position)
        self.text, self.linked = self.text_at.tolist(), self.linked_at.tolist()

    def mentions(self, attribute: str) -> bool:
        """False when no element can have the attribute."""
        known = self._mentioned.get(attribute)
        if known is None:
            known = self._mentioned[attribute] = attribute.encode() in self._low_source
        return known

    @cached_property
    def _low_source(self) -> bytes:
        return self._source.encode("utf-8", "replace").lower()

    @cached_property
    def by_tag(self) -> dict[str, list[int]]:
        found: dict[str, list[int]] = defaultdict(list)
        for at, tag in enumerate(self.tags):
            found[tag].append(at)
        return found

    @cached_property
    def by_class(self) -> dict[str, list[int]]:
        """Class names, one by one."""
        found: dict[str, list[int]] = defaultdict(list)
        split: dict[str, list[str]] = {}
        for at, names in enumerate(self.classes):
            if names:
                tokens = split.get(names)
                if tokens is None:
                    tokens = split[names] = list(dict.fromkeys(names.split()))
                for token in tokens:
                    found[token].append(at)
        return found

    @cached_property
    def by_id(self) -> dict[str, list[int]]:
        found: dict[str, list[int]] = defaultdict(list)
        for at, identity in enumerate(self.ids):
            if identity is not None:
                found[identity].append(at)
        return found

    def select(self, selector: Selector) -> list[Element]:
        """Elements below the root that match, in document order."""
        if self.truncated:
            found = {element for search in selector.xpaths for element in search(self.root)}
            return [element for element in self.root.iter() if element in found]
        matches: set[int] = set()
        for path in selector.paths:
            step = path[-1]
            near = self._nominees(path)
            matches.update(
                at for at in near if at and self._fits(at, step) and self._placed(at, path, len(path) - 1)
            )
        return [self.elements[at] for at in sorted(matches)]

    def holds(self, selector: Selector) -> bool:
        """Whether anything matches; asked for dozens of selectors on every page."""
        if self.truncated:
            return True  # a search of so large a page costs more than the reader's own first look
        return any(
            at and self._fits(at, path[-1]) and self._placed(at, path, len(path) - 1)
            for path in selector.paths
            for at in self._nominees(path)
        )

    def _nominees(self, path: tuple[Step, ...]) -> Sequence[int]:
        """Few elements that hold all that fit the path's end, by one look-up."""
        if any(name not in self.by_class for step in path for name in step.classes):
            return ()
        step = path[-1]
        if step.identity:
            return self.by_id.get(step.identity, [])
        if step.classes:
            return self.by_class.get(step.classes[0], [])
        for condition in step.conditions:
            if condition.attribute == "id" or not self.mentions(condition.attribute):
                return self._with(condition)
        if step.tag != "*":
            return self.by_tag.get(step.tag, [])
        if step.conditions:
            return self._with(step.conditions[0])
        return range(len(self.elements))

    def _with(self, condition: Condition) -> list[int]:
        """Elements that have an attribute, or for ids: that begin as asked."""
        name, value = condition.attribute, condition.value
        if not self.mentions(name):
            return []
        if name == "id" and condition.operator == "^=":
            low = bisect_left(self._sorted_ids, (value, 0))
            high = bisect_left(self._sorted_ids, (value + chr(0x10FFFF), 0))
            return [at for _, at in self._sorted_ids[low:high]]
        known = self._having.get(name)
        if known is None:
            known = self._having[name] = [self._number[e] for e in _having(name)(self.root)]
        return known

    @cached_property
    def _sorted_ids(self) -> list[tuple[str, int]]:
        return sorted((identity, at) for at, identity in enumerate(self.ids) if identity is not None)

    @cached_property
    def _number(self) -> dict[Element, int]:
        return {element: at for at, element in enumerate(self.elements)}

    def _fits(self, at: int, step: Step) -> bool:
        if step.tag not in ("*", self.tags[at]) or (step.identity and self.ids[at] != step.identity):
            return False
        if step.classes and not set(step.classes) <= set((self.classes[at] or "").split()):
            return False
        return all(c.holds(self.elements[at].get(c.attribute)) for c in step.conditions)

    def _placed(self, at: int, path: tuple[Step, ...], last: int) -> bool:
        """Whether what lies around the element fits the steps in front of ``path[last]``."""
        if last == 0:
            # The first step may stand anywhere below the root; as a child, right under it.
            return not path[0].child or self.up[at] == 0
        step, around = path[last - 1], self.up[at]
        while around > 0:
            if self._fits(around, step) and self._placed(around, path, last - 1):
                return True
            if path[last].child:
                return False
            around = self.up[around]
        return False
