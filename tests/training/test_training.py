"""The training command on a site's own small CSV: from data to a model directory that scores, and resumes."""

import csv
import json
import random
import re
import shutil

import pytest

pytest.importorskip("torch")

import torch
from safetensors.torch import load_file, save_file

from moderation import Scorer
from training import gate, train
from training.contrast import pairs
from training.data import DataError, load
from training.score_model import span_f1


@pytest.fixture(scope="module")
def verdicts(tmp_path_factory):
    file = tmp_path_factory.mktemp("own") / "verdicts.csv"
    rows = list(pairs(seed=1, per_group=6))
    random.Random(0).shuffle(rows)
    with file.open("w", encoding="utf-8", newline="") as handle:
        writer = csv.writer(handle)
        writer.writerow(["text", "toxicity", "insult"])
        for text, labels in rows[:700]:
            writer.writerow([text, labels.attributes["toxicity"], labels.attributes.get("insult", "")])
    return file


@pytest.fixture(scope="module")
def trained(verdicts, tmp_path_factory):
    out = tmp_path_factory.mktemp("models") / "own-1"
    options = [
        "--data",
        str(verdicts),
        "--output",
        str(out),
        "--batch-size",
        "16",
        "--save-steps",
        "20",
        "--name",
        "own",
    ]
    assert train.main([*options, "--max-steps", "40"]) == 0
    return out, options


def test_what_appeared_at_the_output_meanwhile_is_left_alone_and_costs_no_training(
    trained, tmp_path, capsys, monkeypatch
):
    _, options = trained
    out = tmp_path / "late"
    real = train.fine_tune

    def and_then_somebody_writes_there(*args):
        weights = real(*args)
        out.mkdir(exist_ok=True)
        (out / "notes.txt").write_text("mine", encoding="utf-8")
        return weights

    monkeypatch.setattr(train, "fine_tune", and_then_somebody_writes_there)
    options = [*options, "--output", str(out), "--max-steps", "2"]
    assert train.main(options) == 1
    said = capsys.readouterr().err
    assert str(out) in said
    assert "--resume" in said
    assert (out / "notes.txt").read_text(encoding="utf-8") == "mine"
    monkeypatch.undo()
    (out / "notes.txt").unlink()
    out.rmdir()
    assert train.main([*options, "--resume"]) == 0
    assert Scorer(out).model == "own-1.0"


@pytest.mark.parametrize("step", ["fine_tune", "finish"])
def test_ctrl_c_says_how_to_go_on(trained, tmp_path, capsys, monkeypatch, step):
    def stop(*_args, **_options):
        raise KeyboardInterrupt

    monkeypatch.setattr(train, "finish", stop)
    monkeypatch.setattr(train, "fine_tune", stop if step == "fine_tune" else lambda *_: tmp_path)
    assert train.main([*trained[1], "--output", str(tmp_path / "stopped")]) == 130
    assert "--resume" in capsys.readouterr().err


def test_a_model_directory_comes_out_and_scores(trained):
    out, _ = trained
    scorer = Scorer(out)
    assert scorer.model == "own-1.0"
    assert (out / "MODEL_CARD.md").read_text(encoding="utf-8").startswith("# own 1.0")
    # Seventy held-out rows carry no calibration, so there is nothing to draw, and the card does not say otherwise.
    assert not (out / "reliability.svg").exists()
    assert "reliability.svg" not in (out / "MODEL_CARD.md").read_text(encoding="utf-8")
    bad, good = scorer.score_many(["They are vermin and should hang.", "The bus was on time today."])
    assert bad.toxicity > good.toxicity
    assert (out / "model.onnx").stat().st_size < 30_000_000


def test_a_stopped_run_goes_on(trained, capfd):
    out, options = trained
    assert train.main([*options, "--max-steps", "44", "--resume"]) == 0
    state = sorted((out.with_name(out.name + ".work") / "checkpoints").iterdir())
    assert any(s.name == "checkpoint-44" for s in state)
    assert Scorer(out).score("fine").scores


def test_a_share_of_the_old_weights_is_kept(trained, verdicts, tmp_path):
    out, _ = trained
    base = out.with_name(out.name + ".work") / "weights"
    new = tmp_path / "own-2"
    options = ["--data", str(verdicts), "--output", str(new), "--batch-size", "16", "--max-steps", "6"]
    assert train.main([*options, "--base", str(base), "--keep", "0.5", "--learning-rate", "1e-3"]) == 0
    work = new.with_name(new.name + ".work")
    (last,) = (work / "checkpoints").glob("checkpoint-6")
    name = "attribute_head.weight"
    old, trained_on, made = (load_file(d / "model.safetensors")[name] for d in (base, last, work / "weights"))
    assert not torch.allclose(old, trained_on)
    assert torch.allclose(made, (old + trained_on) / 2, atol=1e-6)
    training = json.loads((new / "manifest.json").read_text(encoding="utf-8"))["training"]
    assert (training["started_from"], training["kept_of_the_start"]) == (out.name, 0.5)
    assert str(tmp_path) not in json.dumps(training), "no path of this machine is published"


