"""What ``score`` and ``scan`` wrote, read back: JSON lines, CSV or TSV to scored comments.

A file may have been through a spreadsheet or somebody's script since, so nothing in it is taken on trust.
"""

from __future__ import annotations

import json
import math
from collections.abc import Iterator, Mapping
from typing import Any, cast, get_args

from moderation.batch.formats import Format
from moderation.batch.records import unguarded
from moderation.batch.rows import RowOptions, Table, Unreadable
from moderation.batch.textfile import TextFile
from moderation.sources import Failure
from moderation.types import Action, Comment, Decision, Reason, Score, ScoredComment, Span

_ACTIONS = get_args(Action)


def read_scored(file: TextFile, format: Format | None = None) -> Iterator[ScoredComment | Failure]:
    """Every row of ``file`` in its order, read as ``format`` or as its name says.

    A :class:`~moderation.sources.Failure` names a row that is not whole. Raises
    :class:`~moderation.batch.rows.Unreadable` where the file is no output of ``score`` or ``scan``.
    """
    # Whichever column that takes: here the columns are known by our names for them.
    table = Table(file, RowOptions(text_column="1", format=format))
    if table.format == "txt":
        raise Unreadable("has a text on each line and no scores; `moderation score` gives it some")
    for row in table.rows():
        if row.number == 1 and "decision" not in row.columns:
            raise Unreadable("has no 'decision': not what `score` or `scan` wrote; score it first")
        if not row.columns:
            continue  # a blank line
        try:
            cells = row.columns if table.format == "jsonl" else _unguarded(row.columns)
            yield _comment(file.name, row.number, cells)
        except (TypeError, ValueError, KeyError, RecursionError) as error:
            said = f"no {error}" if isinstance(error, KeyError) else str(error)
            yield Failure(f"{file.name}, row {row.number}", said[:200], error)


def _unguarded(columns: Mapping[str, Any]) -> dict[str, Any]:
    """The cells of a CSV as they were before a spreadsheet was guarded against them."""
    return {name: unguarded(value) if isinstance(value, str) else value for name, value in columns.items()}


def _comment(name: str, number: int, columns: Mapping[str, Any]) -> ScoredComment:
    text = columns.get("text")
    text = "" if text is None else str(text)
    action = columns["decision"]
    if action not in _ACTIONS:
        raise ValueError(f"decision is {action!r}, none of {', '.join(_ACTIONS)}")
    return ScoredComment(
        _word(columns, "source") or name,
        Comment(
            id=_word(columns, "comment_id") or str(number),
            text=text,
            parent_id=_word(columns, "parent_id"),
            author=_word(columns, "author"),
            time=_word(columns, "time"),
        ),
        Score(
            scores=_scores(columns, "scores"),
            spans=tuple(_spans(columns, len(text))),
            author_scores=_scores(columns, "author_scores"),
            targets=_scores(columns, "targets"),
            language=_word(columns, "language"),
            model=_word(columns, "model"),
            error=_word(columns, "error"),
        ),
        Decision(
            cast(Action, action),
            tuple(
                Reason(str(r["attribute"]), _number(r["score"]), _number(r["threshold"]))
                for r in _list(columns, "reasons")
            ),
        ),
    )


def _word(columns: Mapping[str, Any], key: str) -> str | None:
    """A cell that holds a name; an empty one of a CSV is none."""
    value = columns.get(key)
    return None if value is None or value == "" else str(value)


def _scores(columns: Mapping[str, Any], key: str) -> dict[str, float] | None:
    """Names to probabilities: an object, that object as JSON in a cell, or a cell for each name."""
    value = columns.get(key)
    if isinstance(value, str) and value:
        value = json.loads(value)
    if not value:
        start = key + "."
        value = {
            n.removeprefix(start): v
            for n, v in columns.items()
            if n.startswith(start) and v not in (None, "")
        }
    if not isinstance(value, Mapping):
        raise ValueError(f"{key} is {value!r}")
    return {str(name): _number(part) for name, part in value.items()} or None


def _number(value: Any) -> float:
    number = float(value)
    if not (math.isfinite(number) and 0 <= number <= 1):
        raise ValueError(f"{value!r} is not from 0 to 1")
    return number


def _spans(columns: Mapping[str, Any], length: int) -> Iterator[Span]:
    for entry in _list(columns, "spans"):
        start, end = int(entry["start"]), int(entry["end"])
        if 0 <= start < end <= length:  # a text that somebody has shortened since
            yield Span(start, end, str(entry["attribute"]), _number(entry["score"]))


def _list(columns: Mapping[str, Any], key: str) -> list[Mapping[str, Any]]:
    value = columns.get(key)
    if isinstance(value, str) and value:
        value = json.loads(value)
    if not value:
        return []
    if not isinstance(value, list) or not all(isinstance(entry, Mapping) for entry in value):
        raise ValueError(f"{key} is no list")
    return value
