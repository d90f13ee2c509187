"""What each part of the training is worth: short runs that differ in one thing.

    python -m benchmarks.ablations TRAIN --results FILE [--only NAMES] [--seeds N] [--batches N] [--doc docs/model.md]

Every run begins at MiniLM-L6 and takes the same batches of short texts in the same order (but where the rows themselves
are what differs), so that a difference is the one thing and chance. How large chance is, the runs of the baseline with
several seeds say: they differ in the order and the choice of texts and in the new heads. Figures are of held-out rows and
of our own probes; no public test set is read. Each run is added to FILE when it ends, and one that is there already is not
run again: stop and go on as you like.
"""

from __future__ import annotations

import argparse
import csv
import gzip
import json
import math
import random
import sys
import time
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt
import torch
from scipy.stats import spearmanr
from sklearn.metrics import roc_auc_score
from torch import Tensor, nn

from benchmarks.tables import put
from moderation.types import ATTRIBUTES
from training import probes
from training.batches import Collator, LengthBatches
from training.calibrate import MAIN
from training.data import DataError, Example, load, one_pass
from training.distil import Teachers, distil_loss
from training.model import (
    ORDER_WEIGHT,
    TARGET_WEIGHT,
    TOKEN_WEIGHT,
    CommentModel,
    Output,
    masked_bce,
    order_loss,
)
from training.networks import base_weights, config_of, specials, starting_model, words_for
from training.ratings import rated, read_ratings, text_id
from training.sentences import sentence_rows
from training.train import SENTENCES, parameter_groups

Floats = npt.NDArray[np.float64]
TOXICITY, IDENTITY = ATTRIBUTES.index("toxicity"), ATTRIBUTES.index("identity_attack")
#: Texts of a batch, the rate of the encoder, and the most tokens of a text.
BATCH, RATE, LONGEST = 32, 1.5e-4, 48
#: One in so many of the probes' sentences about groups is scored: they are many and alike.
GROUPS = 5
#: Pairs of a toxic sentence and its harmless rewriting in a batch of the contrastive loss, and its temperature.
PAIRS, TEMPERATURE = 8, 0.1


@dataclass(frozen=True, slots=True)
class Recipe:
    """How one run trains; the defaults are how ``training.train`` does."""

    soft: bool = True
    focal: float = 0.0
    level_classes: bool = False
    layer_decay: float = 1.0
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


#: Name → what the table says of it, and how it differs from the baseline.
VARIANTS: dict[str, tuple[str, dict[str, Any]]] = {
    "baseline": ("as `training.train` does, but short", {}),
    "hard labels": ("every label 0 or 1", {"soft": False}),
    "focal loss": ("rows the network is sure of count less (γ = 2; Lin et al. 2017)", {"focal": 2.0}),
    "level classes": ("offending rows weighted up to half, attribute by attribute", {"level_classes": True}),
    "layer-wise rates": ("each layer 0.8 times the rate of the next one up", {"layer_decay": 0.8}),
    "multi-sample dropout": ("the heads read five dropped-out views (Inoue 2019)", {"dropouts": 5}),
    "encoder dropout": ("0.1 inside the encoder, as BERT was trained", {"encoder_dropout": 0.1}),
    "weight averaging": ("mean of the weights over the last quarter", {"average": True}),
    "adversarial (FGM)": ("a second pass with word vectors pushed the worst way (Miyato et al. 2017); twice the time",
                          {"adversarial": 0.5}),
    "R-Drop": ("two passes with dropout must agree (Liang et al. 2021); twice the time",
               {"encoder_dropout": 0.1, "r_drop": 1.0}),
    "contrast of pairs": ("ParaDetox's toxic sentences apart from their rewritings (Khosla et al. 2020); half the time more",
                          {"pairs": 0.1}),
    "no texts of ours": ("without contrast pairs and written comments", {"own_texts": False}),
    "no ratings": ("without the language model's ratings", {"ratings": False}),
    "level sources": ("each row once and alike, whatever sources.toml says", {"level_sources": True}),
    "no source bias": ("one scale for all sources", {"source_bias": False}),
    "no disguises": ("texts as they are", {"disguised": False}),
    "cut at 24 tokens": ("each text's first 24 tokens only", {"longest": 24}),
    "distilled": ("the shipped model's scores beside the labels, at three times their weight", {"teacher": True}),
}  # fmt: skip


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


