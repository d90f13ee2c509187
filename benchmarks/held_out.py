"""How good a network is on held-out rows and on our own probes, in one figure per source."""

from __future__ import annotations

import random
from dataclasses import replace
from typing import Any

import numpy as np
import torch
from scipy.stats import spearmanr
from sklearn.metrics import roc_auc_score

from benchmarks.short_runs import Data
from moderation.types import ATTRIBUTES
from training import probes
from training.batches import Collator
from training.calibrate import MAIN
from training.data import Example
from training.labels import CIVIL_YES_OR_NO
from training.model import TOXICITY, CommentModel
from training.ratings import rated, read_ratings, text_id

IDENTITY = ATTRIBUTES.index("identity_attack")
#: One in so many of the probes' sentences about groups is scored: they are many and alike.
GROUPS = 5


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
        plain = np.isin(labels[:, TOXICITY], CIVIL_YES_OR_NO)

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
