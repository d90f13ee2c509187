"""From fine-tuned weights to a finished model directory: export, quantise, calibrate, thresholds, card."""

from __future__ import annotations

import platform
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np

from moderation.scoring import Scorer
from moderation.types import ATTRIBUTES
from training.calibrate import (
    MAIN,
    MIN_POSITIVES,
    MIN_REPORTED,
    NATURAL_RATE,
    Floats,
    apply,
    knots_for,
    quiet_thresholds,
    rows_used,
    thresholds,
)
from training.card import render
from training.data import Example, read_sources, summary
from training.export import export_fp32, quantise
from training.labels import TARGETS
from training.package import identity_calibration, write_model
from training.score_model import span_f1

#: Token probability from which on a word is marked, when there is nothing to fit it on.
SPAN_THRESHOLD = 0.5


def finish(
    weights: Path,
    examples: Sequence[Example],
    output: Path,
    *,
    name: str,
    version: str,
    max_length: int,
    training: dict[str, Any],
) -> Path:
    """Builds ``output`` (int8) and ``<output>.work/fp32-model``, both calibrated on the held-out examples."""
    work = weights.parent
    fp32, int8 = work / "fp32.onnx", work / "int8.onnx"
    export_fp32(weights, fp32)
    quantise(fp32, int8)
    held_out = [e for e in examples if e.held_out]
    extra = {
        "base": "sentence-transformers/all-MiniLM-L6-v2 (Apache-2.0)",
        "training": {**training, "platform": platform.machine(), **summary(list(examples))},
        "training_data": [
            {"name": s.name, "url": s.url, "licence": s.licence, "share": s.share, "weight": s.weight}
            for s in read_sources().values()
            if any(e.source == s.name for e in examples)
        ]
        or [{"name": "own", "url": "", "licence": "the site's own"}],
        "held_out": len(held_out),
    }
    marked_from: float | None = None
    for graph, folder in ((int8, output), (fp32, work / "fp32-model")):
        common: dict[str, Any] = {
            "onnx_file": graph, "tokenizer_file": weights / "tokenizer.json", "name": name, "version": version,
            "max_length": max_length, "extra": extra,
        }  # fmt: skip
        write_model(
            folder, calibration=identity_calibration(), thresholds={}, span_threshold=SPAN_THRESHOLD, **common
        )
        knots, table = calibrate_on(folder, held_out)
        write_model(folder, calibration=knots, thresholds={}, span_threshold=SPAN_THRESHOLD, **common)
        marked_from = marked_from or fit_span_threshold(folder, held_out)
        budget = {name: row.pop("budget") for name, row in table.items() if "budget" in row}
        common["extra"] = {**extra, "calibrated_on": table.pop("_rows"), "review_budget": budget}
        common["extra"]["reported_targets"] = [
            t for t in TARGETS if common["extra"]["calibrated_on"][t]["positive"] >= MIN_REPORTED
        ]
        card = render({"name": name, "version": version, **common["extra"]}, table)
        write_model(
            folder, calibration=knots, thresholds=table, span_threshold=marked_from, card=card, **common
        )
    return output


def fit_span_threshold(folder: Path, held_out: Sequence[Example]) -> float:
    """The token probability that marks held-out toxic words best (mean character F1), in steps of 0.05."""
    marked = [e for e in held_out if e.toxic_chars]
    if len(marked) < MIN_REPORTED:
        return SPAN_THRESHOLD
    scorer = Scorer(folder)
    quality = {}
    for step in range(4, 13):
        scorer.manifest = replace(scorer.manifest, span_threshold=step / 20)
        found = [
            {i for s in r.spans for i in range(s.start, s.end)}
            for r in scorer.score_many([e.text for e in marked])
        ]
        quality[step / 20] = np.mean(
            [span_f1(set(e.toxic_chars or ()), f) for e, f in zip(marked, found, strict=True)]
        )
    scorer.close()
    return max(quality, key=lambda t: quality[t])


def _calibrated_as(example: Example) -> str:
    """Its source; but part of Civil's comments are only toxic ones, picked by others, which say nothing of the rate."""
    picked = example.source == "civil" and np.isnan(example.attributes[ATTRIBUTES.index("insult")])
    return "civil, picked" if picked else example.source


def calibrate_on(folder: Path, held_out: Sequence[Example]) -> tuple[dict[str, Any], dict[str, Any]]:
    """Knots and threshold table for an uncalibrated model directory; ``_rows`` in the table counts what was used."""
    scorer = Scorer(folder)
    raw = scorer.logits([e.text for e in held_out])
    scorer.close()
    knots: dict[str, Any] = dict(identity_calibration())
    table: dict[str, Any] = {"_rows": {}}
    labels = np.array([[*e.attributes, *e.targets] for e in held_out]).reshape(len(held_out), -1)
    sources = np.array([_calibrated_as(e) for e in held_out])
    news = np.isin(sources, MAIN)
    for column, attribute in enumerate((*ATTRIBUTES, *TARGETS)):
        known = ~np.isnan(labels[:, column]) if len(held_out) else np.zeros(0, dtype=bool)
        truth = labels[known, column] >= 0.5
        logits: Floats = raw[known, column]
        fitted = knots_for(logits, truth, sources[known].tolist())
        knots[attribute] = fitted
        used = rows_used(truth, sources[known].tolist())
        counted = truth if fitted["method"] == "none" else truth[used]
        table["_rows"][attribute] = {
            "rows": len(counted),
            "positive": int(counted.sum()),
            "method": fitted["method"],
        }
        rows = known & news
        if attribute not in ATTRIBUTES or rows.sum() < MIN_POSITIVES:
            continue
        scores = 1 / (1 + np.exp(-apply(np.array(fitted["x"]), np.array(fitted["y"]), raw[rows, column])))
        offending = labels[rows, column] >= 0.5
        if attribute in NATURAL_RATE and min(offending.sum(), (~offending).sum()) >= MIN_POSITIVES:
            table[attribute] = thresholds(scores, offending, NATURAL_RATE[attribute])
        elif (~offending).sum() >= MIN_POSITIVES:
            table[attribute] = quiet_thresholds(scores[~offending])
    return knots, table
