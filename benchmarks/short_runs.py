"""One short training by a recipe: what :mod:`benchmarks.ablations` makes many of."""

from __future__ import annotations

import math
import random
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import numpy as np
import torch
from torch import Tensor, nn

from moderation.scoring.model import locate
from training.batches import Collator, LengthBatches
from training.calibrate import MAIN
from training.data import DataError, Example, load, one_pass, read_csv
from training.distil import Teachers, distil_loss
from training.model import (
    ORDER_WEIGHT,
    TARGET_WEIGHT,
    TOKEN_WEIGHT,
    TOXICITY,
    CommentModel,
    Output,
    masked_bce,
    order_loss,
)
from training.networks import base_weights, config_of, specials, starting_model
from training.ratings import rated
from training.sentences import sentence_rows
from training.train import SENTENCES
from training.trainer import parameter_groups

#: Texts of a batch, the rate of the encoder, and the most tokens of a text.
BATCH, RATE, LONGEST = 32, 1.5e-4, 48
#: Pairs of a toxic sentence and its harmless rewriting in a batch of the contrastive loss, and its temperature.
PAIRS, TEMPERATURE = 8, 0.1


@dataclass(frozen=True, slots=True)
class Recipe:
    """How one run trains; the defaults are how ``training.train`` does."""

    soft: bool = True
    focal: float = 0.0
    level_classes: bool = False
    layer_rate: float = 1.0
    dropouts: int = 1
    encoder_dropout: float = 0.0
    average: bool = False
    adversarial: float = 0.0
    r_drop: float = 0.0
    pairs: float = 0.0
    own_texts: bool = True
    ratings: bool = True
    level_sources: bool = False
    source_bias: bool = True
    disguised: bool = True
    longest: int = LONGEST
    teacher: bool = False


class Data:
    """The training sources, read and counted once for all runs of a seed."""

    def __init__(self, folder: Path, words: Any) -> None:
        self.folder, self.words, self.pairs = folder, words, read_pairs(folder)
        self._lengths: dict[str, int] = {}
        self._read: tuple[int, list[Example]] = (-1, [])

    def examples(self, seed: int) -> list[Example]:
        if self._read[0] != seed:
            self._read = seed, load(self.folder, seed=seed)
        return self._read[1]

    def short(self, rows: Sequence[Example], longest: int) -> list[tuple[Example, int]]:
        """Those of at most ``longest`` tokens, with how many they have."""
        new = list({e.text for e in rows} - self._lengths.keys())
        for text, made in zip(new, self.words.encode_batch_fast(new), strict=True):
            self._lengths[text] = len(made.ids)
        return [(e, self._lengths[e.text]) for e in rows if self._lengths[e.text] <= longest]


