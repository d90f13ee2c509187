"""How strongly the numbers of ``features`` say "these are the comments": a few small trees, read from a JSON file.

The file is what ``benchmarks/fit_evidence.py`` learned from pages with marked comments: each tree asks at most four
questions (name of a feature, threshold), and the answers add up to about the share of the page's comment words that
a set of places would get right. Every decision can be read off the file; nothing in it names a site.
"""

from __future__ import annotations

import json
from collections.abc import Sequence
from importlib import resources
from typing import Any

from moderation.extraction.features import NAMES

#: Below this the page has no comments, unless named and dated records speak for themselves.
THRESHOLD = 0.38
PLAIN_THRESHOLD = 0.35
PLAIN_BONUS = 0.15
#: The pages learned from nearly all say "comment" somewhere; this makes up for those that do not.
DECLARED_BONUS = 0.35
_MIN_EVIDENCE = 0.65
_MIN_TIMED = 0.9
_MIN_PROSE = 0.3
_AT = {name: at for at, name in enumerate(NAMES)}


def _load() -> tuple[float, list[Any]]:
    data = json.loads(resources.files(__package__).joinpath("evidence.json").read_text("utf-8"))
    return float(data["base"]), [_indexed(tree) for tree in data["trees"]]


def _indexed(tree: Any) -> Any:
    """Feature names to positions, once, so that judging a page does no look-ups."""
    if not isinstance(tree, list):
        return float(tree)
    name, threshold, low, high = tree
    return (_AT[name], float(threshold), _indexed(low), _indexed(high))


_BASE, _TREES = _load()


def score(values: Sequence[float]) -> float:
    """About 0 (no comments) to about 1 (exactly the comments)."""
    total = _BASE + (DECLARED_BONUS if _declared(values) else 0.0) + (PLAIN_BONUS if _plain(values) else 0.0)
    for node in _TREES:
        while node.__class__ is tuple:
            node = node[2] if values[node[0]] <= node[1] else node[3]
        total += node
    return total


def _declared(values: Sequence[float]) -> bool:
    """Several dated records, as many as the heading right over them says: comments whatever they are called."""
    return (
        values[_AT["many"]] > 0
        and values[_AT["count_exact"]] > 0
        and values[_AT["heading_near"]] > 0
        and values[_AT["evidence"]] >= _MIN_EVIDENCE
        and values[_AT["time_any"]] >= _MIN_TIMED
        and values[_AT["prose"]] >= _MIN_PROSE
    )


def _plain(values: Sequence[float]) -> bool:
    """Called a comment, with an author and a time in nearly every record, and prose."""
    return (
        values[_AT["strong_name"]] > 0
        and values[_AT["evidence"]] >= _MIN_EVIDENCE
        and values[_AT["time_any"]] >= _MIN_TIMED
        and values[_AT["prose"]] >= _MIN_PROSE
    )


def convincing(values: Sequence[float], points: float) -> bool:
    """Whether the best set of a page is to be taken for its comments."""
    return points >= (PLAIN_THRESHOLD if _plain(values) or _declared(values) else THRESHOLD)
