"""Does the network say whom a comment attacks? Asked of HateCheck, whose hateful cases each name one group, and, by
``python -m training.aimed``, of held-out comments that offend.

Its scores of attributes are measured by ``training/score_model.py``; this is of ``targets`` alone.
"""

from __future__ import annotations

import argparse
import sys
from collections.abc import Callable, Sequence
from pathlib import Path

import numpy as np
import numpy.typing as npt
import pandas as pd

from moderation.scoring import ModelError, Scorer
from moderation.types import AIMED_FROM
from training.data import DataError, Example, load
from training.labels import TARGETS
from training.ratings import rated

#: HateCheck's names for groups, and ours.
GROUPS = {
    "women": "women",
    "trans people": "lgbtq",
    "gay people": "lgbtq",
    "black people": "race",
    "Muslims": "religion",
    "immigrants": "nationality",
    "disabled people": "disability",
}


def measure(get: Callable[[str], pd.DataFrame | None]) -> dict[str, dict[str, float]]:
    """Over the hateful cases, each group counting alike: how often its target is the likeliest (``first``), and how often
    it is likely enough for a report to name it (``named``). ``get`` gives a scored frame, with targets in ``t_<target>``,
    or None.
    """
    frame = get("hatecheck_third")
    columns = [c for c in frame if c.startswith("t_")] if frame is not None else []
    if frame is None or not columns:
        return {}
    cases = frame[(frame["label_gold"] == "hateful") & frame["target_ident"].isin(GROUPS)]
    own = "t_" + cases["target_ident"].map(GROUPS)
    likeliest = (
        cases[columns].idxmax(axis=1).where(cases[columns].max(axis=1) > 0)
    )  # a text without scores has none
    scores = [cases.at[i, c] if c in columns else 0.0 for i, c in own.items()]
    by_group = pd.DataFrame({"first": likeliest == own, "named": [s >= AIMED_FROM for s in scores]}).groupby(
        cases["target_ident"]
    )
    return {"hatecheck_third/targets": by_group.mean().mean().to_dict()} if len(cases) else {}


def held_out(examples: Sequence[Example]) -> list[Example]:
    """Those that offend or attack somebody, and of which it is known of a group at least whether they attack it."""
    return [
        e
        for e in examples
        if e.held_out
        and any(t == t for t in e.targets)
        and (e.attributes[0] >= 0.5 or any(t >= 0.5 for t in e.targets))
    ]


def table(labels: npt.NDArray[np.float64], named: npt.NDArray[np.bool_]) -> str:
    """Markdown: how often each group is said to be attacked, and how rightly.

    ``labels`` [rows, targets], NaN where not known; ``named`` [rows, targets], what a report would say.
    """
    lines = [
        "| aimed at | comments | said of | of those rightly | of the comments found |",
        "|---|---|---|---|---|",
    ]
    for column, target in enumerate(TARGETS):
        known = ~np.isnan(labels[:, column])
        truth, said = labels[known, column] >= 0.5, named[known, column]
        right = int((truth & said).sum())
        shares = (f"{right / n:.0%}" if n else "-" for n in (int(said.sum()), int(truth.sum())))
        lines.append(f"| {target} | {truth.sum()} | {said.sum()} | {' | '.join(shares)} |")
    return "\n".join(lines)


def parser() -> argparse.ArgumentParser:
    p = argparse.ArgumentParser(
        prog="python -m training.aimed",
        description="Whom does a comment attack? What the model's answer is worth on held-out comments that offend.",
    )
    p.add_argument("model", type=Path, metavar="MODEL_DIR")
    p.add_argument("--data", type=Path, required=True, help="the folder of sources that it was trained on")
    return p


def main(argv: list[str] | None = None) -> int:
    options = parser().parse_args(argv)
    try:
        rows = held_out(rated(load(options.data)))
        if not rows:
            raise DataError(f"{options.data}: no held-out comment says whom it attacks")
        scorer = Scorer(options.model)
    except (DataError, ModelError) as error:
        print(f"aimed: {error}", file=sys.stderr)
        return 1
    results = scorer.score_many([e.text for e in rows])
    scorer.close()
    said = [[(r.targets or {}).get(t, 0.0) >= AIMED_FROM for t in TARGETS] for r in results]
    print(f"{len(rows)} held-out comments that offend\n")
    print(table(np.array([e.targets for e in rows]), np.array(said)))
    return 0


if __name__ == "__main__":
    sys.exit(main())
