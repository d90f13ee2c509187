"""Sets of places on a page that could be its comments: elements that share a name, or runs of siblings."""

from __future__ import annotations

import re
from bisect import bisect_left
from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass
from functools import lru_cache

import numpy as np

from moderation.extraction.markup import Element
from moderation.extraction.outline import AUTHOR, FIELD, MAX_NAMES, TIME, Outline, name_words
from moderation.extraction.tree import Ints, Tree

MAX_MEMBERS = 200_000
MAX_CHILDREN = 20_000
MIN_TEXT = 15
MAX_LINKED = 0.8
_RECORD_TAGS = frozenset(
    "div li article section tr td dd dt p table tbody blockquote ul ol dl span a h3 h4 h5 hr center font aside "
    "header".split()
)
#: One of these may be a record, but no set of them is told by its name, or by having one parent.
_NAMED_TAGS = _RECORD_TAGS - frozenset("a h3 h4 h5 hr font header".split())
_SIBLINGS = _RECORD_TAGS - frozenset("a span hr font h3 h4 h5".split())
_DIGITS = re.compile(r"\d+|[0-9a-f]{12,}")
_DIGIT = re.compile(r"\d")
#: Class words that tell one comment from its neighbour, not comments from other things.
STATE = frozenset(
    "odd even alt first last depth level byuser bypostauthor thread clearfix hidden collapsed parent children child "
    "active new row item left right clear highlighted highlight logged in guest admin top bottom bg col column".split()
)

COMMENT_WORDS = frozenset(
    "comment comments cmt cmnt cmts commentary commentaire commentaires comentario comentarios commento commenti "
    "kommentar kommentare reactie reacties yorum coment reply replies response responses talkback feedback disqus "
    "dsq idc echo discussion message messages reaction reactions opinion testo postbody posttext commentlist "
    "commentbody commenttext usercomment usercomments commentblock commentitem commentbox singlecomment "
    "commentcontent annotation utterance livefyre fyre answer".split()
)
#: A head named so may be the only one of its kind.
RECORD_WORDS = frozenset(("comment", "comments", "reply", "response", "cmt"))


@dataclass(slots=True)
class Member:
    """One place: the sibling elements it spans, by number too, and its positions.

    ``tails``: the words between these elements and after the last one belong to it as well.
    """

    elements: list[Element]
    numbers: list[int]
    start: int
    end: int
    tails: bool = False


@dataclass(slots=True)
class Candidate:
    """A set of places that look alike, in page order. ``kind`` is how it was found.

    ``starts``, ``ends``: positions of each place. ``firsts``: the number of the first element in each place.
    ``runs``: the numbers of all elements in each place where they are runs of siblings, which also own the words
    between them; None where each place is one element.
    """

    kind: str
    name: str
    starts: list[int]
    ends: list[int]
    firsts: list[int]
    runs: list[list[int]] | None = None

    @property
    def first(self) -> int:
        """Number of the first element of all."""
        return self.firsts[0]

    def members(self, outline: Outline) -> list[Member]:
        elements = outline.tree.elements
        runs = self.runs or [[at] for at in self.firsts]
        return [
            Member([elements[at] for at in run], run, start, end, self.runs is not None)
            for run, start, end in zip(runs, self.starts, self.ends, strict=True)
        ]


def candidates(outline: Outline) -> Iterator[Candidate]:
    """All sets worth judging; the same set may come under several names."""
    tree = outline.tree
    seen: set[tuple[int, ...]] = set()
    for (tag, token), found in _by_name(tree):
        name = f"{tag}.{token}"
        if (places := _fresh(outline, found, seen)) and _possible(outline, name, places):
            yield _plain(tree, "named", name, places)
    for tag, found in _siblings(tree):
        if len(places := _fresh(outline, found, seen)) >= 2 and _possible(outline, tag, places):
            yield _plain(tree, "siblings", tag, places)
    for run in _runs(outline):
        if _possible_run(outline, run):
            yield run


def _siblings(tree: Tree) -> list[tuple[str, list[int]]]:
    """Elements of one tag and one parent, in the order they begin in."""
    up = tree.up
    found: list[tuple[str, list[int]]] = []
    for tag in _SIBLINGS:
        by_parent: dict[int, list[int]] = defaultdict(list)
        for at in tree.called(tag):
            by_parent[up[at]].append(at)
        found += [(tag, numbers) for numbers in by_parent.values() if len(numbers) > 1]
    found.sort(key=lambda item: item[1][0])
    return found


