"""The last step of a training: the head that marks words is fitted once more, alone, to the encoder as it has become.

Averages of weights and teachers move the encoder, and a linear head that was learned on the way no longer reads it best. The
encoder and the other heads stay as they are, so that no score changes.
"""

from __future__ import annotations

import random
from collections.abc import Sequence

import torch
from torch import Tensor, nn

from training.batches import Collator
from training.data import Example
from training.model import CommentModel

#: So many texts with marked words are read at most, and a quarter as many in which nothing is marked.
MOST = 6000
UNMARKED = 0.25
#: Passes over their tokens, the tokens of a step, and its rate.
PASSES, TOKENS, RATE = 3, 16384, 2e-3
#: Texts that go through the encoder at once.
BATCH = 48


def fit_marks(model: CommentModel, examples: Sequence[Example], collate: Collator, seed: int) -> None:
    """Fits ``model.token_head`` in place on the marked texts among ``examples``; leaves it alone where there are none.

    ``collate`` makes the batches; it should not disguise texts.
    """
    rng = random.Random(seed)  # noqa: S311
    marked = [e for e in examples if e.toxic_chars]
    unmarked = [e for e in examples if e.toxic_chars == ()]
    marked = rng.sample(marked, min(MOST, len(marked)))
    rows = marked + rng.sample(unmarked, min(int(UNMARKED * len(marked)), len(unmarked)))
    if not marked:
        return
    hidden, labels = _tokens(model, rows, collate)
    head = model.token_head
    step = torch.optim.Adam(head.parameters(), lr=RATE)
    order = torch.Generator().manual_seed(seed)
    for _ in range(PASSES):
        for part in torch.randperm(len(labels), generator=order).split(TOKENS):
            logits = head(hidden[part].to(head.weight)).squeeze(-1)
            loss = nn.functional.binary_cross_entropy_with_logits(logits, labels[part].to(head.weight))
            step.zero_grad()
            loss.backward()
            step.step()


def _tokens(model: CommentModel, rows: Sequence[Example], collate: Collator) -> tuple[Tensor, Tensor]:
    """What the encoder makes of every word of ``rows`` [tokens, width] (half precision: there are many), and whether it
    is marked [tokens]."""
    hidden, labels = [], []
    by_length = sorted(rows, key=lambda e: len(e.text))  # padding is compute thrown away
    model.eval()
    with torch.no_grad():
        for at in range(0, len(by_length), BATCH):
            batch = collate(by_length[at : at + BATCH])
            ids, mask = batch["input_ids"].to(model.device), batch["attention_mask"].to(model.device)
            out = model.hidden(ids, mask).cpu()
            known = ~torch.isnan(batch["token_labels"])
            hidden.append(out[known].half())
            labels.append(batch["token_labels"][known])
    return torch.cat(hidden), torch.cat(labels)
