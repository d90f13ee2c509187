"""A larger network as a teacher: too slow and too big to ship, it knows more English than the one that ships.

Its encoder is an MPNet (Song et al., "MPNet: Masked and permuted pre-training for language understanding", NeurIPS 2020), by
default all-mpnet-base-v2, 110 million parameters; its heads are those of :class:`training.model.CommentModel`. Both
vocabularies are made of the same words under other numbers, so that it reads the batches of its pupil.
"""

from __future__ import annotations

from collections.abc import Mapping

import torch
from tokenizers import Tokenizer
from torch import Tensor
from transformers import MPNetConfig, MPNetModel, MPNetPreTrainedModel

from training.data import DataError
from training.model import Heads

#: What a BERT calls its special tokens, and what an MPNet does.
SPECIALS = {"[CLS]": "<s>", "[SEP]": "</s>", "[PAD]": "<pad>", "[MASK]": "<mask>"}


class LargeModel(Heads, MPNetPreTrainedModel):
    """As :class:`training.model.CommentModel`, and called with the same token numbers, a BERT's.

    ``config.words`` is how many of those there are, ``config.longest`` the most tokens of a text it was trained on (0: any).
    """

    config_class = MPNetConfig

    def __init__(self, config: MPNetConfig) -> None:
        super().__init__(config)
        self.mpnet = MPNetModel(config, add_pooling_layer=False)
        self.add_heads(config)
        self.numbers: Tensor
        self.register_buffer("numbers", torch.zeros(config.words, dtype=torch.long))
        self.post_init()

    def hidden(self, input_ids: Tensor, attention_mask: Tensor) -> Tensor:
        return super().hidden(self.numbers[input_ids], attention_mask)


def numbers_of(words: Tokenizer, others: Tokenizer) -> Tensor:
    """The numbers that ``others``, an MPNet's tokenizer, gives to the tokens of ``words``, a BERT's, by their number there.

    Raises :class:`DataError` when it lacks one of them: then its network would read other words than are written.
    """
    theirs: Mapping[str, int] = others.get_vocab()
    ours = sorted(words.get_vocab().items(), key=lambda item: item[1])
    missing = [token for token, _ in ours if SPECIALS.get(token, token) not in theirs]
    if missing:
        raise DataError(f"the large network's vocabulary has no {missing[0]!r}, nor {len(missing) - 1} more")
    return torch.tensor([theirs[SPECIALS.get(token, token)] for token, _ in ours])
