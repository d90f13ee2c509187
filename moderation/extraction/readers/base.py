"""What every reader is: markers that make it worth asking, and selectors that say where each field sits."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass
from functools import cached_property
from typing import Protocol

from moderation.extraction.markup import Element, is_trackback, select, text_content
from moderation.extraction.records import MAX_NAME, Found, Record, number, one_line
from moderation.extraction.rendering import render
from moderation.extraction.selectors import Selector, compile_selector
from moderation.extraction.times import has_time, iso

#: The title that a heading repeats, "3 replies to “The 10 o’clock ferry”".
_TITLE = re.compile("[“«„「].*[”»“」]")
#: What layouts put between a name and a time.
#: A theme is what its reader knows when so many boxes have words, and so many of these a name.
MIN_TEXTS = 0.6
MIN_NAMES = 0.5
_AROUND_TIMES = " ·•|«»–—"


@dataclass(frozen=True, slots=True)
class Document:
    """A parsed page: its source text (for cheap look-ups), its tree and its address."""

    source: str
    root: Element
    url: str | None = None


class Reader(Protocol):
    """``read`` answers None when the page has no comments of this system."""

    @property
    def name(self) -> str: ...

    def detect(self, page: Document) -> bool: ...

    def read(self, page: Document) -> Found | None: ...


@dataclass(frozen=True)
class System:
    """A comment system as data. Selectors are the small CSS of ``markup.select``; several are tried in order.

    ``markers``: any of them must occur in the page's source. ``key``: (attribute, pattern with one group) pairs on
    the record. ``parent``: pattern with one group on the record's own attributes; without it, nesting tells, or
    ``indent`` (a class of the boxes that replies are put in), or ``depth`` (selector, attribute, unit of a level).
    ``author_pattern``, ``time_pattern``: where the name or the time stands among other words, a pattern with one
    group that holds it. ``text_next``: the words stand in the element after the record, which has this name.
    ``inner_key`` and ``inner_parent``: the same two where an element inside the record tells, as (selector,
    attribute, pattern); what is said so goes before nesting. ``inner_level``: the same for how deep a reply is;
    ``inner_time``: for a time more exact than the one that is shown.
    ``requires``: a selector without which the markup is some other system's.
    """

    name: str
    markers: tuple[str, ...]
    record: str
    text: tuple[str, ...]
    text_next: str = ""
    author: tuple[str, ...] = ()
    author_pattern: str = ""
    time: tuple[str, ...] = ()
    time_pattern: str = ""
    votes: tuple[str, ...] = ()
    permalink: tuple[str, ...] = ()
    role: tuple[str, ...] = ()
    region: tuple[str, ...] = ()
    remove: str = ""
    key: tuple[tuple[str, str], ...] = (("id", r"(\d+)\D*$"),)
    parent: tuple[tuple[str, str], ...] = ()
    inner_key: tuple[tuple[str, str, str], ...] = ()
    inner_parent: tuple[tuple[str, str, str], ...] = ()
    requires: str = ""
    indent: str = ""
    depth: tuple[tuple[str, str, int], ...] = ()
    inner_time: tuple[tuple[str, str, str], ...] = ()
    inner_level: tuple[tuple[str, str, str], ...] = ()
    roles_by_class: tuple[tuple[str, str], ...] = ()
    roles_by_child: tuple[tuple[str, str], ...] = ()
    count: tuple[str, ...] = ()
    more: tuple[str, ...] = ()
    refine: Callable[[Document, Found], None] | None = None

    @cached_property
    def selector(self) -> Selector:
        """``record``, for whoever asks whether a page holds any."""
        return compile_selector(self.record)

    def detect(self, page: Document) -> bool:
        return any(marker in page.source for marker in self.markers)

    def read(self, page: Document) -> Found | None:
        return read_system(self, page)


def read_system(system: System, page: Document) -> Found | None:
    if system.requires and not select(page.root, system.requires):
        return None
    elements = [e for e in select(page.root, system.record) if not is_trackback(e)]
    if not elements:
        return None
    order = {element: at for at, element in enumerate(elements)}
    texts, authors = _assign(page.root, system.text, order), _assign(page.root, system.author, order)
    boxes = len(elements) if system.text_next else len(texts)
    if not _enough(boxes, min(boxes, len(authors)), len(elements)):
        return None
    up = _nesting(elements, order)
    removed = set(select(page.root, system.remove)) if system.remove else set()
    fields = {
        name: _assign(page.root, getattr(system, name), order)
        for name in ("time", "votes", "permalink", "role")
    }
    found = Found(system.name)
    skip = removed.union(elements)
    levels = _levels(system, page.root, order)
    chain: list[tuple[int, str]] = []
    child_roles = [(role, _assign(page.root, (s,), order)) for s, role in system.roles_by_child]
    inner_keys = _inner(page.root, system.inner_key, order)
    inner_parents = _inner(page.root, system.inner_parent, order)
    inner_times = _inner(page.root, system.inner_time, order)
    keys = [_match(e, system.key) or inner_keys.get(at) or f"c{at + 1}" for at, e in enumerate(elements)]
    for at, element in enumerate(elements):
        box = texts.get(at)
        up_level = _climb(chain, levels[at], keys[at]) if levels else None
        if box is None and system.text_next:
            box = _next(element, system.text_next)
        if box is None:
            continue
        body = render(box, skip=skip)
        time_element = fields["time"].get(at)
        time, time_text = _time(time_element, system.time_pattern)
        parent = _match(element, system.parent) if system.parent else inner_parents.get(at)
        if parent == "0":
            parent = None
        if not system.parent and parent is None and up[at] is not None:
            parent = keys[up[at]]  # type: ignore[index]
        parent = parent or up_level
        record = Record(
            key=keys[at],
            text=body.text,
            quotes=body.quotes,
            parent=parent,
            author=_within(system.author_pattern, author_name(authors.get(at))),
            author_role=_role(element, system, fields["role"].get(at))
            or next((role for role, marked in child_roles if at in marked), None),
            time=iso(inner_times.get(at)) or time,
            time_text=time_text,
            votes=_votes(fields["votes"].get(at)),
            permalink=_link(fields["permalink"].get(at)),
        )
        if record.text or record.author:
            found.records.append(record)
    for selector in system.region:
        found.region = select(page.root, selector)
        if found.region:
            break
    found.region = [*found.region, *elements]
    for selector in system.count:
        for heading in select(page.root, selector):
            words = _TITLE.sub("", one_line(text_content(heading)))
            if (n := number(words)) is not None and n >= 0:
                found.declared_count = n
                break
        if found.declared_count is not None:
            break
    if any(select(page.root, s) for s in system.more):
        found.warnings.append(f"{system.name}: more comments behind a button or on further pages")
    if system.refine:
        system.refine(page, found)
    return found if _convincing(found, len(elements)) else None


def _convincing(found: Found, boxes: int) -> bool:
    """Most boxes gave words and a name; otherwise the theme is not what this reader knows."""
    with_text = sum(bool(r.text) for r in found.records)
    named = sum(bool(r.author) for r in found.records)
    return _enough(with_text, named, boxes) and named >= MIN_NAMES * with_text


def _enough(with_text: int, named: int, boxes: int) -> bool:
    """Whether so many boxes with words, and with names, may still convince."""
    return with_text > 0 and with_text >= MIN_TEXTS * boxes and named >= MIN_NAMES * MIN_TEXTS * boxes


def _levels(system: System, root: Element, order: dict[Element, int]) -> list[int]:
    elements = list(order)
    if system.indent:
        token = f" {system.indent} "
        return [sum(token in f" {a.get('class') or ''} " for a in e.iterancestors()) for e in elements]
    if system.depth:
        return [_depth(system, e) for e in elements]
    if system.inner_level:
        said = _inner(root, system.inner_level, order)
        return [int(said.get(at, "0")[:3]) for at in range(len(elements))]
    return []


def _depth(system: System, element: Element) -> int:
    for selector, attribute, unit in system.depth:
        for found in select(element, selector):
            if (value := found.get(attribute, "")).isdigit():
                return int(value[:6]) // unit
    return 0


def _climb(chain: list[tuple[int, str]], level: int, key: str) -> str | None:
    """The nearest earlier record on a smaller level."""
    while chain and chain[-1][0] >= level:
        chain.pop()
    parent = chain[-1][1] if chain else None
    chain.append((level, key))
    return parent


def _nesting(elements: list[Element], order: dict[Element, int]) -> list[int | None]:
    up: list[int | None] = []
    for element in elements:
        node = element.getparent()
        while node is not None and node not in order:
            node = node.getparent()
        up.append(order[node] if node is not None else None)
    return up


def _assign(root: Element, selectors: tuple[str, ...], order: dict[Element, int]) -> dict[int, Element]:
    """For each record the first element that one of ``selectors`` finds in it and not in a nested record."""
    taken: dict[int, Element] = {}
    for selector in selectors:
        fresh: dict[int, Element] = {}
        for element in select(root, selector):
            node = element
            while node is not None and node not in order:
                node = node.getparent()
            if node is not None:
                fresh.setdefault(order[node], element)
        for at, element in fresh.items():
            taken.setdefault(at, element)
    return taken


def _inner(
    root: Element, rules: tuple[tuple[str, str, str], ...], order: dict[Element, int]
) -> dict[int, str]:
    """What elements inside the records say of them, by the record's place in ``order``."""
    said: dict[int, str] = {}
    for selector, attribute, pattern in rules:
        for at, element in _assign(root, (selector,), order).items():
            if found := re.search(pattern, element.get(attribute) or ""):
                said.setdefault(at, found.group(1))
    return said


