"""How strongly the numbers of ``features`` say "these are the comments": a few small trees, read from a JSON file.

The file is what ``benchmarks/fit_evidence.py`` learned from pages with marked comments: each tree asks at most four
questions (name of a feature, threshold), and the answers add up to about the share of the page's comment words that
a set of places would get right. Every decision can be read off the file; nothing in it names a site.
"""

from __future__ import annotations

import json
from importlib import resources
from typing import Any

import numpy as np

from moderation.extraction.features import NAMES, Flags, Floats

#: Below this the page has no comments, unless named and dated records speak for themselves.
THRESHOLD = 0.38
PLAIN_THRESHOLD = 0.35
PLAIN_BONUS = 0.15
#: The trees learned what repeats; the comment that nobody answered is only looked for where nothing else is found.
ALONE_BONUS = 0.05
#: The pages learned from nearly all say "comment" somewhere; this makes up for those that do not.
DECLARED_BONUS = 0.35
_MIN_EVIDENCE = 0.65
_MIN_ALONE = 0.6
_MIN_TIMED = 0.9
_MIN_PROSE = 0.3
_AT = {name: at for at, name in enumerate(NAMES)}


class Trees:
    """Trees of one depth side by side: every row of a table goes down all of them at once.

    Shorter trees are filled up with questions whose answers do not matter.
    """

    def __init__(self, base: float, trees: list[Any]) -> None:
        self.base = base
        self.depth = max(map(_depth, trees))
        inner = 2**self.depth - 1
        self._feature = np.zeros((len(trees), inner), dtype=np.int64)
        self._threshold = np.zeros((len(trees), inner))
        self._leaf = np.zeros((len(trees), inner + 1))
        for number, tree in enumerate(trees):
            self._fill(number, 0, tree)
        # Each table of the trees as one row, where a look-up is many times as fast as in rows and columns.
        self._first = np.arange(len(trees)) * inner
        self._first_leaf = np.arange(len(trees)) * (inner + 1) - inner
        self._feature, self._threshold, self._leaf = (
            each.ravel() for each in (self._feature, self._threshold, self._leaf)
        )

    def _fill(self, number: int, at: int, node: Any) -> None:
        inner = self._feature.shape[1]
        if at >= inner:
            self._leaf[number, at - inner] = node
            return
        name, threshold, low, high = node if isinstance(node, list) else (NAMES[0], 0.0, node, node)
        self._feature[number, at], self._threshold[number, at] = _AT[name], threshold
        self._fill(number, 2 * at + 1, low)
        self._fill(number, 2 * at + 2, high)

    def __call__(self, values: Floats) -> Floats:
        """The trees' sum for each row of ``values`` (sets × ``NAMES``)."""
        rows = np.arange(len(values))[:, None] * values.shape[1]
        at = np.zeros((len(values), len(self._first)), dtype=np.int64)
        for _ in range(self.depth):
            asked = at + self._first
            above = values.take(self._feature.take(asked) + rows) > self._threshold.take(asked)
            at = 2 * at + 1 + above
        total: Floats = self.base + self._leaf.take(at + self._first_leaf).sum(axis=1)
        return total


def _depth(tree: Any) -> int:
    return 1 + max(_depth(tree[2]), _depth(tree[3])) if isinstance(tree, list) else 0


def _load() -> Trees:
    data = json.loads(resources.files(__package__).joinpath("evidence.json").read_text("utf-8"))
    return Trees(float(data["base"]), data["trees"])


_TREES = _load()


def judge(values: Floats) -> tuple[Floats, Flags]:
    """(points of each set, whether it may be taken for the page's comments); points are about 0 to about 1."""
    declared, plain = _declared(values), _plain(values) | _anchored(values)
    points = _TREES(values) + DECLARED_BONUS * declared + PLAIN_BONUS * plain
    convincing = points >= np.where(plain | declared, PLAIN_THRESHOLD, THRESHOLD)
    if not convincing.any():
        alone = _alone(values)
        points = np.where(alone & ~plain, points + PLAIN_BONUS, points) + ALONE_BONUS * alone
        convincing = alone & (points >= PLAIN_THRESHOLD)
    return points, convincing


def _dated_prose(values: Floats) -> Flags:
    """An author and a time in nearly every place, and prose."""
    flags: Flags = (
        (values[:, _AT["evidence"]] >= _MIN_EVIDENCE)
        & (values[:, _AT["time_any"]] >= _MIN_TIMED)
        & (values[:, _AT["prose"]] >= _MIN_PROSE)
    )
    return flags


def _declared(values: Floats) -> Flags:
    """Several dated records, as many as the heading right over them says: comments whatever they are called."""
    counted: Flags = (
        (values[:, _AT["many"]] > 0)
        & (values[:, _AT["count_exact"]] > 0)
        & (values[:, _AT["heading_near"]] > 0)
    )
    return counted & _dated_prose(values)


def _plain(values: Floats) -> Flags:
    """Called a comment, with an author and a time in nearly every record, and prose."""
    called: Flags = values[:, _AT["strong_name"]] > 0
    return called & _dated_prose(values)


def _alone(values: Floats) -> Flags:
    """One box that is called a comment, with prose, and two more signs: nothing repeats where one person wrote."""
    one, strong, prose, fields, evidence, timed, exact, near = _columns(
        values, "one", "strong_name", "prose", "fields", "evidence", "time_any", "count_exact", "heading_near"
    )
    called = (one > 0) & (strong > 0) & (prose >= _MIN_PROSE) & (fields == 0)
    people = (evidence >= _MIN_ALONE) & ((timed > 0) | (exact > 0))
    flags: Flags = called & (people | ((timed > 0) & (near > 0)))
    return flags


def _anchored(values: Floats) -> Flags:
    """Under a heading over comments, dated prose that can be linked to piece by piece."""
    many, near, link, timed, prose = _columns(values, "many", "heading_near", "link", "time_any", "prose")
    flags: Flags = (
        (many > 0) & (near > 0) & (link >= _MIN_TIMED) & (timed >= _MIN_TIMED) & (prose >= _MIN_PROSE)
    )
    return flags


def _columns(values: Floats, *names: str) -> list[Floats]:
    return [values[:, _AT[name]] for name in names]
