"""Another calibration for the model that ships, on a site's own verdicts."""

import csv
import json
import shutil

import pytest

pytest.importorskip("torch")

from moderation.cli import main as moderation
from moderation.scoring import Scorer, verify
from moderation.scoring.model import locate
from training.contrast import pairs
from training.recalibrate import main

EACH = 130
ASKED = [
    "You are a stupid fool.",
    "Thank you for the kind words.",
    "This is a dumb idea.",
    "What time is it?",
]


@pytest.fixture(scope="module")
def verdicts(tmp_path_factory):
    """Of a site that lets mild rudeness pass: half of what offends elsewhere is approved."""
    texts: dict[bool, list[str]] = {True: [], False: []}
    for text, labels in pairs(seed=3, per_group=4):
        texts[labels.attributes["toxicity"] > 0.5].append(text)
    rows = [(f"{t} ({i})", float(i % 2 == 0)) for i, t in enumerate((texts[True] * 9)[: 2 * EACH])]
    rows += [(f"{t} ({i})", 0.0) for i, t in enumerate((texts[False] * 9)[:EACH])]
    file = tmp_path_factory.mktemp("site") / "verdicts.csv"
    with file.open("w", encoding="utf-8", newline="") as handle:
        csv.writer(handle).writerows([("text", "toxicity"), *rows])
    return file


@pytest.fixture(scope="module")
def made(verdicts, tmp_path_factory):
    out = tmp_path_factory.mktemp("models") / "ours-2"
    options = ["--output", str(out), "--name", "ours", "--model-version", "2"]
    assert main([str(locate()), "--data", str(verdicts), *options]) == 0
    return out


def test_scores_move_and_their_order_does_not(made):
    old, new = Scorer(), Scorer(made)
    before, after = ([r.toxicity for r in s.score_many(ASKED)] for s in (old, new))
    old.close()
    new.close()
    assert after[0] < before[0] - 0.05  # the site approves half of what is as rude
    assert sorted(range(4), key=before.__getitem__) == sorted(range(4), key=after.__getitem__)


def test_the_rest_of_the_model_stays(made):
    old, new = verify(locate()).manifest, verify(made).manifest
    assert new.model == "ours-2" and new.raw["recalibrated"]["network_of"] == old.model
    assert new.raw["recalibrated"]["rows"] == 3 * EACH
    for file in ("model.onnx", "tokenizer.json"):
        assert new.files[file] == old.files[file]
    assert new.calibration["toxicity"] != old.calibration["toxicity"]
    assert new.raw["calibrated_on"]["insult"]["method"] == "kept"
    for name in set(old.calibration) - {"toxicity"}:
        assert new.calibration[name] == old.calibration[name]
    assert new.thresholds["insult"] == old.thresholds["insult"]
    assert new.thresholds["toxicity"] != old.thresholds["toxicity"]
    assert set(new.reported_targets) == set(old.reported_targets)
    assert new.span_threshold == old.span_threshold
    assert "metrics" not in new.raw  # they were of other scores
    assert moderation(["model", "verify", str(made)]) == 0


def test_too_few_verdicts_are_an_error_that_names_the_file(tmp_path, capsys):
    file = tmp_path / "few.csv"
    file.write_text("text,toxicity\nYou fool,1\nThanks,0\n", encoding="utf-8")
    out = tmp_path / "new"
    assert main([str(locate()), "--data", str(file), "--output", str(out), "--model-version", "2"]) == 1
    said = capsys.readouterr().err
    assert f"{file}: of no attribute are there 100 comments that have it and 100 that do not" in said
    assert "(most of toxicity: 1 and 1)" in said
    assert not out.exists()


def test_verdicts_on_one_other_attribute_move_that_one_alone(verdicts, tmp_path):
    file, out = tmp_path / "insults.csv", tmp_path / "new"
    _, *rows = verdicts.read_text(encoding="utf-8").split("\n")
    file.write_text("\n".join(["text,insult", *rows]), encoding="utf-8")
    assert main([str(locate()), "--data", str(file), "--output", str(out), "--model-version", "2"]) == 0
    old, new = verify(locate()).manifest, verify(out).manifest
    assert [n for n in old.calibration if new.calibration[n] != old.calibration[n]] == ["insult"]
    assert new.thresholds["toxicity"] == old.thresholds["toxicity"]
    assert new.review_budget["toxicity"] == old.review_budget["toxicity"]


