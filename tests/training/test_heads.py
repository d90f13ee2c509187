"""The heads of words and of targets are fitted to the encoder as it has become, and nothing else moves."""

from __future__ import annotations

import pytest

torch = pytest.importorskip("torch")

from tokenizers import Tokenizer, models, pre_tokenizers  # noqa: E402
from transformers import BertConfig  # noqa: E402

from moderation.types import ATTRIBUTES  # noqa: E402
from training.batches import Collator  # noqa: E402
from training.data import NAN, Example  # noqa: E402
from training.heads import fit_heads  # noqa: E402
from training.labels import TARGETS  # noqa: E402
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


def example(text: str, bad: str = "", toxic: float = NAN, **targets: float) -> Example:
    at = text.find(bad) if bad else 0
    chars = tuple(range(at, at + len(bad)))
    attributes = (toxic,) + (NAN,) * (len(ATTRIBUTES) - 1)
    return Example(text, "own", 1.0, attributes, tuple(targets.get(t, NAN) for t in TARGETS), chars)


def marks(model: CommentModel, collate: Collator, text: str) -> list[float]:
    batch = collate([example(text)])
    with torch.no_grad():
        return torch.sigmoid(model(batch["input_ids"], batch["attention_mask"]).tokens[0]).tolist()


def test_the_marked_words_are_learned_and_nothing_else_moves(model, collate, monkeypatch):
    monkeypatch.setattr("training.heads.WORDS", 64)
    monkeypatch.setattr("training.heads.RATE", 0.05)
    monkeypatch.setattr("training.heads.PASSES", 20)
    rows = [example(f"you are a {bad} today", bad) for bad in ("blorg", "grumf")] * 40
    rows += [example("you are a kind neighbour today")] * 40
    before = {name: values.clone() for name, values in model.state_dict().items()}
    fit_heads(model, rows, collate, seed=1)
    moved = {name for name, values in model.state_dict().items() if not torch.equal(values, before[name])}
    assert moved == {"token_head.weight", "token_head.bias"}
    probabilities = marks(model, collate, "you are a blorg neighbour")
    assert max(range(5), key=lambda i: probabilities[i]) == 3 and probabilities[3] > 0.5
    assert max(marks(model, collate, "you are kind")) < 0.5


def test_without_marked_words_there_is_nothing_to_fit(model, collate):
    before = model.token_head.weight.clone()
    fit_heads(model, [example("you are kind")] * 5, collate, seed=1)
    assert torch.equal(model.token_head.weight, before)


def aims(model: CommentModel, collate: Collator, text: str) -> dict[str, float]:
    batch = collate([example(text)])
    with torch.no_grad():
        logits = model.eval()(batch["input_ids"], batch["attention_mask"]).targets[0]
    return dict(zip(TARGETS, torch.sigmoid(logits).tolist(), strict=True))


def test_whom_a_text_attacks_is_learned_and_nothing_else_moves(model, collate, monkeypatch):
    monkeypatch.setattr("training.heads.RATE", 0.05)
    monkeypatch.setattr("training.heads.AIM_PASSES", 400)
    rows = [example(f"you are a {bad}", toxic=1.0, **{t: float(t == group) for t in ("women", "religion")})
            for bad, group in (("blorg", "women"), ("grumf", "religion"))] * 30  # fmt: skip
    rows += [example("you are a neighbour", toxic=0.0, women=0.0, religion=0.0)] * 30
    before = {name: values.clone() for name, values in model.state_dict().items()}
    fit_heads(model, rows, collate, seed=1)
    moved = {name for name, values in model.state_dict().items() if not torch.equal(values, before[name])}
    assert moved == {"target_head.weight", "target_head.bias"}
    race = TARGETS.index("race")
    assert torch.equal(model.target_head.weight[race], before["target_head.weight"][race]), "nobody said"
    said = aims(model, collate, "you are a blorg")
    assert said["women"] > 0.5 > said["religion"]
    assert aims(model, collate, "you are a grumf")["religion"] > 0.5
    assert aims(model, collate, "you are a neighbour")["women"] < 0.5


def test_where_no_text_attacks_anybody_there_is_nothing_to_fit(model, collate):
    before = model.target_head.weight.clone()
    fit_heads(model, [example("you are a blorg", toxic=1.0, women=0.0)] * 5, collate, seed=1)
    assert torch.equal(model.target_head.weight, before)