def _match(element: Element, patterns: tuple[tuple[str, str], ...]) -> str | None:
    for attribute, pattern in patterns:
        if found := re.search(pattern, element.get(attribute) or ""):
            return found.group(1)
    return None


def author_name(element: Element | None) -> str | None:
    if element is None:
        return None
    if element.tag == "meta":
        return one_line(element.get("content"))[:MAX_NAME] or None
    text = one_line(render(element).text)
    if not text and element.tag == "img":
        text = one_line(element.get("alt"))
    return text[:MAX_NAME] or None


def _within(pattern: str, name: str | None) -> str | None:
    if pattern and name and (found := re.search(pattern, name)):
        return found.group(1)
    return name


def _next(element: Element, tag: str) -> Element | None:
    following = element.getnext()
    return following if following is not None and following.tag == tag else None


def _time(element: Element | None, pattern: str = "") -> tuple[str | None, str | None]:
    """(ISO time, the words shown); attributes are more exact than the words."""
    if element is None:
        return None, None
    shown = _within(pattern, one_line(render(element).text).strip(_AROUND_TIMES)) or None
    for attribute in ("datetime", "content", "data-time", "data-timestamp", "title", "data-time-string"):
        if stamp := iso(element.get(attribute)):
            return stamp, shown
    for inner in element.iter("time", "abbr", "span", "a"):
        for attribute in ("datetime", "title", "data-timestamp"):
            if stamp := iso(inner.get(attribute)):
                return stamp, shown
    if shown and not has_time(shown) and len(shown) > 60:
        return None, None
    return iso(shown), shown


def _role(element: Element, system: System, shown: Element | None) -> str | None:
    names = f" {element.get('class') or ''} "
    for token, role in system.roles_by_class:
        if f" {token} " in names:
            return role
    return one_line(render(shown).text)[:40] or None if shown is not None else None


def _votes(element: Element | None) -> int | None:
    return number(one_line(text_content(element))) if element is not None else None


def _link(element: Element | None) -> str | None:
    if element is None:
        return None
    for attribute in ("href", "data-wpd-clipboard", "data-href", "content", "data-permalink"):
        if value := element.get(attribute):
            return str(value).strip()[:2000]
    return None
