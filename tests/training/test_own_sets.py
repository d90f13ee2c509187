"""A site's own verdicts are held by the gate; a model that gives every comment the same score does not pass."""

from __future__ import annotations

import pandas as pd
import pytest

pytest.importorskip("sklearn")

from training import own_sets, probes
from training.evaluate import HEADLINES, figures, headlines_of

VERDICTS = [0, 1] * 12


def scored(scores, **columns):
    return pd.DataFrame({"text": "a comment", "s_toxicity": scores, "o_spans": [[]] * len(scores), **columns})


def test_ranking_and_distance_are_measured_on_verdicts_of_the_site():
    found = figures({"ours": scored([0.1, 0.9] * 12, toxicity=VERDICTS)})
    assert found["own/ours"] == {"auc_toxicity": 1.0, "brier_toxicity": pytest.approx(0.01)}
    worth = headlines_of(found)
    assert worth["own/ours", "auc_toxicity"]
    assert not worth["own/ours", "brier_toxicity"]


def test_a_flat_scale_ranks_as_well_but_stands_far_from_the_verdicts():
    flat = own_sets.measure({"ours": scored([0.47, 0.48] * 12, toxicity=VERDICTS)}, probes.NAMES)
    assert flat["own/ours"]["auc_toxicity"] == 1.0
    assert flat["own/ours"]["brier_toxicity"] > 0.24


def test_either_class_counts_half():
    rare = [1] * 10 + [0] * 90
    found = own_sets.measure({"ours": scored([0.0] * 100, toxicity=rare)}, probes.NAMES)
    assert found["own/ours"]["brier_toxicity"] == pytest.approx(0.5)


@pytest.mark.parametrize("name", ["civil_test", "names"])
def test_public_sets_and_probes_are_no_sets_of_the_site(name):
    assert not own_sets.measure({name: scored([0.1, 0.9] * 12, toxicity=VERDICTS)}, probes.NAMES)


def test_cells_that_say_nothing_and_too_few_verdicts_are_left_out():
    verdicts = [*VERDICTS, "", "?", 7]
    found = own_sets.measure({"ours": scored([0.1, 0.9] * 12 + [0.5] * 3, toxicity=verdicts)}, probes.NAMES)
    assert found["own/ours"]["auc_toxicity"] == 1.0
    assert not own_sets.measure({"few": scored([0.1, 0.9] * 9, toxicity=[0, 1] * 9)}, probes.NAMES)


def test_every_headline_is_of_a_public_set_or_a_probe():
    known = own_sets.PUBLIC | set(probes.NAMES) | {"civil_natural", "civil_balanced"}
    assert {name.split("/")[0] for name, _ in HEADLINES} <= known
