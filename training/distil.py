"""What several trainings say together, learned by one network: its scores, and the words it marks, drawn to the mean of
theirs.

Averages of weights (``training.averaging``) need trainings that lie in one valley; this takes any network of this shape,
also one that began from other weights or learned from other labels. Source: Hinton, Vinyals and Dean, "Distilling the
knowledge in a neural network", 2015, at temperature 1.
"""

from __future__ import annotations

import copy
from collections import Counter
from collections.abc import Sequence
from pathlib import Path
from typing import NamedTuple

import torch
from torch import Tensor, nn

from training.averaging import weights_of
from training.model import TOKEN_WEIGHT, CommentModel, Output, masked_bce

#: What the teachers count beside the labels. A run at 1 lost most of what the mean of its teachers was better in, one at 3,
#: longer and from another start, went beyond it (docs/model.md); which of the three did it was not measured apart.
DISTIL_WEIGHT = 3.0


class Wanted(NamedTuple):
    """Probabilities: of the ``attributes`` [batch, 6], and that a token is part of what offends, ``tokens`` [batch, length],
    NaN where there is no word of the text."""

    attributes: Tensor
    tokens: Tensor


class Teachers:
    """The trainings in ``folders`` (``model.safetensors`` in each), networks of the shape of ``model``; frozen. One that is
    named twice counts twice. Of the tokens ``specials`` they teach nothing: nobody ever asked them of those.

    Raises :class:`training.data.DataError` naming the folder that has no such weights.
    """

    def __init__(self, folders: Sequence[Path], model: CommentModel, specials: Sequence[int] = ()) -> None:
        self._specials = torch.tensor(list(specials), dtype=torch.long, device=model.device)
        config = copy.deepcopy(model.config)
        config.sources = 0
        self._models: list[tuple[CommentModel, float]] = []
        for folder, times in Counter(folders).items():
            teacher = CommentModel(config)
            teacher.load_state_dict(weights_of(folder, teacher))
            share = times / len(folders)
            self._models.append((teacher.eval().requires_grad_(False).to(model.device), share))

    def __call__(self, input_ids: Tensor, attention_mask: Tensor) -> Wanted:
        """The mean of their logits as probabilities."""
        with torch.no_grad():
            said = [(share, m(input_ids, attention_mask)) for m, share in self._models]
        attributes, tokens = (
            torch.sigmoid(torch.stack([share * getattr(out, head) for share, out in said]).sum(0))
            for head in ("attributes", "tokens")
        )
        no_word = (attention_mask == 0) | torch.isin(input_ids, self._specials)
        return Wanted(attributes, tokens.masked_fill(no_word, float("nan")))


def distil_loss(out: Output, wanted: Wanted) -> Tensor:
    """Cross-entropy of what a network says against what is wanted of it."""
    assert out.attributes is not None and out.tokens is not None
    scores = nn.functional.binary_cross_entropy_with_logits(out.attributes, wanted.attributes)
    marks = masked_bce(out.tokens, wanted.tokens, torch.ones_like(out.tokens))
    return DISTIL_WEIGHT * (scores + TOKEN_WEIGHT * marks)
