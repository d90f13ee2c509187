"""How thresholds set for Perspective carry over to a model of ours.

    python benchmarks/perspective_scale.py perspective_wiki_2k_scores.csv.gz [--model MODEL]

The file holds comments with what Perspective answered in 2018 (a column ``TOXICITY@6`` and one for each other
attribute). For each attribute: how alike the two rank the comments (Spearman), and for each usual threshold, the
threshold of ours that flags as many of them.
"""

from __future__ import annotations

import argparse
from pathlib import Path

import numpy as np
import pandas as pd

from moderation import Scorer

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


def main() -> None:
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("file", type=Path, help="CSV with texts and Perspective's scores")
    parser.add_argument("--model", help="a model's name or folder; default: the bundled one")
    options = parser.parse_args()
    frame = pd.read_csv(options.file)
    scorer = Scorer(options.model)
    results = scorer.score_many(frame["text"].tolist())
    covered = np.array([r.scores is not None for r in results])
    print(f"{scorer.model}, {covered.sum()} of {len(frame)} comments (the rest: language not covered)\n")
    heads = " | ".join(f"Perspective {t}: flags, ours that flags as many" for t in THRESHOLDS)
    print(f"| attribute | Spearman | {heads} |\n|---|---|{'---|' * len(THRESHOLDS)}")
    for attribute, column in COLUMNS.items():
        theirs = frame.loc[covered, column].to_numpy()
        ours = np.array([r.scores[attribute] for r in results if r.scores is not None])
        alike = pd.Series(ours).corr(pd.Series(theirs), method="spearman")
        cells = []
        for threshold in THRESHOLDS:
            share = float((theirs >= threshold).mean())
            cells.append(f"{share:.1%}, {np.quantile(ours, 1 - share):.2f}" if share else "none")
        print(f"| {attribute} | {alike:.2f} | {' | '.join(cells)} |")


if __name__ == "__main__":
    main()
