"""Inside unknown comments: which part is the author, the time, the buttons, and which the commenter's own words.

What most of the comments share decides: a place in the markup that holds a short, differing text in nearly all of
them is a name; lines that read alike in most of them were printed by the page.
"""

from __future__ import annotations

import re
from collections import Counter, defaultdict
from dataclasses import dataclass, field
from functools import lru_cache

from moderation.extraction import line_roles as roles
from moderation.extraction.bylines import clean
from moderation.extraction.candidates import Member
from moderation.extraction.drafts import MAX_OWN, Draft, Place, begin
from moderation.extraction.markup import Element
from moderation.extraction.outline import AUTHOR_WORDS, TIME_WORDS, is_permalink, name_words
from moderation.extraction.records import MAX_NAME, Record, number, one_line
from moderation.extraction.rendering import Rendered, merge, render
from moderation.extraction.threads import keys_of, parents_of
from moderation.extraction.times import find_time, iso
from moderation.extraction.tree import Tree

_ACTION_WORDS = frozenset(
    ("reply", "replies", "report", "flag", "vote", "votes", "voting", "like", "likes", "share", "permalink", "actions",
     "action", "tools", "toolbar", "controls", "rating", "ratings", "moderate", "moderation", "abuse", "recommend",
     "buttons", "button", "respond", "score", "thumbs", "edit", "signature", "sig", "badge", "badges", "karma",
     "number", "num", "counter", "options", "links", "bullet", "rank", "location", "avatar", "quotelink")
)  # fmt: skip
_VOTE_WORDS = frozenset(
    ("vote", "votes", "score", "points", "likes", "rating", "karma", "recommend", "recommends")
)
_TEXT_WORDS = frozenset(
    ("text", "body", "content", "message", "copy", "txt", "bodytext", "entry", "quote", "words")
)
_BYLINE_BOX = frozenset(("header", "head", "meta", "author", "info", "footer", "foot", "byline", "user"))
_BY_NAME = re.compile(r"^(?:posted by|comment by|by|from|author)\b[:\s]*|[:,;\s]+$", re.IGNORECASE)
_NAME_SAYS = re.compile(r"\s+(?:says|said|wrote|writes)$", re.IGNORECASE)
_PROFILE = re.compile(r"user|profile|member|people|author|blogger\.com")
_TO_REPLY = re.compile(r"replytocom|respond|reply", re.IGNORECASE)
_LETTER = re.compile(r"[^\W_]")
_NUMBERED = re.compile(r"^#?\d{1,4}[.):]\s+|\s+[-–—|•·,:]+$")
#: With fewer characters left per comment, bylines outweigh the words and no box can be told.
MIN_BOX = 40
_ACTION_TAGS = frozenset(("a", "button", "span", "li", "div", "p", "small"))
_INLINE = frozenset(("p", "a", "b", "i", "em", "br"))
#: What a path must score for its names to be authors, and how many paths are asked for each author.
MIN_NAMING = 0.35
MAX_TIMELESS = 20
MAX_NAMINGS = 6


def records(tree: Tree, members: list[Member]) -> list[Record]:
    """Comments of members in page order; members may be nested in one another."""
    all_elements = {e for m in members for e in m.elements}
    numbers = {at for m in members for at in m.numbers}
    drafts = [begin(tree, m, numbers) for m in members]
    _find_times(tree, drafts)
    _find_authors(drafts)
    _find_actions(drafts)
    box = _text_path(drafts, all_elements)
    rendered = [_words(draft, box, all_elements) for draft in drafts]
    rendered = clean(drafts, rendered)
    keys = keys_of(drafts)
    parents = parents_of(members, keys)
    out = []
    for draft, body, key, parent in zip(drafts, rendered, keys, parents, strict=True):
        out.append(
            Record(
                key=key,
                text=body.text,
                quotes=body.quotes,
                parent=parent,
                author=draft.author,
                time=draft.time,
                time_text=draft.time_text,
                votes=_votes(draft),
                permalink=_permalink(draft),
            )
        )
    return out


def _find_times(tree: Tree, drafts: list[Draft]) -> None:
    """The place that holds a time in most members; attributes are more exact than the words shown."""
    found: list[dict[str, tuple[Place, str | None, str, tuple[int, int] | None]]] = []
    tally: Counter[str] = Counter()
    asked: Counter[str] = Counter()
    exact_times = tree.mentions("datetime")
    for draft in drafts:
        mine: dict[str, tuple[Place, str | None, str, tuple[int, int] | None]] = {}
        for place in draft.places:
            exact = place.element.get("datetime") if exact_times else None
            if not exact and place.tag in ("abbr", "a", "span"):
                exact = place.element.get("title")
            stamp = iso(exact) if exact else None
            if not stamp and not 3 <= place.size <= 130:
                continue
            # What held no time in so many places holds none in the next.
            if not stamp and asked[place.path] >= MAX_TIMELESS and place.path not in tally:
                continue
            asked[place.path] += 1
            shown = place.shown if place.size <= 130 else ""
            span = find_time(shown) if shown else None
            if not stamp and span is None:
                continue
            if span is None and len(shown) > 60:
                shown = ""
            weight = 3 if place.tag == "time" or stamp else 2 if place.words & TIME_WORDS else 1
            if place.path not in mine:
                mine[place.path] = (place, stamp, shown, span)
                tally[place.path] += weight * 1000 - min(place.size, 130) * 3
        found.append(mine)
    ranked = [path for path, _ in tally.most_common(40)]
    for draft, mine in zip(drafts, found, strict=True):
        for path in ranked:
            if path in mine:
                place, stamp, shown, span = mine[path]
                words = shown[slice(*span)] if span else shown
                draft.time, draft.time_text = stamp or iso(shown), words or None
                if len(place.shown) <= len(words) + 12:
                    draft.skip.add(place.element)
                break


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


