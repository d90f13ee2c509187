"""What each part of the training is worth: short runs that differ in one thing.

    python -m benchmarks.ablations TRAIN --results FILE [--only NAMES] [--seeds N] [--batches N] [--doc docs/training-log.md]

Every run begins at MiniLM-L6 and takes the same batches of short texts in the same order (but where the rows themselves
are what differs), so that a difference is the one thing and chance. How large chance is, the runs of the baseline with
several seeds say: they differ in the order and the choice of texts and in the new heads. Figures are of held-out rows and
of our own probes; no public test set is read. Each run is added to FILE when it ends, and one that is there already is not
run again: stop and go on as you like.
"""

from __future__ import annotations

import argparse
import json
import math
import sys
import time
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import numpy as np
import torch

from benchmarks.held_out import Held
from benchmarks.short_runs import LONGEST, Data, Recipe, Run
from benchmarks.tables import put
from training.data import DataError
from training.networks import base_weights, words_for

#: Name → what the table says of it, and how it differs from the baseline.
VARIANTS: dict[str, tuple[str, dict[str, Any]]] = {
    "baseline": ("as `training.train` does, but short", {}),
    "hard labels": ("every label 0 or 1", {"soft": False}),
    "focal loss": ("rows the network is sure of count less (γ = 2; Lin et al. 2017)", {"focal": 2.0}),
    "level classes": ("offending rows weighted up to half, attribute by attribute", {"level_classes": True}),
    "layer-wise rates": ("each layer 0.8 times the rate of the next one up", {"layer_rate": 0.8}),
    "multi-sample dropout": ("the heads read five dropped-out views (Inoue 2019)", {"dropouts": 5}),
    "encoder dropout": ("0.1 inside the encoder, as BERT was trained", {"encoder_dropout": 0.1}),
    "weight averaging": ("mean of the weights over the last quarter", {"average": True}),
    "adversarial (FGM)": ("a second pass with word vectors pushed the worst way (Miyato et al. 2017); twice the time",
                          {"adversarial": 0.5}),
    "R-Drop": ("two passes with dropout must agree (Liang et al. 2021); twice the time",
               {"encoder_dropout": 0.1, "r_drop": 1.0}),
    "contrast of pairs": ("ParaDetox's toxic sentences apart from their rewritings (Khosla et al. 2020); half the time more",
                          {"pairs": 0.1}),
    "no texts of ours": ("without contrast pairs and written comments", {"own_texts": False}),
    "no ratings": ("without the language model's ratings", {"ratings": False}),
    "level sources": ("each row once and alike, whatever sources.toml says", {"level_sources": True}),
    "no source bias": ("one scale for all sources", {"source_bias": False}),
    "no disguises": ("texts as they are", {"disguised": False}),
    "cut at 24 tokens": ("each text's first 24 tokens only", {"longest": 24}),
    "distilled": ("the shipped model's scores beside the labels, at three times their weight", {"teacher": True}),
}  # fmt: skip


def table(results: Sequence[dict[str, Any]]) -> str:
    """Markdown: the baseline's mean and spread over seeds, then what each variant is above or below it on like seeds."""
    runs: dict[str, dict[int, dict[str, float]]] = {}
    for r in results:
        runs.setdefault(r["variant"], {})[r["seed"]] = r["figures"]
    base = runs.get("baseline", {})
    if not base:
        return "no run of the baseline yet\n"
    names = list(next(iter(base.values())))
    spread = {
        n: float(np.std([f[n] for f in base.values()], ddof=1)) if len(base) > 1 else math.nan for n in names
    }
    lines = [
        f"| | what differs | {' | '.join(names)} | runs |",
        "|---" * (len(names) + 3) + "|",
        "| **baseline** | "
        + VARIANTS["baseline"][0]
        + " | "
        + " | ".join(f"{np.mean([f[n] for f in base.values()]):.3f}" for n in names)
        + f" | {len(base)} |",
        "| chance | standard deviation between the baseline's runs | "
        + " | ".join(f"{spread[n]:.3f}" for n in names)
        + " | |",
    ]  # fmt: skip
    for name, (what, _) in VARIANTS.items():
        seeds = sorted(set(runs.get(name, {})) & set(base))
        if name == "baseline" or not seeds:
            continue
        cells = []
        for n in names:
            gain = float(np.mean([runs[name][s][n] - base[s][n] for s in seeds]))
            # A difference of two runs has twice the variance of one; more seeds, less.
            # Where the baseline's runs are all alike, they are at the figure's end, and say nothing of chance.
            sure = spread[n] >= 0.0005 and abs(gain) > 2 * spread[n] * math.sqrt(2 / len(seeds))
            cells.append(f"**{gain:+.3f}**" if sure else f"{gain:+.3f}")
        lines.append(f"| {name} | {what} | {' | '.join(cells)} | {len(seeds)} |")
    return "\n".join(lines) + "\n"


def parser() -> argparse.ArgumentParser:
    p = argparse.ArgumentParser(
        prog="python -m benchmarks.ablations",
        description=__doc__,
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    p.add_argument("data", type=Path, metavar="TRAIN", help="folder of training sources")
    p.add_argument("--results", type=Path, required=True, help="JSONL with a line per finished run")
    p.add_argument("--only", default="", metavar="NAMES", help="only these variants, with commas between")
    p.add_argument("--seeds", type=int, default=2, help="runs of each variant (default %(default)s)")
    p.add_argument("--batches", type=int, default=250, help="length of a run (default %(default)s)")
    p.add_argument("--doc", type=Path, help="page to put the table into")
    return p


def main(argv: list[str] | None = None) -> int:
    options = parser().parse_args(argv)
    only = [n.strip() for n in options.only.split(",") if n.strip()] or list(VARIANTS)
    unknown = sorted(set(only) - set(VARIANTS))
    if unknown:
        print(f"no variant {unknown[0]!r} (there: {', '.join(VARIANTS)})", file=sys.stderr)
        return 2
    torch.set_flush_denormal(True)
    done = (
        [json.loads(line) for line in options.results.read_text(encoding="utf-8").splitlines()]
        if options.results.exists()
        else []
    )
    finished = {(r["variant"], r["seed"], r["batches"]) for r in done}
    todo = [
        (name, seed)
        for seed in range(options.seeds)
        for name in only
        if (name, seed, options.batches) not in finished
    ]
    held: Held | None = None
    try:
        data = Data(options.data, words_for(base_weights())) if todo else None
        for number, (name, seed) in enumerate(todo, start=1):
            assert data is not None
            held = held or Held(data, LONGEST)
            began = time.monotonic()
            run = Run(Recipe(**VARIANTS[name][1]), seed, data)
            figures = held.figures(run(options.batches))
            line = {"variant": name, "seed": seed, "batches": options.batches, "figures": figures,
                    "seconds": round(time.monotonic() - began)}  # fmt: skip
            with options.results.open("a", encoding="utf-8") as handle:
                handle.write(json.dumps(line) + "\n")
            done.append(line)
            print(f"{number} of {len(todo)}: {name}, seed {seed}, {line['seconds']} s", file=sys.stderr)
    except DataError as error:
        print(f"ablations: {error}", file=sys.stderr)
        return 1
    except KeyboardInterrupt:
        print("stopped; the runs that ended are kept, the same command goes on", file=sys.stderr)
        return 130
    text = table([r for r in done if r["batches"] == options.batches])
    print(text)
    if options.doc:
        put(options.doc, "ablations", text)
    return 0


if __name__ == "__main__":
    sys.exit(main())
