"""The lower a layer, the slower it learns, and everything that learns is in one group."""

from __future__ import annotations

import pytest

pytest.importorskip("torch")

from transformers import BertConfig, MPNetConfig

from moderation.types import ATTRIBUTES
from training import train
from training.labels import TARGETS
from training.large import LargeModel
from training.model import CommentModel
from training.trainer import freeze, parameter_groups

SMALL = {
    "vocab_size": 50,
    "hidden_size": 8,
    "num_hidden_layers": 3,
    "num_attention_heads": 2,
    "intermediate_size": 16,
    "attribute_names": list(ATTRIBUTES),
    "target_names": list(TARGETS),
    "sources": 2,
}


def rates(model, **options) -> dict[str, float]:
    """The rate of every parameter that learns, by name; each must be in one group."""
    by_id = {id(p): name for name, p in model.named_parameters()}
    pairs = [(by_id[id(p)], g["lr"]) for g in parameter_groups(model, 1.0, **options) for p in g["params"]]
    assert len(pairs) == len(dict(pairs))
    return dict(pairs)


@pytest.fixture(params=["bert", "mpnet"])
def model(request):
    if request.param == "bert":
        return CommentModel(BertConfig(**SMALL))
    return LargeModel(MPNetConfig(**SMALL, words=50))


def of(found: dict[str, float], part: str) -> set[float]:
    return {round(rate, 6) for name, rate in found.items() if part in name}


def test_each_layer_learns_slower_than_the_next_one_up(model):
    found = rates(model, layer_rate=0.5)
    assert of(found, "layer.2.") == {1.0}
    assert of(found, "layer.1.") == {0.5}
    assert of(found, "layer.0.") == {0.25}
    assert of(found, "embeddings.") == {0.125}
    assert of(found, "attribute_head.") == {5.0}
    assert of(found, "source_bias.") == {50.0}


def test_all_that_learns_is_there(model):
    assert set(rates(model)) == {n for n, p in model.named_parameters() if p.requires_grad}
    assert of(rates(model), "encoder.") == {1.0}


def test_what_is_frozen_is_in_no_group(model):
    freeze(model, 1)
    found = rates(model, layer_rate=0.5)
    assert not of(found, "layer.0.")
    assert not of(found, "embeddings.")
    assert of(found, "layer.1.") == {0.5}


@pytest.mark.parametrize("words", ["0", "1.5", "-0.5", "slow", "nan"])
def test_a_rate_is_a_share(tmp_path, capsys, words):
    with pytest.raises(SystemExit):
        train.main(["--data", str(tmp_path), "--output", str(tmp_path / "x"), "--layer-rate", words])
    assert words in capsys.readouterr().err
