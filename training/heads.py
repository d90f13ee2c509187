"""The last step of a training: heads are fitted once more, alone, to the encoder as it has become.

Averages of weights and teachers move the encoder, and a linear head that was learned on the way no longer reads it best. The
encoder stays as it is; so does the head of the attributes (:func:`fit_heads`), but for those that shall score as an earlier
network did (:func:`keep_scores`).
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
#: So many texts of each source say how an earlier network scores; the weight of leaving the head as it is, against theirs.
LIKE, RIDGE = 600, 30.0


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


def keep_scores(
    model: CommentModel, start: CommentModel, attributes: Sequence[str], examples: Sequence[Example], collate: Collator,
    seed: int,
) -> None:  # fmt: skip
    """Fits the rows of ``model.attribute_head`` for ``attributes`` in place, so that they score as ``start`` does.

    Least squares on the logits that ``start`` gives to texts of ``examples``, with no look at their labels. What the
    encoder has learned since may still tell such texts apart; the scale and the habits are those of ``start``.
    """
    rng = random.Random(seed)  # noqa: S311
    by_source: dict[str, list[Example]] = {}
    for example in dict.fromkeys(examples):
        by_source.setdefault(example.source, []).append(example)
    texts = [e for rows in by_source.values() for e in rng.sample(rows, min(LIKE, len(rows)))]
    rows = [ATTRIBUTES.index(name) for name in attributes]
    inputs = [model.pooled(out, mask).double() for out, mask, _ in _encoded(model, texts, collate)]
    wanted = [
        start.attribute_head(start.pooled(out, mask))[:, rows].double()
        for out, mask, _ in _encoded(start, texts, collate)
    ]
    x = torch.cat(inputs)
    x = torch.cat((x, torch.ones_like(x[:, :1])), dim=1)
    head = model.attribute_head
    old = torch.cat((head.weight[rows], head.bias[rows].unsqueeze(1)), dim=1).double()
    with torch.no_grad():
        left = torch.cat(wanted) - x @ old.T
        change = torch.linalg.solve(x.T @ x + RIDGE * torch.eye(x.shape[1]).to(x), x.T @ left).T
        head.weight[rows] += change[:, :-1].to(head.weight)
        head.bias[rows] += change[:, -1].to(head.bias)


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
