"""A page's elements, numbered and grouped by what they are called. Everything later is a look-up.

Positions count the starts and ends of elements in document order, so "how much text lies in this element" is a
difference of two prefix sums, for any stretch of the page.
"""

from __future__ import annotations

from bisect import bisect_left
from collections import defaultdict
from collections.abc import Sequence
from functools import cached_property
from itertools import accumulate, chain, islice

import numpy as np
import numpy.typing as npt

from moderation.extraction.markup import TRACKBACKS, Element
from moderation.extraction.rendering import HIDDEN
from moderation.extraction.selectors import Condition, Path, Selector, SelectorIndex, Step

MAX_ELEMENTS = 1_000_000
#: White space after an attribute's name that is looked at.
_MAX_BLANKS = 20
Ints = npt.NDArray[np.int64]


def _up_to(positions: list[int], sizes: list[int], end: int) -> Ints:
    """Sums of sizes at positions before each position, the end included."""
    steps = np.zeros(end + 1, dtype=np.int64)
    if positions:
        steps[np.array(positions) + 1] = sizes
    return steps.cumsum()


def _in_order(looks: dict[str, list[list[int]]], name: str) -> list[int]:
    """The numbers under a name; lists that were joined once stay so."""
    parts = looks.get(name)
    if not parts:
        return []
    if len(parts) > 1:
        parts[:] = [sorted(chain.from_iterable(parts))]
    return parts[0]


def _is_given(name: bytes, source: bytes) -> bool:
    """Whether a ``=`` follows a name anywhere."""
    at = source.find(name)
    while at >= 0:
        at += len(name)
        behind = source[at : at + _MAX_BLANKS].lstrip()
        if not behind or behind.startswith(b"="):
            return True
        at = source.find(name, at)
    return False


