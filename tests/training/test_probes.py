"""The probes that are made when a model is evaluated."""

from __future__ import annotations

import pandas as pd
import pytest

from training import contrast, probes, written


@pytest.fixture
def civil() -> pd.DataFrame:
    toxic = [f"You are a stupid idiot and your women friends are morons, number {n}" for n in range(20)]
    clean = [f"The women on the council voted for the bridge, number {n}" for n in range(20)]
    others = [f"The bridge is late again, number {n}" for n in range(20)]
    rude = [f"What a stupid moron this mayor is, number {n}" for n in range(20)]
    texts = toxic + clean + others + rude
    return pd.DataFrame({"text": texts, "toxic": [1] * 20 + [0] * 40 + [1] * 20})


def scored(frames: dict[str, pd.DataFrame], rule) -> dict[str, pd.DataFrame]:
    for frame in frames.values():
        for name in ("toxicity", "identity_attack"):
            frame["s_" + name] = frame["text"].map(rule).astype(float)
    return frames


def test_a_model_that_knows_only_plain_words_loses_the_disguised_ones(civil):
    frames = scored({**probes.frames(civil), "civil_test": civil}, lambda t: 0.9 if "stupid" in t else 0.1)
    found = probes.measure(frames.get)
    assert found["disguised"]["still_caught"] < 0.7
    assert found["disguised"]["auc_lost"] > 0.1
    assert found["names"]["false_alarms_at_0.5"] == 0


def test_a_model_that_flags_a_group_for_being_named_is_found_out(civil):
    frames = scored(
        {**probes.frames(civil), "civil_test": civil}, lambda t: 0.9 if "women" in t.lower() else 0.2
    )
    found = probes.measure(frames.get)
    assert found["groups"]["gap_clean"] == pytest.approx(0.7)
    assert found["groups"]["false_alarms_at_0.5"] > 0
    assert found["mentions"]["bpsn_auc"] < 0.5
    assert found["mentions"]["subgroup_auc"] == pytest.approx(0.5)


def test_a_fair_model_has_no_gap(civil):
    rule = lambda t: 0.9 if "stupid" in t or "animals" in t or "rats" in t or "lock" in t else 0.1  # noqa: E731
    found = probes.measure(scored({**probes.frames(civil), "civil_test": civil}, rule).get)
    assert found["groups"]["gap_clean"] == 0
    assert found["groups"]["caught_at_0.5"] == 1
    assert found["mentions"]["subgroup_auc"] == 1


def test_emoji_are_counted_by_hate_whatever_the_tone():
    frames = scored(probes.frames(None), lambda t: 0.9)
    assert len(frames["emoji"]) == 300 and frames["emoji"]["hateful"].sum() == 150
    assert all(any(ord(c) > 0x2000 for c in text) for text in frames["emoji"]["text"]), "each has an emoji"
    assert probes.measure(frames.get)["emoji"]["macro_f1"] == pytest.approx(1 / 3), "flagging all is no skill"


def test_no_probe_is_a_text_that_is_trained_on():
    trained = {text for text, _ in [*contrast.pairs(0), *written.rows()]}
    for name, frame in probes.frames(None).items():
        assert not trained & set(frame["text"]), name
