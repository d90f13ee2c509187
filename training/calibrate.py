"""Raw logits → probabilities that mean something, and the thresholds a site can choose from.

Scores are calibrated on a scale where offending and clean comments are equally common (Perspective's convention), on
examples held out from training. Thresholds are for the natural rate of abuse in news comments, which is far lower.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

import numpy as np
import numpy.typing as npt
from sklearn.isotonic import IsotonicRegression
from sklearn.linear_model import LogisticRegression
from sklearn.metrics import brier_score_loss
from sklearn.model_selection import KFold

Floats = npt.NDArray[np.float64]
#: Labels and sources of rows → which of them a calibration is fitted on (a mask), and what each of those weighs.
Scale = Callable[[npt.NDArray[np.bool_], Sequence[str]], tuple[npt.NDArray[np.bool_], Floats]]

#: Share of news comments that half of the readers would call so; about the rates in Civil Comments as a whole.
NATURAL_RATE = {"toxicity": 0.09, "insult": 0.06}
#: Of the flagged, so many percent should be right: what the threshold table is asked for.
PRECISIONS = (80, 90, 95)
#: Fewer positives than this cannot carry a calibration: the network's own probability is left as it is. On the balanced
#: scale a handful of threats would lift every comment that is the least like them.
MIN_POSITIVES = 100
#: Fewer than this, and nothing is said of it at all.
MIN_REPORTED = 20


#: Sources of the scale: news comments, and a site's own verdicts.
MAIN = ("civil", "own")
#: A source with fewer examples of either class is left out: its base rate would speak, not its texts.
MIN_IN_SOURCE = 15


def balanced(labels: npt.NDArray[np.bool_], sources: Sequence[str]) -> Floats:
    """Weights under which both classes are equally common *within each source*; zero for sources too small.

    Balanced over all sources at once, a calibration would learn which source a text is from: clean news comments
    against hateful posts from elsewhere. A source counts by its number of positives, so that twenty noisy ones
    cannot speak as loud as two hundred.
    """
    names = np.array(sources)
    weights = np.zeros(len(labels))
    for name in dict.fromkeys(sources):
        rows = names == name
        classes = [rows & labels, rows & ~labels]
        if min(c.sum() for c in classes) >= MIN_IN_SOURCE:
            for c in classes:
                weights[c] = classes[0].sum() / c.sum()
    return weights / weights.sum() * len(labels) if weights.any() else weights


def rows_used(labels: npt.NDArray[np.bool_], sources: Sequence[str]) -> npt.NDArray[np.bool_]:
    """Which examples a calibration is fitted on: news comments (:data:`MAIN`) where there are enough, else all sources
    that have enough of either class."""
    main = np.isin(sources, MAIN)
    if min((main & labels).sum(), (main & ~labels).sum()) >= MIN_POSITIVES:
        return main
    return balanced(labels, sources) > 0


def scale(labels: npt.NDArray[np.bool_], sources: Sequence[str]) -> tuple[npt.NDArray[np.bool_], Floats]:
    """The rows a calibration rests on (:func:`rows_used`, a mask of all) and what each of those weighs.

    News comments and a site's own are one scale, whichever of the two a row is from.
    """
    used = rows_used(labels, sources)
    names = np.array(sources)[used]
    return used, balanced(labels[used], np.where(np.isin(names, MAIN), MAIN[0], names).tolist())


def attacked(labels: npt.NDArray[np.bool_], sources: Sequence[str]) -> tuple[npt.NDArray[np.bool_], Floats]:
    """As :func:`scale`, for whom a comment attacks: the sources that have enough of either class, every row alike.

    Asked of offending comments alone, and told to somebody who reads one of them. There a half should mean more likely than
    not, so the classes keep the sizes they have.
    """
    used = balanced(labels, sources) > 0
    return used, np.ones(int(used.sum()))


def knots_for(
    logits: Floats, labels: npt.NDArray[np.bool_], sources: Sequence[str], on: Scale = scale
) -> dict[str, Any]:
    """Platt scaling, or isotonic regression where cross-validation finds it at least two percent better (Brier score).

    Fitted on the rows that ``on`` picks, by default :func:`rows_used`. Returns the manifest's ``{"method", "x", "y"}``:
    knots from raw to calibrated logit; identity when there are too few examples.
    """
    used, weights = on(labels, sources)
    logits, labels = logits[used], labels[used]
    if len(labels) == 0 or min(labels.sum(), (~labels).sum()) < MIN_POSITIVES:
        return {"method": "none", "x": [-1.0, 1.0], "y": [-1.0, 1.0]}
    errors = {
        name: brier_score_loss(labels, cross_validated(name, logits, labels, weights), sample_weight=weights)
        for name in _FITS
    }
    method = "isotonic" if errors["isotonic"] < 0.98 * errors["platt"] else "platt"
    x, y = _FITS[method](logits, labels, weights)
    return {"method": method, "x": [round(float(v), 4) for v in x], "y": [round(float(v), 4) for v in y]}


def cross_validated(method: str, logits: Floats, labels: npt.NDArray[np.bool_], weights: Floats) -> Floats:
    """The probability of each row by a calibration fitted on the other four fifths: what it is worth on new texts."""
    scores = np.empty(len(logits))
    for train, test in KFold(5, shuffle=True, random_state=0).split(logits):
        x, y = _FITS[method](logits[train], labels[train], weights[train])
        scores[test] = 1 / (1 + np.exp(-apply(x, y, logits[test])))
    return scores


def _platt(logits: Floats, labels: npt.NDArray[np.bool_], weights: Floats) -> tuple[Floats, Floats]:
    model = LogisticRegression(C=1e3).fit(logits[:, None], labels, sample_weight=weights)
    slope, intercept = max(float(model.coef_[0, 0]), 0.05), float(model.intercept_[0])
    x = np.array([-4.0, 4.0])
    return x, slope * x + intercept


def _isotonic(logits: Floats, labels: npt.NDArray[np.bool_], weights: Floats) -> tuple[Floats, Floats]:
    """Isotonic regression read off at twelve quantiles, ends pulled to Platt's line, strictly rising: no ties."""
    fit = IsotonicRegression(y_min=0.003, y_max=0.997, out_of_bounds="clip").fit(
        logits, labels, sample_weight=weights
    )
    x = np.unique(np.round(np.quantile(logits, np.linspace(0.02, 0.98, 12)), 3))
    p = fit.predict(x)
    y = np.log(p / (1 - p))
    _, line = _platt(logits, labels, weights)
    slope = (line[1] - line[0]) / 8
    y = 0.7 * y + 0.3 * (slope * x + (line[0] + line[1]) / 2)
    for i in range(1, len(y)):
        y[i] = max(y[i], y[i - 1] + 0.02)
    return x, y


