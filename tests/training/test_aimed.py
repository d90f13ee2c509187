"""Whether a model says whom a comment attacks."""

from __future__ import annotations

import pandas as pd
import pytest

pytest.importorskip("sklearn")

from moderation.types import TARGET_LABELS
from training.aimed import GROUPS, measure
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
