"""Sets of places on a page that could be its comments: elements that share a name, or runs of siblings."""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass

from moderation.extraction.markup import Element, is_trackback
from moderation.extraction.outline import AUTHOR, FIELD, TIME, Outline, name_words

MAX_MEMBERS = 200_000
MIN_TEXT = 15
_RECORD_TAGS = frozenset(
    (
        "div",
        "li",
        "article",
        "section",
        "tr",
        "td",
        "dd",
        "dt",
        "p",
        "table",
        "tbody",
        "blockquote",
        "ul",
        "ol",
        "dl",
        "span",
        "a",
        "h3",
        "h4",
        "h5",
        "hr",
        "center",
        "font",
        "aside",
        "header",
    )
)
_DIGITS = re.compile(r"\d+|[0-9a-f]{12,}")
#: Class words that tell one comment from its neighbour, not comments from other things.
STATE = frozenset(
    (
        "odd",
        "even",
        "alt",
        "first",
        "last",
        "depth",
        "level",
        "byuser",
        "bypostauthor",
        "thread",
        "clearfix",
        "hidden",
        "collapsed",
        "parent",
        "children",
        "child",
        "active",
        "new",
        "row",
        "item",
        "left",
        "right",
        "clear",
        "highlighted",
        "highlight",
        "logged",
        "in",
        "guest",
        "admin",
        "top",
        "bottom",
        "bg",
        "col",
        "column",
    )
)


#: A head named so may be the only one of its kind.
RECORD_WORDS = frozenset(("comment", "comments", "reply", "response", "cmt"))


@dataclass(slots=True)
class Member:
    """One place: the sibling elements it spans and its positions.

    ``tails``: the words between these elements and after the last one belong to it as well.
    """

    elements: list[Element]
    start: int
    end: int
    tails: bool = False


@dataclass(slots=True)
class Candidate:
    """A set of places that look alike. ``kind`` is how it was found."""

    kind: str
    name: str
    members: list[Member]


def candidates(outline: Outline) -> Iterator[Candidate]:
    """All sets worth judging; the same set may come under several names."""
    by_name: dict[tuple[str, str], list[int]] = defaultdict(list)
    by_parent: dict[tuple[int, str], list[int]] = defaultdict(list)
    for at, element in enumerate(outline.elements):
        tag = element.tag
        if tag not in _RECORD_TAGS:
            continue
        names = element.get("class")
        if names:
            for token in dict.fromkeys(_DIGITS.sub("#", names).split()[:12]):
                by_name[tag, token].append(at)
        identity = element.get("id") or element.get("name") or ""
        if identity and (pattern := _DIGITS.sub("#", identity)) != identity:
            by_name[tag, "#" + pattern].append(at)
        if element.get("itemtype"):
            by_name[tag, "@" + element.get("itemtype")].append(at)
        by_parent[outline.up[at], tag].append(at)
    seen: set[tuple[int, ...]] = set()
    for (tag, token), found in by_name.items():
        yield from _named(outline, tag, token, found, seen)
    for (parent, tag), found in by_parent.items():
        if parent >= 0 and len(found) >= 2 and tag not in ("a", "span", "hr", "font", "h3", "h4", "h5"):
            key = _key(found)
            if key not in seen and _enough(outline, found):
                seen.add(key)
                if len(members := _members(outline, found)) >= 2:
                    yield Candidate("siblings", tag, members)
    yield from _runs(outline, by_parent)


def _key(found: list[int]) -> tuple[int, ...]:
    return (len(found), *found[:4], found[-1])


def _named(
    outline: Outline, tag: str, token: str, found: list[int], seen: set[tuple[int, ...]]
) -> Iterator[Candidate]:
    if tag in ("a", "h3", "h4", "h5", "hr", "font", "header") or not _enough(outline, found):
        return
    key = _key(found)
    if key in seen:
        return
    seen.add(key)
    if members := _members(outline, found):
        yield Candidate("named", f"{tag}.{token}", members)


def _enough(outline: Outline, found: list[int]) -> bool:
    """Some text in it, and where there is only one it must be called a comment."""
    if len(found) > MAX_MEMBERS:
        return False
    sample = found[:400]
    total = sum(outline.text(outline.start[i], outline.end[i]) for i in sample)
    return total >= MIN_TEXT * len(sample)


def _members(outline: Outline, found: list[int]) -> list[Member]:
    return [
        Member([outline.elements[i]], outline.start[i], outline.end[i])
        for i in found
        if not is_trackback(outline.elements[i])
    ]