def _by_name(tree: Tree) -> list[tuple[tuple[str, str], list[int]]]:
    """Elements of one tag that share a class, the pattern of an id, or a type; in the order they begin in."""
    found: dict[tuple[str, str], list[int]] = defaultdict(list)
    for (tag, names), numbers in tree.looks.items():
        if names and tag in _NAMED_TAGS:
            for token in _tokens(names[: 2 * MAX_NAMES]):
                found[tag, token] += numbers
    for at, identity in _identities(tree):
        if (tag := tree.tags[at]) in _NAMED_TAGS and (pattern := _pattern(identity[:MAX_NAMES])) != identity:
            found[tag, "#" + pattern].append(at)
    for at in tree.valued("itemtype"):
        if (tag := tree.tags[at]) in _NAMED_TAGS and (kind := tree.elements[at].get("itemtype")):
            found[tag, "@" + kind].append(at)
    for numbers in found.values():
        numbers.sort()
    return sorted(found.items(), key=lambda item: item[1][0])


def _identities(tree: Tree) -> Iterator[tuple[int, str]]:
    """Ids, and names where there is none."""
    for at in tree.having_id:
        if identity := tree.ids[at]:
            yield at, identity
    # Nearly every page names some input or meta tag; only those are asked that may be records.
    for tag in _NAMED_TAGS:
        for at in tree.called(tag):
            if not tree.ids[at] and (called := tree.elements[at].get("name")):
                yield at, called


def _pattern(identity: str) -> str:
    return _DIGITS.sub("#", identity) if _DIGIT.search(identity) else identity


@lru_cache(maxsize=8192)
def _tokens(names: str) -> tuple[str, ...]:
    """Class names without their numbers, each once."""
    return tuple(dict.fromkeys(_pattern(names).split()[:12]))


def _fresh(outline: Outline, found: list[int], seen: set[tuple[int, ...]]) -> list[int]:
    """The places of a set that has some text and was not seen under another name; else none."""
    if len(found) > MAX_MEMBERS:
        return []
    key = (len(found), *found[:4], found[-1])
    if key in seen:
        return []
    size = outline.size
    sample = found[:400]
    if sum(map(size.__getitem__, sample)) < MIN_TEXT * len(sample):
        return []
    seen.add(key)
    if not outline.tree.trackbacks:
        return found
    return [at for at in found if at not in outline.tree.trackbacks]


def _possible(outline: Outline, name: str, places: list[int]) -> bool:
    """A cheap look before the long one: not all links, and some sign of people or times in it or its name."""
    sample = places[:20]
    if sum([outline.links[at] for at in sample]) > MAX_LINKED * sum([outline.size[at] for at in sample]):
        return False
    return _peopled(outline, name, outline.tree.start[places[0]], outline.tree.end[places[-1]])


def _possible_run(outline: Outline, run: Candidate) -> bool:
    """The same for places of several elements."""
    bounds = list(zip(run.starts[:20], run.ends[:20], strict=True))
    if sum(outline.linked(*b) for b in bounds) > MAX_LINKED * sum(outline.text(*b) for b in bounds):
        return False
    return _peopled(outline, run.name, run.starts[0], run.ends[-1])


def _peopled(outline: Outline, name: str, start: int, end: int) -> bool:
    people = outline.people
    return bisect_left(people, end) > bisect_left(people, start) or not name_words(name).isdisjoint(
        COMMENT_WORDS
    )


def _plain(tree: Tree, kind: str, name: str, places: list[int]) -> Candidate:
    start, end = tree.start, tree.end
    return Candidate(kind, name, [start[at] for at in places], [end[at] for at in places], places)


def _signature(outline: Outline, at: int) -> str:
    return _shape(outline.tree.tags[at], (outline.tree.classes[at] or "")[:MAX_NAMES])


@lru_cache(maxsize=8192)
def _shape(tag: str, names: str) -> str:
    words = sorted(w for w in _pattern(names).split() if not name_words(w) <= STATE)
    return f"{tag}.{'.'.join(words)}"


