"""From fine-tuned weights to a finished model directory: export, quantise, calibrate, thresholds, card."""

from __future__ import annotations

import platform
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt
from sklearn.metrics import roc_auc_score

from moderation.scoring import Scorer
from moderation.scoring.model import Manifest
from moderation.types import ATTRIBUTE_LABELS, ATTRIBUTES
from training.calibrate import (
    MAIN,
    MIN_POSITIVES,
    MIN_REPORTED,
    NATURAL_RATE,
    Floats,
    apply,
    attacked,
    knots_for,
    quiet_thresholds,
    rows_used,
    scale,
    thresholds,
)
from training.card import PICTURE, render
from training.data import DataError, Example, read_sources, summary
from training.export import export_fp32, quantise
from training.labels import TARGETS
from training.package import beside, identity_calibration, write_model
from training.reliability import Curve, curve_for
from training.reliability_svg import draw
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
    """Builds ``output`` (int8) and ``<output>.work/fp32-model``, both calibrated on the held-out ones of ``examples``, which
    are all that the training read. ``training`` goes into the manifest; its ``plain`` says how the sources were taken.
    """
    work = weights.parent
    fp32, int8 = work / "fp32.onnx", work / "int8.onnx"
    export_fp32(weights, fp32)
    quantise(fp32, int8)
    held_out = [e for e in examples if e.held_out and e.labelled]
    extra = {
        "base": "sentence-transformers/all-MiniLM-L6-v2 (Apache-2.0)",
        "training": {**training, "platform": platform.machine(), **summary(list(examples))},
        "training_data": [
            {"name": s.name, "url": s.url, "licence": s.licence, "share": s.share, "weight": s.weight}
            for s in read_sources(plain=training.get("plain", False)).values()
            if any(e.source == s.name for e in examples)
        ]
        or [{"name": "own", "url": "", "licence": "the site's own"}],
        "held_out": len(held_out),
    }
    marked_from: float | None = None
    for graph, folder in ((int8, output), (fp32, work / "fp32-model")):
        marked_from = write_calibrated(
            folder, held_out, onnx_file=graph, tokenizer_file=weights / "tokenizer.json", name=name, version=version,
            max_length=max_length, extra=extra, span_threshold=marked_from,
        )  # fmt: skip
    return output


def write_calibrated(
    folder: Path,
    held_out: Sequence[Example],
    *,
    extra: Mapping[str, Any],
    span_threshold: float | None = None,
    kept: Manifest | None = None,
    least_auc: float = 0.0,
    **network: Any,
) -> float:
    """Calibrates a network on ``held_out`` and writes its model directory with thresholds, card and picture.

    ``network`` is what :func:`training.package.write_model` asks for of one. Where ``held_out`` has too few examples of
    something, it stays as in ``kept``, the manifest of an earlier model of the same network. Returns the probability from
    which on a word is marked; ``span_threshold`` says it where it was fitted before.

    Raises :class:`training.data.DataError`, with nothing written, where the network tells what is calibrated anew apart less
    well than ``least_auc``.
    """
    name, version = network["name"], network["version"]
    with beside(folder) as draft:
        write_model(
            draft, calibration=identity_calibration(), thresholds={}, span_threshold=SPAN_THRESHOLD, extra=extra, **network
        )  # fmt: skip
        fitted = calibrate_on(draft, held_out, kept=kept.raw["calibration"] if kept else {})
        check_agreement(fitted, least_auc)
        if span_threshold is None:
            # Words are marked in comments that score high enough, so the scores must be right first.
            write_model(
                draft, calibration=fitted.knots, thresholds={}, span_threshold=SPAN_THRESHOLD, extra=extra, **network
            )  # fmt: skip
            otherwise = kept.span_threshold if kept else SPAN_THRESHOLD
            span_threshold = fit_span_threshold(draft, held_out, otherwise)
    enough = [t for t in TARGETS if fitted.rows[t]["positive"] >= MIN_REPORTED]
    said = {
        **extra,
        "calibrated_on": fitted.rows,
        "reliability": {c.attribute: [b.as_dict() for b in c.bins] for c in fitted.curves},
        "review_budget": {**(dict(kept.review_budget) if kept else {}), **fitted.budgets},
        "reported_targets": [t for t in TARGETS if t in enough or (kept and t in kept.reported_targets)],
    }
    thresholds = {**(dict(kept.thresholds) if kept else {}), **fitted.thresholds}
    write_model(
        folder,
        calibration=fitted.knots,
        thresholds=thresholds,
        span_threshold=span_threshold,
        card=render({"name": name, "version": version, **said}, thresholds),
        pictures={PICTURE: draw(fitted.curves, ATTRIBUTE_LABELS)} if fitted.curves else {},
        extra=said,
        **network,
    )
    return span_threshold


