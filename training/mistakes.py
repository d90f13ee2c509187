"""The worst mistakes of a model on labelled sets, for a retrainer to read: they say what the data lacks.

Texts go to the file that was asked for and nowhere else: they are other people's, and often vile.
"""

from __future__ import annotations

import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from typing import Any

import pandas as pd

#: From here on a score says "offending", as on the functional suites.
THRESHOLD = 0.5
COLUMNS = ("set", "row", "kind", "margin", "attribute", "score", "label", "marked", "text")


@dataclass(frozen=True, slots=True)
class Judged:
    """What a set's labels say: values of ``column`` that mean offending, and the ``attribute`` they are about."""

    column: str
    offending: tuple[Any, ...]
    attribute: str

    def truth(self, frame: pd.DataFrame) -> pd.Series:
        """True for the rows that offend. Raises KeyError where the set has no such column."""
        return frame[self.column].isin(self.offending)


@lru_cache(maxsize=1)
def judged() -> Mapping[str, Judged]:
    """The sets of ``sets.toml`` by name."""
    raw = tomllib.loads((Path(__file__).parent / "sets.toml").read_text(encoding="utf-8"))
    return {
        name: Judged(entry["column"], tuple(entry["offending"]), entry["attribute"])
        for name, entry in raw.items()
    }


def worst(name: str, frame: pd.DataFrame, count: int) -> pd.DataFrame:
    """The ``count`` worst false alarms and as many misses of a scored set, by how far the score is from the label.

    ``frame`` has ``text``, the set's label column, ``s_<attribute>`` and ``o_spans`` (see ``evaluate.score_sets``).
    Returns :data:`COLUMNS`, worst first: ``row`` is the row's number in the set's file (0 is the first text),
    ``margin`` the distance from the right answer (0.5 to 1), ``marked`` the words that made the score.
    """
    rule = judged()[name]
    truth, scores = rule.truth(frame), frame["s_" + rule.attribute]
    found = pd.DataFrame(
        {
            "set": name,
            "row": frame.get("row", pd.Series(frame.index, index=frame.index)),
            "kind": truth.map({True: "miss", False: "false alarm"}),
            "margin": scores.where(~truth, 1 - scores),
            "attribute": rule.attribute,
            "score": scores,
            "label": frame[rule.column],
            "marked": [_marked(t, s) for t, s in zip(frame["text"], frame["o_spans"], strict=True)],
            "text": frame["text"],
        }
    )
    wrong = found[truth != (scores >= THRESHOLD)]
    ranked = wrong.sort_values("margin", ascending=False, kind="stable")
    return ranked.groupby("kind", sort=False).head(count)[list(COLUMNS)].round({"margin": 3, "score": 3})


def _marked(text: Any, spans: list[dict[str, int]]) -> str:
    return " | ".join(str(text)[s["start"] : s["end"]] for s in spans)


def write(frames: Mapping[str, pd.DataFrame], count: int, file: Path) -> dict[str, tuple[int, int]]:
    """Writes the worst mistakes of every labelled set to ``file`` (CSV); returns {set: (false alarms, misses)} of all.

    Sets without a label that :func:`judged` knows are left out. Raises OSError where the file cannot be written.
    """
    tables, counts = [], {}
    for name, rule in judged().items():
        if name not in frames:
            continue
        frame = frames[name]
        truth, said = rule.truth(frame), frame["s_" + rule.attribute] >= THRESHOLD
        counts[name] = (int((said & ~truth).sum()), int((~said & truth).sum()))
        tables.append(worst(name, frame, count))
    whole = pd.concat(tables) if tables else pd.DataFrame(columns=list(COLUMNS))
    whole.to_csv(file, index=False)
    return counts
