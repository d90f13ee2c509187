"""Calibration is on a scale where both classes are equally common, and the threshold table means what it says."""

import numpy as np
import pytest

pytest.importorskip("sklearn")

from training.calibrate import apply, attacked, balanced, knots_for, scale, thresholds


def world(n=4000, share=0.2, seed=0):
    """Logits whose true probability at equal classes is logistic(logit), and labels drawn at ``share``."""
    rng = np.random.default_rng(seed)
    labels = rng.random(n) < share
    # Two unit normals two apart: the log-likelihood ratio is 2x, which is the true logit at equal classes.
    x = rng.normal(np.where(labels, 1.0, -1.0))
    return 2 * x, labels


def test_rare_labels_are_calibrated_as_if_they_were_half():
    truth, labels = world()
    raw = truth * 0.4 - 1.5  # what a network might say of it
    knots = knots_for(raw, labels, ["civil"] * len(raw))
    got = apply(np.array(knots["x"]), np.array(knots["y"]), raw)
    inner = np.abs(truth) < 3
    assert np.abs(1 / (1 + np.exp(-got[inner])) - 1 / (1 + np.exp(-truth[inner]))).mean() < 0.03


def test_calibration_never_changes_the_order():
    raw, labels = world(seed=3)
    knots = knots_for(np.tanh(raw), labels, ["civil"] * len(raw))
    got = apply(np.array(knots["x"]), np.array(knots["y"]), np.sort(np.tanh(raw)))
    assert (np.diff(got) >= 0).all()


def test_too_few_examples_leave_scores_alone():
    raw, labels = world(n=40)
    assert knots_for(raw, labels, ["civil"] * 40)["method"] == "none"


def test_each_source_is_balanced_and_small_ones_are_left_out():
    labels = np.array([True] * 20 + [False] * 80 + [True] * 60 + [False] * 20 + [True] * 3 + [False] * 500)
    sources = ["civil"] * 100 + ["edos"] * 80 + ["tiny"] * 503
    weights = balanced(labels, sources)
    civil, edos, tiny = (np.array([s == n for s in sources]) for n in ("civil", "edos", "tiny"))
    assert weights[tiny].sum() == 0
    assert 3 * weights[civil].sum() == pytest.approx(weights[edos].sum())  # by their positives, 20 and 60
    for rows in (civil, edos):
        assert weights[rows & labels].sum() == pytest.approx(weights[rows & ~labels].sum())


def test_news_comments_set_the_scale_where_there_are_enough():
    news, labels = world(seed=1)
    elsewhere, theirs = world(seed=2)
    raw, truth = np.concatenate((news, elsewhere + 5)), np.concatenate((labels, theirs))
    sources = ["civil"] * len(news) + ["edos"] * len(elsewhere)
    assert knots_for(raw, truth, sources) == knots_for(news, labels, sources[: len(news)])


def test_thresholds_hold_at_the_natural_rate():
    raw, labels = world(n=20000, share=0.5)
    scores = 1 / (1 + np.exp(-raw))
    table = thresholds(scores, labels, 0.09)
    fresh, truth = world(n=200000, share=0.09, seed=9)
    p = 1 / (1 + np.exp(-fresh))
    flagged = p >= table["precision_80"]
    assert truth[flagged].mean() == pytest.approx(0.8, abs=0.03)
    for row in table["budget"]:
        top = p >= row["threshold"]
        assert top.mean() == pytest.approx(row["review"], abs=0.01)
        assert truth[top].sum() / truth.sum() == pytest.approx(row["catch"], abs=0.03)
    assert table["review"] < table["reject"] <= 1


def test_whom_a_comment_attacks_is_calibrated_at_the_rates_it_has():
    """One offending comment in five attacks the group: a half means more likely than not, not as likely as it can be."""
    rng = np.random.default_rng(0)
    labels = rng.random(4000) < 0.2
    logits = np.where(labels, 1.0, -1.0) + rng.normal(0, 1.5, 4000)
    fitted = {on: knots_for(logits, labels, ["civil"] * 4000, on=on) for on in (scale, attacked)}
    scores = {
        on: 1 / (1 + np.exp(-apply(np.array(f["x"]), np.array(f["y"]), logits))) for on, f in fitted.items()
    }
    assert scores[attacked].mean() == pytest.approx(0.2, abs=0.02)
    assert scores[scale].mean() > 0.3