def _rhythms(outline: Outline) -> list[int]:
    """Parents whose children may take turns: two of them are signed, or links or rules lie between them, or one is
    the term of a definition.
    """
    tree = outline.tree
    up, n = tree.up_at, len(tree.up)

    def parents_of_two(numbers: Ints | list[int]) -> list[int]:
        return np.flatnonzero(np.bincount(up[numbers], minlength=n) >= 2).tolist() if len(numbers) else []

    found = {
        *parents_of_two(np.flatnonzero(outline.signed_at[1:]) + 1),
        *parents_of_two(tree.called("a")),
        *parents_of_two(tree.called("hr")),
        *(tree.up[at] for at in tree.called("dt")),
    }
    return sorted(at for at in found if outline.signed[at] and outline.size[at] >= 80)


def _runs(outline: Outline) -> Iterator[Candidate]:
    """Comments without a box of their own: cut the children of one parent at every head, or after every foot."""
    tags, signed = outline.tree.tags, outline.signed
    for parent in _rhythms(outline):
        children = outline.tree.children(parent)
        if len(children) > MAX_CHILDREN or sum(tags[child] in _RECORD_TAGS for child in children) < 2:
            continue
        shapes = [_signature(outline, child) for child in children]
        groups: dict[str, list[int]] = defaultdict(list)
        for place, shape in enumerate(shapes):
            groups[shape].append(place)
        # When every child looks alike the children are the records; runs only make sense for a rhythm.
        for shape, places in groups.items():
            # Only a definition list keeps the two halves of its one comment apart.
            single = (
                len(places) == 1
                and shape.startswith("dt.")
                and _is_byline(outline, children[places[0]], shape)
            )
            if (len(places) < 2 and not single) or len(places) == len(children):
                continue
            if not shape.startswith(("a.", "hr.")):
                sample = [children[p] for p in places[:200]]
                if sum([signed[at] for at in sample]) < 0.6 * len(sample):
                    continue
            # A head has something under it, a foot something above it, the outermost ones included.
            if places[-1] + 1 < len(children):
                yield _cut(outline, shape, shapes, children, places, heads=True)
            if places[0] > 0 and not single:
                yield _cut(outline, shape, shapes, children, places, heads=False)


def _is_byline(outline: Outline, at: int, shape: str) -> bool:
    """Called a comment, or says who wrote and when."""
    start, end = outline.tree.start[at], outline.tree.end[at]
    said = outline.count(TIME, start, end) and outline.count(AUTHOR, start, end)
    return bool(said) or not name_words(shape).isdisjoint(RECORD_WORDS)


def _until_form(outline: Outline, children: list[int], shapes: list[str]) -> set[str]:
    """Shapes that may follow the only head of its kind: up to a form or a heading."""
    allowed: set[str] = set()
    for child, shape in zip(children, shapes, strict=True):
        if outline.tree.tags[child] in ("form", "h1", "h2", "h3") or outline.count(
            FIELD, outline.tree.start[child], outline.tree.end[child]
        ):
            break
        allowed.add(shape)
    return allowed


def _cut(
    outline: Outline, name: str, shapes: list[str], children: list[int], places: list[int], *, heads: bool
) -> Candidate:
    if heads:
        bounds = [(a, b) for a, b in zip(places, [*places[1:], len(children)], strict=True)]
    else:
        bounds = [(a + 1, b + 1) for a, b in zip([-1, *places[:-1]], places, strict=True)]
    # The open end takes no more children than the others do.
    lengths = sorted(b - a for a, b in bounds)
    usual = lengths[len(lengths) // 2]
    within = [set(shapes[a : min(b, a + 40)]) for a, b in bounds[:200]]
    last = len(bounds) - 1 if heads else 0
    others = set().union(*(s for n, s in enumerate(within) if n != last)) if len(within) > 1 else set()
    a, b = bounds[last]
    if b - a > usual or len(within) == 1:
        if heads:
            stop = a + 1
            if len(within) == 1:
                others, usual = _until_form(outline, children[a + 1 : a + 4], shapes[a + 1 : a + 4]), 2
            while stop < b and shapes[stop] in others and stop - a < 3 * usual:
                stop += 1
            bounds[last] = (a, stop)
        else:
            begin = b - 1
            while begin > a and shapes[begin - 1] in others and b - begin < usual:
                begin -= 1
            bounds[last] = (begin, b)
    bounds = [(a, b) for a, b in bounds if b > a]
    parent_end = outline.tree.end[outline.tree.up[children[0]]]
    return Candidate(
        "heads" if heads else "feet",
        name,
        [outline.tree.start[children[a]] for a, _ in bounds],
        [outline.tree.start[children[b]] if b < len(children) else parent_end for _, b in bounds],
        [children[a] for a, _ in bounds],
        [children[a:b] for a, b in bounds],
    )
