"""Rows of CSV, TSV, JSON lines and plain text.

A broken row is a row with an error, never the end of the file.
"""

from __future__ import annotations

import csv
import json
from collections import deque
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any

from moderation.batch.columns import BadColumn, find_column, unique_names
from moderation.batch.formats import Format, input_format
from moderation.batch.textfile import TextFile

#: What a broken line leaves behind, at most.
_KEPT_OF_A_BROKEN_LINE = 1000
_ARRAY = "is a JSON array; JSON lines are needed: one object on each line"
#: After an unclosed quote the lines it swallowed are read again, one by one; each time that happens the next
#: record may be half as long, so that a file made of open quotes cannot make the work quadratic.
_LEAST_RECORD = 1 << 16

#: Holds the fields of a row beyond its header.
EXTRA = "input_extra"
#: Holds a line that could not be taken apart.
LINE = "input_line"


class Unreadable(Exception):
    """The whole file cannot be used; the message says why."""


@dataclass(frozen=True, slots=True)
class RowOptions:
    """How files are read. ``max_row`` is in characters."""

    text_column: str | None = None
    author_column: str | None = None
    format: Format | None = None
    encoding: str | None = None
    header: bool = True
    max_row: int = 20_000_000


@dataclass(frozen=True, slots=True)
class Row:
    """One row as it came: ``number`` counts from 1, ``columns`` has every column in its order.

    ``text`` and ``author`` are the values of their columns; ``error`` says why there is no text.
    """

    number: int
    columns: Mapping[str, Any]
    text: Any = None
    author: Any = None
    error: str | None = None


