"""Our model beside other free ones, on the same texts in the same process.

    pip install alt-profanity-check better-profanity hatesonar
    python -m benchmarks.toxicity_peers SETS [--model MODEL] [--rows N] [--seconds S] [--doc docs/model.md]

SETS is the folder of public test sets that ``training.evaluate`` takes; sets that are not there are left out, and so are
peers that are not installed: both are named. AUC ranks by a peer's probability, or by yes and no where it has none.
Everything else is each peer's own decision; ours is shown at 0.5, the suites' threshold, and at 0.8, a usual one for
flagging. ``--rows`` draws so many texts of each set, the same for all, with a fixed seed. Speed is texts per second of
CPU time on one core, in turns of a few hundred news comments, so that a busy machine slows all alike. ``--doc`` puts
the table into the documentation.
"""

from __future__ import annotations

import argparse
import os
import sys
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import numpy.typing as npt
import pandas as pd
from sklearn.metrics import f1_score, roc_auc_score

from benchmarks.tables import put
from moderation import Scorer
from training.mistakes import judged

Floats = npt.NDArray[np.float64]
#: Texts of one turn when speed is measured.
TURN = 200
#: With fewer texts of either class, as a small sample of a natural rate has, an AUC is noise and is not printed.
MIN_OF_A_CLASS = 30


@dataclass(frozen=True, slots=True)
class Verdicts:
    """What a peer says of some texts: ``toxic`` and ``insult`` from 0 to 1, and its decisions (1 yes, 0 no)."""

    toxic: Floats
    insult: Floats
    flagged: Floats
    hateful: Floats


@dataclass(frozen=True, slots=True)
class Peer:
    """A row of the table: its name, and what gives verdicts on texts."""

    name: str
    judge: Callable[[Sequence[str]], Verdicts]


def ours(model: str | None) -> tuple[Peer, Peer]:
    """The model on one thread, deciding at 0.5 and at 0.8; the second reuses what the first scored."""
    scorer = Scorer(model, threads=1)
    known: dict[str, tuple[float, float, float]] = {}

    def score(texts: Sequence[str]) -> npt.NDArray[np.float64]:
        results = scorer.score_many(list(texts))
        rows = [
            tuple((r.scores or {}).get(a, 0.0) for a in ("toxicity", "insult", "identity_attack"))
            for r in results
        ]
        known.update(zip(texts, rows, strict=True))
        return np.array(rows)

    def at(threshold: float, rows: npt.NDArray[np.float64]) -> Verdicts:
        toxicity, insult, identity = rows.T
        return Verdicts(
            toxicity, insult, (toxicity >= threshold).astype(float), (identity >= threshold).astype(float)
        )

    def again(texts: Sequence[str]) -> Verdicts:
        return at(
            0.8, np.array([known[t] for t in texts]) if all(t in known for t in texts) else score(texts)
        )

    return (
        Peer(f"{scorer.model} at 0.5", lambda texts: at(0.5, score(texts))),
        Peer(f"{scorer.model} at 0.8", again),
    )


def alt_profanity_check() -> Peer:
    """A linear model over words, trained on Wikipedia comments and tweets; probability of offensive."""
    from profanity_check import predict_prob

    def judge(texts: Sequence[str]) -> Verdicts:
        p = np.asarray(predict_prob(list(texts)), dtype=float)
        said = (p >= 0.5).astype(float)
        return Verdicts(p, p, said, said)

    return Peer("alt-profanity-check", judge)


def better_profanity() -> Peer:
    """A word list with spelling variants; yes or no."""
    from better_profanity import profanity

    profanity.load_censor_words()

    def judge(texts: Sequence[str]) -> Verdicts:
        said = np.array([profanity.contains_profanity(t) for t in texts], dtype=float)
        return Verdicts(said, said, said, said)

    return Peer("better-profanity", judge)


