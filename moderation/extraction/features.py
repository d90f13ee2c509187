"""What sets of places look like, in numbers between about 0 and 1: the evidence that one of them is the comments.

All sets of a page are measured together, column by column, so that a page costs some hundred array operations
however many sets it has.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache

import numpy as np
import numpy.typing as npt

from moderation.extraction.candidates import COMMENT_WORDS, STATE, Candidate
from moderation.extraction.outline import (
    AUTHOR,
    AVATAR,
    FIELD,
    HEAD,
    LINK,
    PARAGRAPH,
    REPLY,
    TIME,
    Ints,
    Outline,
    name_words,
)

#: Places of a set that are looked at.
SAMPLE = 60
STRONG_WORDS = frozenset(
    w for w in COMMENT_WORDS if "omm" in w or w.startswith(("cm", "kom", "com", "dsq", "disq"))
)
TEXT_WORDS = frozenset(
    "text content body copy message txt entry quote author meta info date header footer by name avatar actions "
    "links tools vote votes head foot".split()
)
OTHER_WORDS = frozenset(
    "related recent popular sidebar widget nav navigation menu footer header tags tag cloud archive archives "
    "category categories share sharing social ad ads advert promo promoted sponsored latest headlines headline "
    "links blogroll ticker tweets tweet twitter trackback trackbacks pingback pingbacks poll form respond "
    "commentform login gallery carousel slideshow teaser breadcrumb feed rss video module rail aside most top "
    "trending stories list listing news".split()
)
#: Of those, the ones that tell one box from its neighbour say nothing of the boxes in it.
_AGAINST = OTHER_WORDS - STATE
ARTICLE_WORDS = frozenset(
    "post entry article story hentry blogpost blog main articlebody storybody content container wrapper page body".split()
)

NAMES = (
    "bias", "many", "two", "one", "time_any", "time_one", "time_crowd", "author_any", "author_one", "author_crowd",
    "avatar", "reply_any", "reply_one", "reply_crowd", "link", "length", "short", "linked", "linked_high",
    "paragraphs", "fields", "strong_name", "weak_name", "part_name", "other_name", "article_name", "strong_above",
    "weak_above", "other_above", "inside_comment", "heading_near", "heading_inside", "count_exact", "count_close",
    "share", "early", "late", "kind_heads", "kind_feet", "kind_siblings", "even_sizes", "evidence", "named_evidence",
    "bare_single", "form_after", "table_tag", "paragraph_tag", "nested", "good_single", "strong_time", "above_time",
    "strong_author", "prose", "weak_evidence", "own_level", "strong_many",
)  # fmt: skip

Floats = npt.NDArray[np.float64]
Flags = npt.NDArray[np.bool_]
_KINDS = (TIME, AUTHOR, AVATAR, REPLY, LINK, FIELD, PARAGRAPH)


@dataclass(slots=True)
class Own:
    """The sampled places of all sets, one after the other, each without the places of its set nested in it.

    ``offsets``: where each set begins; ``sizes``: how many places it has; ``text``, ``linked``: characters;
    ``hints``: one row of counts for each of ``_KINDS``; ``nested``: places inside another, by set.
    """

    offsets: Ints
    sizes: Ints
    text: Ints
    linked: Ints
    hints: Ints
    nested: Ints


def _own(outline: Outline, sets: Sequence[Candidate]) -> Own:
    starts: list[int] = []
    ends: list[int] = []
    sizes = []
    for candidate in sets:
        sample = candidate.starts[:SAMPLE]
        starts += sample
        ends += candidate.ends[:SAMPLE]
        sizes.append(len(sample))
    start, end, size = np.array(starts), np.array(ends), np.array(sizes)
    offsets = np.concatenate(([0], size.cumsum()[:-1]))
    text = outline.text_at[end] - outline.text_at[start]
    linked = outline.linked_at[end] - outline.linked_at[start]
    hints = np.array(
        [outline.hints_at[k].searchsorted(end) - outline.hints_at[k].searchsorted(start) for k in _KINDS]
    )
    inner, outer, nested = _nesting(start, end, offsets, size)
    if len(inner):
        full_text, full_linked, full_hints = text.copy(), linked.copy(), hints.copy()
        np.subtract.at(text, outer, full_text[inner])
        np.subtract.at(linked, outer, full_linked[inner])
        for own, full in zip(hints, full_hints, strict=True):
            np.subtract.at(own, outer, full[inner])
    return Own(offsets, size, text, linked, hints, nested)


def _nesting(start: Ints, end: Ints, offsets: Ints, size: Ints) -> tuple[Ints, Ints, Ints]:
    """(places that lie in others of their set, the nearest ones around them, how many such places by set)."""
    nested = np.zeros(len(size), dtype=np.int64)
    inner: list[int] = []
    outer: list[int] = []
    # Only where a place begins before the one of its set in front of it ends.
    overlapping = np.concatenate(([False], start[1:] < end[:-1]))
    overlapping[offsets] = False
    overlaps = np.flatnonzero(overlapping)
    for at in sorted(set((offsets.searchsorted(overlaps, side="right") - 1).tolist())):
        first = int(offsets[at])
        begins, stops = start[first : first + size[at]].tolist(), end[first : first + size[at]].tolist()
        stack: list[int] = []
        for place, begin in enumerate(begins):
            while stack and stops[stack[-1]] <= begin:
                stack.pop()
            if stack:
                inner.append(first + place)
                outer.append(first + stack[-1])
                nested[at] += 1
            stack.append(place)
    return np.array(inner, dtype=np.int64), np.array(outer, dtype=np.int64), nested


def table(outline: Outline, sets: Sequence[Candidate]) -> Floats:
    """One row for each set, one column for each of ``NAMES``."""
    if not sets:
        return np.zeros((0, len(NAMES)))
    own = _own(outline, sets)
    sampled = own.sizes.astype(np.float64)

    def mean_of(*rows: npt.NDArray[np.generic]) -> Floats:
        """One row of means over each set's places for each of ``rows``, which have a value for each place."""
        means: Floats = np.add.reduceat(np.array(rows, dtype=np.float64), own.offsets, axis=1) / sampled
        return means

    sizes = [len(c.starts) for c in sets]
    n = np.array(sizes)
    first_start = np.array([c.starts[0] for c in sets])
    first_end = np.array([c.ends[0] for c in sets])
    last_end = np.array([c.ends[-1] for c in sets])
    page_end = max(1, outline.tree.end[0])
    page = max(1, outline.text(0, outline.tree.end[0]))
    text, links, prose = mean_of(own.text, own.linked, own.text - own.linked >= 50)
    total = np.maximum(1.0, text * sampled)
    mean = total / sampled
    (variance,) = mean_of((own.text - mean.repeat(own.sizes)) ** 2)
    spread = np.sqrt(variance) / np.maximum(1.0, mean)
    owners = np.repeat(np.arange(len(sets)), own.sizes)
    middle = own.text[np.lexsort((own.text, owners))][own.offsets + own.sizes // 2]
    linked = links * sampled / total
    # In the order of _KINDS; one time, one author and one button say more than many.
    time_any, author_any, avatar_any, reply_any, link_any, _, _ = mean_of(*(own.hints >= 1))
    time_one, author_one, _, reply_one, _, _, _ = mean_of(*(own.hints == 1))
    times, authors, _, replies, _, fields, paragraphs = mean_of(*own.hints)
    evidence = (time_any + author_any + np.maximum(np.maximum(reply_any, link_any), avatar_any)) / 3
    many = np.minimum(1.0, np.log(n) / 4)

    names = [frozenset() if c.kind == "siblings" else _words_of(c.name) for c in sets]
    around = Surroundings(outline)

    strong, weak, part, other, article = np.array([_says(words) for words in names]).T
    strong_up, weak_up, others_up = np.array([around.says(c.first) for c in sets]).T
    named = np.where(
        strong > 0, 1.0, np.where((weak > 0) | (strong_up > 0), 0.6, np.where(weak_up > 0, 0.3, 0.0))
    )
    distance = _below_heading(outline, first_start)
    counts = [c for _, c in outline.counts if c]
    single = (n == 1).astype(np.float64)
    either = np.maximum(strong, strong_up)

    def kind(name: str) -> Floats:
        return np.array([c.kind == name for c in sets], dtype=np.float64)

    def between(hint: int, start: Ints, end: Ints) -> Floats:
        found = outline.hints_at[hint].searchsorted(end) > outline.hints_at[hint].searchsorted(start)
        return found.astype(np.float64)

    values: dict[str, Floats | Flags | float] = {
        "bias": 1.0,
        "many": many,
        "two": n == 2,
        "one": single,
        "time_any": time_any,
        "time_one": time_one,
        "time_crowd": np.minimum(3.0, times) / 3,
        "author_any": author_any,
        "author_one": author_one,
        "author_crowd": np.minimum(6.0, authors) / 6,
        "avatar": avatar_any,
        "reply_any": reply_any,
        "reply_one": reply_one,
        "reply_crowd": np.minimum(6.0, replies) / 6,
        "link": link_any,
        "length": np.minimum(1.0, np.log1p(np.maximum(0, middle)) / 8),
        "short": middle < 60,
        "linked": np.minimum(1.0, linked),
        "linked_high": linked > 0.4,
        "paragraphs": np.minimum(1.0, paragraphs / 6),
        "fields": np.minimum(1.0, fields),
        "strong_name": strong,
        "weak_name": weak,
        "part_name": part,
        "other_name": other,
        "article_name": article * (1.0 - weak),
        "strong_above": strong_up,
        "weak_above": weak_up,
        "other_above": others_up,
        "inside_comment": np.array([around.in_comment(c.first) for c in sets]),
        "heading_near": np.where(distance < 60, 1.0, np.where(distance < 250, 0.6, 0.0)),
        "heading_inside": between(HEAD, first_start, first_end),
        "count_exact": np.array([m in counts for m in sizes]),
        "count_close": np.array([any(0.7 <= m / c <= 1.4 for c in counts) for m in sizes]),
        "share": total / page,
        "early": first_start / page_end < 0.15,
        "late": first_start / page_end,
        "kind_heads": kind("heads"),
        "kind_feet": kind("feet"),
        "kind_siblings": kind("siblings"),
        "even_sizes": spread < 0.25,
        "evidence": evidence,
        "named_evidence": evidence * named,
        "bare_single": single * (1 - evidence),
        "form_after": between(FIELD, last_end, last_end + 400),
        "table_tag": np.array([c.name.startswith(("tr", "td", "table", "tbody")) for c in sets]),
        "paragraph_tag": np.array([c.name.split(".")[0] in ("p", "span", "dt", "a") for c in sets]),
        "nested": own.nested / sampled,
        "good_single": single * strong * evidence,
        "strong_time": strong * time_any,
        "above_time": strong_up * (1.0 - strong) * time_any,
        "strong_author": either * author_any,
        "prose": prose,
        "weak_evidence": evidence * (1.0 - named),
        "own_level": time_one * author_any * (n > 1),
        "strong_many": either * many,
    }
    out = np.empty((len(sets), len(NAMES)))
    for column, name in enumerate(NAMES):
        out[:, column] = values[name]
    return out


@lru_cache(maxsize=8192)
def _says(words: frozenset[str]) -> tuple[float, ...]:
    """Which of the tables for the names of sets have one of the words."""
    tables = (STRONG_WORDS, COMMENT_WORDS, TEXT_WORDS, OTHER_WORDS, ARTICLE_WORDS)
    return tuple(float(not words.isdisjoint(table)) for table in tables)


@lru_cache(maxsize=8192)
def _says_around(words: frozenset[str]) -> tuple[bool, bool, frozenset[str]]:
    """The same for a box around; of the words against comments all, for they are counted."""
    return not words.isdisjoint(STRONG_WORDS), not words.isdisjoint(COMMENT_WORDS), words & _AGAINST


def _words_of(name: str) -> frozenset[str]:
    return name_words(name.split(".", 1)[-1].replace("#", " "))


def _below_heading(outline: Outline, start: Ints) -> Ints:
    """Characters between the nearest heading above and each position; very many where there is none."""
    heads = outline.hints_at[HEAD]
    if not len(heads):
        return np.full(len(start), 10**6)
    nearest = heads.searchsorted(start, side="right") - 1
    distance: Ints = outline.text_at[start] - outline.text_at[heads[np.maximum(0, nearest)]]
    return np.where(nearest >= 0, distance, 10**6)


class Surroundings:
    """What the boxes around an element are called; boxes are asked once."""

    def __init__(self, outline: Outline) -> None:
        self.outline = outline
        self._above: dict[int, tuple[float, float, float]] = {}
        self._inside: dict[int, bool] = {}

    def says(self, at: int) -> tuple[float, float, float]:
        """Which tables of words the names of the boxes around have: strong ones, any for comments, and how many of
        those that speak against comments. The nearest six boxes, page wrappers left out.
        """
        up = self.outline.tree.up[at]
        if (known := self._above.get(up)) is not None:
            return known
        tree, box_words = self.outline.tree, self.outline.box_words
        strong = weak = False
        others: frozenset[str] = frozenset()
        box = up
        for _ in range(6):
            if box < 0 or tree.tags[box] in ("body", "html"):
                break
            if words := box_words(box):
                strong_here, weak_here, others_here = _says_around(words)
                strong, weak = strong or strong_here, weak or weak_here
                others |= others_here
            box = tree.up[box]
        self._above[up] = known = (strong, weak, min(1.0, len(others) / 2))
        return known

    def in_comment(self, at: int) -> bool:
        """True inside a box that is itself called a comment: then this is a part of one."""
        up = self.outline.tree.up[at]
        if (known := self._inside.get(up)) is not None:
            return known
        known, box = False, up
        for _ in range(3):
            if box < 0:
                break
            if (names := self.outline.tree.classes[box]) and "comment" in name_words(names):
                known = True
                break
            box = self.outline.tree.up[box]
        self._inside[up] = known
        return known