class Tree:
    """Elements by number, in document order; the root is number 0.

    Lists by number: ``tags``, ``classes``, ``ids`` (None where there is none), ``start``, ``end``
    (positions), ``up`` (the parent's number, -1 for the root) and ``after`` (the number that follows all that lies in
    the element); ``start_at``, ``end_at`` and ``up_at`` are the same as arrays; ``number`` leads back from elements.
    ``looks``: (tag, class attribute) → numbers; pages have far fewer looks than elements, so whatever a name says is
    asked once for each look. ``trackbacks`` are the numbers of trackbacks, ``hidden`` the positions whose words
    nobody sees. ``text`` and ``linked`` (as arrays ``text_at`` and ``linked_at``) count characters up to a position,
    those in links apart. ``words``: position → text of all visible text nodes.
    """

    def __init__(self, root: Element, source: bytes) -> None:
        """``source``: the page in UTF-8, or any encoding that keeps ASCII as it is."""
        self.root, self.source = root, source
        elements = list(islice(root.iter(), MAX_ELEMENTS + 1))
        self.truncated = len(elements) > MAX_ELEMENTS
        del elements[MAX_ELEMENTS:]
        self.elements: list[Element] = elements
        self.tags: list[str] = [e.tag for e in elements]
        self.classes: list[str | None] = [e.get("class") for e in elements]
        self.ids: list[str | None] = [e.get("id") for e in elements]
        self.looks: dict[tuple[str, str | None], list[int]] = defaultdict(list)
        for at, look in enumerate(zip(self.tags, self.classes, strict=True)):
            self.looks[look].append(at)
        self._having: dict[str, list[int]] = {}
        self._mentioned: dict[str, bool] = {}
        self._given: dict[str, bool] = {}
        self._place()
        self._name()
        self._read()

    def _place(self) -> None:
        """Parents, positions and ends."""
        n = len(self.elements)
        # Counting children off is cheaper than to ask every element for its parent and that one for its number.
        children = list(map(len, self.elements))
        up, after = [-1], list(range(1, n + 1))
        around: list[tuple[int, int]] = []
        parent, left = 0, children[0]
        for at in range(1, n):
            up.append(parent)
            left -= 1
            if children[at]:
                around.append((parent, left))
                parent, left = at, children[at]
                continue
            # Pages that are too large end in the middle: what is left open there lasts to the end.
            while not left and around:
                after[parent] = at + 1
                parent, left = around.pop()
        after[0] = n
        while parent:
            after[parent] = n
            parent = up[parent]
        self.up: list[int] = up
        self.up_at: Ints = np.array(up)
        self.after: list[int] = after
        after_at = np.array(after)
        numbers = np.arange(n)
        # In front of an element lie the starts of all before it, and the ends of those that are over by then.
        self.start_at: Ints = numbers + np.bincount(after_at, minlength=n + 1).cumsum()[:n]
        self.end_at: Ints = self.start_at + 2 * (after_at - numbers) - 1
        self.start: list[int] = self.start_at.tolist()
        self.end: list[int] = self.end_at.tolist()

    def _name(self) -> None:
        """The looks under each tag and each class name."""
        self._tag_looks: dict[str, list[list[int]]] = defaultdict(list)
        self._class_looks: dict[str, list[list[int]]] = defaultdict(list)
        for (tag, names), numbers in self.looks.items():
            self._tag_looks[tag].append(numbers)
            if names:
                for name in dict.fromkeys(names.split()):
                    self._class_looks[name].append(numbers)
        self.trackbacks: set[int] = {
            at
            for name, looks in self._class_looks.items()
            if name.lower() in TRACKBACKS
            for numbers in looks
            for at in numbers
        }

    def _read(self) -> None:
        """The words that are seen, and how many of them are links."""
        start, end, elements = self.start, self.end, self.elements
        unseen = [self.called(tag) for tag in HIDDEN & self._tag_looks.keys()]
        hidden = self._within([*self.trackbacks.difference(*unseen), *chain.from_iterable(unseen)])
        linked = self._within(self.called("a"))
        found = {
            position: shown
            for position, element in zip(start, elements, strict=True)
            if not hidden[position] and (text := element.text) and (shown := text.strip())
        }
        # What follows an element stands where the element ends.
        for position, element in zip(end, elements, strict=True):
            if not hidden[position] and (text := element.tail) and (shown := text.strip()):
                found[position] = shown
        self.words: dict[int, str] = found
        self.hidden = hidden
        at = sorted(found)
        sizes = [len(found[position]) for position in at]
        self.text_at = _up_to(at, sizes, len(hidden))
        in_links = [size if linked[position] else 0 for position, size in zip(at, sizes, strict=True)]
        self.linked_at = _up_to(at, in_links, len(hidden))
        # Few of these are ever asked for: no number is made before it is.
        self.text: Sequence[int] = self.text_at.data
        self.linked: Sequence[int] = self.linked_at.data

    def _within(self, numbers: list[int]) -> bytes:
        """For each position whether it lies in one of the elements, each of which is given once."""
        around = np.zeros(2 * len(self.elements), dtype=np.int64)
        if numbers:
            # No two elements start, or end, at one position.
            around[self.start_at[numbers]] += 1
            around[self.end_at[numbers]] -= 1
        return (around.cumsum() > 0).tobytes()

    def called(self, tag: str) -> list[int]:
        """The numbers of the elements with a tag, in order."""
        return _in_order(self._tag_looks, tag)

    def classed(self, name: str) -> list[int]:
        """The numbers of the elements with a class, in order."""
        return _in_order(self._class_looks, name)

    def children(self, at: int) -> list[int]:
        """The numbers of an element's children."""
        found = []
        child, stop = at + 1, self.after[at]
        while child < stop:
            found.append(child)
            child = self.after[child]
        return found

    @cached_property
    def by_id(self) -> dict[str, list[int]]:
        found: dict[str, list[int]] = defaultdict(list)
        for identity, at in self._sorted_ids:
            found[identity].append(at)
        return found

    def select(self, selector: Selector) -> list[Element]:
        """Elements below the root that match, in document order."""
        if self.truncated:
            found = {element for search in selector.xpaths for element in search(self.root)}
            return [element for element in self.root.iter() if element in found]
        matches = {at for path in self._paths(selector) for at in self._matches(path)}
        return [self.elements[at] for at in sorted(matches)]

    def holding(self, index: SelectorIndex) -> frozenset[str]:
        """The names of the selectors that match anything: one look at the page's class names for all of them."""
        if self.truncated:
            return index.names  # a search of so large a page costs more than each reader's own first look
        on_page = self._class_looks.keys()
        paths = [
            (name, path)
            for key in index.by_class.keys() & on_page
            for name, path, needed in index.by_class[key]
            if on_page >= needed
        ]
        return frozenset(name for name, path in (*paths, *index.others) if self._matches(path))

    def _paths(self, selector: Selector) -> list[Path]:
        """The alternatives whose class names are all on the page, seldom more than none."""
        on_page = self._class_looks.keys()
        return [path for path, names in zip(selector.paths, selector.names, strict=True) if on_page >= names]

    def _matches(self, path: Path) -> list[int]:
        """Numbers that fit the path's end, and lie in what fits the steps in front of it, in order."""
        found: list[int] | None = None
        for step in path:
            found = self._inside(self._fitting(step), found, step.child)
            if not found:
                return []
        return found or []

    def _inside(self, fitting: list[int], around: list[int] | None, child: bool) -> list[int]:
        """Those that lie in one of the elements ``around``, or right under it; None: in the root."""
        if child:
            parents = {0} if around is None else set(around)
            return [at for at in fitting if self.up[at] in parents]
        if around is None:
            return fitting
        # Elements are nested or apart: all that begins before the farthest end so far lies in one of them.
        reach = list(accumulate((self.after[at] for at in around), max))
        inside = []
        for at in fitting:
            before = bisect_left(around, at)
            if before and at < reach[before - 1]:
                inside.append(at)
        return inside

    def _nominees(self, step: Step) -> Sequence[int]:
        """Few elements that hold all that fit a step, by one look-up; in order."""
        if step.identity:
            return self.by_id.get(step.identity, [])
        if step.classes:
            return self.classed(step.classes[0])
        for condition in step.conditions:
            if condition.attribute == "id" or not self._may_hold(condition):
                return self._with(condition)
        if step.tag != "*":
            return self.called(step.tag)
        if step.conditions:
            return self._with(step.conditions[0])
        return range(len(self.elements))

    def _with(self, condition: Condition) -> list[int]:
        """Elements that have an attribute, or for ids: that begin as asked."""
        name, value = condition.attribute, condition.value
        if name == "id" and condition.operator == "^=":
            if "\n" + value not in self._all_ids:
                return []
            low = bisect_left(self._sorted_ids, (value, 0))
            high = bisect_left(self._sorted_ids, (value + chr(0x10FFFF), 0))
            return sorted([at for _, at in self._sorted_ids[low:high]])
        return self.having(name) if self._may_hold(condition) else []

    def having(self, attribute: str) -> list[int]:
        """Elements that have an attribute."""
        if not self.mentions(attribute):
            return []
        known = self._having.get(attribute)
        if known is None:
            known = self._having[attribute] = [
                at for at, element in enumerate(self.elements) if element.get(attribute) is not None
            ]
        return known

    def valued(self, attribute: str) -> list[int]:
        """Elements that have an attribute; none where no ``=`` follows it on the whole page."""
        return self.having(attribute) if self._is_given(attribute) else []

    @cached_property
    def having_id(self) -> list[int]:
        """Elements that have an id."""
        return [at for at, identity in enumerate(self.ids) if identity is not None]

    def mentions(self, attribute: str) -> bool:
        """False when no element can have the attribute."""
        known = self._mentioned.get(attribute)
        if known is None:
            known = self._mentioned[attribute] = attribute.encode() in self._low_source
        return known

    def _may_hold(self, condition: Condition) -> bool:
        """False when no element can fulfil the condition: ``typeof`` is a word of nearly every script, but seldom
        does a ``=`` follow.
        """
        name = condition.attribute
        return self._is_given(name) if condition.value else self.mentions(name)

    def _is_given(self, name: str) -> bool:
        """False when no element can have the attribute with a value."""
        known = self._given.get(name)
        if known is None:
            known = self._given[name] = self.mentions(name) and _is_given(name.encode(), self._low_source)
        return known

    @cached_property
    def _low_source(self) -> bytes:
        return self.source.lower()

    @cached_property
    def _all_ids(self) -> str:
        """All ids in one text, a line break in front of each, for a look before they are sorted."""
        return "\n" + "\n".join([self.ids[at] or "" for at in self.having_id])

    @cached_property
    def _sorted_ids(self) -> list[tuple[str, int]]:
        return sorted([(self.ids[at] or "", at) for at in self.having_id])

    def _fitting(self, step: Step) -> list[int]:
        """The numbers of all elements below the root that fit a step, in order."""
        found = [at for at in self._nominees(step) if at]
        if step.tag != "*":
            tags = self.tags
            found = [at for at in found if tags[at] == step.tag]
        # Nominees have the id, or without one the first of the classes.
        if step.classes[0 if step.identity else 1 :]:
            wanted = set(step.classes)
            found = [at for at in found if wanted <= set((self.classes[at] or "").split())]
        for condition in step.conditions:
            if condition.attribute == "id":
                found = [at for at in found if condition.holds(self.ids[at])]
            else:
                name, elements = condition.attribute, self.elements
                found = [at for at in found if condition.holds(elements[at].get(name))]
        return found
