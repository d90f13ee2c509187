"""How thresholds set for Perspective carry over to a model of ours.

    python -m benchmarks.perspective_scale perspective_wiki_2k_scores.csv.gz [--model MODEL] [--rows N] [--doc PAGE]

The file holds comments with what Perspective answered in 2018 (a column ``TOXICITY@6`` and one for each other
attribute). For each attribute: how alike the two rank the comments (Spearman), and for each usual threshold, what
Perspective flags there, what ours flags at the same number and how many of Perspective's are among it, and the number
at which ours flags as many as Perspective. ``--doc`` puts the table into the documentation.
"""

from __future__ import annotations

import argparse
from collections.abc import Mapping
from pathlib import Path

import numpy as np
import numpy.typing as npt
import pandas as pd

from benchmarks.tables import put
from moderation import Scorer

Floats = npt.NDArray[np.float64]

#: Perspective's column for each attribute of ours.
COLUMNS = {
    "toxicity": "TOXICITY@6",
    "severe_toxicity": "SEVERE_TOXICITY@2",
    "identity_attack": "IDENTITY_ATTACK",
    "insult": "INSULT",
    "profanity": "PROFANITY",
    "threat": "THREAT",
}
THRESHOLDS = (0.5, 0.7, 0.8, 0.9)
#: With fewer comments over a threshold of Perspective's there is nothing to compare.
MIN_FLAGGED = 20
HEAD = (
    "| attribute (rank correlation) | Perspective's threshold | it flags | ours at that number flags "
    "| of Perspective's, ours flags | ours flags as many at |\n|---|---|---|---|---|---|"
)


def table(theirs: Mapping[str, Floats], ours: Mapping[str, Floats]) -> str:
    """Markdown; both map an attribute of ours to scores from 0 to 1 of the same comments."""
    lines = [HEAD]
    for attribute in theirs:
        a, b = theirs[attribute], ours[attribute]
        alike = pd.Series(a).corr(pd.Series(b), method="spearman")
        for threshold in THRESHOLDS:
            flagged = a >= threshold
            if flagged.sum() < MIN_FLAGGED:
                lines.append(f"| {attribute} ({alike:.2f}) | {threshold} | fewer than {MIN_FLAGGED} | | | |")
                break
            same = b >= threshold
            equal = np.quantile(b, 1 - flagged.mean())
            lines.append(
                f"| {attribute} ({alike:.2f}) | {threshold} | {flagged.mean():.1%} | {same.mean():.1%} "
                f"| {same[flagged].mean():.0%} | {equal:.2f} |"
            )
    return "\n".join(lines)


def parser() -> argparse.ArgumentParser:
    p = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    p.add_argument("file", type=Path, help="CSV with texts and Perspective's scores")
    p.add_argument("--model", help="a model's name or folder; default: the bundled one")
    p.add_argument(
        "--rows", type=int, metavar="N", help="so many of the comments, drawn with a fixed seed; default: all"
    )
    p.add_argument("--doc", type=Path, metavar="PAGE", help="also put the table into this page")
    return p


def main(argv: list[str] | None = None) -> None:
    options = parser().parse_args(argv)
    frame = pd.read_csv(options.file)
    whole = len(frame)
    if options.rows and options.rows < len(frame):
        frame = frame.sample(options.rows, random_state=0).reset_index(drop=True)
    scorer = Scorer(options.model)
    results = scorer.score_many(frame["text"].tolist())
    covered = np.array([r.scores is not None for r in results])
    ours = {a: np.array([r.scores[a] for r in results if r.scores is not None]) for a in COLUMNS}
    theirs = {a: frame.loc[covered, column].to_numpy() for a, column in COLUMNS.items()}
    drawn = f", drawn from {whole}" if len(frame) < whole else ""
    said = f"{scorer.model}; {covered.sum()} comments{drawn}, {(~covered).sum()} left out for their language."
    text = f"{said}\n\n{table(theirs, ours)}"
    print(text)
    if options.doc:
        put(options.doc, "perspective_scale", text)


if __name__ == "__main__":
    main()