#: The ways to calibrate, by the name the manifest gives them.
_FITS: dict[str, Callable[[Floats, npt.NDArray[np.bool_], Floats], tuple[Floats, Floats]]] = {
    "platt": _platt,
    "isotonic": _isotonic,
}


def apply(x: Floats, y: Floats, logits: Floats) -> Floats:
    """Calibrated logits of raw ones, by the knots ``x``, ``y``; the same arithmetic as the scorer's, for arrays."""
    i = np.clip(np.searchsorted(x, logits) - 1, 0, len(x) - 2)
    return y[i] + (y[i + 1] - y[i]) / (x[i + 1] - x[i]) * (logits - x[i])


def thresholds(scores: Floats, labels: npt.NDArray[np.bool_], rate: float) -> dict[str, Any]:
    """The threshold table of one attribute at its natural rate.

    ``precision_P``: lowest threshold from which on P % of what it flags is right; ``budget``: for each share of
    comments reviewed, the threshold and the share of offending ones it catches. ``review`` and ``reject`` are what
    ``policy`` uses: a tenth of the comments reviewed, and nine in ten flagged rightly.
    """
    weight = np.where(labels, rate / labels.sum(), (1 - rate) / (~labels).sum())
    order = np.argsort(-scores, kind="stable")
    flagged = np.cumsum(weight[order])
    right = np.cumsum((weight * labels)[order])
    ranked = scores[order]
    table: dict[str, Any] = {"balanced": 0.5, "natural_rate": rate}
    for percent in PRECISIONS:
        # A handful of comments says nothing of a precision, so at least twenty must be over the threshold.
        good = np.flatnonzero((right / flagged >= percent / 100) & (np.arange(len(ranked)) >= 20))
        if len(good):
            table[f"precision_{percent}"] = round(float(ranked[good[-1]]), 3)
            table[f"recall_at_precision_{percent}"] = round(float(right[good[-1]] / rate), 3)
    table["budget"] = []
    for share in (0.01, 0.02, 0.05, 0.1, 0.2):
        i = min(int(np.searchsorted(flagged, share)), len(ranked) - 1)
        table["budget"].append(
            {
                "review": share,
                "threshold": round(float(ranked[i]), 3),
                "catch": round(float(right[i] / rate), 3),
            }
        )
    review = next(b["threshold"] for b in table["budget"] if b["review"] == 0.1)
    table["review"] = max(0.5, review)
    table["reject"] = max(table.get("precision_90", 0.95), table["review"] + 0.01, 0.9)
    return table


def quiet_thresholds(scores: Floats) -> dict[str, float]:
    """Thresholds for an attribute too rare to measure a precision of, from the scores of comments that lack it.

    One in a hundred of them would be reviewed, one in a thousand rejected; never below Perspective's usual 0.7 and 0.9.
    """
    review, reject = np.quantile(scores, [0.99, 0.999])
    return {
        "balanced": 0.5,
        "review": round(float(max(0.7, review)), 3),
        "reject": round(float(max(0.9, reject)), 3),
    }