def _signature(element: Element) -> str:
    words = sorted(
        w for w in _DIGITS.sub("#", element.get("class") or "").split() if not name_words(w) <= STATE
    )
    return f"{element.tag}.{'.'.join(words)}"


def _runs(outline: Outline, by_parent: dict[tuple[int, str], list[int]]) -> Iterator[Candidate]:
    """Comments without a box of their own: cut the children of one parent at every head, or after every foot."""
    sizes: dict[int, int] = defaultdict(int)
    for (parent, _), found in by_parent.items():
        sizes[parent] += len(found)
    parents = {parent for parent, size in sizes.items() if size >= 2 and parent >= 0}
    for parent in sorted(parents):
        start, end = outline.start[parent], outline.end[parent]
        if (
            outline.count(TIME, start, end) + outline.count(AUTHOR, start, end) < 1
            or outline.text(start, end) < 80
        ):
            continue
        children = [i for i in map(outline.index.get, outline.elements[parent]) if i is not None]
        if not 2 <= len(children) <= 20_000:
            continue
        groups: dict[str, list[int]] = defaultdict(list)
        for place, child in enumerate(children):
            groups[_signature(outline.elements[child])].append(place)
        # When every child looks alike the children are the records; runs only make sense for a rhythm.
        for signature, places in groups.items():
            # Only a definition list keeps the two halves of its one comment apart.
            single = (
                len(places) == 1
                and signature.startswith("dt.")
                and not name_words(signature).isdisjoint(RECORD_WORDS)
            )
            if (len(places) < 2 and not single) or len(places) == len(children):
                continue
            hinted = sum(
                bool(outline.count(TIME, outline.start[children[p]], outline.end[children[p]]))
                or bool(outline.count(AUTHOR, outline.start[children[p]], outline.end[children[p]]))
                for p in places[:200]
            )
            named = signature.startswith(("a.", "hr."))
            if hinted < 0.6 * len(places[:200]) and not named:
                continue
            # A head has something under it, a foot something above it, the outermost ones included.
            if places[-1] + 1 < len(children):
                yield Candidate("heads", signature, _cut(outline, children, places, heads=True))
            if places[0] > 0 and not single:
                yield Candidate("feet", signature, _cut(outline, children, places, heads=False))


def _until_form(outline: Outline, children: list[int]) -> set[str]:
    """Shapes that may follow the only head of its kind: up to a form or a heading."""
    shapes: set[str] = set()
    for child in children:
        tag = outline.elements[child].tag
        if tag in ("form", "h1", "h2", "h3") or outline.count(
            FIELD, outline.start[child], outline.end[child]
        ):
            break
        shapes.add(_signature(outline.elements[child]))
    return shapes


def _cut(outline: Outline, children: list[int], places: list[int], *, heads: bool) -> list[Member]:
    bounds: list[tuple[int, int]] = []
    if heads:
        bounds = [(a, b) for a, b in zip(places, [*places[1:], len(children)], strict=True)]
    else:
        bounds = [(a + 1, b + 1) for a, b in zip([-1, *places[:-1]], places, strict=True)]
    # The open end takes no more children than the others do.
    lengths = sorted(b - a for a, b in bounds)
    usual = lengths[len(lengths) // 2]
    shapes = [
        {_signature(outline.elements[children[i]]) for i in range(a, min(b, a + 40))} for a, b in bounds[:200]
    ]
    last = len(bounds) - 1 if heads else 0
    others = set().union(*(s for n, s in enumerate(shapes) if n != last)) if len(shapes) > 1 else set()
    a, b = bounds[last]
    if b - a > usual or len(shapes) == 1:
        if heads:
            stop = a + 1
            if len(shapes) == 1:
                others, usual = _until_form(outline, children[a + 1 : a + 4]), 2
            while (
                stop < b and _signature(outline.elements[children[stop]]) in others and stop - a < 3 * usual
            ):
                stop += 1
            bounds[last] = (a, stop)
        else:
            begin = b - 1
            while (
                begin > a
                and _signature(outline.elements[children[begin - 1]]) in others
                and b - begin < usual
            ):
                begin -= 1
            bounds[last] = (begin, b)
    parent_end = outline.end[outline.up[children[0]]]
    return [
        Member(
            [outline.elements[children[i]] for i in range(a, b)],
            outline.start[children[a]],
            outline.start[children[b]] if b < len(children) else parent_end,
            tails=True,
        )
        for a, b in bounds
        if b > a
    ]
