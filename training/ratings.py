"""Ratings of training texts by a large language model, where a source says little or nothing.

``ratings.csv.gz`` holds no text: ``id`` is the start of the SHA-256 of the text (case and spacing evened out). The columns
named like attributes are the share of a hundred ordinary readers, in percent, who would say that the attribute applies;
blank where people's own verdict is better. They are on the scale of people's fractions: they were linked to it by the
ranks of 700 news comments that both had rated; those made later (see docs/model.md) were linked to the earlier ones by the
ranks of some 300 comments rated both times. ``offence`` is another question, asked on a scale of its own: how offensive
the comment is beside all others, from 0 (kind) over 20 (neutral) to 100 (hateful). Among comments that hardly anybody
objects to, shares of readers are all next to nothing and cannot rank them; this can. How far the ratings agree with people
is in docs/model.md.

Columns named like targets say who is attacked, 0 or 100: among news comments nobody else has said it.
"""

from __future__ import annotations

import csv
import gzip
import hashlib
from collections.abc import Sequence
from dataclasses import dataclass, replace
from functools import cache
from pathlib import Path

from moderation.types import ATTRIBUTES
from training.data import Example, evened, read_sources
from training.labels import TARGETS

FILE = Path(__file__).parent / "ratings.csv.gz"
ID_LENGTH = 16
NAN = float("nan")


@dataclass(frozen=True, slots=True)
class Rating:
    """``attributes`` and ``targets`` in output order and ``offence``, 0 to 1; NaN where there is no rating."""

    attributes: tuple[float, ...]
    targets: tuple[float, ...]
    offence: float


def text_id(text: str) -> str:
    """What a text is known by here: neither case nor spacing changes it."""
    return hashlib.sha256(evened(text).encode()).hexdigest()[:ID_LENGTH]


@cache
def read_ratings(file: Path = FILE) -> dict[str, Rating]:
    """All ratings by :func:`text_id`."""
    with gzip.open(file, "rt", encoding="ascii", newline="") as handle:
        return {
            row["id"]: Rating(
                tuple(_share(row.get(a)) for a in ATTRIBUTES),
                tuple(_share(row.get(t)) for t in TARGETS),
                _share(row.get("offence")),
            )
            for row in csv.DictReader(handle)
        }


def _share(percent: str | None) -> float:
    return float(percent) / 100 if percent else NAN


def rated(examples: Sequence[Example]) -> list[Example]:
    """``examples`` with their ratings: of rated sources, alone where the source says nothing, else the mean of both.

    The scores of held-out rows stay people's alone: what is measured on them must come from people. Who is attacked is
    said of all sources and rows whose makers do not say it: there is nobody else to ask.
    """
    ratings = read_ratings()
    names = {s.name for s in read_sources().values() if s.rated}
    return [
        _joined(e, ratings[key], scores=e.source in names and not e.held_out)
        if (key := text_id(e.text)) in ratings
        else e
        for e in examples
    ]


def _joined(example: Example, rating: Rating, *, scores: bool) -> Example:
    """``example`` with what is said of whom it attacks and, if ``scores``, of how it offends."""
    # NaN is the one value that differs from itself.
    pairs = zip(example.targets, rating.targets, strict=True)
    joined = replace(example, targets=tuple(r if t != t else t for t, r in pairs))
    if not scores:
        return joined
    pairs = zip(example.attributes, rating.attributes, strict=True)
    values = tuple(r if a != a else a if r != r else (a + r) / 2 for a, r in pairs)
    return replace(joined, attributes=values, offence=rating.offence)
