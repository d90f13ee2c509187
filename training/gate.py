"""``python -m training.gate NEW_DIR OLD_DIR SETS_FOLDER``: exit 0 only when NEW may replace OLD.

Both models score the same sets: public ones, and any CSV of your own (``text`` and a verdict from 0 to 1 in a column such
as ``toxicity``). A figure counts as worse when the difference on resampled rows (paired bootstrap) is
below zero in 97.5 % of the rounds and larger than ``--tolerance``. ``--allow FIGURE --reason TEXT`` lets one figure
through; the reason is printed, for the changelog. Exit 1: NEW is worse, or cannot be used; 2: wrong usage.
"""

from __future__ import annotations

import argparse
import sys
from pathlib import Path

import numpy as np

from moderation.scoring import ModelError, Scorer
from training import own_sets, probes
from training.data import DataError
from training.evaluate import figures, headlines_of, resampled, score_sets

Key = tuple[str, str]


def compare(
    new: Path, old: Path, sets: Path, rounds: int, seed: int = 0
) -> dict[Key, tuple[float, float, float]]:
    """{(set, figure): (new, old, upper bound of the gain)}; gains are positive when NEW is better.

    Says on stderr which sets have no part in it, as their labels are not known. Raises :class:`ModelError` when a model
    cannot be used or the folder holds no set, :class:`DataError` where a set cannot be read.
    """
    if not sets.is_dir():
        raise ModelError(f"{sets}: no such folder of evaluation sets")
    frames = {"new": score_sets(Scorer(new), sets), "old": score_sets(Scorer(old), sets)}
    if not frames["new"]:
        raise ModelError(f"{sets}: no CSV file with a column 'text'")
    whole = {side: figures(f) for side, f in frames.items()}
    measured = {name.split("/")[-1] for name in whole["new"]} | own_sets.PUBLIC | set(probes.NAMES)
    for name in sorted(frames["new"].keys() - measured):
        print(f"{name}: no labels to compare the models on, left out", file=sys.stderr)
    gains: dict[Key, list[float]] = {}
    for drawn in resampled(frames, rounds, seed):
        for key, higher in headlines_of(whole["new"]).items():
            if key[1] in drawn["new"].get(key[0], {}) and key[1] in drawn["old"].get(key[0], {}):
                gain = drawn["new"][key[0]][key[1]] - drawn["old"][key[0]][key[1]]
                gains.setdefault(key, []).append(gain if higher else -gain)
    return {
        key: (whole["new"][key[0]][key[1]], whole["old"][key[0]][key[1]], float(np.nanquantile(g, 0.975)))
        for key, g in gains.items()
    }


def parser() -> argparse.ArgumentParser:
    p = argparse.ArgumentParser(
        prog="python -m training.gate",
        description=__doc__,
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    p.add_argument("new", type=Path, metavar="NEW_DIR")
    p.add_argument("old", type=Path, metavar="OLD_DIR")
    p.add_argument("sets", type=Path, metavar="SETS_FOLDER")
    p.add_argument(
        "--tolerance", type=float, default=0.003, help="loss that is let pass (default %(default)s)"
    )
    p.add_argument("--bootstrap", type=int, default=100, metavar="N", help="rounds (default %(default)s)")
    p.add_argument(
        "--allow",
        action="append",
        default=[],
        metavar="SET:FIGURE",
        help="let this figure fall; needs --reason",
    )
    p.add_argument("--reason", help="why it may fall")
    return p


def main(argv: list[str] | None = None) -> int:
    options = parser().parse_args(argv)
    if options.allow and not options.reason:
        print("gate: --allow needs --reason", file=sys.stderr)
        return 2
    try:
        rows = compare(options.new, options.old, options.sets, options.bootstrap)
    except (ModelError, DataError) as error:
        print(f"gate: {error}", file=sys.stderr)
        return 1
    if all(name in probes.NAMES for name, _ in rows):
        # Sentences about names, groups and emoji say nothing of whether offending comments are told from others.
        print(
            f"gate: {options.sets}: no set with labels to compare the models on. It needs one of the public sets, "
            f"or a CSV of your own with 'text' and a verdict (0 or 1) in a column such as 'toxicity', at least "
            f"{own_sets.MIN_OF_A_CLASS} comments of either kind",
            file=sys.stderr,
        )
        return 1
    worse = []
    for key, (new, old, upper) in rows.items():
        name = f"{key[0]}:{key[1]}"
        fell = upper < -options.tolerance
        allowed = fell and name in options.allow
        if fell and not allowed:
            worse.append(name)
        verdict = f"allowed: {options.reason}" if allowed else "WORSE" if fell else ""
        print(f"{name:52} new {new:.4f}  old {old:.4f}  {verdict}".rstrip())
    if worse:
        print(
            f"gate: the new model is worse on {', '.join(worse)}; it does not replace the old one",
            file=sys.stderr,
        )
        return 1
    print("gate: the new model may replace the old one", file=sys.stderr)
    return 0


if __name__ == "__main__":
    sys.exit(main())
