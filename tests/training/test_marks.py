"""The head that marks words is fitted to the encoder as it has become, and nothing else moves."""

from __future__ import annotations

import pytest

torch = pytest.importorskip("torch")

from tokenizers import Tokenizer, models, pre_tokenizers  # noqa: E402
from transformers import BertConfig  # noqa: E402

from moderation.types import ATTRIBUTES  # noqa: E402
from training.batches import Collator  # noqa: E402
from training.data import NAN, Example  # noqa: E402
from training.labels import TARGETS  # noqa: E402
from training.marks import fit_marks  # noqa: E402
from training.model import CommentModel  # noqa: E402

WORDS = ["you", "are", "a", "kind", "blorg", "grumf", "neighbour", "today"]


@pytest.fixture
def collate() -> Collator:
    words = Tokenizer(
        models.WordLevel({w: n for n, w in enumerate(["[PAD]", "[UNK]", *WORDS])}, unk_token="[UNK]")
    )
    words.pre_tokenizer = pre_tokenizers.Whitespace()
    return Collator(words, 16, {"own": 0}, training=False)


@pytest.fixture
def model() -> CommentModel:
    torch.manual_seed(0)
    config = BertConfig(
        vocab_size=10, hidden_size=16, num_hidden_layers=1, num_attention_heads=2, intermediate_size=16
    )
    config.attribute_names, config.target_names = list(ATTRIBUTES), list(TARGETS)
    return CommentModel(config)


def example(text: str, bad: str = "") -> Example:
    at = text.find(bad) if bad else 0
    chars = tuple(range(at, at + len(bad)))
    return Example(text, "own", 1.0, (NAN,) * len(ATTRIBUTES), (NAN,) * len(TARGETS), chars)


def marks(model: CommentModel, collate: Collator, text: str) -> list[float]:
    batch = collate([example(text)])
    with torch.no_grad():
        return torch.sigmoid(model(batch["input_ids"], batch["attention_mask"]).tokens[0]).tolist()


def test_the_marked_words_are_learned_and_nothing_else_moves(model, collate, monkeypatch):
    monkeypatch.setattr("training.marks.TOKENS", 64)
    monkeypatch.setattr("training.marks.RATE", 0.05)
    monkeypatch.setattr("training.marks.PASSES", 20)
    rows = [example(f"you are a {bad} today", bad) for bad in ("blorg", "grumf")] * 40
    rows += [example("you are a kind neighbour today")] * 40
    before = {name: values.clone() for name, values in model.state_dict().items()}
    fit_marks(model, rows, collate, seed=1)
    moved = {name for name, values in model.state_dict().items() if not torch.equal(values, before[name])}
    assert moved == {"token_head.weight", "token_head.bias"}
    probabilities = marks(model, collate, "you are a blorg neighbour")
    assert max(range(5), key=lambda i: probabilities[i]) == 3 and probabilities[3] > 0.5
    assert max(marks(model, collate, "you are kind")) < 0.5


def test_without_marked_words_there_is_nothing_to_fit(model, collate):
    before = model.token_head.weight.clone()
    fit_marks(model, [example("you are kind")] * 5, collate, seed=1)
    assert torch.equal(model.token_head.weight, before)
