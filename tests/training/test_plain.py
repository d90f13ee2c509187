"""A plain training: every source's rows once and alike, with its own labels and nothing of ours."""

from __future__ import annotations

import csv
import json

import pytest

pytest.importorskip("torch")

from training import train
from training.data import load, one_pass, read_sources

WORDS = "bridge council bus library market river school winter".split()


@pytest.fixture
def folder(tmp_path):
    """Two sources with long clean texts, one of which comes more than once; one of which a plain training takes none."""
    made = tmp_path / "data"
    made.mkdir()
    rest = "is late again, they say. So is the next one, and the one after that, as it was last year"
    texts = [f"The {a} by the {b} {rest}: number {n}." for n in range(3) for a in WORDS for b in WORDS]
    scores = ["toxicity", "severe_toxicity", "obscene", "threat", "insult", "identity_attack"]
    six = ["toxic", "severe_toxic", "obscene", "threat", "insult", "identity_hate"]
    write(made / "civil.csv", ["text", "toxic", *scores], [[t, 0, *[0] * 6] for t in texts])
    write(made / "jigsaw2018_six.csv", ["text", *six], [[f"Also: {t}", *[0] * 6] for t in texts])
    write(made / "goemotions_unlabelled.csv", ["text"], [[f"remark {n} without a label"] for n in range(20)])
    return made


def write(file, header, rows):
    with file.open("w", encoding="utf-8", newline="") as handle:
        csv.writer(handle).writerows([header, *rows])


def test_each_row_comes_once_and_weighs_the_same(folder):
    rows = load(folder, plain=True)
    assert {e.source for e in rows} == {"civil", "jigsaw2018_six"} and {e.weight for e in rows} == {1.0}
    kept = [e for e in rows if not e.held_out]
    assert one_pass(rows, plain=True) == kept
    mixed = load(folder)
    assert {"contrast", "written", "goemotions_unlabelled"} <= {e.source for e in mixed}
    civil = [e for e in kept if e.source == "civil"]
    assert len([e for e in one_pass(mixed) if e.source == "civil"]) == read_sources()["civil"].repeat * len(
        civil
    )


def test_nothing_is_added_to_the_texts_or_to_the_loss(folder, tmp_path, monkeypatch):
    seen = []

    class Watched(train.Collator):
        def __call__(self, batch):
            made = super().__call__(batch)
            seen.extend((self._variant(e)[0], int(s)) for e, s in zip(batch, made["source"], strict=True))
            return made

    def unwanted(_):
        raise AssertionError("a plain training asks for no ratings")

    monkeypatch.setattr(train, "Collator", Watched)
    monkeypatch.setattr(train, "rated", unwanted)
    options = ["--data", str(folder), "--plain", "--max-steps", "12", "--batch-size", "8"]
    assert train.main([*options, "--output", str(tmp_path / "plain")]) == 0
    texts, sources = zip(*seen, strict=True)
    assert len(texts) >= 96 and set(texts) <= {e.text for e in load(folder, plain=True)}
    assert set(sources) == {0}, "no source has a bias of its own"
    manifest = json.loads((tmp_path / "plain" / "manifest.json").read_text(encoding="utf-8"))
    assert manifest["training"]["plain"] is True
    assert (
        {s["share"] for s in manifest["training_data"]}
        == {s["weight"] for s in manifest["training_data"]}
        == {1.0}
    )


def test_a_teacher_of_what_sources_leave_open_is_refused(folder, tmp_path, capsys):
    with pytest.raises(SystemExit):
        train.main(
            ["--data", str(folder), "--output", str(tmp_path / "x"), "--plain", "--teacher", "models/x"]
        )
    assert "--teacher" in capsys.readouterr().err
