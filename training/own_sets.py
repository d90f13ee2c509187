"""Sets of a site's own: ``text`` and a verdict (0 to 1) for any attribute, as ``training.train`` takes them.

How well the scores rank what was rejected above the rest (``auc_ATTRIBUTE``), and how far they are from the verdicts
(``brier_ATTRIBUTE``, Brier 1950): a model may rank well and still give every comment nearly the same score.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping

import numpy as np
import pandas as pd
from sklearn.metrics import brier_score_loss, roc_auc_score

from moderation.types import ATTRIBUTES

#: What stands before the name of such a set in a table of figures.
OWN = "own/"
#: With fewer comments of either class a figure says nothing.
MIN_OF_A_CLASS = 10
#: The public sets, whose columns mean something else (``training/score_model.py``, ``aimed.py``).
PUBLIC = frozenset(
    (
        "bias_templates",
        "civil_test",
        "context_toxicity",
        "dynahate_test",
        "edos_test",
        "gab_hate_test",
        "hatecheck",
        "hatecheck_third",
        "hatemoji_build_test",
        "hatemoji_check",
        "jigsaw2018_test_balanced",
        "kaggle_insults",
        "olid_test",
        "ruddit",
        "toxic_spans_test",
        "ucc_healthy",
        "wiki_identity_fuzz",
    )
)


def measure(frames: Mapping[str, pd.DataFrame], probes: Iterable[str]) -> dict[str, dict[str, float]]:
    """{"own/NAME": {figure: value}} of every scored frame that is neither a public set nor one of ``probes``.

    Either class counts half in the Brier score: what a score means does not depend on how much of a set was rejected.
    """
    found: dict[str, dict[str, float]] = {}
    for name in sorted(frames.keys() - PUBLIC - set(probes)):
        values: dict[str, float] = {}
        for attribute in ATTRIBUTES:
            if attribute not in frames[name]:
                continue
            verdict = pd.to_numeric(frames[name][attribute], errors="coerce")
            known = verdict.between(0, 1).to_numpy()
            truth = verdict[known].to_numpy() >= 0.5
            counts = np.bincount(truth, minlength=2)
            if counts.min() < MIN_OF_A_CLASS:
                continue
            scores = frames[name]["s_" + attribute].to_numpy()[known]
            values["auc_" + attribute] = float(roc_auc_score(truth, scores))
            values["brier_" + attribute] = float(
                brier_score_loss(truth, scores, sample_weight=1 / counts[truth.astype(int)])
            )
        if values:
            found[OWN + name] = values
    return found


def higher_is_better(figure: str) -> bool:
    return not figure.startswith("brier_")
