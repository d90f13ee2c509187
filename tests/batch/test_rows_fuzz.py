"""Whatever bytes a file holds: reading ends, no row is lost or doubled, and well-formed files come out exactly."""

from __future__ import annotations

import csv
import io
import json
import re
import zlib
from contextlib import suppress
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from moderation.batch.records import Delimited, to_json
from moderation.batch.rows import LINE, Row, RowOptions, Table, Unreadable
from moderation.batch.textfile import TextFile

relaxed = settings(
    deadline=None,
    max_examples=150,
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow],
)
# No control characters: a file of little else is binary, and refused as such.
cells = st.text(alphabet=st.characters(exclude_categories=["Cs", "Cc"]), max_size=20)
hostile = st.lists(
    st.sampled_from(['"', '""', ",", "\n", "\r\n", "\r", "a", "bc", " ", "é", "x,y\n", '1,"z"\n']),
    max_size=60,
).map("".join)


@pytest.fixture
def file(tmp_path: Path) -> Path:
    return tmp_path / "a.csv"


def rows(path: Path, **options: Any) -> list[Row]:
    with TextFile(str(path)) as opened:
        return list(Table(opened, RowOptions(**options)).rows())


@relaxed
@given(table=st.lists(st.tuples(cells, cells), min_size=1, max_size=8))
def test_well_formed_csv_comes_out_exactly(file: Path, table: list[tuple[str, str]]) -> None:
    out = io.StringIO()
    writer = csv.writer(out, quoting=csv.QUOTE_ALL, lineterminator="\r\n")
    writer.writerow(("id", "text"))
    writer.writerows(table)
    file.write_bytes(out.getvalue().encode())
    found = rows(file)
    assert [(row.columns["id"], row.columns["text"]) for row in found] == table
    assert all(row.error is None for row in found)


@relaxed
@given(body=hostile)
def test_hostile_csv_ends_and_numbers_its_rows(file: Path, body: str) -> None:
    file.write_bytes(b"id,text\n" + body.encode())
    found = rows(file, max_row=30)
    assert [row.number for row in found] == list(range(1, len(found) + 1))
    assert len(found) <= len(re.findall(r"\r\n|\r|\n", body)) + 1
    for row in found:
        assert row.error is not None or set(row.columns) == {"id", "text"}
        assert len(row.columns.get(LINE) or "") <= 31


@relaxed
@given(content=st.binary(max_size=300))
def test_any_bytes_are_read_or_refused(file: Path, content: bytes) -> None:
    for kind in ("csv", "tsv", "jsonl", "txt"):
        file.write_bytes(content)
        with suppress(Unreadable, EOFError, OSError, zlib.error):
            rows(file, format=kind, text_column="1")


@relaxed
@given(texts=st.lists(st.text(max_size=30), min_size=1, max_size=6))
def test_json_lines_come_out_exactly(tmp_path: Path, texts: list[str]) -> None:
    path = tmp_path / "a.jsonl"
    path.write_text("\n".join(json.dumps({"text": text}) for text in texts))
    assert [row.text for row in rows(path)] == texts


@relaxed
@given(
    value=st.recursive(
        st.none() | st.booleans() | st.floats() | st.text(),
        lambda x: st.lists(x) | st.dictionaries(st.text(), x),
    )
)
def test_json_out_is_always_json_and_utf8(value: Any) -> None:
    text = to_json(value)
    text.encode("utf-8")
    json.loads(text, parse_constant=lambda name: pytest.fail(name))
    assert "\n" not in text


@relaxed
@given(
    table=st.lists(st.tuples(cells, cells), min_size=1, max_size=8), delimiter=st.sampled_from([",", "\t"])
)
def test_csv_out_reads_back_exactly(table: list[tuple[str, str]], delimiter: str) -> None:
    encoder = Delimited(["a", "b"], delimiter)
    data = encoder.head() + b"".join(encoder.encode({"a": a, "b": b}) for a, b in table)
    found = list(csv.reader(io.StringIO(data.decode(), newline=""), delimiter=delimiter))
    assert found == [["a", "b"], *map(list, table)]
