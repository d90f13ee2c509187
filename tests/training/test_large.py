"""A larger network, of another family and with its own numbers for the same words, teaches the one that ships."""

from __future__ import annotations

import csv
import json
from pathlib import Path

import pytest

torch = pytest.importorskip("torch")

from tokenizers import Tokenizer, models, pre_tokenizers  # noqa: E402
from transformers import MPNetConfig, MPNetModel  # noqa: E402

from training import train  # noqa: E402
from training.data import DataError  # noqa: E402
from training.distil import Teachers, distil_loss  # noqa: E402
from training.large import SPECIALS, LargeModel, numbers_of  # noqa: E402
from training.networks import base_weights, config_of, starting_model, tokenizer_of  # noqa: E402


def mpnet_tokenizer(without: str = "") -> Tokenizer:
    """MiniLM's words under other numbers, as an MPNet has them."""
    ours = tokenizer_of(base_weights())
    tokens = [SPECIALS.get(t, t) for t in sorted(ours.get_vocab(), reverse=True)]
    made = Tokenizer(
        models.WordPiece({t: n for n, t in enumerate(t for t in tokens if t != without)}, unk_token="[UNK]")
    )
    made.pre_tokenizer = pre_tokenizers.Whitespace()
    return made


@pytest.fixture(scope="module")
def mpnet(tmp_path_factory) -> Path:
    """A tiny MPNet with the whole vocabulary."""
    folder = tmp_path_factory.mktemp("large") / "mpnet"
    torch.manual_seed(0)
    words = mpnet_tokenizer()
    config = MPNetConfig(
        vocab_size=words.get_vocab_size(), hidden_size=12, num_hidden_layers=2, num_attention_heads=2,
        intermediate_size=24, max_position_embeddings=140, pad_token_id=words.token_to_id("<pad>"),
    )  # fmt: skip
    MPNetModel(config).save_pretrained(folder)
    words.save(str(folder / "tokenizer.json"))
    return folder


@pytest.fixture(scope="module")
def verdicts(tmp_path_factory) -> Path:
    file = tmp_path_factory.mktemp("own") / "verdicts.csv"
    with file.open("w", encoding="utf-8", newline="") as handle:
        writer = csv.writer(handle)
        writer.writerow(["text", "insult"])
        writer.writerows([f"remark number {n} about the weather", n % 2] for n in range(120))
        writer.writerows([f"remark number {n} " + "that goes on " * 12, n % 2] for n in range(40))
    return file


@pytest.fixture(scope="module")
def taught(mpnet, verdicts, tmp_path_factory) -> Path:
    """The weights of a large training."""
    out = tmp_path_factory.mktemp("models") / "teacher"
    options = ["--data", str(verdicts), "--output", str(out), "--base", str(mpnet), "--freeze", "1"]
    assert train.main([*options, "--longest", "16", "--batch-size", "8", "--max-steps", "3"]) == 0
    assert not out.exists(), "it is no model directory: it would not ship"
    return out.with_name("teacher.work") / "weights"


def test_it_reads_the_words_that_are_written():
    ours, theirs = tokenizer_of(base_weights()), mpnet_tokenizer()
    numbers = numbers_of(ours, theirs)
    encoded = ours.encode("You are a stupid liar.")
    assert [theirs.id_to_token(int(n)) for n in numbers[encoded.ids]] == [
        SPECIALS.get(t, t) for t in encoded.tokens
    ]
    with pytest.raises(DataError, match="'liar'"):
        numbers_of(ours, mpnet_tokenizer(without="liar"))


def test_only_the_layers_that_may_move_have_moved(mpnet, taught):
    config = json.loads((taught / "config.json").read_text(encoding="utf-8"))
    assert config["longest"] == 16
    before = starting_model(str(mpnet), config_of(str(mpnet)))
    after = starting_model(str(taught), config_of(str(taught)), heads_needed=True)
    assert isinstance(before, LargeModel) and isinstance(after, LargeModel)
    assert torch.equal(before.numbers, after.numbers) and len(set(after.numbers.tolist())) > 30_000
    moved = {
        name for name, v in after.mpnet.state_dict().items() if not v.equal(before.mpnet.state_dict()[name])
    }
    assert any(name.startswith("encoder.layer.1.") for name in moved)
    assert not any(name.startswith(("embeddings.", "encoder.layer.0.")) for name in moved)


def test_it_is_not_asked_of_longer_texts_than_it_knows(taught):
    pupil = starting_model(base_weights(), config_of(base_weights()))
    teachers = Teachers([taught], pupil, specials=[101, 102])
    short = torch.tensor([[101, 2017, 2024, 102]])
    wanted = teachers(short, torch.ones_like(short))
    assert not torch.isnan(wanted.attributes).any()
    assert torch.isnan(wanted.tokens).tolist() == [[True, False, False, True]]
    long = torch.full((2, 17), 2017)
    wanted = teachers(long, torch.ones_like(long))
    assert wanted.attributes.shape == (2, 6) and torch.isnan(wanted.attributes).all()
    assert torch.isnan(wanted.tokens).all()
    assert distil_loss(pupil(long, torch.ones_like(long)), wanted) == 0


def test_the_one_that_ships_learns_from_it(taught, verdicts, tmp_path):
    out = tmp_path / "pupil"
    options = ["--data", str(verdicts), "--output", str(out), "--batch-size", "8", "--max-steps", "3"]
    assert train.main([*options, "--distil", str(taught)]) == 0
    made = json.loads((out / "manifest.json").read_text(encoding="utf-8"))["training"]
    assert made["distilled_from"] == ["teacher"]


def test_texts_that_are_all_too_long_are_said(verdicts, tmp_path, capsys):
    options = ["--data", str(verdicts), "--output", str(tmp_path / "x"), "--longest", "3"]
    assert train.main(options) == 1
    assert "3 tokens" in capsys.readouterr().err


@pytest.mark.parametrize("words", ["0", "-1", "few"])
def test_a_number_of_layers_is_one(verdicts, tmp_path, capsys, words):
    with pytest.raises(SystemExit):
        train.main(["--data", str(verdicts), "--output", str(tmp_path / "x"), "--freeze", words])
    assert words in capsys.readouterr().err
