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
THRESHOLD = 0.45
#: With comment-like names around, an author and a time in nearly every record, and prose, this much is enough.
PLAIN_THRESHOLD = 0.2
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
    total = _BASE
    for node in _TREES:
        while node.__class__ is tuple:
            node = node[2] if values[node[0]] <= node[1] else node[3]
        total += node
    return total


def convincing(values: Sequence[float], points: float) -> bool:
    """Whether the best set of a page is to be taken for its comments."""
    if points >= THRESHOLD:
        return True
    return (
        points >= PLAIN_THRESHOLD
        and values[_AT["strong_name"]] + values[_AT["strong_above"]] > 0
        and values[_AT["evidence"]] >= _MIN_EVIDENCE
        and values[_AT["time_any"]] >= _MIN_TIMED
        and values[_AT["prose"]] >= _MIN_PROSE
    )
