"""What several trainings say together, learned by one network: its scores drawn to the mean of theirs.

Averages of weights (``training.averaging``) need trainings that lie in one valley; this takes any network of this shape,
also one that began from other weights or learned from other labels. Source: Hinton, Vinyals and Dean, "Distilling the
knowledge in a neural network", 2015, at temperature 1.
"""

from __future__ import annotations

import copy
from collections import Counter
from collections.abc import Sequence
from pathlib import Path

import torch
from torch import Tensor, nn

from training.averaging import weights_of
from training.model import CommentModel

#: What the teachers' scores count beside the labels.
DISTIL_WEIGHT = 1.0


class Teachers:
    """The trainings in ``folders`` (``model.safetensors`` in each), networks of the shape of ``model``; frozen. One that is
    named twice counts twice.

    Raises :class:`training.data.DataError` naming the folder that has no such weights.
    """

    def __init__(self, folders: Sequence[Path], model: CommentModel) -> None:
        config = copy.deepcopy(model.config)
        config.sources = 0
        self._models: list[tuple[CommentModel, float]] = []
        for folder, times in Counter(folders).items():
            teacher = CommentModel(config)
            teacher.load_state_dict(weights_of(folder, teacher))
            share = times / len(folders)
            self._models.append((teacher.eval().requires_grad_(False).to(model.device), share))

    def __call__(self, input_ids: Tensor, attention_mask: Tensor) -> Tensor:
        """Probabilities [batch, 6] of the mean of their logits."""
        with torch.no_grad():
            logits = [share * m(input_ids, attention_mask).attributes for m, share in self._models]
            return torch.sigmoid(torch.stack(logits).sum(0))


def distil_loss(logits: Tensor, wanted: Tensor) -> Tensor:
    """Cross-entropy of ``logits`` against the probabilities ``wanted``, both [batch, 6]."""
    return DISTIL_WEIGHT * nn.functional.binary_cross_entropy_with_logits(logits, wanted)
