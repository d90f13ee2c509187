"""The gate: quality and extraction may not fall below the pinned floors of ``floors.json``.

Always measured: the shipped model on ``data/samples/gate_comments.csv`` and extraction on the sample pages. With
``--sets FOLDER`` (public evaluation sets) and ``--bench FOLDER`` (an extraction bench) those figures are held too.
``--raise`` lifts floors to what was measured, less the margin; ``--lower FIGURE --reason TEXT`` is the only way down,
and the reason stays in the file. Exit 0: all held; 1: a figure fell; 2: wrong usage.
"""

from __future__ import annotations

import argparse
import collections
import json
import subprocess
import sys
import tempfile
from pathlib import Path

import pandas as pd
from sklearn.metrics import roc_auc_score

from moderation import Scorer, extract

ROOT = Path(__file__).resolve().parent.parent
FLOORS = ROOT / "benchmarks" / "floors.json"
SAMPLES = ROOT / "data" / "samples"

#: Evaluation-set figures that are held (set, figure); all are better when higher.
SET_FIGURES = (
    ("civil_natural", "auc"),
    ("civil_natural", "ap"),
    ("civil_natural", "recall_at_review_10pct"),
    ("civil_balanced", "auc"),
    ("civil_balanced", "auc_insult"),
    ("civil_balanced", "auc_profanity"),
    ("civil_balanced", "auc_identity_attack"),
    ("civil_balanced", "auc_threat"),
    ("jigsaw2018_test_balanced", "auc"),
    ("kaggle_insults", "auc"),
    ("hatecheck_third/identity_attack", "macro_f1"),
    ("hatecheck_third/toxicity", "macro_f1"),
    ("hatecheck_third/targets", "first"),
    ("hatecheck_third/targets", "named"),
    ("hatemoji_check", "macro_f1"),
    ("emoji", "macro_f1"),
    ("edos_test", "macro_f1"),
    ("dynahate_test", "auc"),
    ("bias_templates", "auc"),
    ("ruddit", "spearman"),
    ("toxic_spans_test", "char_f1"),
)
BENCH_FIGURES = ("com_f1", "site_macro", "com_p", "com_r", "body_f1", "item_f1", "author", "parent")


def sample_figures(scorer: Scorer) -> dict[str, float]:
    """AUC per attribute and accuracy at 0.5 on the comments that ship with the project."""
    frame = pd.read_csv(SAMPLES / "gate_comments.csv")
    results = scorer.score_many(frame["text"].tolist())
    out = {}
    for attribute in ("toxicity", "insult", "profanity", "identity_attack", "threat"):
        known = frame[attribute].notna()
        truth = frame.loc[known, attribute].astype(int)
        scores = [(r.scores or {}).get(attribute, 0.0) for r, k in zip(results, known, strict=True) if k]
        out[f"samples.auc_{attribute}"] = float(roc_auc_score(truth, scores))
    truth = frame["toxicity"].astype(int)
    right = [((r.toxicity or 0) >= 0.5) == bool(t) for r, t in zip(results, truth, strict=True)]
    out["samples.accuracy_toxicity"] = sum(right) / len(right)
    return out


def sample_extraction() -> dict[str, float]:
    """Share of the sample pages' comments that come out with exactly the right author, text and parent."""
    found = wanted = claimed = 0
    for expected in sorted(SAMPLES.glob("*.expected.json")):
        gold = json.loads(expected.read_text(encoding="utf-8"))
        file = SAMPLES / expected.name.removesuffix(".expected.json")
        page = extract(file.read_bytes(), source=file.name)
        got = collections.Counter((c.author, c.text) for c in page.comments)
        want = collections.Counter((c["author"], c["text"]) for c in gold["comments"])
        found += sum((got & want).values())
        wanted += sum(want.values())
        claimed += sum(got.values())
    return {"samples.comments_recall": found / wanted, "samples.comments_precision": found / max(1, claimed)}


