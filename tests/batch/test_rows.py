"""Every row of every format comes out once, in order, whole or with its error, and swallows no neighbour."""

from __future__ import annotations

import codecs
import gzip
import json
import re
from pathlib import Path
from typing import Any

import pytest

from moderation.batch.rows import EXTRA, LINE, Row, RowOptions, Table, Unreadable
from moderation.batch.textfile import TextFile


def rows(path: Path, **options: Any) -> list[Row]:
    with TextFile(str(path), encoding=options.get("encoding")) as file:
        return list(Table(file, RowOptions(**options)).rows())


def write(folder: Path, content: str | bytes, name: str = "a.csv") -> Path:
    path = folder / name
    path.write_bytes(content if isinstance(content, bytes) else content.encode())
    return path


def texts(found: list[Row]) -> list[Any]:
    return [row.text if row.error is None else None for row in found]


# --- CSV


def test_csv_columns_keep_their_names_values_and_order(tmp_path: Path) -> None:
    path = write(tmp_path, 'id,comment,votes\r\n7,"a, ""b""\r\nc",3\r\n8,d,\r\n')
    assert rows(path) == [
        Row(1, {"id": "7", "comment": 'a, "b"\r\nc', "votes": "3"}, text='a, "b"\r\nc'),
        Row(2, {"id": "8", "comment": "d", "votes": ""}, text="d"),
    ]


@pytest.mark.parametrize("mark", [",", ";", "\t", "|"])
def test_the_delimiter_is_taken_from_the_header(tmp_path: Path, mark: str) -> None:
    path = write(tmp_path, f"id{mark}comment\n1{mark}one, two\n".replace("one, two", '"one, two"'))
    assert texts(rows(path)) == ["one, two"]


def test_excels_own_delimiter_line_is_no_header(tmp_path: Path) -> None:
    path = write(tmp_path, "sep=;\r\nid;comment\r\n1;a, b\r\n")
    assert texts(rows(path)) == ["a, b"]


def test_tsv_splits_at_tabs_only(tmp_path: Path) -> None:
    path = write(tmp_path, "id\tcomment\n1\ta, b; c\n", "a.tsv")
    assert texts(rows(path)) == ["a, b; c"]


def test_a_row_with_too_many_fields_keeps_them_and_says_so(tmp_path: Path) -> None:
    found = rows(write(tmp_path, "id,comment\n1,hello, you\n2,fine\n"))
    assert texts(found) == [None, "fine"]
    assert found[0].columns == {"id": "1", "comment": "hello", EXTRA: [" you"]}
    assert "3 fields, the header 2" in (found[0].error or "")


def test_a_row_with_too_few_fields_has_what_it_has(tmp_path: Path) -> None:
    found = rows(write(tmp_path, "comment,id,note\nfine,1\n\nid only\n"))
    assert found[0] == Row(1, {"comment": "fine", "id": "1", "note": None}, text="fine")
    assert found[1].error == "the row is blank"
    found = rows(write(tmp_path, "id,comment\n1\n2,fine\n"))
    assert [row.error for row in found] == ["the row has no 'comment'", None]


def test_blank_lines_stay_but_not_at_the_end(tmp_path: Path) -> None:
    found = rows(write(tmp_path, "id,comment\n1,a\n\n\n2,b\n\n\n"))
    assert texts(found) == ["a", None, None, "b"]
    assert [row.number for row in found] == [1, 2, 3, 4]


def test_an_unclosed_quote_costs_its_own_row_only(tmp_path: Path) -> None:
    lines = ["id,comment", "1,fine", '2,"never closed', *(f"{n},text {n}" for n in range(3, 50))]
    found = rows(write(tmp_path, "\n".join(lines)))
    assert texts(found) == ["fine", None, *(f"text {n}" for n in range(3, 50))]
    assert found[1].columns == {LINE: '2,"never closed'}


def test_a_quote_closed_in_a_later_row_swallows_none(tmp_path: Path) -> None:
    found = rows(write(tmp_path, 'id,comment\n1,"bad\n2,good\n3,"fine"\n4,last\n'))
    assert texts(found) == [None, "good", "fine", "last"]


def test_stray_quotes_within_a_row_are_read_as_well_as_can_be(tmp_path: Path) -> None:
    path = write(tmp_path, 'id,comment\n1,"he said "hi" to me"\n2,an 8" pipe\n3,c\n')
    with TextFile(str(path)) as file:
        table = Table(file, RowOptions())
        found = list(table.rows())
    assert texts(found) == ['he said hi" to me"', 'an 8" pipe', "c"]
    assert table.stray_quotes == 1


def test_a_row_over_the_limit_is_one_broken_row(tmp_path: Path) -> None:
    long = "x" * 5000
    found = rows(write(tmp_path, f'id,comment\n1,{long}\n2,b\n3,"{long}\n{long}"\n4,d\n'), max_row=1000)
    assert found[0].error and found[0].columns[LINE].startswith("1,xxx")
    assert texts(found)[1] == "b"
    assert texts(found)[-1] == "d"
    assert len(str(found)) < 20_000


