"""``python -m training.evaluate MODEL_DIR SETS_FOLDER``: every figure, with bootstrap intervals.

SETS_FOLDER holds ``NAME.csv[.gz]`` with the public sets' own label columns; missing sets are left out. A CSV of another
name is a set of your own: ``text`` and a verdict from 0 to 1 for any attribute. With a
``<MODEL_DIR>.work/fp32-model`` beside the model (or ``--fp32 DIR``) the unquantised figures stand next to the shipped
ones. The definitions of the figures are in ``training/score_model.py``, ``probes.py`` and
``aimed.py``. ``--card`` puts the table into the model's card and the figures into its manifest; ``--mistakes FILE`` writes
the texts that the model is most wrong about.
"""

from __future__ import annotations

import argparse
import json
import sys
from collections.abc import Collection, Iterator, Mapping
from pathlib import Path

import numpy as np
import onnxruntime
import pandas as pd

from moderation.scoring import ModelError, Scorer
from moderation.scoring.model import read as read_model
from moderation.types import ATTRIBUTES
from training import aimed, mistakes, own_sets, probes, score_model
from training.card import with_measured
from training.data import DataError, load
from training.leaks import leaked
from training.package import replace_card

Figures = dict[str, dict[str, float]]

#: Figures worth a row of their own, and whether higher is better.
HEADLINES: dict[tuple[str, str], bool] = {
    ("civil_natural", "auc"): True,
    ("civil_natural", "ap"): True,
    ("civil_natural", "recall_at_review_10pct"): True,
    ("civil_balanced", "auc"): True,
    ("civil_balanced", "auc_insult"): True,
    ("civil_balanced", "auc_profanity"): True,
    ("civil_balanced", "auc_identity_attack"): True,
    ("civil_balanced", "auc_threat"): True,
    ("civil_balanced", "ece"): False,
    ("jigsaw2018_test_balanced", "auc"): True,
    ("kaggle_insults", "auc"): True,
    ("hatecheck_third/identity_attack", "macro_f1"): True,
    ("hatecheck_third/identity_attack", "hateful"): True,
    ("hatecheck_third/identity_attack", "non_hateful"): True,
    ("hatecheck_third/identity_attack", "spread_over_groups"): False,
    ("hatecheck_third/toxicity", "macro_f1"): True,
    ("hatecheck_third/targets", "first"): True,
    ("hatecheck_third/targets", "named"): True,
    ("hatemoji_check", "macro_f1"): True,
    ("edos_test", "macro_f1"): True,
    ("dynahate_test", "auc"): True,
    ("gab_hate_test", "auc"): True,
    ("olid_test", "auc"): True,
    ("toxic_spans_test", "char_f1"): True,
    ("bias_templates", "auc"): True,
    ("bias_templates", "false_alarms_at_0.8"): False,
    ("ucc_healthy", "false_alarms_at_0.8"): False,
    ("context_toxicity", "auc"): True,
    ("wiki_identity_fuzz", "auc"): True,
    ("ruddit", "spearman"): True,
    ("names", "false_alarms_at_0.5"): False,
    ("groups", "false_alarms_at_0.5"): False,
    ("groups", "caught_at_0.5"): True,
    ("groups", "gap_clean"): False,
    ("groups", "gap_toxic"): False,
    ("mentions", "subgroup_auc"): True,
    ("mentions", "bpsn_auc"): True,
    ("mentions", "bnsp_auc"): True,
    ("emoji", "macro_f1"): True,
    ("disguised", "still_caught"): True,
    ("disguised", "auc_lost"): False,
}


def score_sets(scorer: Scorer, folder: Path, only: Collection[str] = ()) -> dict[str, pd.DataFrame]:
    """Every set of the folder, and our own probes, with scores in ``s_<attribute>``, targets in ``t_<target>`` and spans
    in ``o_spans``.

    ``only`` names the sets and probes to score; all when empty. ``row`` is a text's place in its file, from 0. Raises
    :class:`DataError` naming the file where one is no CSV in UTF-8.
    """
    read = {}
    for file in sorted(folder.glob("*.csv*")):
        name = file.name.split(".")[0]
        try:
            frame = pd.read_csv(file, low_memory=False)
        except (
            UnicodeDecodeError,
            pd.errors.ParserError,
            pd.errors.EmptyDataError,
            OSError,
            EOFError,
        ) as error:
            raise DataError(f"{file}: cannot be read as a CSV in UTF-8 ({error})") from error
        if "text" not in frame:
            print(f"{file}: no column 'text', left out", file=sys.stderr)
            continue
        read[name] = frame.assign(row=range(len(frame)))
    if not read:
        return {}
    wanted = {**read, **probes.frames(read.get("civil_test"))}
    read = {name: frame for name, frame in wanted.items() if not only or name in only}
    for name, frame in read.items():
        print(f"scoring {name} ({len(frame)})", file=sys.stderr)
        results = scorer.score_many(frame["text"].tolist())
        for attribute in ATTRIBUTES:
            frame["s_" + attribute] = [(r.scores or {}).get(attribute, 0.0) for r in results]
        for target in scorer.manifest.reported_targets:
            frame["t_" + target] = [(r.targets or {}).get(target, 0.0) for r in results]
        frame["o_spans"] = [[{"start": s.start, "end": s.end} for s in r.spans] for r in results]
    return read