class Held:
    """Held-out rows and probes of at most ``longest`` tokens, and what a network makes of them."""

    def __init__(self, data: Data, longest: int) -> None:
        held = [e for e in rated(data.examples(0)) if e.held_out]
        self.rows = [e for e, _ in data.short(held, longest)]
        collate = Collator(data.words, 512, {"held": 0}, training=False)
        frames = probes.frames(None)
        self.emoji, self.groups = frames["emoji"], frames["groups"][::GROUPS]
        rng = random.Random(0)
        news = [e for e in self.rows if e.source in MAIN and e.attributes[TOXICITY] >= 0.5]
        self.disguised = [probes.obfuscate(e.text, rng, 0.1) for e in news]
        self.texts = [
            *(e.text for e in self.rows),
            *self.emoji["text"],
            *self.groups["text"],
            *self.disguised,
        ]
        blank = Example("", "held", 1.0, (float("nan"),) * len(ATTRIBUTES), (), None)
        order = sorted(range(len(self.texts)), key=lambda i: len(self.texts[i]))
        self.batches = []
        for at in range(0, len(order), 64):
            part = order[at : at + 64]
            made = collate([replace(blank, text=self.texts[i]) for i in part])
            self.batches.append((part, made["input_ids"], made["attention_mask"]))

    def figures(self, model: CommentModel) -> dict[str, float]:
        model.eval()
        logits = np.zeros((len(self.texts), len(ATTRIBUTES)))
        with torch.no_grad():
            for part, ids, mask in self.batches:
                logits[part] = model(ids, mask).attributes.double().numpy()
        count = len(self.rows)
        own, rest = logits[:count], logits[count:]
        labels = np.array([e.attributes for e in self.rows])
        source = np.array([e.source for e in self.rows])
        # Civil's rows with readers' fractions, and those that say toxic or not, are of different makers.
        plain = np.isin(labels[:, TOXICITY], (0.05, 0.9))

        def auc(rows: Any, attribute: int) -> float:
            known = rows & ~np.isnan(labels[:, attribute])
            return float(roc_auc_score(labels[known, attribute] >= 0.5, own[known, attribute]))

        civil = source == "civil"
        ratings = read_ratings()
        reddit = [
            (ratings[text_id(e.text)].attributes[TOXICITY], own[i, TOXICITY])
            for i, e in enumerate(self.rows)
            if e.source == "goemotions_unlabelled" and text_id(e.text) in ratings
        ]
        emoji, groups = np.split(rest[: len(self.emoji) + len(self.groups), IDENTITY], [len(self.emoji)])
        clean = own[civil & (labels[:, TOXICITY] < 0.5), TOXICITY]
        rude = rest[-len(self.disguised) :, TOXICITY]
        both = np.concatenate((clean, rude))
        return {
            "news, readers' shares": auc(civil & ~plain, TOXICITY),
            "news, toxic or not": auc(civil & plain, TOXICITY),
            "disguised": float(roc_auc_score(np.arange(len(both)) >= len(clean), both)),
            "Wikipedia": auc(source == "jigsaw2018_six", TOXICITY),
            "HateXplain": auc(source == "hatexplain", IDENTITY),
            "edos": auc(source == "edos", IDENTITY),
            "Reddit, order": float(spearmanr([(a, b) for a, b in reddit if a == a])[0]),
            "emoji": float(roc_auc_score(self.emoji["hateful"], emoji)),
            "groups": float(roc_auc_score(self.groups["toxic"], groups)),
        }


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
        shipped = Path(__file__).parent.parent / "models"
        self.teachers = (
            Teachers([max(shipped.glob("comments-en-*"))], self.model, specials(self.words))
            if recipe.teacher
            else None
        )

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
        groups = parameter_groups(model, RATE)
        if recipe.layer_decay < 1:
            groups = [*_layers(model, recipe.layer_decay), *groups[1:]]
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


def _layers(model: CommentModel, decay: float) -> list[dict[str, Any]]:
    """Parameter groups of the encoder: the top layer at the full rate, the word vectors slowest."""
    parts: list[nn.Module] = [model.bert.embeddings, *model.bert.encoder.layer]
    return [
        {"params": list(part.parameters()), "lr": RATE * decay ** (len(parts) - 1 - i)}
        for i, part in enumerate(parts)
    ]


def _apart(a: Tensor, b: Tensor) -> Tensor:
    """Mean divergence of two sets of yes-or-no probabilities, both ways."""
    p, q = torch.sigmoid(a), torch.sigmoid(b)
    return ((p - q) * (a - b)).mean() / 2


def read_pairs(data: Path) -> list[tuple[str, str]]:
    """Toxic sentences of ParaDetox, each with one of its rewritings. Raises DataError where the file is missing."""
    for file in (data / "paradetox.csv.gz", data / "paradetox.csv"):
        if file.exists():
            break
    else:
        raise DataError(f"{data}: no paradetox.csv.gz, which the contrast of pairs needs")
    sides: dict[str, dict[str, str]] = {}
    with (
        gzip.open(file, "rt", encoding="utf-8", newline="")
        if file.suffix == ".gz"
        else file.open(encoding="utf-8", newline="") as handle
    ):
        for row in csv.DictReader(handle):
            sides.setdefault(row["pair"], {}).setdefault(row["toxic"], row["text"])
    return [(both["1"], both["0"]) for both in sides.values() if len(both) == 2]