def test_a_large_field_within_the_limit_is_whole(tmp_path: Path) -> None:
    text = "word " * 200_000
    found = rows(write(tmp_path, f'id,comment\n1,"{text}"\n'))
    assert texts(found) == [text]


def test_a_file_of_open_quotes_ends(tmp_path: Path) -> None:
    found = rows(write(tmp_path, "id,comment\n" + 'x",","\n' * 3000), max_row=100_000)
    assert len(found) <= 3000
    assert sum(len(row.columns.get(LINE) or "x") for row in found)


def test_nuls_and_lone_carriage_returns(tmp_path: Path) -> None:
    assert texts(rows(write(tmp_path, "id,comment\n1,a\0b\n"))) == ["a\0b"]
    assert texts(rows(write(tmp_path, "id,comment\r1,a\r2,b\r"))) == ["a", "b"]


def test_a_header_with_gaps_and_repetitions_gets_names(tmp_path: Path) -> None:
    found = rows(write(tmp_path, "comment,,comment,note\na,b,c,d\n"))
    assert found[0].columns == {"comment": "a", "column_2": "b", "comment_2": "c", "note": "d"}


def test_a_csv_without_header(tmp_path: Path) -> None:
    found = rows(write(tmp_path, "1,hello\n2,there\n"), header=False, text_column="2")
    assert texts(found) == ["hello", "there"]
    assert found[0].columns == {"column_1": "1", "column_2": "hello"}


def test_a_header_alone_has_no_rows(tmp_path: Path) -> None:
    assert rows(write(tmp_path, "id,comment\n")) == []


# --- the text column


@pytest.mark.parametrize("name", ["comment_text", "Comment", " TEXT ", "body", "message", "comment_content"])
def test_usual_names_are_guessed(tmp_path: Path, name: str) -> None:
    assert texts(rows(write(tmp_path, f"id,{name},url\n1,a,b\n"))) == ["a"]


def test_what_cannot_be_guessed_is_asked_for_with_the_columns_named(tmp_path: Path) -> None:
    path = write(tmp_path, "id,foo,bar\n1,a,b\n")
    with pytest.raises(Unreadable, match=r"--text-column: id, foo, bar"):
        rows(path)
    assert texts(rows(path, text_column="bar")) == ["b"]
    assert texts(rows(path, text_column="FOO")) == ["a"]
    with pytest.raises(Unreadable, match=r"no column 'nope'; its columns: id, foo, bar"):
        rows(path, text_column="nope")
    with pytest.raises(Unreadable, match=r"no column 'who'"):
        rows(path, text_column="bar", author_column="who")


# --- JSON lines


def test_json_lines_keep_every_value(tmp_path: Path) -> None:
    path = write(tmp_path, '{"text": "a", "n": 1.5, "deep": {"x": [null, true]}}\n"b"\n', "a.jsonl")
    assert rows(path) == [
        Row(1, {"text": "a", "n": 1.5, "deep": {"x": [None, True]}}, text="a"),
        Row(2, {}, text="b"),
    ]


@pytest.mark.parametrize(
    ("line", "words"),
    [
        ('{"text": "a"', "is no JSON"),
        ("[1, 2]", "no JSON object"),
        ("17", "no JSON object"),
        ("[" * 100_000, "nested too deeply"),
        ('{"text": ' + "9" * 5000 + "}", "is no JSON"),
        ('{"other": "a"}', "has no 'text'"),
        ('{"text": null}', "has no 'text'"),
    ],
)
def test_a_broken_line_is_a_row_with_an_error(tmp_path: Path, line: str, words: str) -> None:
    found = rows(write(tmp_path, f'{{"text": "a"}}\n{line}\n{{"text": "c"}}\n', "a.jsonl"))
    assert texts(found) == ["a", None, "c"]
    assert words in (found[1].error or "")


def test_json_blank_lines_stay_but_not_at_the_end(tmp_path: Path) -> None:
    found = rows(write(tmp_path, '{"text": "a"}\n\n{"text": "b"}\n\n', "a.jsonl"))
    assert texts(found) == ["a", None, "b"]


def test_nan_is_no_text(tmp_path: Path) -> None:
    found = rows(write(tmp_path, '{"text": NaN, "id": Infinity}\n', "a.jsonl"))
    assert found == [Row(1, {"text": None, "id": None}, error="the row has no 'text'")]


@pytest.mark.parametrize("array", ['[\n  {"text": "a"}\n]\n', '[{"text": "a"}, {"text": "b"}]\n'])
def test_a_json_array_is_named_as_such(tmp_path: Path, array: str) -> None:
    with pytest.raises(Unreadable, match="JSON array"):
        rows(write(tmp_path, array, "a.jsonl"))


def test_a_line_over_the_limit_is_one_broken_row(tmp_path: Path) -> None:
    long = json.dumps({"text": "x" * 300_000})
    found = rows(write(tmp_path, f'{long}\n{{"text": "b"}}\n', "a.jsonl"), max_row=1000)
    assert texts(found) == [None, "b"]
    assert "longer than 1,000" in (found[0].error or "")


# --- text


