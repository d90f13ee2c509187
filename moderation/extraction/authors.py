"""Who wrote each of a page's unknown comments: names are read in the places that most comments have in common."""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from functools import lru_cache

from moderation.extraction import line_roles as roles
from moderation.extraction.drafts import MAX_OWN, Draft, Place
from moderation.extraction.markup import Element
from moderation.extraction.outline import ACTION_WORDS, AUTHOR_WORDS
from moderation.extraction.records import MAX_NAME, one_line
from moderation.extraction.rendering import render
from moderation.extraction.times import find_time

_BY_NAME = re.compile(r"^(?:posted by|comment by|by|from|author)\b[:\s]*|[:,;\s]+$", re.IGNORECASE)
_NAME_SAYS = re.compile(r"\s+(?:says|said|wrote|writes)$", re.IGNORECASE)
_PROFILE = re.compile(r"user|profile|member|people|author|blogger\.com")
_LETTER = re.compile(r"[^\W_]")
_NUMBERED = re.compile(r"^#?\d{1,4}[.):]\s+|\s+[-–—|•·,:]+$")
#: What a path must score for its names to be authors, and how many paths are asked for each author.
MIN_NAMING = 0.35
MAX_NAMINGS = 6


@dataclass(slots=True)
class _Naming:
    """A path whose places may hold the authors' names.

    ``places``: by draft, in page order, each with its rank in the draft and its weight. ``weight`` is the highest of
    these, ``first`` the lowest rank. ``names``: by draft, once they were read.
    """

    path: str
    weight: float = 0.0
    first: int = MAX_OWN
    places: dict[int, list[tuple[int, float, Place]]] = field(default_factory=dict)
    names: dict[int, tuple[Element, str]] = field(default_factory=dict)

    def bound(self, drafts: int) -> float:
        """No score can be higher, whatever the names are."""
        return self.weight * (len(self.places) / drafts) + self._depth() - self.first * 0.002

    def score(self, drafts: list[Draft]) -> tuple[float, tuple[int, int]]:
        """(how much its names look like those of authors, where the first of them stands)."""
        weight, first = 0.0, (len(drafts), 0)
        for at, places in self.places.items():
            for rank, weighs, place in places:
                if name := _name(place.element, drafts[at]):
                    self.names[at] = place.element, name
                    weight = max(weight, weighs)
                    first = min(first, (at, rank))
                    break
        n, got = len(drafts), [name for _, name in self.names.values()]
        if not got or (len(got) < 0.25 * n and n >= 4):
            return 0.0, first
        alike = 1.0 if n < 4 or len(set(got)) / len(got) > 0.15 else 0.1
        plain = sum(roles.words(v) <= 5 and not roles.ends_sentence(v) for v in got) / len(got)
        return weight * (len(got) / n) * alike * plain + self._depth() - first[1] * 0.002, first

    def _depth(self) -> float:
        return 0.02 * self.path.count(">") / 10


def find_authors(drafts: list[Draft]) -> None:
    """The place with a short text that differs from member to member and is named like, or stands like, a name."""
    ranked = _namings(drafts)
    for at, draft in enumerate(drafts):
        for naming in ranked:
            if at in naming.names:
                element, name = naming.names[at]
                draft.author, draft.author_at = name[:MAX_NAME], element
                draft.skip.add(element)
                break


def _namings(drafts: list[Draft]) -> list[_Naming]:
    """The few paths that hold the names, the likeliest first. Reading names is slow, so paths are read in the order of what
    they could score at best, until every draft has a name that no other path's can outdo.
    """
    found: dict[str, _Naming] = {}
    for at, draft in enumerate(drafts):
        for rank, place in enumerate(draft.places):
            if not 1 <= place.size <= 70 or place.element in draft.skip or ">" not in place.path:
                continue
            weight = _name_weight(place)
            if weight <= 0:
                continue
            naming = found.get(place.path)
            if naming is None:
                naming = found[place.path] = _Naming(place.path)
            naming.weight, naming.first = max(naming.weight, weight), min(naming.first, rank)
            naming.places.setdefault(at, []).append((rank, weight, place))
    n = len(drafts)
    by_bound = sorted(((naming.bound(n), naming) for naming in found.values()), key=lambda item: -item[0])
    ranked: list[tuple[float, tuple[int, int], _Naming]] = []
    for bound, naming in by_bound:
        if bound <= MIN_NAMING or bound < _named_by(ranked[:MAX_NAMINGS], n):
            break
        score, first = naming.score(drafts)
        if score > MIN_NAMING:
            ranked.append((score, first, naming))
            ranked.sort(key=lambda item: (-item[0], item[1]))
    return [naming for _, _, naming in ranked[:MAX_NAMINGS]]


def _named_by(ranked: list[tuple[float, tuple[int, int], _Naming]], drafts: int) -> float:
    """The score by which the likeliest paths have named every draft; below all scores when they have not."""
    named: set[int] = set()
    for score, _, naming in ranked:
        named |= naming.names.keys()
        if len(named) == drafts:
            return score
    return -1.0


def _name_weight(place: Place) -> float:
    weight, is_link = _called_weight(place.tag, place.words)
    return weight * 2 if is_link and _PROFILE.search(place.element.get("href", "").lower()) else weight


@lru_cache(maxsize=8192)
def _called_weight(tag: str, words: frozenset[str]) -> tuple[float, bool]:
    """(how much a tag and what it is called speak for a name, whether a link to a profile would be worth twice that)."""
    is_link = False
    if "fn" in words or ("author" in words and tag != "div"):
        base = 3.0
    elif not words.isdisjoint(AUTHOR_WORDS) or tag == "cite":
        base = 2.5
    elif tag == "a" and not words.isdisjoint(("external", "nofollow", "url")):
        base = 1.5
    elif tag in ("strong", "b", "h3", "h4", "h5", "dt", "h6"):
        base = 1.0
    elif tag == "a":
        base, is_link = 0.7, True
    elif tag == "span":
        base = 0.6
    else:
        return 0.0, False
    if not words.isdisjoint(ACTION_WORDS) or not words.isdisjoint(("date", "time", "title")):
        base *= 0.25
    return base, is_link


def _name(element: Element, draft: Draft) -> str:
    text = one_line(render(element, skip=draft.skip).text if len(element) else element.text)
    said = roles.attribution(text)
    if said:
        return said[0]
    if find_time(text):
        text = roles.strip_name(text)
    text = _BY_NAME.sub("", text).strip()
    text = _NUMBERED.sub("", text)
    if (
        not text
        or len(text) > 60
        or not _LETTER.search(text)
        or roles.is_action(text)
        or roles.heading(text)[0]
    ):
        return ""
    return _NAME_SAYS.sub("", text)
