"""The last step of training: what it writes beside the network, on held-out examples of a site's own."""

import shutil
from itertools import count

import pytest

pytest.importorskip("torch")

from moderation.cli import main
from moderation.scoring import verify
from moderation.scoring.model import locate
from moderation.types import ATTRIBUTES
from training import finish as finishing
from training.contrast import pairs
from training.data import Example
from training.labels import TARGETS

NAN = float("nan")
#: Of either class: what a calibration asks for, and a few more.
EACH = 120


def held_out_examples():
    """Contrast pairs, numbered until enough of either class are among those held out (by the hash of their text)."""
    texts: dict[bool, list[str]] = {True: [], False: []}
    for text, labels in pairs(seed=2, per_group=2):
        texts[labels.attributes["toxicity"] > 0.5].append(text)
    examples = []
    for offends, some in texts.items():
        found = 0
        for k in count():
            known = tuple(float(offends) if a == "toxicity" else NAN for a in ATTRIBUTES)
            example = Example(f"{some[k % len(some)]} ({k})", "own", 1.0, known, (NAN,) * len(TARGETS), None)
            if example.held_out:
                examples.append(example)
                found += 1
            if found == EACH:
                break
    return examples


def test_the_picture_of_the_calibration_is_part_of_the_model(tmp_path, monkeypatch, capsys):
    # The network is the bundled one, in place of an export that takes a minute; everything after it is real.
    bundled = locate()
    for step in ("export_fp32", "quantise"):
        monkeypatch.setattr(finishing, step, lambda _, to: shutil.copyfile(bundled / "model.onnx", to))
    weights = tmp_path / "own-1.work" / "weights"
    weights.mkdir(parents=True)
    shutil.copy(bundled / "tokenizer.json", weights)
    out = finishing.finish(
        weights, held_out_examples(), tmp_path / "own-1", name="own", version="1", max_length=128,
        training={"steps": 1, "batch_size": 1, "seed": 0},
    )  # fmt: skip
    model = verify(out)
    assert set(model.manifest.files) == {"MODEL_CARD.md", "model.onnx", "reliability.svg", "tokenizer.json"}
    assert "](reliability.svg)" in model.card
    assert (out / "reliability.svg").read_text(encoding="utf-8").count("<circle") == len(
        model.manifest.raw["reliability"]["toxicity"]
    )
    bins = model.manifest.raw["reliability"]["toxicity"]
    assert list(model.manifest.raw["reliability"]) == ["toxicity"]
    assert sum(b["rows"] for b in bins) == 2 * EACH and sum(b["positive"] for b in bins) == EACH
    row = model.manifest.raw["calibrated_on"]["toxicity"]
    numbers = f"{2 * EACH} | {EACH} | {row['auc']:.3f} | {row['method']} | {row['error']:.3f}"
    assert f"| toxicity | {numbers} |" in model.card and row["auc"] > 0.5
    assert "| threat | 0 | 0 | — | none | — |" in model.card
    assert main(["model", "verify", str(out)]) == 0
    (out / "reliability.svg").write_text("<svg/>", encoding="utf-8")
    assert main(["model", "verify", str(out)]) == 1
    assert "reliability.svg" in capsys.readouterr().err
