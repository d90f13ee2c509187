"""Which comment is which, and which answers which, in markup that nobody documented."""

from __future__ import annotations

import re
from collections import Counter

from moderation.extraction.candidates import Member
from moderation.extraction.drafts import Draft
from moderation.extraction.markup import Element

_LEVEL = re.compile(r"(?:depth|level|lvl|indent|nest(?:ed)?|layer)[-_]?(\d{1,2})\b", re.IGNORECASE)
_MARGIN = re.compile(r"(?:margin|padding)-left\s*:\s*(\d{1,4})(?:\.\d+)?\s*(px|em|%)", re.IGNORECASE)
_ID_NUMBER = re.compile(r"(\d+)\D*$")


def keys_of(drafts: list[Draft]) -> list[str]:
    keys: list[str] = []
    for draft in drafts:
        key = ""
        for place in draft.places[:6]:
            for attribute in ("id", "data-comment-id", "data-id", "name"):
                if found := _ID_NUMBER.search(place.element.get(attribute) or ""):
                    key = found.group(1)
                    break
            if key:
                break
        keys.append(key)
    # An id that several share names something else.
    counts = Counter(keys)
    return [k if k and counts[k] == 1 else f"c{n}" for n, k in enumerate(keys, 1)]


def parents_of(members: list[Member], keys: list[str]) -> list[str | None]:
    stack: list[int] = []
    up: list[int | None] = []
    for at, member in enumerate(members):
        while stack and members[stack[-1]].end <= member.start:
            stack.pop()
        up.append(stack[-1] if stack else None)
        stack.append(at)
    if any(u is not None for u in up):
        return [keys[u] if u is not None else None for u in up]
    levels = [_level(m.elements[0]) for m in members]
    if all(v is None for v in levels):
        levels = [sum(1 for _ in m.elements[0].iterancestors()) for m in members]
    chain: list[tuple[int, str]] = []
    parents: list[str | None] = []
    base = levels[0] or 0
    for level, key in zip(levels, keys, strict=True):
        depth = level or 0
        while chain and chain[-1][0] >= depth:
            chain.pop()
        parents.append(chain[-1][1] if chain and depth > base else None)
        chain.append((depth, key))
    return parents


def _level(element: Element) -> int | None:
    """How deep a reply is, from its class or its indent; of the boxes around it only when they hold nothing else."""
    node = element
    for _ in range(2):
        if found := _LEVEL.search(f"{node.get('class') or ''}"):
            return int(found.group(1))
        if found := _MARGIN.search(node.get("style") or ""):
            return int(found.group(1))
        # To count the children of a box of thousands for each of them takes forever.
        if node.getprevious() is not None or node.getnext() is not None:
            return None
        node = node.getparent()
        if node is None:
            return None
    return None
