"""Whether a model says whom a comment attacks."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest

pytest.importorskip("sklearn")

from moderation.types import TARGET_LABELS
from training.aimed import GROUPS, main, measure, table
from training.labels import TARGETS


def cases(*rows: tuple[str, str, float, float]) -> dict[str, pd.DataFrame]:
    columns = ["label_gold", "target_ident", "t_women", "t_religion"]
    return {"hatecheck_third": pd.DataFrame(rows, columns=columns)}


def test_each_group_counts_alike_and_harmless_cases_not_at_all():
    found = measure(
        cases(
            ("hateful", "women", 0.9, 0.1),
            ("hateful", "women", 0.4, 0.1),  # first, but a report would not name it
            ("hateful", "Muslims", 0.8, 0.6),  # named, but not first
            ("non-hateful", "Muslims", 0.8, 0.1),
            ("hateful", "", 0.8, 0.1),
        ).get
    )["hatecheck_third/targets"]
    assert found == {"first": pytest.approx(0.5), "named": pytest.approx(0.75)}


def test_a_target_that_is_not_reported_is_never_named():
    found = measure(cases(("hateful", "disabled people", 0.9, 0.9)).get)["hatecheck_third/targets"]
    assert found == {"first": 0.0, "named": 0.0}


def test_without_the_set_or_without_targets_there_is_no_figure():
    assert measure({}.get) == {}
    bare = pd.DataFrame({"label_gold": ["hateful"], "target_ident": ["women"]})
    assert measure({"hatecheck_third": bare}.get) == {}


def test_every_target_has_words_for_people():
    assert set(TARGET_LABELS) == set(TARGETS)
    assert set(GROUPS.values()) <= set(TARGETS)


def test_held_out_comments_that_offend_are_counted_group_by_group():
    labels = np.full((4, len(TARGETS)), np.nan)
    named = np.zeros((4, len(TARGETS)), dtype=bool)
    women, race = TARGETS.index("women"), TARGETS.index("race")
    labels[:, women] = [1.0, 1.0, 0.0, np.nan]
    named[:, women] = [True, False, True, True]  # of the last nobody knows
    labels[:2, race] = 0.0
    lines = table(labels, named).splitlines()
    assert "| women | 2 | 2 | 50% | 50% |" in lines
    assert "| race | 0 | 0 | - | - |" in lines


def test_a_folder_that_says_nothing_of_targets_is_an_error(tmp_path, capsys):
    (tmp_path / "own.csv").write_text("text,toxicity\nYou fool,1\n", encoding="utf-8")
    assert main(["nowhere", "--data", str(tmp_path / "own.csv")]) == 1
    assert "no held-out comment says whom it attacks" in capsys.readouterr().err
