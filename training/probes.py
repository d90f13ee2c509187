"""What the public sets do not ask: names, groups, emoji and disguises, in texts of our own that nothing is trained on.

Each probe is a frame like those of the public sets, so that it is scored, resampled and held by the gate as they are.
The sentences, names and groups are in ``probes.toml``, the comments with emoji, hateful (1) or not (0), in ``emoji.tsv``: a
language model wrote and labelled them. Candidates can be compared on these without a look at a public set.
"""

from __future__ import annotations

import random
import re
import tomllib
from collections.abc import Callable
from functools import lru_cache
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt
import pandas as pd
from sklearn.metrics import f1_score, roc_auc_score

from moderation.scoring.normalise import lexicon
from training.augment import CHANGES, WORD

#: What they are called in tables; mentions are rows of the news comments.
NAMES = ("names", "groups", "emoji", "disguised", "mentions")
#: So many toxic and so many clean comments are disguised.
DISGUISED = 400
#: With fewer comments of either class a group has no AUC worth printing.
MIN_MENTIONS = 15


def obfuscate(text: str, rng: random.Random, share: float) -> str:
    """Disguises about ``share`` of the words, offensive ones six times as readily, as a troll would."""
    words = lexicon().words

    def change(match: re.Match[str]) -> str:
        word = match.group()
        rate = min(0.8, share * 6) if word.lower() in words else share * 0.4
        return rng.choice(CHANGES)(word, rng) if rng.random() < rate else word

    return WORD.sub(change, text)


@lru_cache(maxsize=1)
def _texts() -> dict[str, Any]:
    return tomllib.loads((Path(__file__).parent / "probes.toml").read_text(encoding="utf-8"))


def frames(civil: pd.DataFrame | None) -> dict[str, pd.DataFrame]:
    """The probes by name; ``disguised`` only where there is a set of news comments to take them from."""
    texts = _texts()
    made = {
        "names": pd.DataFrame(
            {"text": s.format(n), "name": n, "sentence": k}
            for k, s in enumerate(texts["name_sentences"])
            for n in texts["names"]
        ),
        "groups": pd.DataFrame(
            {"text": _capital(s.format(g)), "group": g, "sentence": k, "toxic": int(toxic)}
            for toxic, key in ((False, "clean_sentences"), (True, "toxic_sentences"))
            for k, s in enumerate(texts[key])
            for g in texts["groups"]
        ),
    }
    made["emoji"] = pd.read_csv(
        Path(__file__).parent / "emoji.tsv", sep="\t", names=["hateful", "text"], quoting=3
    )
    if civil is not None:
        made["disguised"] = _disguised(civil)
    return made


def _capital(text: str) -> str:
    return text[:1].upper() + text[1:]


def _disguised(civil: pd.DataFrame) -> pd.DataFrame:
    """Toxic comments as written and disguised (leetspeak, masks, look-alikes, spaces, swaps), beside clean ones."""
    rng = random.Random(0)  # noqa: S311
    rows: list[dict[str, Any]] = []
    for toxic in (1, 0):
        texts = civil.loc[civil["toxic"].astype(int) == toxic, "text"].head(DISGUISED)
        for pair, text in enumerate(texts):
            rows.append({"text": text, "toxic": toxic, "pair": pair, "disguised": 0})
            if toxic:
                rows.append({"text": obfuscate(text, rng, 0.15), "toxic": 1, "pair": pair, "disguised": 1})
    return pd.DataFrame(rows)


def measure(get: Callable[[str], pd.DataFrame | None]) -> dict[str, dict[str, float]]:
    """Figures of the probes, and of the groups that news comments speak of; ``get`` gives a scored frame or None."""
    found: dict[str, dict[str, float]] = {}
    if (names := get("names")) is not None:
        found["names"] = {"false_alarms_at_0.5": float((names["s_toxicity"] >= 0.5).mean())}
    if (groups := get("groups")) is not None:
        clean, toxic = groups[groups["toxic"] == 0], groups[groups["toxic"] == 1]
        found["groups"] = {
            "false_alarms_at_0.5": float((clean["s_toxicity"] >= 0.5).mean()),
            "caught_at_0.5": float((toxic["s_identity_attack"] >= 0.5).mean()),
            "gap_clean": _gap(clean, "s_toxicity"),
            "gap_toxic": _gap(toxic, "s_identity_attack"),
        }
    if (emoji := get("emoji")) is not None:
        found["emoji"] = {
            "macro_f1": float(f1_score(emoji["hateful"], emoji["s_identity_attack"] >= 0.5, average="macro"))
        }
    if (disguised := get("disguised")) is not None:
        found["disguised"] = _caught(disguised)
    if (civil := get("civil_test")) is not None:
        found["mentions"] = mentions(civil)
    return found


def _gap(frame: pd.DataFrame, column: str) -> float:
    """Highest less lowest mean score of a group: 0 when the sentences score alike whoever they name."""
    means = frame.groupby("group")[column].mean()
    return float(means.max() - means.min())


def _caught(frame: pd.DataFrame) -> dict[str, float]:
    clean, plain = frame[frame["toxic"] == 0], frame[(frame["toxic"] == 1) & (frame["disguised"] == 0)]
    hidden = frame[frame["disguised"] == 1]
    seen = set(plain.loc[plain["s_toxicity"] >= 0.5, "pair"])
    known = hidden[hidden["pair"].isin(seen)]
    return {
        "still_caught": float((known["s_toxicity"] >= 0.5).mean()),
        "auc_lost": _auc(plain, clean) - _auc(hidden, clean),
    }


def _auc(positive: pd.DataFrame, negative: pd.DataFrame) -> float:
    truth = np.r_[np.ones(len(positive)), np.zeros(len(negative))]
    return float(roc_auc_score(truth, np.r_[positive["s_toxicity"], negative["s_toxicity"]]))


def mentions(civil: pd.DataFrame) -> dict[str, float]:
    """Subgroup, BPSN and BNSP AUC of toxicity (Borkan et al. 2019), the worst group and the mean (power -5) of each.

    Groups are told by the words of ``probes.toml``, for want of raters' identity columns.
    """
    toxic = civil["toxic"].astype(int).to_numpy() == 1
    scores = civil["s_toxicity"].to_numpy()
    by_kind: dict[str, dict[str, float]] = {"subgroup": {}, "bpsn": {}, "bnsp": {}}
    for group, words in _texts()["mentions"].items():
        pattern = re.compile(r"\b(?:" + "|".join(map(re.escape, words)) + r")\b", re.IGNORECASE)
        said = np.array([bool(pattern.search(str(t))) for t in civil["text"]])
        if min((said & toxic).sum(), (said & ~toxic).sum()) < MIN_MENTIONS:
            continue
        rows = {
            "subgroup": said,
            "bpsn": (said & ~toxic) | (~said & toxic),
            "bnsp": (said & toxic) | (~said & ~toxic),
        }
        for kind, chosen in rows.items():
            by_kind[kind][group] = float(roc_auc_score(toxic[chosen], scores[chosen]))
    result: dict[str, float] = {}
    for kind, values in by_kind.items():
        if values:
            result[f"{kind}_auc"] = _power_mean(np.array(list(values.values())))
            result[f"{kind}_auc_worst"] = min(values.values())
    return result


def _power_mean(values: npt.NDArray[np.float64], power: float = -5.0) -> float:
    return float(np.mean(np.maximum(values, 1e-3) ** power) ** (1 / power))
