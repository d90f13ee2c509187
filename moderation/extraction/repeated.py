"""Unknown markup: the repeated structure on the page that is most likely its comments."""

from __future__ import annotations

from moderation.extraction.candidates import Candidate, Member, candidates
from moderation.extraction.evidence import convincing, score
from moderation.extraction.features import COMMENT_WORDS, features
from moderation.extraction.fields import records
from moderation.extraction.markup import Element
from moderation.extraction.outline import AUTHOR, LINK, REPLY, TIME, Outline, name_words
from moderation.extraction.readers.base import Document
from moderation.extraction.records import Found

MAX_TRIES = 4
MAX_LINKED = 0.8
_RECENT = frozenset(("recent", "latest", "recentcomments", "newest"))
_ABOUT_COMMENTS = frozenset(("comment", "comments", "recentcomments", "replies", "widget"))
#: Share of records that must have words of their own.
MIN_FILLED = 0.5


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
    judged: list[tuple[float, Candidate]] = []
    for candidate in candidates(outline):
        if not _possible(outline, candidate) or _is_sidebar(candidate):
            continue
        values = features(outline, candidate)
        points = score(values)
        if convincing(values, points):
            judged.append((points, candidate))
    judged.sort(key=lambda pair: -pair[0])
    found = Found(None)
    if outline.truncated:
        found.warnings.append("a very large page: only its first part was searched for comments")
    best: Candidate | None = None
    # The likeliest set may turn out to be all bylines; then the next one holds their words.
    for _, candidate in judged[:MAX_TRIES]:
        drafts = records(candidate.members)
        found.records = [r for r in drafts if r.text]
        if len(found.records) >= MIN_FILLED * len(drafts):
            best = candidate
            break
    if best is None:
        found.records = []
        return found if found.warnings else None
    found.region = _region(best.members)
    found.region_tails = best.members[0].tails
    found.declared_count = _declared(outline, best)
    return found


def _possible(outline: Outline, candidate: Candidate) -> bool:
    """A cheap look before the long one: not all links, and some sign of people or times in it or its name."""
    members = candidate.members
    start, end = members[0].start, members[-1].end
    sample = members[:20]
    text = sum(outline.text(m.start, m.end) for m in sample)
    if sum(outline.linked(m.start, m.end) for m in sample) > MAX_LINKED * text:
        return False
    if any(outline.count(kind, start, end) for kind in (TIME, AUTHOR, REPLY, LINK)):
        return True
    return not name_words(candidate.name).isdisjoint(COMMENT_WORDS)


def _is_sidebar(candidate: Candidate) -> bool:
    """ "Recent comments" of the whole site: teasers of what stands on other pages."""
    node = candidate.members[0].elements[0]
    for _ in range(4):
        if node is None:
            return False
        names = name_words(f"{node.get('class') or ''} {node.get('id') or ''}")
        if not names.isdisjoint(_RECENT) and not names.isdisjoint(_ABOUT_COMMENTS):
            return True
        node = node.getparent()
    return False


def _region(members: list[Member]) -> list[Element]:
    return [element for member in members for element in member.elements]


def _declared(outline: Outline, chosen: Candidate) -> int | None:
    """The count of the nearest heading in front of the comments, else the one that is exactly right."""
    first = chosen.members[0].start
    near = [c for p, c in outline.counts if c is not None and p <= first and outline.text(p, first) < 400]
    if near:
        return near[-1]
    return len(chosen.members) if any(c == len(chosen.members) for _, c in outline.counts) else None
