"""Inside unknown comments: which part is the author, the time, the buttons, and which the commenter's own words.

What most of the comments share decides: a place in the markup that holds a short, differing text in nearly all of
them is a name; lines that read alike in most of them were printed by the page.
"""

from __future__ import annotations

import re
from collections import Counter, defaultdict
from dataclasses import dataclass

from moderation.extraction import line_roles as roles
from moderation.extraction.authors import find_authors
from moderation.extraction.bylines import clean
from moderation.extraction.candidates import Member
from moderation.extraction.drafts import Draft, Place, begin
from moderation.extraction.markup import Element
from moderation.extraction.outline import ACTION_WORDS, TIME_WORDS, is_permalink, name_words
from moderation.extraction.records import Record, number, one_line
from moderation.extraction.rendering import Rendered, merge, render
from moderation.extraction.threads import keys_of, parents_of
from moderation.extraction.times import find_time, iso
from moderation.extraction.tree import Tree

_VOTE_WORDS = frozenset(
    ("vote", "votes", "score", "points", "likes", "rating", "karma", "recommend", "recommends")
)
_TEXT_WORDS = frozenset(
    ("text", "body", "content", "message", "copy", "txt", "bodytext", "entry", "quote", "words")
)
_BYLINE_BOX = frozenset(("header", "head", "meta", "author", "info", "footer", "foot", "byline", "user"))
_TO_REPLY = re.compile(r"replytocom|respond|reply", re.IGNORECASE)
#: With fewer characters left per comment, bylines outweigh the words and no box can be told.
MIN_BOX = 40
_ACTION_TAGS = frozenset(("a", "button", "span", "li", "div", "p", "small"))
_INLINE = frozenset(("p", "a", "b", "i", "em", "br"))
#: So many tell where times stand, and where none do.
MANY_TIMES = 20


def records(tree: Tree, members: list[Member]) -> list[Record]:
    """Comments of members in page order; members may be nested in one another."""
    all_elements = {e for m in members for e in m.elements}
    numbers = {at for m in members for at in m.numbers}
    drafts = [begin(tree, m, numbers) for m in members]
    _find_times(tree, drafts)
    find_authors(drafts)
    _find_actions(drafts)
    box = _text_path(drafts)
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


@dataclass(slots=True)
class _Time:
    """A place that holds a time: as an attribute says it, else as its words do; as it is shown; how much it counts."""

    place: Place
    exact: str | None
    words: str
    points: int


def _find_times(tree: Tree, drafts: list[Draft]) -> None:
    """The place that holds a time in most members; attributes are more exact than the words shown."""
    found: list[dict[str, _Time]] = []
    tally: Counter[str] = Counter()
    asked: Counter[str] = Counter()
    best: str | None = None
    exact = tree.mentions("datetime")
    for at, draft in enumerate(drafts):
        mine: dict[str, _Time] = {}
        # After so many members it is known where the time stands: other places count only in those without it.
        usual = best if at >= MANY_TIMES else None
        if usual and (
            time := next((t for p in draft.places if p.path == usual and (t := _time(p, exact))), None)
        ):
            mine[usual] = time
        for place in draft.places if not mine else ():
            path = place.path
            # What held no time in so many places holds none in the next.
            if path in mine or (asked[path] >= MANY_TIMES and path not in tally):
                continue
            asked[path] += 1
            if time := _time(place, exact):
                mine[path] = time
        for path, time in mine.items():
            tally[path] += time.points
            if best is None or tally[path] > tally[best]:
                best = path
        found.append(mine)
    ranked = [path for path, _ in tally.most_common(40)]
    for draft, mine in zip(drafts, found, strict=True):
        if time := next((mine[path] for path in ranked if path in mine), None):
            draft.time, draft.time_text = time.exact, time.words or None
            if len(time.place.shown) <= len(time.words) + 12:
                draft.skip.add(time.place.element)


def _time(place: Place, exact: bool) -> _Time | None:
    """The time in a place; ``exact``: whether anything on the page has an attribute for it."""
    said = place.element.get("datetime") if exact else None
    if not said and place.tag in ("abbr", "a", "span"):
        said = place.element.get("title")
    stamp = iso(said) if said else None
    if not stamp and not 3 <= place.size <= 130:
        return None
    shown = place.shown if place.size <= 130 else ""
    span = find_time(shown) if shown else None
    if not stamp and span is None:
        return None
    if span is None and len(shown) > 60:
        shown = ""
    words = shown[slice(*span)] if span else shown
    weight = 3 if place.tag == "time" or stamp else 2 if place.words & TIME_WORDS else 1
    return _Time(place, stamp or iso(shown), words, weight * 1000 - min(place.size, 130) * 3)


def _find_actions(drafts: list[Draft]) -> None:
    for draft in drafts:
        for place in draft.places:
            if place.size > 160 or place.size == 0 or place.element in draft.skip or ">" not in place.path:
                continue
            element, tag = place.element, place.tag
            if tag not in _ACTION_TAGS:
                continue
            named, text = not place.words.isdisjoint(ACTION_WORDS), place.shown
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


def _text_path(drafts: list[Draft]) -> str | None:
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
