"""Output records: what a row and its score become, as JSON lines, CSV or TSV."""

from __future__ import annotations

import csv
import io
import json
import math
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import asdict
from typing import Any, Protocol

from moderation.batch.columns import OUR_KEYS, output_names
from moderation.batch.formats import Format
from moderation.batch.rows import EXTRA, LINE, Row
from moderation.types import ATTRIBUTES, Decision, Score

#: A cell that begins with one of these is a formula to a spreadsheet.
_FORMULA_STARTS = ("=", "+", "-", "@", "\t", "\r", "\n")
#: Ours that are mappings: in CSV each of their keys is a column.
_FLATTENED = ("scores", "author_scores")

SCAN_KEYS = (
    *("source", "comment_id", "parent_id", "author", "time", "text", "scores", "author_scores", "spans"),
    *("targets", "language", "decision", "reasons", "model", "error"),
)


def record(source: str, row: Row, score: Score, decision: Decision, same: Collection[str]) -> dict[str, Any]:
    """One line of ``score``'s output: every column of the row, then our keys.

    For ``same`` see ``same_names``.
    """
    columns = row.columns
    ours: dict[str, Any] = {
        "source": source,
        "comment_id": columns.get("comment_id", str(row.number)),
        "author": columns.get("author") if row.author is None else row.author,
        "text": row.text,
        **score.to_dict(),
        "decision": decision.action,
        "reasons": [asdict(reason) for reason in decision.reasons],
    }
    out = {new: columns[old] for old, new in output_names(columns, same).items()}
    return out | {key: ours[key] for key in OUR_KEYS}


def same_names(text_column: str | None, author_column: str | None) -> tuple[str, ...]:
    """Columns named like one of our keys whose value is what our key shows."""
    same = ["comment_id"]
    if text_column == "text":
        same.append("text")
    if author_column in (None, "author"):
        same.append("author")
    return tuple(same)


class Encoder(Protocol):
    """Turns records into bytes."""

    def head(self) -> bytes:
        """What comes before the first record."""
        ...

    def encode(self, record: Mapping[str, Any]) -> bytes: ...


def encoder(format: Format, columns: Sequence[str], *, spreadsheet_safe: bool = False) -> Encoder:
    """The encoder for an output format; ``columns`` (flat) are a CSV's header."""
    if format == "jsonl":
        return JsonLines()
    return Delimited(columns, "\t" if format == "tsv" else ",", spreadsheet_safe=spreadsheet_safe)


class JsonLines:
    """One JSON object on each line, UTF-8."""

    def head(self) -> bytes:
        return b""

    def encode(self, record: Mapping[str, Any]) -> bytes:
        return (to_json(record) + "\n").encode("utf-8")


class Delimited:
    """CSV or TSV: nested keys flattened (``scores.toxicity``), lists as JSON, unknown columns in
    ``input_extra``.

    Values are written as they are. With ``spreadsheet_safe`` a text that a spreadsheet would run as a formula
    is preceded by an apostrophe; the offsets in ``spans`` still count without it.
    """

    def __init__(self, columns: Sequence[str], delimiter: str, *, spreadsheet_safe: bool = False) -> None:
        self._columns = tuple(columns)
        self._known = frozenset(columns)
        self._safe = spreadsheet_safe
        self._buffer = io.StringIO()
        # With any other line end Python 3.11 leaves a lone carriage return unquoted, which breaks the row.
        self._writer = csv.writer(self._buffer, delimiter=delimiter, lineterminator="\r\n")

    def head(self) -> bytes:
        return self._line(self._columns)

    def encode(self, record: Mapping[str, Any]) -> bytes:
        flat = flatten(record)
        beyond = {key: value for key, value in flat.items() if key not in self._known}
        if beyond:
            beyond.update(_as_mapping(beyond.pop(EXTRA, None) or flat.get(EXTRA)))
            flat[EXTRA] = beyond
        return self._line([self._cell(flat.get(column)) for column in self._columns])

    def _cell(self, value: Any) -> Any:
        if value is None:
            return ""
        if isinstance(value, bool):
            return "true" if value else "false"
        if isinstance(value, dict | list | tuple):
            return to_json(value)
        if self._safe and isinstance(value, str) and value.startswith(_FORMULA_STARTS) and not _number(value):
            return "'" + value
        return value

    def _line(self, cells: Iterable[Any]) -> bytes:
        self._buffer.seek(0)
        self._buffer.truncate()
        self._writer.writerow(cells)
        return self._buffer.getvalue().encode("utf-8", errors="backslashreplace")


def unguarded(value: str) -> str:
    """A cell's text without the apostrophe that ``spreadsheet_safe`` puts before formulas."""
    return value[1:] if value[:1] == "'" and value.startswith(_FORMULA_STARTS, 1) else value


def _number(value: str) -> bool:
    try:
        float(value)
    except ValueError:
        return False
    return True


def _as_mapping(extra: Any) -> dict[str, Any]:
    if extra is None:
        return {}
    return dict(extra) if isinstance(extra, Mapping) else {"fields": extra}


def flatten(record: Mapping[str, Any]) -> dict[str, Any]:
    """Our nested keys one level up: ``{"scores": {"toxicity": x}}`` becomes ``{"scores.toxicity": x}``."""
    flat: dict[str, Any] = {}
    for key, value in record.items():
        if key in _FLATTENED:
            if isinstance(value, Mapping):
                flat.update({f"{key}.{name}": part for name, part in value.items()})
        else:
            flat[key] = value
    return flat


def flat_columns(keys: Iterable[str], attributes: Sequence[str] = ATTRIBUTES) -> list[str]:
    """The CSV header for our keys."""
    columns: list[str] = []
    for key in keys:
        columns += [f"{key}.{attribute}" for attribute in attributes] if key in _FLATTENED else [key]
    return columns


def score_columns(
    inputs: Iterable[Sequence[str]], same: Collection[str], attributes: Sequence[str]
) -> list[str]:
    """The CSV header of ``score``: the columns of all inputs in the order they are met, then ours."""
    seen: dict[str, None] = {}
    for names in inputs:
        for new in output_names(names, same).values():
            if new not in OUR_KEYS:
                seen.setdefault(new)
    seen.pop(EXTRA, None)
    seen.pop(LINE, None)
    return [*seen, *flat_columns(OUR_KEYS, attributes), EXTRA]


def to_json(value: Any) -> str:
    """JSON that every reader accepts: UTF-8, half a surrogate pair escaped, no NaN and no Infinity."""
    try:
        text = json.dumps(value, ensure_ascii=False, allow_nan=False)
    except ValueError:
        text = json.dumps(_finite(value), ensure_ascii=False)
    try:
        text.encode("utf-8")
    except UnicodeEncodeError:
        return json.dumps(json.loads(text), ensure_ascii=True)
    return text


def _finite(value: Any) -> Any:
    if isinstance(value, Mapping):
        return {key: _finite(part) for key, part in value.items()}
    if isinstance(value, list | tuple):
        return [_finite(part) for part in value]
    if isinstance(value, float) and not math.isfinite(value):
        return None
    return value
