"""Does the network say whom a comment attacks? Asked of HateCheck, whose hateful cases each name one group.

Its scores of attributes are measured by ``training/score_model.py``; this is of ``targets`` alone.
"""

from __future__ import annotations

from collections.abc import Callable

import pandas as pd

from moderation.types import AIMED_FROM

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
