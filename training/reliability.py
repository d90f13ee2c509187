"""Does a score of 0.8 mean four in five? Curves of what was scored against what readers said, on held-out texts.

Scores are cross-validated, so a curve shows the calibration on texts it was not fitted on. Shares are on the scale the
scores are on, where offending and clean comments are equally common; the counts are as they are.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt

from training.calibrate import Floats, cross_validated, scale

#: Bins between 0 and 1, all equally wide: a moderator's thresholds are in tenths.
BINS = 10
#: Standard deviations on either side of a 95 % interval.
_Z = 1.96

Bools = npt.NDArray[np.bool_]


@dataclass(frozen=True, slots=True)
class Bin:
    """Texts whose score is from ``low`` to below ``high``.

    ``rows`` and ``positive`` count them; ``score`` is their mean score, ``observed`` the share that readers found
    offending, between ``lower`` and ``upper`` with 95 % confidence: all three at equally common classes.
    """

    low: float
    high: float
    rows: int
    positive: int
    score: float
    observed: float
    lower: float
    upper: float

    def as_dict(self) -> dict[str, Any]:
        """As the manifest holds it; shares rounded to three places."""
        return {
            "from": self.low, "to": self.high, "rows": self.rows, "positive": self.positive,
            "score": round(self.score, 3), "observed": round(self.observed, 3),
            "lower": round(self.lower, 3), "upper": round(self.upper, 3),
        }  # fmt: skip


@dataclass(frozen=True, slots=True)
class Curve:
    """The bins of one attribute that hold any text, rising. ``error``: mean distance of score and share, by weight."""

    attribute: str
    bins: tuple[Bin, ...]
    error: float


def curve_for(
    attribute: str, method: str, logits: Floats, labels: Bools, sources: Sequence[str]
) -> Curve | None:
    """The curve of an attribute calibrated by ``method``; None where it is not calibrated on them (``none``, ``kept``)."""
    if method in ("none", "kept"):
        return None
    used, weights = scale(labels, sources)
    scores = cross_validated(method, logits[used], labels[used], weights)
    return curve(attribute, scores, labels[used], weights)


def curve(attribute: str, scores: Floats, labels: Bools, weights: Floats) -> Curve:
    """Bins of rows with ``scores`` from 0 to 1; ``weights`` make both classes equally common over all of them."""
    # What a row of either class weighs where a bin has none of it.
    usual = (float(weights[labels].mean()), float(weights[~labels].mean()))
    place = np.clip((scores * BINS).astype(int), 0, BINS - 1)
    bins, error = [], 0.0
    for k in range(BINS):
        rows = place == k
        if not weights[rows].sum():
            continue
        made = _bin(k, scores[rows], labels[rows], weights[rows], usual)
        error += weights[rows].sum() * abs(made.observed - made.score)
        bins.append(made)
    return Curve(attribute, tuple(bins), float(error / weights.sum()))


def _bin(k: int, scores: Floats, labels: Bools, weights: Floats, usual: tuple[float, float]) -> Bin:
    rows, positive = len(labels), int(labels.sum())
    of_positive = float(weights[labels].mean()) if positive else usual[0]
    of_negative = float(weights[~labels].mean()) if positive < rows else usual[1]

    def on_scale(share: float) -> float:
        """A share of the rows as they are → the share if both classes were equally common."""
        return of_positive * share / (of_positive * share + of_negative * (1 - share))

    lower, upper = wilson(positive, rows)
    return Bin(
        low=k / BINS,
        high=(k + 1) / BINS,
        rows=rows,
        positive=positive,
        score=float(np.average(scores, weights=weights)),
        observed=on_scale(positive / rows),
        lower=on_scale(lower),
        upper=on_scale(upper),
    )


def wilson(positive: int, rows: int) -> tuple[float, float]:
    """Wilson's 95 % interval of a share. Unlike a bootstrap it stays honest where a bin has a handful of rows."""
    share, z = positive / rows, _Z**2 / rows
    centre = (share + z / 2) / (1 + z)
    half = _Z * np.sqrt(share * (1 - share) / rows + z / (4 * rows)) / (1 + z)
    return max(0.0, float(centre - half)), min(1.0, float(centre + half))
