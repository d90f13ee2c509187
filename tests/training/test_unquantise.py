"""A model that ships is one that can be trained further: its int8 graph gives back the weights it scores with."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

torch = pytest.importorskip("torch")

import onnx  # noqa: E402
from safetensors.torch import load_file  # noqa: E402

from moderation import Scorer  # noqa: E402
from moderation.scoring.normalise import normalise  # noqa: E402
from training.averaging import own, read_weights  # noqa: E402
from training.data import DataError  # noqa: E402
from training.export import export_fp32, quantise  # noqa: E402
from training.model import CommentModel  # noqa: E402
from training.networks import config_of, starting_model, tokenizer_of  # noqa: E402
from training.unquantise import FILE, weights_from_onnx  # noqa: E402

(SHIPPED,) = (Path(__file__).parents[2] / "models").glob("comments-en-*")
TEXTS = [
    "You are a stupid liar and you know it.",
    "Thanks, that was worth reading.",
    "Go back to your country!",
]


def shipped() -> CommentModel:
    return starting_model(str(SHIPPED), config_of(str(SHIPPED)), heads_needed=True)


def logits(model: CommentModel, text: str) -> np.ndarray:
    ids = torch.tensor([tokenizer_of(str(SHIPPED)).encode(normalise(text).text).ids])
    with torch.no_grad():
        out = model.eval()(ids, torch.ones_like(ids))
    return torch.cat((out.attributes, out.targets), dim=1)[0].numpy()


def test_the_shipped_graph_gives_the_weights_it_scores_with():
    model = shipped()
    scorer = Scorer(SHIPPED)
    wanted = scorer.logits(TEXTS)
    scorer.close()
    found = np.array([logits(model, text) for text in TEXTS])
    # What goes into the products is int8 too while it scores, so the two are near, not the same.
    assert np.abs(found - wanted).mean() < 0.1 and np.abs(found - wanted).max() < 0.6


@pytest.mark.parametrize("kind", ["fp32", "int8"])
def test_there_and_back(tmp_path, kind):
    model = shipped()
    with torch.no_grad():
        for values in model.parameters():
            values.add_(0.01 * torch.randn_like(values))
    model.save_pretrained(tmp_path / "weights")
    export_fp32(tmp_path / "weights", tmp_path / FILE)
    if kind == "int8":
        (tmp_path / FILE).rename(tmp_path / "fp32.onnx")
        quantise(tmp_path / "fp32.onnx", tmp_path / FILE)
    back, there = weights_from_onnx(tmp_path), load_file(tmp_path / "weights" / "model.safetensors")
    assert back.keys() == own(model).keys()
    for name, values in back.items():
        # Seven bits for a column of a matrix, eight for a word.
        step = 0.0 if kind == "fp32" else float(there[name].abs().max()) / 63 / 2
        assert torch.allclose(values, there[name], rtol=0, atol=step + 1e-6), name


def test_weights_of_a_training_come_before_its_graph(tmp_path):
    """A folder with both is a training's: its weights are the finer ones."""
    (tmp_path / FILE).write_bytes((SHIPPED / FILE).read_bytes())
    (tmp_path / "model.safetensors").write_bytes(b"")
    with pytest.raises(DataError, match=r"model\.safetensors"):
        read_weights(tmp_path)


def _of_another_network(folder: Path) -> None:
    make = onnx.helper
    graph = make.make_graph(
        [make.make_node("MatMul", ["x", "w"], ["y"], name="fc")],
        "other",
        [make.make_tensor_value_info("x", onnx.TensorProto.FLOAT, [1, 2])],
        [make.make_tensor_value_info("y", onnx.TensorProto.FLOAT, [1, 2])],
        [onnx.numpy_helper.from_array(np.eye(2, dtype=np.float32), "w")],
    )
    onnx.save(make.make_model(graph), str(folder / FILE))


@pytest.mark.parametrize("broken", ["empty", "no graph", "other network", "half"])
def test_what_is_no_graph_of_ours_is_named(tmp_path, broken):
    file = tmp_path / FILE
    if broken == "other network":
        _of_another_network(tmp_path)
    else:
        whole = (SHIPPED / FILE).read_bytes()
        file.write_bytes(
            {"empty": b"", "no graph": b"\x00\xff" * 50, "half": whole[: len(whole) // 2]}[broken]
        )
    with pytest.raises(DataError) as error:
        starting_model(str(tmp_path), config_of(str(tmp_path)))
    assert str(tmp_path) in str(error.value)
