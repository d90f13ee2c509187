"""How often a source offends goes into its own bias, and never into the model that ships."""

from __future__ import annotations

import pytest

pytest.importorskip("torch")

import torch
from transformers import BertConfig

from training.model import CommentModel


def _model(sources: int) -> CommentModel:
    torch.manual_seed(0)
    config = BertConfig(
        vocab_size=50, hidden_size=16, num_hidden_layers=1, num_attention_heads=2, intermediate_size=16,
        hidden_dropout_prob=0.0, attention_probs_dropout_prob=0.0,
    )  # fmt: skip
    config.attribute_names, config.target_names, config.sources = ["toxicity"], ["women"], sources
    return CommentModel(config)


def _fitted(model: CommentModel, rate: float) -> tuple[float, float]:
    """Scores of one text after training on it as source 1, ``rate`` of the time toxic: (plain, with the bias)."""
    model.train()
    batch = {
        "input_ids": torch.tensor([[1, 2, 3]]),
        "attention_mask": torch.ones(1, 3),
        "attribute_labels": torch.tensor([[rate]]),
        "target_labels": torch.full((1, 1), float("nan")),
        "token_labels": torch.full((1, 3), float("nan")),
        "weight": torch.ones(1),
        "source": torch.tensor([1]),
    }
    assert model.source_bias is not None
    optimizer = torch.optim.Adam(model.source_bias.parameters(), lr=0.2)
    for _ in range(100):
        optimizer.zero_grad()
        model(**batch).loss.backward()
        optimizer.step()
    model.eval()
    with torch.no_grad():
        plain = model(batch["input_ids"], batch["attention_mask"]).attributes
        bias = model.source_bias(torch.tensor([1]))
    return torch.sigmoid(plain).item(), torch.sigmoid(plain + bias).item()


def test_the_bias_takes_the_rate_and_the_score_does_not():
    model = _model(sources=2)
    model.eval()
    with torch.no_grad():
        before = torch.sigmoid(model(torch.tensor([[1, 2, 3]]), torch.ones(1, 3)).attributes).item()
    plain, biased = _fitted(model, 0.97)
    assert biased > 0.9
    assert plain == pytest.approx(before, abs=1e-6)


def test_the_reference_source_has_no_bias():
    model = _model(sources=2)
    assert model.source_bias is not None
    assert model.source_bias(torch.tensor([0])).abs().sum() == 0
