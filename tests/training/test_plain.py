"""A plain training: every source's rows once and alike, with its own labels and nothing of ours."""

from __future__ import annotations

import csv
import json

import pytest

pytest.importorskip("torch")

from training import train
from training.data import load, one_pass

WORDS = "bridge council bus library market river school winter".split()


@pytest.fixture
def folder(tmp_path):
    """Two sources: one whose rows usually come twice and weigh more, one of which a plain training takes none."""
    made = tmp_path / "data"
    made.mkdir()
    civil = [
        f"The {a} by the {b} is late. So is the next one, number {n}."
        for n in range(3)
        for a in WORDS
        for b in WORDS
    ]
    with (made / "civil.csv").open("w", encoding="utf-8", newline="") as handle:
        writer = csv.writer(handle)
        writer.writerow(
            ["text", "toxic", "toxicity", "severe_toxicity", "obscene", "threat", "insult", "identity_attack"]
        )
        writer.writerows([text, 0, 0.2, 0, 0, 0, 0.1, 0] for text in civil)
    with (made / "goemotions_unlabelled.csv").open("w", encoding="utf-8", newline="") as handle:
        csv.writer(handle).writerows([["text"], ["a remark without a label"]])
    return made


def test_each_row_comes_once_and_weighs_the_same(folder):
    rows = load(folder, plain=True)
    assert {e.source for e in rows} == {"civil"} and {e.weight for e in rows} == {1.0}
    kept = [e for e in rows if not e.held_out]
    assert one_pass(rows, plain=True) == kept
    mixed = load(folder)
    assert {"contrast", "written", "goemotions_unlabelled"} <= {e.source for e in mixed}
    assert len([e for e in one_pass(mixed) if e.source == "civil"]) == 2 * len(kept)


def test_nothing_is_added_to_the_texts(folder, tmp_path, monkeypatch):
    seen = []

    class Watched(train.Collator):
        def __call__(self, batch):
            seen.extend(self._variant(e)[0] for e in batch)
            return super().__call__(batch)

    monkeypatch.setattr(train, "Collator", Watched)
    options = ["--data", str(folder), "--plain", "--max-steps", "12", "--batch-size", "8"]
    assert train.main([*options, "--output", str(tmp_path / "plain")]) == 0
    assert len(seen) >= 96 and set(seen) <= {e.text for e in load(folder, plain=True)}
    assert (
        json.loads((tmp_path / "plain" / "manifest.json").read_text(encoding="utf-8"))["training"]["plain"]
        is True
    )
