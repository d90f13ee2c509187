"""The worst mistakes come out of a set, in order, and only into the file that was asked for."""

import pandas as pd
import pytest

pytest.importorskip("sklearn")

from moderation.types import ATTRIBUTES
from training import mistakes, score_model


def scored(name, truth, scores):
    """A scored set of the given name, its label column filled in as the public set has it."""
    rule = mistakes.judged()[name]
    clean = 0 if isinstance(rule.offending[0], int) else "something else"
    frame = pd.DataFrame(
        {
            "text": [f"text {k}" for k in range(len(truth))],
            rule.column: [rule.offending[0] if t else clean for t in truth],
            "row": range(len(truth)),
            "o_spans": [[{"start": 0, "end": 4}] for _ in truth],
        }
    )
    for attribute in ATTRIBUTES:
        frame["s_" + attribute] = scores if attribute == rule.attribute else 0.0
    return frame


def test_the_worst_come_first_and_right_answers_not_at_all():
    truth = [1, 1, 1, 0, 0, 0, 0]
    frame = scored("jigsaw2018_test_balanced", truth, [0.9, 0.05, 0.4, 0.95, 0.1, 0.6, 0.7])
    found = mistakes.worst("jigsaw2018_test_balanced", frame, 2)
    assert found["text"].tolist() == ["text 1", "text 3", "text 6", "text 2"]
    assert found["kind"].tolist() == ["miss", "false alarm", "false alarm", "miss"]
    assert found["margin"].tolist() == [0.95, 0.95, 0.7, 0.6]
    assert set(found["marked"]) == {"text"}


@pytest.mark.parametrize(
    "name", sorted(set(mistakes.judged()) - {"civil_test", "ucc_healthy", "hatecheck", "hatecheck_third"})
)
def test_labels_are_read_as_the_figures_read_them(name):
    """Scores that are right by our reading must have an AUC of 1 by the definition of the figures, not 0 or 0.5."""
    truth = [True, False, True, False, False]
    frame = scored(name, truth, [0.9 if t else 0.1 for t in truth])
    assert score_model.measure({name: frame}.get)[name]["auc"] == 1.0


@pytest.mark.parametrize("name", ["hatecheck", "hatecheck_third"])
def test_hatecheck_too(name):
    truth = [True, False, True, False]
    frame = scored(name, truth, [0.9 if t else 0.1 for t in truth]).assign(
        functionality="f", target_ident="g"
    )
    assert score_model.measure({name: frame}.get)[f"{name}/identity_attack"]["accuracy"] == 1.0


def test_the_file_holds_every_labelled_set(tmp_path):
    frames = {
        "edos_test": scored("edos_test", [1, 0], [0.2, 0.8]),
        "olid_test": scored("olid_test", [1, 0], [0.9, 0.6]),
        "names": pd.DataFrame({"text": ["no labels here"]}),
    }
    file = tmp_path / "worst.csv"
    assert mistakes.write(frames, 5, file) == {"olid_test": (1, 0), "edos_test": (1, 1)}
    read = pd.read_csv(file)
    assert tuple(read.columns) == mistakes.COLUMNS
    assert read["set"].tolist() == ["olid_test", "edos_test", "edos_test"]
    assert mistakes.write({}, 5, file) == {} and pd.read_csv(file).empty