def set_figures(scorer: Scorer, folder: Path) -> dict[str, float]:
    from training.evaluate import figures, score_sets

    measured = figures(score_sets(scorer, folder))
    return {f"sets.{s}.{f}": measured[s][f] for s, f in SET_FIGURES if s in measured}


def bench_figures(folder: Path) -> dict[str, float]:
    """Runs the command line over the bench's pages, as a user would, and scores what comes out."""
    out = {}
    for kind, pattern in (("html", "HTML/*.html"), ("plain", "plain/*.txt")):
        with tempfile.NamedTemporaryFile("wb", suffix=".jsonl") as handle:
            pages = sorted(map(str, folder.glob(pattern)))
            subprocess.run([sys.executable, "-m", "moderation", "extract", *pages], stdout=handle, check=False,
                           stderr=subprocess.DEVNULL)  # fmt: skip
            script = ROOT / "benchmarks" / "score_extraction.py"
            text = subprocess.run([sys.executable, str(script), str(folder), handle.name, "--json"], check=True,
                                  capture_output=True, text=True).stdout  # fmt: skip
        figures = json.loads(text)
        for name in BENCH_FIGURES if kind == "html" else ("com_f1",):
            out[f"bench.{kind}.{name}"] = figures[name]
        if kind == "html":
            out["bench.html.no_false_pages"] = 1 - figures["fp_pages"]
    return out


def parser() -> argparse.ArgumentParser:
    p = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    p.add_argument("--model", help="model directory or name (default: the bundled one)")
    p.add_argument("--sets", type=Path, help="folder of public evaluation sets")
    p.add_argument("--bench", type=Path, help="folder of an extraction bench")
    p.add_argument(
        "--raise", dest="lift", action="store_true", help="lift floors to what was measured, less the margin"
    )
    p.add_argument(
        "--margin", type=float, default=0.01, help="room left under a raised floor (default %(default)s)"
    )
    p.add_argument(
        "--lower", metavar="FIGURE", help="set this figure's floor to what was measured; needs --reason"
    )
    p.add_argument("--reason", help="why a floor may fall")
    return p


def main(argv: list[str] | None = None) -> int:
    options = parser().parse_args(argv)
    if options.lower and not options.reason:
        print("floors: --lower needs --reason", file=sys.stderr)
        return 2
    pinned = (
        json.loads(FLOORS.read_text(encoding="utf-8")) if FLOORS.exists() else {"floors": {}, "lowered": []}
    )
    scorer = Scorer(options.model)
    measured = {**sample_figures(scorer), **sample_extraction()}
    if options.sets:
        measured.update(set_figures(scorer, options.sets))
    if options.bench:
        measured.update(bench_figures(options.bench))
    floors: dict[str, float] = pinned["floors"]
    if options.lower:
        if options.lower not in measured:
            print(f"floors: no figure {options.lower!r} was measured", file=sys.stderr)
            return 2
        was = floors.get(options.lower)
        floors[options.lower] = round(measured[options.lower] - options.margin, 3)
        pinned["lowered"].append(
            {"figure": options.lower, "from": was, "to": floors[options.lower], "reason": options.reason}
        )
    if options.lift:
        for name, value in measured.items():
            floors[name] = max(floors.get(name, 0.0), round(value - options.margin, 3))
    if options.lower or options.lift:
        FLOORS.write_text(json.dumps(pinned, indent=1) + "\n", encoding="utf-8")
    fallen = [n for n, v in measured.items() if v < floors.get(n, float("-inf"))]
    for name, value in measured.items():
        print(
            f"{name:60} {value:.4f}  floor {floors.get(name, float('nan')):.4f}{'  FELL' if name in fallen else ''}"
        )
    # A figure that is pinned but can no longer be measured has fallen too.
    prefixes = ["samples.", *(["sets."] if options.sets else []), *(["bench."] if options.bench else [])]
    gone = [n for n in floors if n.startswith(tuple(prefixes)) and n not in measured]
    for name in gone:
        print(f"{name:60} not measured", file=sys.stderr)
    return 1 if fallen or gone else 0


if __name__ == "__main__":
    sys.exit(main())