def test_other_trainings_are_averaged_in(trained, verdicts, tmp_path):
    out, _ = trained
    one = out.with_name(out.name + ".work") / "weights"
    two = tmp_path / "another"
    two.mkdir()
    save_file(
        {name: v + 1 for name, v in load_file(one / "model.safetensors").items()}, two / "model.safetensors"
    )
    new = tmp_path / "own-3"
    options = ["--data", str(verdicts), "--output", str(new), "--batch-size", "16", "--max-steps", "1"]
    options += [
        "--base",
        str(one),
        "--learning-rate",
        "0",
        "--average",
        f"{two}=0.5",
        "--average",
        f"{one}=0.2",
    ]
    assert train.main(options) == 0
    name = "attribute_head.weight"
    old, made = (load_file(d / "model.safetensors")[name] for d in (one, tmp_path / "own-3.work" / "weights"))
    assert torch.allclose(made, old + 0.8 * 0.5, atol=1e-5), (
        "each share is of what ships, the last one named first"
    )
    training = json.loads((new / "manifest.json").read_text(encoding="utf-8"))["training"]
    assert training["averaged_with"] == {"another": 0.5, out.name: 0.2}, "each under its own name"


@pytest.mark.parametrize("broken", ["missing", "other network", "no weights"])
@pytest.mark.parametrize("asked", [["--average", "{}=0.3"], ["--distil", "{}"]])
def test_what_cannot_be_used_is_said_before_the_training(trained, verdicts, tmp_path, capsys, asked, broken):
    out, _ = trained
    folder = tmp_path / "another"
    folder.mkdir()
    if broken == "other network":
        save_file({"attribute_head.weight": torch.zeros(2, 384)}, folder / "model.safetensors")
    elif broken == "no weights":
        (folder / "model.safetensors").write_bytes(b"not weights")
    base = out.with_name(out.name + ".work") / "weights"
    options = ["--data", str(verdicts), "--output", str(tmp_path / "x"), "--base", str(base)]
    assert train.main([*options, *(words.format(folder) for words in asked)]) == 1
    assert str(folder) in capsys.readouterr().err
    assert not (tmp_path / "x.work" / "checkpoints").exists(), "no step was taken"


@pytest.mark.parametrize("words", ["folder", "=0.5", "folder=1", "folder=much"])
def test_a_share_that_makes_no_sense_is_refused(verdicts, words, capsys):
    with pytest.raises(SystemExit):
        train.main(["--data", str(verdicts), "--output", "x", "--average", words])
    assert "--average" in capsys.readouterr().err


def test_weights_of_another_network_are_refused(trained, verdicts, tmp_path, capsys):
    out, _ = trained
    base = tmp_path / "other"
    shutil.copytree(out.with_name(out.name + ".work") / "weights", base)
    weights = load_file(base / "model.safetensors")
    save_file({**weights, "attribute_head.weight": torch.zeros(2, 384)}, base / "model.safetensors")
    assert train.main(["--data", str(verdicts), "--output", str(tmp_path / "x"), "--base", str(base)]) == 1
    assert "attribute_head.weight has another shape" in capsys.readouterr().err


def test_a_checkpoint_with_biases_of_other_sources_will_do(trained, verdicts, tmp_path):
    out, _ = trained
    base = tmp_path / "checkpoint"
    shutil.copytree(out.with_name(out.name + ".work") / "weights", base)
    weights = load_file(base / "model.safetensors")
    save_file({**weights, "source_bias.weight": torch.zeros(9, 6)}, base / "model.safetensors")
    options = [
        "--data",
        str(verdicts),
        "--output",
        str(tmp_path / "y"),
        "--max-steps",
        "2",
        "--batch-size",
        "8",
    ]
    assert train.main([*options, "--base", str(base)]) == 0


def test_nothing_can_be_kept_of_a_network_that_has_no_heads(verdicts, tmp_path, capsys):
    assert train.main(["--data", str(verdicts), "--output", str(tmp_path / "x"), "--keep", "0.5"]) == 1
    assert "--base" in capsys.readouterr().err


