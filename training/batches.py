"""From examples to tensors: augmented, normalised and tokenised when a batch is made, so no two passes are the same."""

from __future__ import annotations

import random
from collections.abc import Iterator, Mapping, Sequence

import torch
from tokenizers import Tokenizer
from torch import Tensor
from torch.utils.data import Dataset, Sampler

from moderation.scoring.normalise import normalise
from training.augment import augment
from training.data import Example

NAN = float("nan")


class Examples(Dataset[Example]):
    """Examples by number; the text is augmented later, by :class:`Collator`."""

    def __init__(self, examples: Sequence[Example]) -> None:
        self.examples = examples

    def __len__(self) -> int:
        return len(self.examples)

    def __getitem__(self, index: int) -> Example:
        return self.examples[index]


class LengthBatches(Sampler[list[int]]):
    """Shuffled batches of texts of about one length: padding is compute thrown away.

    Rows are shuffled, cut into pools of 50 batches, sorted inside a pool, and the batches shuffled again.
    """

    def __init__(self, lengths: Sequence[int], batch_size: int, seed: int) -> None:
        self.lengths, self.batch_size, self.seed, self.epoch = lengths, batch_size, seed, 0

    def set_epoch(self, epoch: int) -> None:
        self.epoch = epoch

    def __len__(self) -> int:
        return len(self.lengths) // self.batch_size

    def __iter__(self) -> Iterator[list[int]]:
        rng = random.Random(self.seed * 1000 + self.epoch)  # noqa: S311
        order = list(range(len(self.lengths)))
        rng.shuffle(order)
        pool = self.batch_size * 50
        batches = []
        for a in range(0, len(order), pool):
            part = sorted(order[a : a + pool], key=lambda i: self.lengths[i])
            batches += [part[b : b + self.batch_size] for b in range(0, len(part), self.batch_size)]
        batches = [b for b in batches if len(b) == self.batch_size]
        rng.shuffle(batches)
        yield from batches


class Collator:
    """Examples → padded tensors. ``sources`` numbers them; ``training=False`` leaves texts as they are."""

    def __init__(
        self,
        tokenizer: Tokenizer,
        max_length: int,
        sources: Mapping[str, int],
        *,
        training: bool,
        seed: int = 0,
    ) -> None:
        self.words, self.max_length, self.sources, self.training = tokenizer, max_length, sources, training
        self.rng = random.Random(seed)  # noqa: S311

    def __call__(self, batch: Sequence[Example]) -> dict[str, Tensor]:
        encodings, token_labels = [], []
        for example in batch:
            text, chars = self._variant(example)
            norm = normalise(text)
            encoding = self.words.encode(norm.text)
            ids = encoding.ids[: self.max_length]
            encodings.append(ids)
            token_labels.append(self._token_labels(encoding, len(ids), norm.starts, chars))
        width = max(map(len, encodings))
        return {
            "input_ids": torch.tensor([e + [0] * (width - len(e)) for e in encodings]),
            "attention_mask": torch.tensor([[1] * len(e) + [0] * (width - len(e)) for e in encodings]),
            "token_labels": torch.tensor([t + [NAN] * (width - len(t)) for t in token_labels]),
            "attribute_labels": torch.tensor([e.attributes for e in batch]),
            "target_labels": torch.tensor([e.targets for e in batch]),
            "weight": torch.tensor([e.weight for e in batch]),
            "offence": torch.tensor([e.offence for e in batch]),
            "source": torch.tensor([self.sources[e.source] for e in batch]),
        }

    def _variant(self, example: Example) -> tuple[str, set[int] | None]:
        chars = None if example.toxic_chars is None else set(example.toxic_chars)
        if not self.training or chars:
            return example.text, chars
        return augment(example.text, self.rng), chars

    @staticmethod
    def _token_labels(
        encoding: object, length: int, starts: tuple[int, ...], chars: set[int] | None
    ) -> list[float]:
        if chars is None:
            return [NAN] * length
        labels = []
        for (a, b), special in zip(encoding.offsets[:length], encoding.special_tokens_mask, strict=False):  # type: ignore[attr-defined]
            labels.append(NAN if special or a == b else float(any(starts[i] in chars for i in range(a, b))))
        return labels