def test_a_damaged_model_is_refused(tmp_path, verdicts, capsys):
    model = shutil.copytree(locate(), tmp_path / "damaged")
    manifest = json.loads((model / "manifest.json").read_text(encoding="utf-8"))
    manifest["files"]["model.onnx"] = "0" * 64
    (model / "manifest.json").write_text(json.dumps(manifest), encoding="utf-8")
    out = tmp_path / "new"
    assert main([str(model), "--data", str(verdicts), "--output", str(out), "--model-version", "2"]) == 1
    assert "model.onnx" in capsys.readouterr().err
    assert not out.exists()


def test_the_model_itself_is_not_written_over(verdicts, capsys):
    model = str(locate())
    with pytest.raises(SystemExit):
        main([model, "--data", str(verdicts), "--output", model, "--model-version", "2"])
    assert "must stay as it is" in capsys.readouterr().err


def test_verdicts_the_wrong_way_round_are_refused(verdicts, tmp_path, capsys):
    rows = list(csv.DictReader(verdicts.open(encoding="utf-8", newline="")))
    file, out = tmp_path / "inverted.csv", tmp_path / "new"
    with file.open("w", encoding="utf-8", newline="") as handle:
        csv.writer(handle).writerows(
            [("text", "toxicity"), *((r["text"], 1 - float(r["toxicity"])) for r in rows)]
        )
    assert main([str(locate()), "--data", str(file), "--output", str(out), "--model-version", "2"]) == 1
    said = capsys.readouterr().err
    assert "the verdicts on toxicity contradict the model" in said
    assert "are they the other way round?" in said
    assert list(tmp_path.iterdir()) == [file]


def test_nothing_but_an_earlier_model_is_replaced(made, verdicts, tmp_path, capsys):
    ask = [str(locate()), "--data", str(verdicts), "--name", "ours", "--model-version", "3", "--output"]
    precious = tmp_path / "precious"
    (precious / "sub").mkdir(parents=True)
    (precious / "notes.txt").write_text("mine", encoding="utf-8")
    assert main([*ask, str(precious)]) == 1
    assert "is no model and holds 'notes.txt'" in capsys.readouterr().err
    assert (precious / "notes.txt").read_text(encoding="utf-8") == "mine"
    before = verdicts.read_bytes()
    assert main([*ask, str(verdicts)]) == 1
    assert main([*ask, str(verdicts.parent)]) == 1
    assert "which is read, lies there" in capsys.readouterr().err
    assert verdicts.read_bytes() == before
    ours = shutil.copytree(made, tmp_path / "ours")
    backup = shutil.copytree(made, tmp_path / "ours.old")
    (ours / "notes.txt").write_text("mine", encoding="utf-8")
    assert main([*ask, str(ours)]) == 1
    assert "'notes.txt', which is not part of the model" in capsys.readouterr().err
    (ours / "notes.txt").unlink()
    assert main([*ask, str(ours)]) == 0
    assert verify(ours).manifest.model == "ours-3"
    assert verify(backup).manifest.model == "ours-2"
    assert sorted(p.name for p in tmp_path.iterdir()) == ["ours", "ours.old", "precious"]


def test_the_folder_one_stands_in_is_a_place_too(verdicts, tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    ask = [str(locate()), "--data", str(verdicts), "--model-version", "2"]
    assert main([*ask, "--output", "."]) == 0
    assert verify(tmp_path).manifest.version == "2"


@pytest.mark.parametrize("error", [KeyboardInterrupt, OSError])
def test_an_earlier_model_outlives_a_move_that_fails(made, tmp_path, monkeypatch, error):
    from pathlib import Path

    from training.package import replace_card

    ours = shutil.copytree(made, tmp_path / "ours")
    rename = Path.rename

    def failing(self, target):
        if self.name == "new":
            raise error
        return rename(self, target)

    monkeypatch.setattr(Path, "rename", failing)
    with pytest.raises(error):
        replace_card(ours, "another card", {})
    monkeypatch.undo()
    assert verify(ours).manifest.model == verify(made).manifest.model
    assert list(tmp_path.iterdir()) == [ours]