def without_leaks(frames: dict[str, pd.DataFrame], training: Path) -> dict[str, pd.DataFrame]:
    """The sets without the texts that ``training`` (a folder or CSV for ``training.train``) holds, and says how many."""
    known = [e.text for e in load(training) if e.source != "contrast"]
    kept = {}
    for name, frame in frames.items():
        gone = np.array(leaked(frame["text"].astype(str).tolist(), known))
        if gone.any():
            print(
                f"{name}: {gone.sum()} of {len(frame)} texts stand in the training data, left out",
                file=sys.stderr,
            )
        kept[name] = frame[~gone].reset_index(drop=True)
    return kept


def figures(frames: Mapping[str, pd.DataFrame]) -> Figures:
    return {
        **score_model.measure(frames.get),
        **aimed.measure(frames.get),
        **probes.measure(frames.get),
        **own_sets.measure(frames, probes.NAMES),
    }


def headlines_of(found: Figures) -> dict[tuple[str, str], bool]:
    """:data:`HEADLINES`, and every figure of a set of the site's own."""
    own = {
        (name, figure): own_sets.higher_is_better(figure)
        for name, values in found.items()
        if name.startswith(own_sets.OWN)
        for figure in values
    }
    return {**HEADLINES, **own}


def resampled(
    models: Mapping[str, Mapping[str, pd.DataFrame]], rounds: int, seed: int = 0
) -> Iterator[dict[str, Figures]]:
    """The figures of each model on rows drawn with replacement, ``rounds`` times; the same rows for every model."""
    rng = np.random.default_rng(seed)
    sizes = {name: len(frame) for frames in models.values() for name, frame in frames.items()}
    for _ in range(rounds):
        rows = {name: rng.integers(0, size, size) for name, size in sizes.items()}
        yield {
            model: figures({n: f.iloc[rows[n]].reset_index(drop=True) for n, f in frames.items()})
            for model, frames in models.items()
        }


def intervals(
    frames: Mapping[str, pd.DataFrame], rounds: int, seed: int = 0
) -> dict[tuple[str, str], tuple[float, float]]:
    """95 % bootstrap interval (rows resampled with replacement) of each headline figure."""
    values: dict[tuple[str, str], list[float]] = {}
    for drawn in resampled({"": frames}, rounds, seed):
        for key in headlines_of(drawn[""]):
            value = drawn[""].get(key[0], {}).get(key[1])
            if value is not None and value == value:
                values.setdefault(key, []).append(value)
    return {k: (float(np.quantile(v, 0.025)), float(np.quantile(v, 0.975))) for k, v in values.items()}


def table(
    shipped: Figures, fp32: Figures | None, spans: Mapping[tuple[str, str], tuple[float, float]]
) -> str:
    """Markdown table of the headline figures."""
    lines = ["| set | figure | int8 | 95 % interval | fp32 |", "|---|---|---|---|---|"]
    for (name, figure), higher in headlines_of(shipped).items():
        value = shipped.get(name, {}).get(figure)
        if value is None:
            continue
        low, high = spans.get((name, figure), (float("nan"), float("nan")))
        other = f"{fp32[name][figure]:.3f}" if fp32 and figure in fp32.get(name, {}) else "—"
        arrow = "" if higher else " (lower is better)"
        interval = f"{low:.3f} to {high:.3f}" if low == low else "—"
        lines.append(f"| {name} | {figure}{arrow} | {value:.3f} | {interval} | {other} |")
    return "\n".join(lines)


def section(report: str, sets: int, rounds: int, model: str, *, leaks_checked: bool, onnxruntime: str) -> str:
    """The card's part "Measured": what was measured and how, and the table of :func:`table`."""
    leaks = (
        "Texts that stand in the training data, near duplicates too, were left out first."
        if leaks_checked
        else "The sets were not compared with the training data in this run (`--training`)."
    )
    drawn = (
        f"95 % intervals: {rounds} bootstrap rounds over the rows."
        if rounds
        else "No intervals were computed."
    )
    return (
        f"{model} on {sets} sets and probes, by `python -m training.evaluate --card`, onnxruntime {onnxruntime}. int8 is "
        f"the model that ships,\nfp32 the same network before quantisation. {drawn} {leaks}\nDecisions are taken at 0.5; "
        f"false alarms at the threshold in their name.\n\n{report}"
    )


