"""Unknown markup: the repeated structure on the page that is most likely its comments."""

from __future__ import annotations

from moderation.extraction.candidates import Candidate, Member, candidates
from moderation.extraction.evidence import convincing, score
from moderation.extraction.features import features
from moderation.extraction.fields import records
from moderation.extraction.markup import Element
from moderation.extraction.outline import Outline
from moderation.extraction.readers.base import Document
from moderation.extraction.records import Found


class Repeated:
    """The reader without a system: takes every page."""

    name = "structure"

    def detect(self, page: Document) -> bool:
        return True

    def read(self, page: Document) -> Found | None:
        return read(page)


READER = Repeated()


def read(page: Document) -> Found | None:
    """The comments of a page whose system nobody knows; None when nothing on it looks like comments."""
    outline = Outline(page.root)
    best: Candidate | None = None
    best_values: list[float] = []
    best_points = float("-inf")
    for candidate in candidates(outline):
        values = features(outline, candidate)
        points = score(values)
        if points > best_points:
            best, best_values, best_points = candidate, values, points
    if best is not None and not convincing(best_values, best_points):
        best = None
    found = Found(None)
    if outline.truncated:
        found.warnings.append("a very large page: only its first part was searched for comments")
    if best is None:
        return found if found.warnings else None
    found.records = [r for r in records(best.members) if r.text]
    found.region = _region(best.members)
    found.region_tails = best.members[0].tails
    found.declared_count = _declared(outline, best)
    return found


def _region(members: list[Member]) -> list[Element]:
    return [element for member in members for element in member.elements]


def _declared(outline: Outline, chosen: Candidate) -> int | None:
    """The count of the nearest heading in front of the comments, else the one that is exactly right."""
    first = chosen.members[0].start
    near = [c for p, c in outline.counts if c is not None and p <= first and outline.text(p, first) < 400]
    if near:
        return near[-1]
    return len(chosen.members) if any(c == len(chosen.members) for _, c in outline.counts) else None
