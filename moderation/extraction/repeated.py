"""Unknown markup: the repeated structure on the page that is most likely its comments."""

from __future__ import annotations

from bisect import bisect_left
from itertools import islice

import numpy as np

from moderation.extraction.candidates import Candidate, Member, candidates
from moderation.extraction.evidence import judge
from moderation.extraction.features import table
from moderation.extraction.fields import records
from moderation.extraction.markup import Element
from moderation.extraction.outline import TIME, Outline
from moderation.extraction.readers.base import Document
from moderation.extraction.records import Found
from moderation.extraction.tree import Tree

MAX_TRIES = 4
_RECENT = frozenset(("recent", "latest", "recentcomments", "newest"))
_ABOUT_COMMENTS = frozenset(("comment", "comments", "recentcomments", "replies", "widget"))
_TO_WRITE = frozenset(("comment", "comments", "commentform", "respond", "reply"))
#: Share of records that must have words of their own.
MIN_FILLED = 0.5


class Repeated:
    """The reader without a system: takes every page, by its numbered tree."""

    name = "structure"

    def __init__(self, tree: Tree) -> None:
        self.tree = tree

    def detect(self, page: Document) -> bool:
        return True

    def read(self, page: Document) -> Found | None:
        return read(self.tree)


def read(tree: Tree) -> Found | None:
    """The comments of a page whose system nobody knows; None when nothing on it looks like comments."""
    outline = Outline(tree)
    sets = list(candidates(outline))
    found = Found(None)
    if outline.tree.truncated:
        found.warnings.append("a very large page: only its first part was searched for comments")
    best: Candidate | None = None
    members: list[Member] = []
    # The likeliest set may turn out to be all bylines; then the next one holds their words.
    for candidate in _likeliest(outline, sets):
        members = candidate.members(outline)
        drafts = records(tree, members)
        found.records = [r for r in drafts if r.text]
        if len(found.records) >= MIN_FILLED * len(drafts):
            best = candidate
            break
    if best is None:
        found.records = []
        return found if found.warnings else None
    found.region = _region(members)
    found.region_tails = members[0].tails
    found.declared_count = _declared(outline, best)
    return found


def _likeliest(outline: Outline, sets: list[Candidate]) -> list[Candidate]:
    """The sets that may be the comments, best first, no more than are worth a try."""
    if not sets:
        return []
    points, convincing = judge(table(outline, sets))
    order = [at for at in np.argsort(-points, kind="stable").tolist() if convincing[at]]
    likely = (sets[at] for at in order)
    return list(
        islice((c for c in likely if not _is_sidebar(outline, c) and not _is_form(outline, c)), MAX_TRIES)
    )


def _is_sidebar(outline: Outline, candidate: Candidate) -> bool:
    """ "Recent comments" of the whole site: teasers of what stands on other pages."""
    at = candidate.first
    for _ in range(4):
        if at < 0:
            return False
        names = outline.box_words(at)
        if not names.isdisjoint(_RECENT) and not names.isdisjoint(_ABOUT_COMMENTS):
            return True
        at = outline.tree.up[at]
    return False


def _is_form(outline: Outline, candidate: Candidate) -> bool:
    """The notes of the form that one writes a comment with: "Your email address will not be published"."""
    tree = outline.tree
    if outline.count(TIME, candidate.starts[0], candidate.ends[-1]):
        return False
    entries = [tree.start[at] for at in tree.called("textarea")]

    def writes(start: int, end: int) -> bool:
        return bisect_left(entries, start) < bisect_left(entries, end)

    if all(writes(start, end) for start, end in zip(candidate.starts, candidate.ends, strict=True)):
        return True
    at = tree.up[candidate.first]
    while at >= 0 and tree.tags[at] != "form":
        at = tree.up[at]
    return (
        at >= 0 and writes(tree.start[at], tree.end[at]) and not outline.box_words(at).isdisjoint(_TO_WRITE)
    )


def _region(members: list[Member]) -> list[Element]:
    return [element for member in members for element in member.elements]


def _declared(outline: Outline, chosen: Candidate) -> int | None:
    """The count of the nearest heading in front of the comments, else the one that is exactly right."""
    first = chosen.starts[0]
    near = [c for p, c in outline.counts if c is not None and p <= first and outline.text(p, first) < 400]
    if near:
        return near[-1]
    return len(chosen.starts) if any(c == len(chosen.starts) for _, c in outline.counts) else None