@dataclass(slots=True)
class Table:
    """The rows of one file. ``text_column`` and the column names are known once the first row was read."""

    file: TextFile
    options: RowOptions
    format: Format = "txt"
    names: tuple[str, ...] = ()
    text_column: str | None = None
    guessed: bool = False
    stray_quotes: int = 0
    _limit: int = field(default=0)

    def __post_init__(self) -> None:
        head = self.file.head()
        if self.file.binary is not None:
            raise Unreadable(f"is {self.file.binary}, not a text file")
        if not head:
            raise Unreadable("is empty")
        self.format = self.options.format or input_format(self.file.name) or _sniffed(head)
        self._limit = self.options.max_row
        if self.format == "txt":
            self.names, self.text_column = ("text",), "text"

    def rows(self) -> Iterator[Row]:
        """Every row in order. Raises :class:`Unreadable` when the file as a whole is of no use."""
        read = {"csv": self._delimited, "tsv": self._delimited, "jsonl": self._json, "txt": self._plain}
        try:
            yield from read[self.format]()
        except BadColumn as error:
            raise Unreadable(str(error)) from error

    def _plain(self) -> Iterator[Row]:
        for number, (line, whole) in enumerate(self.file.lines(self._limit), start=1):
            text = line.rstrip("\r\n")
            if whole:
                yield Row(number, {"text": text}, text=text)
            else:
                yield self._too_long(number, text)

    def _json(self) -> Iterator[Row]:
        blank = 0
        number = 0
        for line, whole in self.file.lines(self._limit):
            if not line.strip():
                blank += 1
                continue
            for _ in range(blank):  # blank lines at the end of the file are no rows
                number += 1
                yield Row(number, {}, error="the row is blank")
            blank = 0
            number += 1
            yield self._json_row(number, line) if whole else self._too_long(number, line)

    def _json_row(self, number: int, line: str) -> Row:
        try:
            value = json.loads(line, parse_constant=_no_constant)
        except (ValueError, RecursionError) as error:
            if number == 1 and line.lstrip().startswith("["):
                raise Unreadable(_ARRAY) from error
            reason = "is nested too deeply" if isinstance(error, RecursionError) else f"is no JSON: {error}"
            return _broken(number, line, f"the row {reason}")
        if number == 1 and isinstance(value, list) and value and isinstance(value[0], dict):
            raise Unreadable(_ARRAY)
        if isinstance(value, str):
            return Row(number, {}, text=value)
        if not isinstance(value, dict):
            return _broken(number, line, "the row is no JSON object")
        if self.text_column is None:
            self.names = tuple(value)
            self.text_column, self.guessed = find_column(self.options.text_column, value, strict=False)
        return self._row(number, value)

    def _delimited(self) -> Iterator[Row]:
        delimiter = "\t" if self.format == "tsv" else _delimiter(self.file.head())
        records = self._records(delimiter)
        first = next(records, None)
        if first is not None and first[0] and first[0][0].lower().startswith("sep=") and len(first[0]) <= 2:
            first = next(records, None)  # Excel's own line that names the delimiter
        if first is None or first[0] is None:
            raise Unreadable("has no header row that can be read")
        header = first[0]
        number = 0
        if self.options.header:
            self.names = unique_names(header)
        else:
            self.names = tuple(f"column_{i}" for i in range(1, len(header) + 1))
        self.text_column, self.guessed = find_column(self.options.text_column, self.names)
        if self.options.author_column is not None:
            find_column(self.options.author_column, self.names)
        if not self.options.header:
            number = 1
            yield self._fields(number, header)
        blank = 0
        for fields, line in records:
            if fields is not None and not fields:
                blank += 1
                continue
            for _ in range(blank):
                number += 1
                yield Row(number, dict.fromkeys(self.names), error="the row is blank")
            blank = 0
            number += 1
            if fields is None:
                yield _broken(number, line, "the row has a quote that is never closed, or is too long")
            else:
                yield self._fields(number, fields)

    def _fields(self, number: int, fields: list[str]) -> Row:
        columns: dict[str, Any] = dict.fromkeys(self.names)
        columns.update(zip(self.names, fields, strict=False))
        if len(fields) > len(self.names):
            columns[EXTRA] = fields[len(self.names) :]
            found = f"the row has {len(fields)} fields, the header {len(self.names)}"
            error = f"{found}: a quote may be missing around the text"
            return Row(number, columns, text=columns.get(self.text_column or ""), error=error)
        return self._row(number, columns)

    def _row(self, number: int, columns: Mapping[str, Any]) -> Row:
        column = self.text_column
        author = columns.get(self.options.author_column) if self.options.author_column else None
        if column is None or columns.get(column) is None:
            wanted = column or self.options.text_column or "text"
            return Row(number, columns, author=author, error=f"the row has no {wanted!r}")
        return Row(number, columns, text=columns[column], author=author)

    def _too_long(self, number: int, line: str) -> Row:
        return _broken(number, line, f"the row is longer than {self.options.max_row:,} characters")

    def _records(self, delimiter: str) -> Iterator[tuple[list[str] | None, str]]:
        """The fields of each record, with its first line; ``None`` for one that cannot be read."""
        feed = _Feed(self.file.lines(self._limit), self._limit)
        # The csv module's own limit is one for the whole process and low; the feed bounds records instead.
        csv.field_size_limit(max(csv.field_size_limit(), self._limit + 1))
        reader = csv.reader(feed, delimiter=delimiter, strict=True)
        while True:
            feed.taken.clear()
            feed.size = 0
            try:
                record = next(reader)
            except StopIteration:
                return
            except (csv.Error, _RecordTooLong):
                first, *rest = feed.taken
                feed.again.extendleft(reversed(rest))
                yield self._salvaged(first, delimiter, feed.cut), first
                if rest:
                    feed.limit = max(_LEAST_RECORD, feed.limit // 2)
                feed.cut = False
                continue
            yield record, feed.taken[0] if feed.taken else ""

    def _salvaged(self, line: str, delimiter: str, cut: bool) -> list[str] | None:
        """One line with stray quotes, read as well as can be; ``None`` when its number of fields is wrong."""
        if cut:
            return None
        try:
            [fields] = csv.reader([line], delimiter=delimiter)
        except (csv.Error, ValueError):
            return None
        opens = csv.reader([line, "\n\n"], delimiter=delimiter)
        if "\n" in next(opens)[-1] or (self.names and len(fields) != len(self.names)):
            return None
        self.stray_quotes += 1
        return fields


class _RecordTooLong(Exception):
    pass


class _Feed:
    """Lines for the csv reader; those of the current record are kept, so that they can be read again."""

    def __init__(self, lines: Iterator[tuple[str, bool]], limit: int) -> None:
        self._lines = lines
        self.limit = limit
        self.taken: list[str] = []
        self.again: deque[str] = deque()
        self.size = 0
        self.cut = False

    def __iter__(self) -> Iterator[str]:
        return self

    def __next__(self) -> str:
        if self.again:
            line, whole = self.again.popleft(), True
        else:
            line, whole = next(self._lines)
        self.taken.append(line)
        self.size += len(line)
        self.cut = not whole and len(self.taken) == 1
        if not whole or (self.size > self.limit and len(self.taken) > 1):
            raise _RecordTooLong
        return line


def _broken(number: int, line: str, error: str) -> Row:
    return Row(number, {LINE: line.rstrip("\r\n")[:_KEPT_OF_A_BROKEN_LINE]}, error=error)


def _no_constant(name: str) -> None:
    """NaN and Infinity are no JSON; writers mean "nothing" by them."""
    return None


def _delimiter(head: str) -> str:
    """The delimiter of a .csv file by its first line: European spreadsheets write semicolons."""
    first = head.splitlines()[0] if head.splitlines() else ""
    if first.lower().startswith("sep=") and len(first) == 5:
        return first[4]
    outside = "".join(first.split('"')[::2])
    counts = {mark: outside.count(mark) for mark in ",;\t|"}
    best = max(counts, key=lambda mark: counts[mark])
    return best if counts[best] > counts[","] and counts[","] == 0 else ","


def _sniffed(head: str) -> Format:
    if head.lstrip().startswith("{"):
        return "jsonl"
    raise Unreadable("the name does not tell the format; --input-format csv, tsv, jsonl or txt does")