def test_the_gate_keeps_a_worse_model_out(trained, tmp_path, capsys):
    sets = tmp_path / "sets"
    sets.mkdir()
    rows = [(t, int(labels.attributes["toxicity"] > 0.5)) for t, labels in pairs(seed=5, per_group=6)][:300]
    with (sets / "bias_templates.csv").open("w", encoding="utf-8", newline="") as handle:
        writer = csv.writer(handle)
        writer.writerow(["text", "toxicity"])
        writer.writerows([(t, "toxic" if y else "clean") for t, y in rows])
    from moderation.scoring.model import locate

    bundled = locate()
    assert gate.main([str(bundled), str(bundled), str(sets), "--bootstrap", "20"]) == 0
    # A model that says the opposite of what it learned is worse on any set.
    import json
    import shutil

    worse = tmp_path / "worse"
    shutil.copytree(bundled, worse)
    manifest = json.loads((worse / "manifest.json").read_text(encoding="utf-8"))
    manifest["calibration"]["toxicity"] = {"x": [-4.0, 4.0], "y": [4.0, -4.0]}
    (worse / "manifest.json").write_text(json.dumps(manifest), encoding="utf-8")
    assert gate.main([str(worse), str(bundled), str(sets), "--bootstrap", "20"]) == 1
    fallen = re.findall(r"\w+:[\w.]+\d|\w+:[a-z_]+", capsys.readouterr().err.split("is worse on")[1])
    assert {"bias_templates:auc", "names:false_alarms_at_0.5"} <= set(fallen)
    allowed = [word for name in fallen for word in ("--allow", name)]
    assert gate.main([str(worse), str(bundled), str(sets), *allowed]) == 2
    assert (
        gate.main([str(worse), str(bundled), str(sets), "--bootstrap", "20", *allowed, "--reason", "test"])
        == 0
    )


@pytest.fixture(scope="module")
def flat(tmp_path_factory):
    """The model that ships with a scale on which every comment is nearly as toxic."""
    import json
    import shutil

    from moderation.scoring.model import locate

    model = shutil.copytree(locate(), tmp_path_factory.mktemp("models") / "flat")
    manifest = json.loads((model / "manifest.json").read_text(encoding="utf-8"))
    manifest["calibration"]["toxicity"] = {"x": [-4.0, 4.0], "y": [-0.1, 0.1]}
    (model / "manifest.json").write_text(json.dumps(manifest), encoding="utf-8")
    return model


def test_the_gate_holds_verdicts_of_the_site(verdicts, flat, tmp_path, capsys):
    from moderation.scoring.model import locate

    sets = tmp_path / "sets"
    sets.mkdir()
    (sets / "ours.csv").write_bytes(verdicts.read_bytes())
    assert gate.main([str(flat), str(locate()), str(sets), "--bootstrap", "10"]) == 1
    assert "own/ours:brier_toxicity" in capsys.readouterr().err


def test_the_gate_needs_a_set_with_labels(flat, tmp_path, capsys):
    sets = tmp_path / "sets"
    sets.mkdir()
    (sets / "comments.csv").write_text("id,text\n1,hello\n2,you fool\n", encoding="utf-8")
    assert gate.main([str(flat), str(flat), str(sets), "--bootstrap", "5"]) == 1
    said = capsys.readouterr().err
    assert "comments: no labels to compare the models on, left out" in said
    assert "no set with labels to compare the models on" in said


def test_a_set_that_is_no_table_is_named(flat, tmp_path, capsys):
    (tmp_path / "ours.csv").write_bytes("text,toxicity\nhelló,1\n".encode("latin-1"))
    assert gate.main([str(flat), str(flat), str(tmp_path)]) == 1
    assert f"{tmp_path / 'ours.csv'}: cannot be read as a CSV in UTF-8" in capsys.readouterr().err


@pytest.mark.parametrize(
    ("content", "said"),
    [
        ("comment,toxicity\nhello,1\n", "no column named 'text'"),
        ("text,toxicity\nhello,yes\n", "toxicity is 'yes'"),
        ("text,toxicity\nhello,7\n", "not from 0 to 1"),
        ("text,toxicity\n,1\n", "no usable row"),
        ("text,toxcity\nhello,1\n", "no column of verdicts; name it after what it says: toxicity"),
        ("text,toxicity,weight\nhello,1,high\n", "row 2: weight is 'high', not a number from 0 up"),
        ("text,toxicity,weight\nhello,1,-2\n", "weight is '-2'"),
        ("text,toxicity\nhelló,1\n".encode("latin-1"), "not UTF-8; save it as 'CSV UTF-8'"),
        ("text,toxicity\nhello,1\n".encode("utf-16"), "not UTF-8"),
        (b"", "no column named 'text' .columns: none"),
    ],
)
def test_bad_data_is_named(tmp_path, content, said):
    file = tmp_path / "bad.csv"
    file.write_bytes(content.encode() if isinstance(content, str) else content)
    with pytest.raises(DataError, match=said) as error:
        load(file)
    assert "bad.csv" in str(error.value)


@pytest.mark.parametrize("mark", [",", ";", "\t"])
def test_a_table_as_excel_saves_it_is_read(tmp_path, mark):
    file = tmp_path / "ours.csv"
    rows = [["Id", "Text", "Toxicity"], ["1", f'"you{mark} fool"', "1"], ["2", "thanks", "0"], []]
    file.write_text("\r\n".join(mark.join(r) for r in rows), encoding="utf-8-sig")
    assert {e.text: e.attributes[0] for e in load(file)} == {f"you{mark} fool": 1.0, "thanks": 0.0}


def test_span_f1_is_the_published_definition():
    assert span_f1(set(), set()) == 1
    assert span_f1(set(), {1}) == 0
    assert span_f1({1, 2}, set()) == 0
    assert span_f1({1, 2}, {2, 3}) == 0.5
