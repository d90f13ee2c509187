"""The last step of a training: two heads are fitted once more, alone, to the encoder as it has become.

Averages of weights and teachers move the encoder, and a linear head that was learned on the way no longer reads it best. The
encoder and the head of the attributes stay as they are, so that no score changes.
"""

from __future__ import annotations

import random
from collections.abc import Iterator, Sequence

import torch
from torch import Tensor, nn

from moderation.types import ATTRIBUTES
from training.batches import Collator
from training.data import Example
from training.model import CommentModel, masked_bce

TOXICITY = ATTRIBUTES.index("toxicity")
#: So many texts with marked words, and so many that offend and say whom, are read at most.
MOST_MARKED, MOST_AIMED = 6000, 10_000
#: For each of them so many are read in which nothing is marked, or which attack nobody.
UNMARKED = 0.25
#: Passes over them, the rows (words or texts) of a step, and its rate.
PASSES, WORDS, TEXTS, RATE = 3, 16384, 512, 2e-3
#: Texts are many fewer than words, so their head is given more passes.
AIM_PASSES = 40
#: Texts that go through the encoder at once.
BATCH = 48


def fit_heads(model: CommentModel, examples: Sequence[Example], collate: Collator, seed: int) -> None:
    """Fits ``model.token_head`` and ``model.target_head`` in place; leaves alone the one that ``examples`` say nothing of.

    ``collate`` makes the batches; it should not disguise texts.
    """
    rng = random.Random(seed)  # noqa: S311
    marked = [e for e in examples if e.toxic_chars]
    unmarked = [e for e in examples if e.toxic_chars == ()]
    if marked:
        hidden, labels = _words(model, _some(marked, unmarked, MOST_MARKED, rng), collate)
        _fit(model.token_head, hidden, labels, WORDS, PASSES, seed)
    aimed = [e for e in examples if any(t >= 0.5 for t in e.targets) or _aim_known(e)]
    nobody = [e for e in examples if e.attributes[TOXICITY] < 0.5 and any(t < 0.5 for t in e.targets)]
    if any(t >= 0.5 for e in aimed for t in e.targets):
        pooled, labels = _texts(model, _some(aimed, nobody, MOST_AIMED, rng), collate)
        _fit(model.target_head, pooled, labels, TEXTS, AIM_PASSES, seed)


def _aim_known(example: Example) -> bool:
    """Whether it offends, and somebody said of a group at least that it does not attack it."""
    return example.attributes[TOXICITY] >= 0.5 and any(t == t for t in example.targets)


def _some(
    wanted: Sequence[Example], others: Sequence[Example], most: int, rng: random.Random
) -> list[Example]:
    some = rng.sample(wanted, min(most, len(wanted)))
    return some + rng.sample(others, min(int(UNMARKED * len(some)), len(others)))


def _fit(head: nn.Linear, inputs: Tensor, labels: Tensor, rows: int, passes: int, seed: int) -> None:
    """``inputs`` [rows, width] and ``labels`` [rows, outputs], NaN where not known."""
    step = torch.optim.Adam(head.parameters(), lr=RATE)
    order = torch.Generator().manual_seed(seed)
    for _ in range(passes):
        for part in torch.randperm(len(labels), generator=order).split(rows):
            wanted = labels[part].to(head.weight)
            loss = masked_bce(head(inputs[part].to(head.weight)), wanted, torch.ones_like(wanted))
            step.zero_grad()
            loss.backward()
            step.step()


def _words(model: CommentModel, rows: Sequence[Example], collate: Collator) -> tuple[Tensor, Tensor]:
    """What the encoder makes of every word of ``rows`` [words, width] (half precision: there are many), and whether it
    is marked [words, 1]."""
    hidden, labels = [], []
    for out, _, batch in _encoded(model, rows, collate):
        known = ~torch.isnan(batch["token_labels"])
        hidden.append(out[known.to(out.device)].cpu().half())
        labels.append(batch["token_labels"][known].unsqueeze(-1))
    return torch.cat(hidden), torch.cat(labels)


def _texts(model: CommentModel, rows: Sequence[Example], collate: Collator) -> tuple[Tensor, Tensor]:
    """``rows`` as the head of targets reads them [texts, width], and whom they attack [texts, targets]."""
    pooled, labels = [], []
    for out, mask, batch in _encoded(model, rows, collate):
        pooled.append(model.pooled(out, mask).cpu())
        labels.append(batch["target_labels"])
    return torch.cat(pooled), torch.cat(labels)


def _encoded(
    model: CommentModel, rows: Sequence[Example], collate: Collator
) -> Iterator[tuple[Tensor, Tensor, dict[str, Tensor]]]:
    """Batch by batch: the encoder's last layer, the mask, and the batch as ``collate`` made it."""
    by_length = sorted(rows, key=lambda e: len(e.text))  # padding is compute thrown away
    model.eval()
    with torch.no_grad():
        for at in range(0, len(by_length), BATCH):
            batch = collate(by_length[at : at + BATCH])
            mask = batch["attention_mask"].to(model.device)
            yield model.hidden(batch["input_ids"].to(model.device), mask), mask, batch