def test_each_line_of_a_text_file_is_a_row(tmp_path: Path) -> None:
    found = rows(write(tmp_path, 'one\n\nthree, "x"\r\nfour', "a.txt"))
    assert [row.text for row in found] == ["one", "", 'three, "x"', "four"]


# --- encodings and packing


@pytest.mark.parametrize(
    ("content", "warning"),
    [
        (codecs.BOM_UTF8 + "id,text\n1,é\n".encode(), None),
        ("id,text\n1,é\n".encode("utf-16"), "UTF-16"),
        ("id,text\n1,é\n".encode("utf-16-le"), "UTF-16-LE"),
        (codecs.BOM_UTF32_LE + "id,text\n1,é\n".encode("utf-32-le"), "UTF-32"),
        ("id,text\n1,é\n".encode("cp1252"), "Windows-1252"),
        ("id,text\n1,é\n".encode(), None),
    ],
)
def test_encodings_are_found_and_said(tmp_path: Path, content: bytes, warning: str | None) -> None:
    path = write(tmp_path, content)
    with TextFile(str(path)) as file:
        [row] = Table(file, RowOptions()).rows()
        said = file.warnings
    assert row.columns == {"id": "1", "text": "é"}
    assert [warning in text for text in said] == ([True] if warning else [])


@pytest.mark.parametrize(
    ("encoding", "text"),
    [
        ("cp1251", "Это просто ужасно, вы все ничего не понимаете"),
        ("koi8_r", "Это просто ужасно, вы все ничего не понимаете"),
        ("gb18030", "谢谢你的文章，很有意思，你们什么都不懂"),
        ("cp949", "기사 감사합니다 정말 재미있네요 당신들은 아무것도"),
    ],
)
def test_another_alphabet_is_recognised_and_said(tmp_path: Path, encoding: str, text: str) -> None:
    path = write(tmp_path, f'id,text\n1,"{text}"\n2,plain\n'.encode(encoding))
    with TextFile(str(path)) as file:
        found = [row.text for row in Table(file, RowOptions()).rows()]
        said = file.warnings
    assert found == [text, "plain"]
    assert said == [f"read as {encoding.upper()}; --encoding sets another"]


@pytest.mark.parametrize(
    ("encoding", "text"),
    [("cp1253", "Ευχαριστώ πολύ για το άρθρο, ήταν καλό"), ("cp1255", "תודה רבה על הכתבה המעניינת")],
)
def test_a_few_words_may_be_taken_for_the_wrong_alphabet_but_not_for_latin(
    tmp_path: Path, encoding: str, text: str
) -> None:
    path = write(tmp_path, f"{text}\n".encode(encoding), "a.txt")
    [row] = rows(path)
    assert row.text is not None
    assert not re.search("[a-zà-ÿ]", row.text, re.IGNORECASE)


@pytest.mark.parametrize("text", ["Größe, façade, très «bien» – “naïve”", "Ça été déjà où? Señor, ¡ÀÉÎ!" * 5])
def test_accents_are_no_other_alphabet(tmp_path: Path, text: str) -> None:
    path = write(tmp_path, f"text\n{text}\n".encode("cp1252"), "a.txt")
    assert [row.text for row in rows(path)] == ["text", text]


def test_one_wrong_byte_leaves_the_utf8_around_it_alone(tmp_path: Path) -> None:
    path = write(tmp_path, "text\nнорма\n".encode() + b"caf\xe9 \x81\n" + "норма\n".encode(), "a.txt")
    assert [row.text for row in rows(path)] == ["text", "норма", "café \x81", "норма"]


def test_a_given_encoding_is_used(tmp_path: Path) -> None:
    path = write(tmp_path, "текст".encode("cp1251"), "a.txt")
    assert [row.text for row in rows(path, encoding="cp1251")] == ["текст"]


def test_a_character_cut_by_the_buffers_edge_is_whole(tmp_path: Path) -> None:
    lines = ["é" * n for n in range(1, 400)]
    assert [row.text for row in rows(write(tmp_path, "\n".join(lines), "a.txt"))] == lines


@pytest.mark.parametrize("name", ["a.csv.gz", "a.csv"])
def test_gzip_is_seen_by_its_bytes(tmp_path: Path, name: str) -> None:
    assert texts(rows(write(tmp_path, gzip.compress(b"id,text\n1,a\n"), name))) == ["a"]


@pytest.mark.parametrize(
    ("content", "name", "words"),
    [
        (b"", "a.csv", "is empty"),
        (b"\x89PNG\r\n\x1a\n", "a.csv", "is a PNG image"),
        (b"PK\x03\x04....", "a.csv", "ZIP archive"),
        (b"id,text\n", "a.xlsx", "--input-format"),
    ],
)
def test_files_of_no_use_are_refused_with_the_reason(
    tmp_path: Path, content: bytes, name: str, words: str
) -> None:
    with pytest.raises(Unreadable, match=words):
        rows(write(tmp_path, content, name))


def test_an_unnamed_file_of_json_objects_is_json_lines(tmp_path: Path) -> None:
    assert texts(rows(write(tmp_path, '{"text": "a"}\n', "dump"))) == ["a"]
    assert texts(rows(write(tmp_path, "a\n", "dump"), format="txt")) == ["a"]