def table(results: Sequence[dict[str, Any]]) -> str:
    """Markdown: the baseline's mean and spread over seeds, then what each variant is above or below it on like seeds."""
    runs: dict[str, dict[int, dict[str, float]]] = {}
    for r in results:
        runs.setdefault(r["variant"], {})[r["seed"]] = r["figures"]
    base = runs.get("baseline", {})
    if not base:
        return "no run of the baseline yet\n"
    names = list(next(iter(base.values())))
    spread = {
        n: float(np.std([f[n] for f in base.values()], ddof=1)) if len(base) > 1 else math.nan for n in names
    }
    lines = [
        f"| | what differs | {' | '.join(names)} | runs |",
        "|---" * (len(names) + 3) + "|",
        "| **baseline** | "
        + VARIANTS["baseline"][0]
        + " | "
        + " | ".join(f"{np.mean([f[n] for f in base.values()]):.3f}" for n in names)
        + f" | {len(base)} |",
        "| chance | standard deviation between the baseline's runs | "
        + " | ".join(f"{spread[n]:.3f}" for n in names)
        + " | |",
    ]  # fmt: skip
    for name, (what, _) in VARIANTS.items():
        seeds = sorted(set(runs.get(name, {})) & set(base))
        if name == "baseline" or not seeds:
            continue
        cells = []
        for n in names:
            gain = float(np.mean([runs[name][s][n] - base[s][n] for s in seeds]))
            # A difference of two runs has twice the variance of one; more seeds, less.
            # Where the baseline's runs are all alike, they are at the figure's end, and say nothing of chance.
            sure = spread[n] >= 0.0005 and abs(gain) > 2 * spread[n] * math.sqrt(2 / len(seeds))
            cells.append(f"**{gain:+.3f}**" if sure else f"{gain:+.3f}")
        lines.append(f"| {name} | {what} | {' | '.join(cells)} | {len(seeds)} |")
    return "\n".join(lines) + "\n"


def parser() -> argparse.ArgumentParser:
    p = argparse.ArgumentParser(
        prog="python -m benchmarks.ablations",
        description=__doc__,
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    p.add_argument("data", type=Path, metavar="TRAIN", help="folder of training sources")
    p.add_argument("--results", type=Path, required=True, help="JSONL with a line per finished run")
    p.add_argument("--only", default="", metavar="NAMES", help="only these variants, with commas between")
    p.add_argument("--seeds", type=int, default=2, help="runs of each variant (default %(default)s)")
    p.add_argument("--batches", type=int, default=250, help="length of a run (default %(default)s)")
    p.add_argument("--doc", type=Path, help="page to put the table into")
    return p


def main(argv: list[str] | None = None) -> int:
    options = parser().parse_args(argv)
    only = [n.strip() for n in options.only.split(",") if n.strip()] or list(VARIANTS)
    unknown = sorted(set(only) - set(VARIANTS))
    if unknown:
        print(f"no variant {unknown[0]!r} (there: {', '.join(VARIANTS)})", file=sys.stderr)
        return 2
    torch.set_flush_denormal(True)
    done = (
        [json.loads(line) for line in options.results.read_text(encoding="utf-8").splitlines()]
        if options.results.exists()
        else []
    )
    finished = {(r["variant"], r["seed"], r["batches"]) for r in done}
    todo = [
        (name, seed)
        for seed in range(options.seeds)
        for name in only
        if (name, seed, options.batches) not in finished
    ]
    held: Held | None = None
    try:
        data = Data(options.data, words_for(base_weights())) if todo else None
        for number, (name, seed) in enumerate(todo, start=1):
            assert data is not None
            held = held or Held(data, LONGEST)
            began = time.monotonic()
            run = Run(Recipe(**VARIANTS[name][1]), seed, data)
            figures = held.figures(run(options.batches))
            line = {"variant": name, "seed": seed, "batches": options.batches, "figures": figures,
                    "seconds": round(time.monotonic() - began)}  # fmt: skip
            with options.results.open("a", encoding="utf-8") as handle:
                handle.write(json.dumps(line) + "\n")
            done.append(line)
            print(f"{number} of {len(todo)}: {name}, seed {seed}, {line['seconds']} s", file=sys.stderr)
    except DataError as error:
        print(f"ablations: {error}", file=sys.stderr)
        return 1
    except KeyboardInterrupt:
        print("stopped; the runs that ended are kept, the same command goes on", file=sys.stderr)
        return 130
    text = table([r for r in done if r["batches"] == options.batches])
    print(text)
    if options.doc:
        put(options.doc, "ablations", text)
    return 0


if __name__ == "__main__":
    sys.exit(main())