def hatesonar() -> Peer:
    """A linear model of the tweets of Davidson et al. 2017: hate speech, offensive language, neither."""
    from hatesonar import Sonar

    sonar = Sonar()

    def judge(texts: Sequence[str]) -> Verdicts:
        found = [sonar.ping(t) for t in texts]
        clean = [c["confidence"] for f in found for c in f["classes"] if c["class_name"] == "neither"]
        toxic = 1 - np.array(clean, dtype=float)
        flagged = np.array([f["top_class"] != "neither" for f in found], dtype=float)
        hateful = np.array([f["top_class"] == "hate_speech" for f in found], dtype=float)
        return Verdicts(toxic, toxic, flagged, hateful)

    return Peer("HateSonar", judge)


PEERS: dict[str, Callable[[], Peer]] = {
    "alt-profanity-check": alt_profanity_check,
    "better-profanity": better_profanity,
    "hatesonar": hatesonar,
}


@contextmanager
def one_core() -> Iterator[None]:
    """Everything inside runs on one core, and libraries that count cores find one; where the system can do that."""
    if not hasattr(os, "sched_setaffinity"):
        yield
        return
    cores = os.sched_getaffinity(0)
    os.sched_setaffinity(0, {min(cores)})
    try:
        yield
    finally:
        os.sched_setaffinity(0, cores)


def installed() -> list[Peer]:
    """The peers that work in this environment; the others are named on stderr with the reason."""
    found = []
    for name, make in PEERS.items():
        try:
            found.append(make())
        except ImportError as error:
            print(f"{name}: not installed, left out ({error})", file=sys.stderr)
        except (
            Exception
        ) as error:  # somebody else's program: HateSonar, for one, fails where a locale is missing
            print(f"{name}: does not start, left out ({error})", file=sys.stderr)
    return found


def auc(field: str) -> Callable[[pd.DataFrame, Verdicts, npt.NDArray[np.bool_]], float]:
    def figure(frame: pd.DataFrame, said: Verdicts, truth: npt.NDArray[np.bool_]) -> float:
        if min(truth.sum(), (~truth).sum()) < MIN_OF_A_CLASS:
            return float("nan")
        return float(roc_auc_score(truth, getattr(said, field)))

    return figure


def macro_f1(frame: pd.DataFrame, said: Verdicts, truth: npt.NDArray[np.bool_]) -> float:
    return float(f1_score(truth, said.hateful == 1, average="macro"))


def alarms(frame: pd.DataFrame, said: Verdicts, truth: npt.NDArray[np.bool_]) -> float:
    """Share of the clean texts that are flagged; clean is what the set itself calls healthy, where it does."""
    clean = (frame["healthy"] == 1).to_numpy() if "healthy" in frame else ~truth
    return float(said.flagged[clean].mean())


def caught(frame: pd.DataFrame, said: Verdicts, truth: npt.NDArray[np.bool_]) -> float:
    return float(said.flagged[truth].mean())


@dataclass(frozen=True, slots=True)
class Column:
    """A column of the table: which rows of which set, and what is measured on them."""

    head: str
    set: str
    figure: Callable[[pd.DataFrame, Verdicts, npt.NDArray[np.bool_]], float]
    rows: str = ""  # a column of the set that is 1 on the rows meant


COLUMNS = (
    Column("civil natural, AUC", "civil_test", auc("toxic"), "in_natural"),
    Column("civil balanced, AUC", "civil_test", auc("toxic"), "in_balanced"),
    Column("civil balanced, caught", "civil_test", caught, "in_balanced"),
    Column("civil balanced, false alarms", "civil_test", alarms, "in_balanced"),
    Column("jigsaw, AUC", "jigsaw2018_test_balanced", auc("toxic")),
    Column("kaggle insults, AUC", "kaggle_insults", auc("insult")),
    Column("hatecheck, macro-F1", "hatecheck_third", macro_f1),
    Column("hatemoji, macro-F1", "hatemoji_check", macro_f1),
    Column("ucc healthy, false alarms", "ucc_healthy", alarms),
    Column("bias templates, false alarms", "bias_templates", alarms),
)


def read_sets(folder: Path, rows: int | None) -> dict[str, pd.DataFrame]:
    """The sets of :data:`COLUMNS` that are in the folder, ``rows`` texts of each, drawn with seed 0."""
    found = {}
    for name in dict.fromkeys(c.set for c in COLUMNS):
        files = sorted(folder.glob(f"{name}.csv*"))
        if not files:
            print(f"{name}: not in {folder}, left out", file=sys.stderr)
            continue
        frame = pd.read_csv(files[0], low_memory=False)
        frame["text"] = frame["text"].astype(str)
        found[name] = frame.sample(min(rows or len(frame), len(frame)), random_state=0).reset_index(drop=True)
    return found