def parser() -> argparse.ArgumentParser:
    p = argparse.ArgumentParser(
        prog="python -m training.evaluate",
        description=__doc__,
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    p.add_argument("model", type=Path, metavar="MODEL_DIR")
    p.add_argument("sets", type=Path, metavar="SETS_FOLDER")
    p.add_argument(
        "--fp32", type=Path, metavar="DIR", help="an unquantised twin of the model to print beside it"
    )
    p.add_argument(
        "--bootstrap", type=int, default=100, metavar="N", help="rounds for the intervals (0: none)"
    )
    p.add_argument(
        "--training", type=Path, metavar="DATA", help="leave out texts that this training data holds"
    )
    p.add_argument("--json", type=Path, metavar="FILE", help="also write all figures here")
    p.add_argument(
        "--card",
        action="store_true",
        help="put the table into the model's card, the figures into its manifest",
    )
    p.add_argument(
        "--only",
        default="",
        metavar="NAMES",
        help="only these sets and probes, with commas between (default: all)",
    )
    p.add_argument(
        "--mistakes", type=Path, metavar="FILE", help="write the texts the model is most wrong about (CSV)"
    )
    p.add_argument(
        "--worst",
        type=int,
        default=50,
        metavar="N",
        help="so many false alarms and as many misses of each set (default %(default)s)",
    )
    return p


def headlines(
    shipped: Figures, fp32: Figures | None, spans: Mapping[tuple[str, str], tuple[float, float]]
) -> dict[str, dict[str, dict[str, float]]]:
    """The headline figures as the manifest holds them: {set: {figure: {int8, low, high, fp32}}}, what is known of it."""
    found: dict[str, dict[str, dict[str, float]]] = {}
    for name, figure in headlines_of(shipped):
        if figure not in shipped.get(name, {}):
            continue
        row = {"int8": shipped[name][figure]}
        if (name, figure) in spans:
            row["low"], row["high"] = spans[name, figure]
        if fp32 and figure in fp32.get(name, {}):
            row["fp32"] = fp32[name][figure]
        found.setdefault(name, {})[figure] = {k: round(float(v), 4) for k, v in row.items()}
    return found


def write_card(
    options: argparse.Namespace,
    report: str,
    shipped: Figures,
    fp32: Figures | None,
    spans: Mapping[tuple[str, str], tuple[float, float]],
    sets: int,
) -> None:
    """Puts what was measured into the model's directory. Raises ModelError where that is no whole model."""
    model = read_model(options.model)
    measured = section(
        report,
        sets,
        options.bootstrap,
        model.manifest.model,
        leaks_checked=options.training is not None,
        onnxruntime=onnxruntime.__version__,
    )
    replace_card(options.model, with_measured(model.card, measured), headlines(shipped, fp32, spans))


def main(argv: list[str] | None = None) -> int:
    options = parser().parse_args(argv)
    twin = options.fp32 or options.model.with_name(options.model.name + ".work") / "fp32-model"
    only = [n for n in options.only.split(",") if n]
    if only and options.card:
        print("evaluate: --card takes all sets: a card with chosen figures is no card", file=sys.stderr)
        return 2
    try:
        if not options.sets.is_dir():
            raise ModelError(f"{options.sets}: no such folder of evaluation sets")
        frames = score_sets(Scorer(options.model), options.sets, only)
        if not frames:
            raise ModelError(
                f"{options.sets}: no CSV file with a column 'text'{' of that name' * bool(only)}"
            )
        others = score_sets(Scorer(twin), options.sets, only) if twin.is_dir() else None
        if options.training:
            frames = without_leaks(frames, options.training)
            others = without_leaks(others, options.training) if others else None
        shipped, fp32 = figures(frames), figures(others) if others else None
    except (ModelError, DataError) as error:
        print(f"evaluate: {error}", file=sys.stderr)
        return 1
    spans = intervals(frames, options.bootstrap) if options.bootstrap else {}
    report = table(shipped, fp32, spans)
    print(report)
    if options.mistakes:
        counts = mistakes.write(frames, options.worst, options.mistakes)
        for name, (alarms, misses) in counts.items():
            print(f"{name}: {alarms} false alarms, {misses} misses at {mistakes.THRESHOLD}", file=sys.stderr)
        print(f"the worst {options.worst} of either, set by set: {options.mistakes}", file=sys.stderr)
    if options.card:
        write_card(options, report, shipped, fp32, spans, len(frames))
    if options.json:
        whole = {
            "int8": shipped,
            "fp32": fp32,
            "intervals": {f"{a}: {b}": v for (a, b), v in spans.items()},
        }
        options.json.write_text(json.dumps(whole, indent=1, default=float) + "\n", encoding="utf-8")
    return 0


if __name__ == "__main__":
    sys.exit(main())
