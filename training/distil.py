"""What several trainings say together, learned by one network: its scores, and the words it marks, drawn to the mean of
theirs.

Averages of weights (``training.averaging``) need trainings that lie in one valley; this takes any network of ours, also one
that began from other weights, learned from other labels, or is larger (``training.large``). Source: Hinton, Vinyals and
Dean, "Distilling the knowledge in a neural network", 2015, at temperature 1.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from pathlib import Path
from typing import NamedTuple

import torch
from torch import Tensor

from moderation.types import ATTRIBUTES
from training.averaging import weights_of
from training.large import LargeModel
from training.model import TOKEN_WEIGHT, CommentModel, Output, masked_bce
from training.networks import empty_network

#: What the teachers count beside the labels. A run at 1 lost most of what the mean of its teachers was better in, one at 3,
#: longer and from another start, went beyond it (docs/training-log.md); which of the three did it was not measured apart.
DISTIL_WEIGHT = 3.0


class Wanted(NamedTuple):
    """Probabilities: of the ``attributes`` [batch, 6], NaN where the texts are too long for every teacher, and that a token
    is part of what offends, ``tokens`` [batch, length], NaN where there is no word of the text too."""

    attributes: Tensor
    tokens: Tensor


class Teachers:
    """The trainings in ``folders`` (weights of a training, or a model directory), networks of the shape of ``model`` or
    larger; frozen. One that is named twice counts twice. Of the tokens ``specials`` they teach nothing: nobody ever asked
    them of those. A larger one is not asked of texts that are longer than those it learned from.

    Raises :class:`training.data.DataError` naming the folder that has no such weights.
    """

    def __init__(
        self, folders: Sequence[Path], model: CommentModel | LargeModel, specials: Sequence[int] = ()
    ) -> None:
        self._specials = torch.tensor(list(specials), dtype=torch.long, device=model.device)
        self._models: list[tuple[CommentModel | LargeModel, int]] = []
        for folder, times in Counter(folders).items():
            teacher = empty_network(folder, model.config)
            teacher.load_state_dict(weights_of(folder, teacher))
            self._models.append((teacher.eval().requires_grad_(False).to(model.device), times))

    def __call__(self, input_ids: Tensor, attention_mask: Tensor) -> Wanted:
        """The mean of their logits as probabilities."""
        length = input_ids.shape[1]
        with torch.no_grad():
            said = [
                (times, m(input_ids, attention_mask))
                for m, times in self._models
                if length <= (getattr(m.config, "longest", 0) or length)
            ]
        if not said:
            nothing = torch.full(input_ids.shape, float("nan"), device=input_ids.device)
            return Wanted(nothing[:, :1].expand(-1, len(ATTRIBUTES)), nothing)
        total = sum(times for times, _ in said)
        attributes, tokens = (
            torch.sigmoid(torch.stack([times / total * getattr(out, head) for times, out in said]).sum(0))
            for head in ("attributes", "tokens")
        )
        no_word = (attention_mask == 0) | torch.isin(input_ids, self._specials)
        return Wanted(attributes, tokens.masked_fill(no_word, float("nan")))


def distil_loss(out: Output, wanted: Wanted, part: Tensor | None = None) -> Tensor:
    """Cross-entropy of what a network says against what is wanted of it.

    ``part`` [batch]: how much the teachers' scores count on each row (1 when left out). Where many people have labelled
    what the teachers are weak at, the labels must be free to move the network away from them.
    """
    assert out.attributes is not None and out.tokens is not None
    row = torch.ones_like(out.attributes[:, :1]) if part is None else part.unsqueeze(-1)
    # A mean over the rows, not over what they count: a batch of rows that count little must weigh little.
    scores = row.mean() * masked_bce(out.attributes, wanted.attributes, row)
    marks = masked_bce(out.tokens, wanted.tokens, torch.ones_like(out.tokens))
    return DISTIL_WEIGHT * (scores + TOKEN_WEIGHT * marks)