def check_agreement(fitted: Fitted, least_auc: float) -> None:
    """Raises :class:`DataError` naming the attribute whose labels the network's order does not agree with.

    A scale fitted to such labels is flat: every comment would get nearly the same score.
    """
    for attribute, row in fitted.rows.items():
        fresh = row["method"] not in ("none", "kept")
        if attribute in ATTRIBUTES and fresh and row["auc"] is not None and row["auc"] < least_auc:
            raise DataError(
                f"the verdicts on {attribute} contradict the model: it ranks {row['positive']} comments that have it above "
                f"the {row['rows'] - row['positive']} others with an AUC of {row['auc']:.2f}, and {least_auc} is the least "
                "(1 means rejected, 0 approved: are they the other way round?)"
            )


def fit_span_threshold(folder: Path, held_out: Sequence[Example], otherwise: float = SPAN_THRESHOLD) -> float:
    """The token probability that marks held-out toxic words best (mean character F1), in steps of 0.05; ``otherwise``
    where too few texts have marked words.

    Texts of the same sources in which readers marked nothing count too: there any mark is wrong.
    """
    sources = {e.source for e in held_out if e.toxic_chars}
    marked = [e for e in held_out if e.toxic_chars is not None and e.source in sources]
    if sum(bool(e.toxic_chars) for e in marked) < MIN_REPORTED:
        return otherwise
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


@dataclass(frozen=True, slots=True)
class Fitted:
    """What held-out examples give a model: ``knots``, named ``thresholds`` and ``budgets`` as the manifest holds them.

    ``rows`` says of each attribute, and of each target among offending examples, how many were used, how many of them
    offend, how well the score tells them apart (``auc``, over sources with enough of either; None where they are too few),
    the method, and the mean error of the calibration on examples it was not fitted on (``error``; None where nothing is
    calibrated).
    """

    knots: dict[str, Any]
    thresholds: dict[str, Any]
    budgets: dict[str, Any]
    rows: dict[str, dict[str, Any]]
    curves: list[Curve]


def _offends(labels: Floats) -> npt.NDArray[np.bool_]:
    """Which rows of ``labels`` [rows, attributes + targets] offend or attack somebody, as far as is known."""
    count = len(ATTRIBUTES)
    return (labels[:, 0] >= 0.5) | (labels[:, count:] >= 0.5).any(axis=1)


def calibrate_on(
    folder: Path, held_out: Sequence[Example], *, kept: Mapping[str, Any] | None = None
) -> Fitted:
    """Calibration, thresholds and reliability for a model directory that has none yet.

    ``kept`` are the manifest's knots for what ``held_out`` has too few examples of; without them it stays as it is.
    """
    scorer = Scorer(folder)
    raw = scorer.logits([e.text for e in held_out])
    scorer.close()
    made = Fitted(dict(identity_calibration()), {}, {}, {}, [])
    labels = np.array([[*e.attributes, *e.targets] for e in held_out]).reshape(len(held_out), -1)
    sources = np.array([_calibrated_as(e) for e in held_out])
    news = np.isin(sources, MAIN)
    for column, attribute in enumerate((*ATTRIBUTES, *TARGETS)):
        known = ~np.isnan(labels[:, column]) if len(held_out) else np.zeros(0, dtype=bool)
        if attribute in TARGETS:
            # Of what offends, whom does it attack? That what does not offend attacks nobody is no skill.
            known &= _offends(labels)
        truth = labels[known, column] >= 0.5
        logits: Floats = raw[known, column]
        names = sources[known].tolist()
        on = attacked if attribute in TARGETS else scale
        fitted = knots_for(logits, truth, names, on)
        if fitted["method"] == "none" and kept and kept[attribute].get("method") != "none":
            fitted = {**kept[attribute], "method": "kept"}
        made.knots[attribute] = fitted
        curve = (
            curve_for(attribute, fitted["method"], logits, truth, names) if attribute in ATTRIBUTES else None
        )
        if curve:
            made.curves.append(curve)
        used = rows_used(truth, names) if curve else np.ones(len(truth), dtype=bool)
        counted = truth[used]
        # Over sources with one class alone it would say how well sources are told apart.
        told, _ = on(truth, names)
        enough = min(truth[told].sum(), (~truth[told]).sum()) >= MIN_REPORTED
        made.rows[attribute] = {
            "rows": len(counted),
            "positive": int(counted.sum()),
            "auc": round(float(roc_auc_score(truth[told], logits[told])), 4) if enough else None,
            "method": fitted["method"],
            "error": round(curve.error, 4) if curve else None,
        }
        rows = known & news
        if attribute not in ATTRIBUTES or rows.sum() < MIN_POSITIVES:
            continue
        scores = 1 / (1 + np.exp(-apply(np.array(fitted["x"]), np.array(fitted["y"]), raw[rows, column])))
        offending = labels[rows, column] >= 0.5
        if attribute in NATURAL_RATE and min(offending.sum(), (~offending).sum()) >= MIN_POSITIVES:
            table = thresholds(scores, offending, NATURAL_RATE[attribute])
            made.budgets[attribute] = table.pop("budget")
            made.thresholds[attribute] = table
        elif (~offending).sum() >= MIN_POSITIVES:
            made.thresholds[attribute] = quiet_thresholds(scores[~offending])
    return made