class Run:
    """One training of one recipe."""

    def __init__(self, recipe: Recipe, seed: int, data: Data) -> None:
        self.recipe, self.seed, self.pairs, self.words = recipe, seed, data.pairs, data.words
        torch.manual_seed(seed)
        examples = data.examples(seed)
        self.examples = rated(examples) if recipe.ratings else examples
        base = base_weights()
        config = config_of(base)
        config.hidden_dropout_prob = config.attention_probs_dropout_prob = recipe.encoder_dropout
        train = one_pass([e for e in self.examples if e.labelled])
        train += sentence_rows(train, SENTENCES, random.Random(seed))
        if not recipe.own_texts:
            train = [e for e in train if e.source not in ("contrast", "written")]
        if recipe.level_sources:
            train = [replace(e, weight=1.0) for e in dict.fromkeys(train)]
        if not recipe.soft:
            train = [replace(e, attributes=tuple(map(_hard, e.attributes))) for e in train]
        names = sorted({e.source for e in self.examples} - set(MAIN))
        self.numbers = {name: i if recipe.source_bias else 0 for i, name in enumerate(names, start=1)}
        self.numbers.update(dict.fromkeys(MAIN, 0))
        config.sources = len(names) + 1 if recipe.source_bias else 0
        self.train = data.short(train, LONGEST)
        self.model = starting_model(base, config)
        assert isinstance(self.model, CommentModel)
        self.level = _level([e for e, _ in self.train]) if recipe.level_classes else None
        self.teachers = Teachers([locate()], self.model, specials(self.words)) if recipe.teacher else None

    def batches(self, count: int) -> Iterator[list[Example]]:
        """The same ones for every recipe with the same rows: a choice of them, in batches of one length."""
        rng = random.Random(self.seed)
        rows = rng.sample(self.train, min(len(self.train), count * BATCH))
        for batch in LengthBatches([n for _, n in rows], BATCH, self.seed):
            yield [rows[i][0] for i in batch]

    def __call__(self, count: int) -> CommentModel:
        recipe, model = self.recipe, self.model
        assert isinstance(model, CommentModel)
        collate = Collator(
            self.words, recipe.longest, self.numbers, training=recipe.disguised, seed=self.seed
        )
        plain = Collator(self.words, LONGEST, {"pair": 0}, training=False)
        groups = parameter_groups(model, RATE, recipe.layer_rate)
        optimiser = torch.optim.AdamW(groups, weight_decay=0.01, fused=True)
        rates = [g["lr"] for g in optimiser.param_groups]
        rng = random.Random(self.seed)
        words = model.bert.embeddings.word_embeddings.weight
        total: dict[str, Tensor] = {}
        model.train()
        for step, rows in enumerate(self.batches(count)):
            share = min(1.0, (step + 1) / (count / 20))
            if step >= count / 2:
                share *= 1 - math.sqrt((step - count / 2) / (count / 2))
            for group, rate in zip(optimiser.param_groups, rates, strict=True):
                group["lr"] = rate * share
            batch = collate(rows)
            optimiser.zero_grad()
            self.loss(batch).backward()
            if recipe.pairs:
                some = [t for pair in rng.sample(list(self.pairs), PAIRS) for t in pair]
                texts = plain([Example(t, "pair", 1.0, (), (), None) for t in some])
                (recipe.pairs * self.contrast(texts)).backward()
            if recipe.adversarial and words.grad is not None:
                push = recipe.adversarial * words.grad / words.grad.norm().clamp(min=1e-12)
                words.data.add_(push)
                self.loss(batch).backward()
                words.data.sub_(push)
            nn.utils.clip_grad_norm_(model.parameters(), 1.0)
            optimiser.step()
            if recipe.average and step >= count * 3 // 4:
                for name, value in model.state_dict().items():
                    total[name] = total.get(name, 0) + value.double()
        if total:
            kept = count - count * 3 // 4
            model.load_state_dict({name: (value / kept).float() for name, value in total.items()})
        return model

    def loss(self, batch: dict[str, Tensor]) -> Tensor:
        out = self.outputs(batch)
        found = self.supervised(out, batch)
        if self.teachers is not None:
            found = found + distil_loss(out, self.teachers(batch["input_ids"], batch["attention_mask"]))
        if self.recipe.r_drop:
            again = self.outputs(batch)
            assert out.attributes is not None and again.attributes is not None
            found = (found + self.supervised(again, batch)) / 2
            found = found + self.recipe.r_drop * _apart(out.attributes, again.attributes)
        return found

    def outputs(self, batch: dict[str, Tensor]) -> Output:
        model, mask = self.model, batch["attention_mask"]
        hidden = model.hidden(batch["input_ids"], mask)
        views = [model.pooled(hidden, mask) for _ in range(self.recipe.dropouts)]
        return Output(
            attributes=torch.stack([model.attribute_head(v) for v in views]).mean(0),
            targets=torch.stack([model.target_head(v) for v in views]).mean(0),
            tokens=model.token_head(hidden).squeeze(-1),
        )

    def supervised(self, out: Output, batch: dict[str, Tensor]) -> Tensor:
        """As the network's own loss, but for what a recipe changes in that of the attributes."""
        assert out.attributes is not None and out.targets is not None and out.tokens is not None
        labels, weight = batch["attribute_labels"], batch["weight"].unsqueeze(-1)
        logits = out.attributes
        if self.model.source_bias is not None:
            logits = logits + self.model.source_bias(batch["source"])
        if self.level is not None:
            weight = weight * torch.where(torch.nan_to_num(labels) >= 0.5, self.level, 1.0)
        if self.recipe.focal:
            sure = (torch.sigmoid(logits) - torch.nan_to_num(labels)).abs().detach()
            weight = weight * sure**self.recipe.focal
        row = torch.ones_like(batch["weight"]).unsqueeze(-1)
        return (
            masked_bce(logits, labels, weight)
            + TARGET_WEIGHT * masked_bce(out.targets, batch["target_labels"], batch["weight"].unsqueeze(-1))
            + TOKEN_WEIGHT * masked_bce(out.tokens, batch["token_labels"], row)
            + ORDER_WEIGHT * order_loss(out.attributes[:, TOXICITY], batch["offence"])
        )

    def contrast(self, batch: dict[str, Tensor]) -> Tensor:
        """Supervised contrast: every toxic text near the toxic ones and away from the rewritings, and the other way."""
        mask = batch["attention_mask"]
        views = nn.functional.normalize(
            self.model.pooled(self.model.hidden(batch["input_ids"], mask), mask), dim=-1
        )
        near = views @ views.T / TEMPERATURE
        kind = torch.arange(len(views)) % 2
        other = ~torch.eye(len(views), dtype=torch.bool)
        alike = (kind[:, None] == kind[None]) & other
        logs = near - torch.logsumexp(near.masked_fill(~other, -1e4), dim=1, keepdim=True)
        return -(logs * alike).sum(1).div(alike.sum(1)).mean()


def _hard(label: float) -> float:
    return label if label != label else float(label >= 0.5)


def _level(train: Sequence[Example]) -> Tensor:
    """For each attribute, what an offending row must weigh for them to count as much as the rest; ten at most."""
    labels = np.array([e.attributes for e in train])
    positive, known = (labels >= 0.5).sum(0), (~np.isnan(labels)).sum(0)
    return torch.tensor(np.minimum((known - positive) / np.maximum(positive, 1), 10.0), dtype=torch.float32)


def _apart(a: Tensor, b: Tensor) -> Tensor:
    """Mean divergence of two sets of yes-or-no probabilities, both ways."""
    p, q = torch.sigmoid(a), torch.sigmoid(b)
    return ((p - q) * (a - b)).mean() / 2


def read_pairs(folder: Path) -> list[tuple[str, str]]:
    """Toxic sentences of ParaDetox, each with one of its rewritings. Raises DataError where the file is missing."""
    file = next((f for f in (folder / "paradetox.csv.gz", folder / "paradetox.csv") if f.exists()), None)
    if file is None:
        raise DataError(f"{folder}: no paradetox.csv.gz, which the contrast of pairs needs")
    sides: dict[str, dict[str, str]] = {}
    for row in read_csv(file):
        sides.setdefault(row["pair"], {}).setdefault(row["toxic"], row["text"])
    return [(both["1"], both["0"]) for both in sides.values() if len(both) == 2]
