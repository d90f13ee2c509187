"""Reads a folder of sources, or a user's own CSV, into one table of texts with soft labels."""

from __future__ import annotations

import csv
import gzip
import hashlib
import math
import random
import sys
import tomllib
from collections.abc import Callable, Collection, Iterator
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any, TextIO

from moderation.types import ATTRIBUTES
from training import contrast, written
from training.labels import BY_SOURCE, TARGETS, Labels

csv.field_size_limit(sys.maxsize)
NAN = float("nan")
#: What may stand between the cells of a table.
DELIMITERS = ",;\t"


class DataError(ValueError):
    """The training data cannot be used; the message names the file and what is missing."""


@dataclass(frozen=True, slots=True)
class Source:
    """One entry of sources.toml."""

    name: str
    share: float
    weight: float
    url: str
    licence: str
    repeat: int = 1
    taught: bool = False
    rated: bool = False
    plain: float = 1.0
    teachers: float = 1.0


@dataclass(frozen=True, slots=True)
class Example:
    """A text with its labels in output order; NaN where its source does not know."""

    text: str
    source: str
    weight: float
    attributes: tuple[float, ...]
    targets: tuple[float, ...]
    toxic_chars: tuple[int, ...] | None  # None: the source does not mark words
    offence: float = NAN  # how offensive beside all others, 0 to 1: only the order counts

    @property
    def labelled(self) -> bool:
        """Whether anything at all is known of it."""
        known = (*self.attributes, *self.targets, self.offence)
        return self.toxic_chars is not None or any(v == v for v in known)

    @property
    def held_out(self) -> bool:
        """Kept from the weights for calibration and early figures; by hash, so that it never moves between runs."""
        return int(hashlib.sha256(self.text.encode()).hexdigest()[:8], 16) % 100 < _HELD_OUT.get(
            self.source, 0
        )


#: Sources that are part of this project and need no file in the folder: seed → rows.
OWN: dict[str, Callable[[int], Iterator[tuple[str, Labels]]]] = {
    "contrast": contrast.pairs,
    "written": lambda _seed: written.rows(),
}

#: Percent of each source held out. Civil counts most: calibration is for news comments.
_HELD_OUT = {"civil": 12, "jigsaw2018_six": 6, "jigsaw_multiannotator": 15, "toxic_spans": 5, "edos": 3, "hatexplain": 3,
             "goemotions_unlabelled": 4, "own": 10}  # fmt: skip


def read_sources(*, plain: bool = False) -> dict[str, Source]:
    """The declared sources by name; ``plain`` as ``--plain`` takes them, which is each row once and alike."""
    raw = tomllib.loads((Path(__file__).parent / "sources.toml").read_text(encoding="utf-8"))
    sources = {name: Source(name, **entry) for name, entry in raw.items()}
    if not plain:
        return sources
    return {
        name: replace(s, share=s.plain, weight=1.0, repeat=1, teachers=1.0) for name, s in sources.items()
    }


def load(path: Path, *, seed: int = 0, only: Collection[str] = (), plain: bool = False) -> list[Example]:
    """All examples of a folder (one ``NAME.csv[.gz]`` per declared source) or of one CSV of the user's.

    ``only`` names the sources to read of a folder; all declared ones when empty. ``plain`` takes them as
    :func:`read_sources` says.

    A user's CSV has a ``text`` column and one column per attribute it labels, 0 to 1, blank where unknown; an optional
    ``weight`` column. Raises :class:`DataError` when nothing usable is there.
    """
    rng = random.Random(seed)  # noqa: S311
    examples: list[Example] = []
    if path.is_file():
        examples = [_example(text, labels, "own", 1.0) for text, labels in own_rows(path)]
    elif path.is_dir():
        found = []
        declared = read_sources(plain=plain)
        unknown = sorted(set(only) - set(declared))
        if unknown:
            raise DataError(
                f"no source {unknown[0]!r} in training/sources.toml (there: {', '.join(declared)})"
            )
        for source in declared.values():
            if (only and source.name not in only) or not source.share:
                continue
            rows = list(_rows_of(source, path, seed))
            if rows:
                found.append(source.name)
            kept = [r for r in rows if source.share >= 1 or rng.random() < source.share]
            examples += [_example(text, labels, source.name, source.weight) for text, labels in kept]
        for file in sorted(path.glob("*.csv*")):
            if file.name.split(".")[0] not in declared:
                print(f"{file}: not declared in training/sources.toml, left out", file=sys.stderr)
        if not set(found) - OWN.keys():
            raise DataError(f"{path}: no file here has the name of a source in training/sources.toml")
    else:
        raise DataError(f"{path}: no such file or folder")
    if not examples:
        raise DataError(f"{path}: no usable row")
    return _unique(examples)


def one_pass(examples: list[Example], *, plain: bool = False) -> list[Example]:
    """What the weights see in one pass: nothing held out, each row as often as its source says."""
    sources = read_sources(plain=plain)
    return [
        e
        for e in examples
        if not e.held_out
        for _ in range(sources[e.source].repeat if e.source in sources else 1)
    ]