def _find_authors(drafts: list[Draft]) -> None:
    """The place with a short text that differs from member to member and is named like, or stands like, a name."""
    ranked = [naming for _, _, naming in _namings(drafts)[:MAX_NAMINGS]]
    for at, draft in enumerate(drafts):
        for naming in ranked:
            if at in naming.names:
                element, name = naming.names[at]
                draft.author, draft.author_at = name[:MAX_NAME], element
                draft.skip.add(element)
                break


def _namings(drafts: list[Draft]) -> list[tuple[float, tuple[int, int], _Naming]]:
    """The paths that hold names, the likeliest first. Reading names is slow, so paths are read in the order of what
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
    return ranked


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
    if not words.isdisjoint(_ACTION_WORDS) or not words.isdisjoint(("date", "time", "title")):
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


def _find_actions(drafts: list[Draft]) -> None:
    for draft in drafts:
        for place in draft.places:
            if place.size > 160 or place.size == 0 or place.element in draft.skip or ">" not in place.path:
                continue
            element, tag = place.element, place.tag
            if tag not in _ACTION_TAGS:
                continue
            named, text = not place.words.isdisjoint(_ACTION_WORDS), place.shown
            if (roles.is_action(text) and (tag in ("a", "button") or not text.isalpha() or named)) or (
                place.size <= 60
                and named
                and place.words.isdisjoint(_TEXT_WORDS)
                and draft.author_at is not element
                and not _holds(element, draft.author_at)
            ):
                draft.skip.add(element)


def _holds(element: Element, inner: Element | None) -> bool:
    while inner is not None:
        if inner is element:
            return True
        inner = inner.getparent()
    return False


def _spent(draft: Draft, tops: set[Element]) -> dict[Element, int]:
    """For every element around what is left out: how many characters that is."""
    spent: dict[Element, int] = defaultdict(int)
    for place in draft.places:
        if place.element not in draft.skip:
            continue
        around = []
        node = place.element
        while node is not None and node not in tops:
            node = node.getparent()
            if node in draft.skip:
                break  # counted with the one around it
            around.append(node)
        else:
            if place.element in tops:
                around = [place.element]
            for outer in around:
                spent[outer] += place.size
    return spent


def _text_path(drafts: list[Draft], all_elements: set[Element]) -> str | None:
    """The deepest path that holds nearly all that is left of the members' text, in nearly all members."""
    sizes: dict[str, int] = defaultdict(int)
    present: Counter[str] = Counter()
    total = 0
    for draft in drafts:
        tops = set(draft.member.elements)
        spent = _spent(draft, tops)
        total += sum(max(0, p.size - spent.get(p.element, 0)) for p in draft.places if p.element in tops)
        seen: set[str] = set()
        for place in draft.places:
            if place.path in seen:
                sizes[place.path] -= place.size  # several boxes of one path: none of them is the text alone
            elif place.element not in draft.skip and place.tag not in _INLINE:
                seen.add(place.path)
                sizes[place.path] += max(0, place.size - spent.get(place.element, 0))
        present.update(seen)
    if total < MIN_BOX * len(drafts):
        return None
    fits = [
        path
        for path, size in sizes.items()
        if size >= 0.85 * total
        and present[path] >= 0.9 * len(drafts)
        and ">" in path
        and name_words(path.rsplit(">", 1)[-1].split(".", 1)[-1]).isdisjoint(_BYLINE_BOX)
    ]
    return max(fits, key=lambda p: p.count(">"), default=None)


def _words(draft: Draft, box: str | None, all_elements: set[Element]) -> Rendered:
    elements = draft.member.elements
    if box:
        inner = next((p.element for p in draft.places if p.path == box), None)
        if inner is not None:
            elements = [inner]
    own = set(draft.member.elements)

    def skip(element: Element) -> bool:
        return element in draft.skip or (element in all_elements and element not in own)

    parts: list[str] = []
    quotes: list[tuple[int, int]] = []
    length = 0
    for element in elements:
        tail = draft.member.tails and element in own
        if element in draft.skip:
            piece = Rendered(one_line(element.tail) if tail else "")
        else:
            piece = render(element, skip=skip, tail=tail)
        if not piece.text:
            continue
        if parts:
            parts.append("\n\n")
            length += 2
        quotes += [(a + length, b + length) for a, b in piece.quotes]
        parts.append(piece.text)
        length += len(piece.text)
    return Rendered("".join(parts), merge(quotes))


def _votes(draft: Draft) -> int | None:
    for place in draft.places:
        if place.size <= 30 and not place.words.isdisjoint(_VOTE_WORDS):
            found = number(place.shown)
            if found is not None:
                return found
    return None


def _permalink(draft: Draft) -> str | None:
    for place in draft.places:
        if place.tag == "a":
            href = place.element.get("href", "")
            if is_permalink(href) and not _TO_REPLY.search(href):
                return href[:2000]
    return None