def quality(peers: Sequence[Peer], sets: dict[str, pd.DataFrame]) -> dict[str, list[float]]:
    """{peer: figures of the columns whose set is there}."""
    table: dict[str, list[float]] = {p.name: [] for p in peers}
    said: dict[tuple[str, str], Verdicts] = {}
    for column in COLUMNS:
        if column.set not in sets:
            continue
        frame = sets[column.set]
        chosen = (frame[column.rows] == 1 if column.rows else pd.Series(True, index=frame.index)).to_numpy()
        truth = judged()[column.set].truth(frame).to_numpy()
        for peer in peers:
            key = (peer.name, column.set)
            if key not in said:
                print(f"{column.set}: {peer.name} ({len(frame)})", file=sys.stderr)
                said[key] = peer.judge(frame["text"].tolist())
            v = said[key]
            part = Verdicts(v.toxic[chosen], v.insult[chosen], v.flagged[chosen], v.hateful[chosen])
            table[peer.name].append(column.figure(frame[chosen], part, truth[chosen]))
    return table


def speed(peers: Sequence[Peer], texts: Sequence[str], seconds: float) -> dict[str, float]:
    """Texts per second of CPU time, in turns, until ``seconds`` of CPU time are spent in all."""
    spent, done = dict.fromkeys((p.name for p in peers), 0.0), dict.fromkeys((p.name for p in peers), 0)
    turns = [list(texts[i : i + TURN]) for i in range(0, len(texts), TURN)]
    turn = 0
    while sum(spent.values()) < seconds:
        for peer in peers:
            start = time.process_time()
            peer.judge(turns[turn % len(turns)])
            spent[peer.name] += time.process_time() - start
            done[peer.name] += len(turns[turn % len(turns)])
        turn += 1
    return {name: done[name] / max(spent[name], 1e-9) for name in spent}


def parser() -> argparse.ArgumentParser:
    p = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    p.add_argument("sets", type=Path, metavar="SETS", help="folder of public test sets")
    p.add_argument("--model", help="a model's name or folder; default: the bundled one")
    p.add_argument("--rows", type=int, metavar="N", help="so many texts of each set; default: all")
    p.add_argument("--doc", type=Path, metavar="PAGE", help="also put the table into this page")
    p.add_argument(
        "--seconds", type=float, default=20.0, metavar="S", help="CPU time for speed (default %(default)s)"
    )
    return p


def main(argv: list[str] | None = None) -> int:
    options = parser().parse_args(argv)
    sets = read_sets(options.sets, options.rows)
    if not sets:
        print(f"{options.sets}: none of the sets is there", file=sys.stderr)
        return 2
    with (
        one_core()
    ):  # or a peer's runtime would start a thread for each core, and its CPU time would be theirs
        half, high = ours(options.model)
        others = installed()
    table = quality([half, high, *others], sets)
    some = sets.get("civil_test", next(iter(sets.values())))["text"].tolist()
    with one_core():
        rates = speed([half, *others], some, options.seconds)
    heads = [c.head for c in COLUMNS if c.set in sets]
    lines = [
        f"| | {' | '.join(heads)} | texts/s on a core | against ours |",
        "|---|" + "---|" * (len(heads) + 2),
    ]
    for name, row in table.items():
        cells = [
            "too few" if v != v else f"{v:.1%}" if "alarms" in h or "caught" in h else f"{v:.3f}"
            for h, v in zip(heads, row, strict=True)
        ]
        rate = [f"{rates[name]:,.0f}", f"{rates[name] / rates[half.name]:.1f}"] if name in rates else ["", ""]
        lines.append(f"| {name} | {' | '.join([*cells, *rate])} |")
    lines.append("\nTexts: " + ", ".join(f"{name} {len(frame)}" for name, frame in sets.items()) + ".")
    print("\n".join(lines))
    if options.doc:
        put(options.doc, "toxicity_peers", "\n".join(lines))
    return 0


if __name__ == "__main__":
    sys.exit(main())
