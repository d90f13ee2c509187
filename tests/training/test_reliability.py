"""Reliability curves say what a calibration is worth, on the scale the scores are on, and are drawn as they are."""

import xml.etree.ElementTree as ET

import numpy as np
import pytest

pytest.importorskip("sklearn")

from training.reliability import curve, curve_for, wilson
from training.reliability_svg import draw

SVG = "{http://www.w3.org/2000/svg}"


def world(n=6000, share=0.2, seed=0):
    """Logits whose true probability at equal classes is logistic(logit), and labels drawn at ``share``."""
    rng = np.random.default_rng(seed)
    labels = rng.random(n) < share
    return 2 * rng.normal(np.where(labels, 1.0, -1.0)), labels


def weights_of(labels):
    return np.where(labels, 0.5 / labels.mean(), 0.5 / (~labels).mean())


def test_a_good_calibration_lies_on_the_line_although_offence_is_rare():
    logits, labels = world()
    made = curve_for("toxicity", "platt", logits * 0.5 - 1, labels, ["civil"] * len(labels))
    assert made.error < 0.03
    assert sum(b.rows for b in made.bins) == len(labels)
    assert sum(b.positive for b in made.bins) == labels.sum()
    # Most intervals hold the score they are about: 95 % of them, if the calibration were perfect.
    assert sum(b.lower <= b.score <= b.upper for b in made.bins) >= len(made.bins) - 2
    for b in made.bins:
        assert b.low <= b.score <= b.high and 0 <= b.lower <= b.observed <= b.upper <= 1


def test_overconfident_scores_are_seen():
    logits, labels = world()
    sure = 1 / (1 + np.exp(-3 * logits))
    made = curve("toxicity", sure, labels, weights_of(labels))
    honest = curve("toxicity", 1 / (1 + np.exp(-logits)), labels, weights_of(labels))
    assert made.error > 2 * honest.error
    assert made.bins[0].observed > made.bins[0].score and made.bins[-1].observed < made.bins[-1].score


def test_scores_are_not_judged_on_what_they_were_fitted_on():
    # Labels that have nothing to do with the logits: a fit on its own rows finds something all the same.
    rng = np.random.default_rng(5)
    logits, labels = rng.normal(size=400), rng.random(400) < 0.5
    found = curve_for("insult", "isotonic", logits, labels, ["own"] * 400)
    from training.calibrate import _isotonic, apply

    x, y = _isotonic(logits, labels, weights_of(labels))
    itself = curve("insult", 1 / (1 + np.exp(-apply(x, y, logits))), labels, weights_of(labels))
    assert found.error > itself.error


def test_what_is_not_calibrated_has_no_curve():
    logits, labels = world(n=40)
    assert curve_for("threat", "none", logits, labels, ["civil"] * 40) is None


@pytest.mark.parametrize(("positive", "rows", "low", "high"), [(0, 10, 0.0, 0.278), (5, 10, 0.237, 0.763)])
def test_wilson_is_the_published_interval(positive, rows, low, high):
    assert wilson(positive, rows) == pytest.approx((low, high), abs=0.001)


def test_the_picture_shows_every_bin_of_every_curve():
    logits, labels = world()
    scores = 1 / (1 + np.exp(-logits))
    curves = [curve(a, scores, labels, weights_of(labels)) for a in ("toxicity", "insult", "race", "women")]
    picture = draw(curves, {"toxicity": "toxicity <all>"})
    root = ET.fromstring(picture)
    assert len(root.findall(f"{SVG}g")) == 4
    assert len(root.findall(f".//{SVG}circle")) == sum(len(c.bins) for c in curves)
    words = [t.text for t in root.iter(f"{SVG}text")]
    assert "toxicity <all>" in words and "women" in words
    assert [str(b.rows) for b in curves[0].bins] == [
        t.text for t in root.find(f"{SVG}g").iter(f"{SVG}text") if t.get("class") == "n"
    ]
    # On the diagonal a dot is as far from the left as from the floor; the first bin lies near it.
    dot = root.find(f".//{SVG}circle")
    assert float(dot.get("cx")) - 44 == pytest.approx(230 - float(dot.get("cy")), abs=8)
    assert len(picture) < 40_000 and draw(curves, {"toxicity": "toxicity <all>"}) == picture
