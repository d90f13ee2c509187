"""Learn ``moderation/extraction/evidence.json`` from a bench folder (the one ``benchmarks/extraction.py`` takes).

    python benchmarks/fit_evidence.py BENCH [--share 0.7] [--output moderation/extraction/evidence.json]

Every set of places that ``candidates`` proposes on a page is a row: its ``features``, and how well its words match the
page's marked comments (bag-of-words F1, lowered when the number of its places is not the number of comments). A few
shallow trees learn to predict that. Five-fold cross-validation, whole sites held out, is printed before the fit on
all pages: (F1 of the words in the chosen set, pages with comments left empty, pages without that got some).
Needs scikit-learn.
"""

from __future__ import annotations

import argparse
import hashlib
import json
import random
import sys
from bisect import bisect_left
from collections import Counter
from pathlib import Path
from typing import Any

import numpy as np
from lxml import etree
from sklearn.ensemble import HistGradientBoostingRegressor

sys.path.insert(0, str(Path(__file__).resolve().parent))
from extraction import gold, tokens

from moderation.extraction.candidates import Candidate, candidates
from moderation.extraction.decoding import decode
from moderation.extraction.evidence import THRESHOLD
from moderation.extraction.features import NAMES, table
from moderation.extraction.markup import parse
from moderation.extraction.outline import Outline
from moderation.extraction.rendering import HIDDEN
from moderation.extraction.times import has_time
from moderation.extraction.tree import Tree

#: Shape of the model: 32 trees of depth 4 are 12 kB of readable JSON.
TREES, DEPTH, RATE = 32, 4, 0.2
#: Pages with comments, and on them the sets that hold some, are rarer than the rest.
COMMENT_PAGE_WEIGHT, HIT_WEIGHT = 2.0, 2.0
FOLDS = 5


class Rows:
    """The candidates of one page: features, labels, F1 of their words."""

    def __init__(self, name: str, site: str, content: bytes, comments: str) -> None:
        self.name, self.site, self.has_comments = name, site, bool(tokens(comments))
        values, f1 = np.zeros((0, len(NAMES))), []
        decoded = decode(content)
        text = decoded.text
        root, _ = parse(text, decoded.content)
        if root is not None:
            outline = Outline(Tree(root, decoded.content))
            words = _words(root) if self.has_comments else []
            want = Counter(tokens(comments))
            lines = [line.strip() for line in comments.splitlines()]
            expected = sum(has_time(line) for line in lines if 0 < len(line) < 150)
            sets = list(candidates(outline))
            values = table(outline, sets)
            for candidate in sets:
                score = _f1(candidate, words, want)
                n = len(candidate.starts)
                fit = (min(expected, n) / max(expected, n)) ** 0.4 if expected else 1.0
                f1.append((score, score * fit))
        self.values = values
        self.f1 = np.array([a for a, _ in f1])
        self.label = np.array([b for _, b in f1])


def _words(root: Any) -> list[tuple[int, str]]:
    """(position as in ``Outline``, word) for all visible words."""
    found, hidden = [], 0
    for position, (event, node) in enumerate(etree.iterwalk(root, events=("start", "end"))):
        hidden += (event == "start") * (node.tag in HIDDEN) - (event == "end") * (node.tag in HIDDEN)
        words = node.text if event == "start" else node.tail
        if words and not hidden:
            found += [(position, word) for word in tokens(words)]
    return found


def _f1(candidate: Candidate, words: list[tuple[int, str]], want: Counter[str]) -> float:
    if not words:
        return 0.0
    got: Counter[str] = Counter()
    last = -1
    for start, end in zip(candidate.starts, candidate.ends, strict=True):
        if start >= last:
            low, high = bisect_left(words, (start, "")), bisect_left(words, (end, ""))
            got.update(word for _, word in words[low:high])
            last = end
    return 2 * sum((got & want).values()) / max(1, sum(got.values()) + sum(want.values()))


def fit(pages: list[Rows]) -> HistGradientBoostingRegressor:
    filled = [p for p in pages if len(p.label)]
    labels = np.concatenate([p.label for p in filled])
    page_weights = [np.full(len(p.label), COMMENT_PAGE_WEIGHT if p.has_comments else 1.0) for p in filled]
    weights = np.concatenate(page_weights) * np.where(labels > 0.3, HIT_WEIGHT, 1.0)
    model = HistGradientBoostingRegressor(
        max_iter=TREES, max_depth=DEPTH, learning_rate=RATE, min_samples_leaf=20, l2_regularization=2.0,
        early_stopping=False,
    )  # fmt: skip
    model.fit(np.vstack([p.values for p in filled]), labels, sample_weight=weights)
    return model


def judge(model: HistGradientBoostingRegressor, pages: list[Rows]) -> tuple[float, float, float]:
    f1, empty, false = [], [], []
    for page in pages:
        points = model.predict(page.values) if len(page.label) else np.array([-1.0])
        best = int(points.argmax())
        claimed = points[best] >= THRESHOLD
        if page.has_comments:
            f1.append(page.f1[best] if claimed else 0.0)
            empty.append(not claimed)
        else:
            false.append(claimed)
    return tuple(round(float(np.mean(v)), 3) if v else 0.0 for v in (f1, empty, false))  # type: ignore[return-value]


def tree(nodes: Any, at: int = 0) -> Any:
    """Nested lists: [feature, threshold, at most, above], leaves as numbers."""
    node = nodes[at]
    if node["is_leaf"]:
        return round(float(node["value"]), 3)
    name = NAMES[int(node["feature_idx"])]
    threshold = round(float(node["num_threshold"]), 3)
    return [name, threshold, tree(nodes, node["left"]), tree(nodes, node["right"])]


def main() -> int:
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("bench", type=Path)
    parser.add_argument(
        "--share", type=float, default=0.7, help="share of the pages without comments that is used"
    )
    parser.add_argument("--output", type=Path, help="where the trees go; without it nothing is written")
    options = parser.parse_args()
    sites_file, noise_file = options.bench / "sites.json", options.bench / "gold_noise.json"
    sites = json.loads(sites_file.read_text("utf-8")) if sites_file.exists() else {}
    noise = set(json.loads(noise_file.read_text("utf-8"))) if noise_file.exists() else set()
    pages = []
    for path in sorted((options.bench / "HTML").glob("*.html")):
        _, comments = gold(options.bench / "Corrected" / f"{path.stem}.html.corrected.txt")
        lot = int(hashlib.sha256(path.stem.encode()).hexdigest(), 16) % 1000 / 1000
        if path.stem in noise or (not tokens(comments) and lot >= options.share):
            continue
        pages.append(Rows(path.stem, sites.get(path.stem, path.stem), path.read_bytes(), comments))
    names = sorted({p.site for p in pages})
    random.Random(0).shuffle(names)
    fold = {site: n % FOLDS for n, site in enumerate(names)}
    for k in range(FOLDS):
        model = fit([p for p in pages if fold[p.site] != k])
        print(f"fold {k}", *judge(model, [p for p in pages if fold[p.site] == k]))
    model = fit(pages)
    print("all pages, seen", *judge(model, pages))
    if options.output:
        base = round(float(np.ravel(model._baseline_prediction)[0]), 4)
        trees = [tree(stage[0].nodes) for stage in model._predictors]
        options.output.write_text(json.dumps({"base": base, "trees": trees}, separators=(",", ":")), "utf-8")
    return 0


if __name__ == "__main__":
    sys.exit(main())
