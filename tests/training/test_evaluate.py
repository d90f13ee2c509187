"""What ``training.evaluate`` writes: the table in the card, the figures in the manifest, mistakes in a file."""

import json
import shutil

import pandas as pd
import pytest

pytest.importorskip("sklearn")

from moderation.scoring import ModelHashMismatch, load, verify
from moderation.scoring.model import locate
from training import evaluate
from training.card import with_measured
from training.package import replace_card

ROWS = [
    ("You are a pathetic idiot and everyone knows it.", "toxic"),
    ("Shut up, you stupid moron.", "toxic"),
    ("The library opens at nine on weekdays.", "nontoxic"),
    ("Thank you, that was very helpful.", "nontoxic"),
    ("A quiet street with two old trees.", "toxic"),  # labelled wrongly on purpose: a mistake to be found
]


@pytest.fixture
def model(tmp_path):
    return shutil.copytree(locate(), tmp_path / "models" / "copied-1")


@pytest.fixture
def sets(tmp_path, monkeypatch):
    """A folder with two small sets; the probes, thousands of texts with tests of their own, are left out."""
    monkeypatch.setattr(evaluate.probes, "frames", lambda civil: {})
    folder = tmp_path / "sets"
    folder.mkdir()
    for name in ("bias_templates", "another"):
        pd.DataFrame(ROWS, columns=["text", "toxicity"]).to_csv(folder / f"{name}.csv", index=False)
    return folder


def test_the_table_and_the_figures_go_into_the_model(model, sets, capsys):
    before = json.loads((model / "manifest.json").read_text(encoding="utf-8"))
    command = [str(model), str(sets), "--fp32", str(locate()), "--bootstrap", "5", "--card"]
    assert evaluate.main(command) == 0
    table = capsys.readouterr().out.strip()
    after = verify(model)
    assert table in after.card and after.card.count("## Measured") == 1
    assert "5 bootstrap rounds" in after.card and "not compared with the training data" in after.card
    metrics = after.manifest.raw["metrics"]["bias_templates"]["auc"]
    assert metrics["int8"] == metrics["fp32"] and 0 <= metrics["low"] <= metrics["high"] <= 1
    assert f"| bias_templates | auc | {metrics['int8']:.3f} |" in after.card
    assert {k: v for k, v in after.manifest.raw.items() if k not in ("metrics", "files")} == {
        k: v for k, v in before.items() if k not in ("metrics", "files")
    }
    # A second time the part is replaced, not added.
    assert evaluate.main([*command[:-2], "0", "--card"]) == 0
    again = load(model).card
    assert again.count("## Measured") == 1 and "No intervals were computed" in again


def test_a_card_with_chosen_sets_is_refused(model, sets):
    before = verify(model).card
    assert evaluate.main([str(model), str(sets), "--only", "bias_templates", "--card"]) == 2
    assert verify(model).card == before


def test_mistakes_of_one_set(model, sets, tmp_path, capsys):
    file = tmp_path / "worst.csv"
    command = [str(model), str(sets), "--only", "bias_templates", "--bootstrap", "0"]
    assert evaluate.main([*command, "--mistakes", str(file), "--worst", "3"]) == 0
    read = pd.read_csv(file)
    assert read["row"].tolist() == [4] and read["kind"].tolist() == ["miss"]
    told = capsys.readouterr()
    assert "scoring bias_templates (5)" in told.err and "another" not in told.err and "names" not in told.err
    assert "0 false alarms, 1 misses" in told.err
    assert "two old trees" not in told.out + told.err


def test_a_damaged_model_gets_no_new_card(model):
    with (model / "tokenizer.json").open("ab") as file:
        file.write(b" ")
    with pytest.raises(ModelHashMismatch):
        replace_card(model, "# a card", {})


def test_only_the_measured_part_of_a_card_changes():
    card = "# m\n\n## Training\n\nrows\n"
    once = with_measured(card, "first")
    assert once == "# m\n\n## Training\n\nrows\n\n## Measured\n\nfirst\n"
    assert with_measured(once, "second") == once.replace("first", "second")
    follows = once + "\n## After\n\nmore\n"
    assert with_measured(follows, "second") == follows.replace("first", "second")