def _rows_of(source: Source, folder: Path, seed: int) -> Iterator[tuple[str, Labels]]:
    if source.name in OWN:
        yield from OWN[source.name](seed)
        return
    for ending in (".csv.gz", ".csv"):
        file = folder / (source.name + ending)
        if file.exists():
            label = BY_SOURCE[source.name]
            for row in read_csv(file):
                try:
                    labels = label(row)
                except (KeyError, ValueError, SyntaxError) as error:
                    raise DataError(f"{file}: {error!r} in row {row.get('text', '')[:40]!r}") from error
                if labels is not None:
                    yield row["text"], labels
            return


def read_csv(file: Path) -> Iterator[dict[str, str]]:
    """The rows that have a text. Cells between commas, semicolons (Excel where the comma is decimal) or tabs; the names of
    the columns in any case.

    Raises :class:`DataError` naming the file where it is no such table in UTF-8.
    """
    try:
        with (
            gzip.open(file, "rt", encoding="utf-8-sig", newline="")
            if file.suffix == ".gz"
            else file.open(encoding="utf-8-sig", newline="") as handle
        ):
            names, reader = _table(handle, file)
            for cells in reader:
                row = dict.fromkeys(names, "") | dict(zip(names, cells, strict=False))
                if row["text"].strip():
                    yield row
    except UnicodeDecodeError:
        raise DataError(f"{file}: not UTF-8; save it as 'CSV UTF-8'") from None
    except (csv.Error, EOFError, OSError) as error:
        raise DataError(f"{file}: cannot be read as CSV ({error})") from None


def _table(handle: TextIO, file: Path) -> tuple[list[str], Iterator[list[str]]]:
    head = handle.readline()
    for mark in DELIMITERS:
        names = [name.strip() for name in next(csv.reader([head], delimiter=mark), [])]
        names = names if "text" in names else [name.lower() for name in names]
        if "text" in names:
            return names, csv.reader(handle, delimiter=mark)
    columns = ", ".join(name.strip() for name in next(csv.reader([head]), [])) or "none"
    raise DataError(f"{file}: no column named 'text' (columns: {columns})")


def own_rows(file: Path) -> Iterator[tuple[str, Labels]]:
    """A site's own verdicts: ``text`` and any of the six attributes."""
    for number, row in enumerate(read_csv(file), start=2):
        if not row.keys() & set(ATTRIBUTES):
            raise DataError(
                f"{file}: no column of verdicts; name it after what it says: {', '.join(ATTRIBUTES)}"
            )
        values = {}
        for name in ATTRIBUTES:
            cell = (row.get(name) or "").strip()
            if cell:
                try:
                    values[name] = float(cell)
                except ValueError:
                    raise DataError(
                        f"{file}, row {number}: {name} is {cell!r}, not a number from 0 to 1"
                    ) from None
                if not 0 <= values[name] <= 1:
                    raise DataError(f"{file}, row {number}: {name} is {cell}, not from 0 to 1")
        if values:
            yield row["text"], Labels(values, weight=_weight(row.get("weight", ""), f"{file}, row {number}"))


def _weight(cell: str, where: str) -> float:
    try:
        weight = float(cell.strip() or 1)
    except ValueError:
        weight = math.nan
    if not 0 <= weight < math.inf:
        raise DataError(f"{where}: weight is {cell!r}, not a number from 0 up")
    return weight


def _example(text: str, labels: Labels, source: str, weight: float) -> Example:
    return Example(
        text=text,
        source=source,
        weight=weight * labels.weight,
        attributes=tuple(labels.attributes.get(a, NAN) for a in ATTRIBUTES),
        targets=tuple(labels.targets.get(t, NAN) for t in TARGETS),
        toxic_chars=None if labels.toxic_chars is None else tuple(labels.toxic_chars),
    )


def evened(text: str) -> str:
    """The text with neither case nor spacing: two that are alike in it are one text."""
    return " ".join(text.lower().split())


def _unique(examples: list[Example]) -> list[Example]:
    """One example per (normalised) text; where two sources label the same text, their labels are merged."""
    by_text: dict[str, Example] = {}
    for e in examples:
        key = evened(e.text)
        old = by_text.get(key)
        by_text[key] = e if old is None else _merge(old, e)
    return list(by_text.values())


def _merge(a: Example, b: Example) -> Example:
    def join(x: float, y: float) -> float:
        return y if x != x else x if y != y else (x + y) / 2

    marked = a if a.toxic_chars is not None or b.toxic_chars is None else b
    return Example(
        text=marked.text,
        source=a.source,
        weight=max(a.weight, b.weight),
        attributes=tuple(map(join, a.attributes, b.attributes)),
        targets=tuple(map(join, a.targets, b.targets)),
        toxic_chars=marked.toxic_chars,
        offence=join(a.offence, b.offence),
    )


def summary(examples: list[Example]) -> dict[str, Any]:
    counts: dict[str, int] = {}
    for e in examples:
        counts[e.source] = counts.get(e.source, 0) + 1
    return {"rows": len(examples), "by_source": counts}
