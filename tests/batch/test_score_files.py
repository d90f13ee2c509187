"""Files to files: every column kept, every row once and in order, bad input named."""

from __future__ import annotations

import gzip
import json
import os
from pathlib import Path

import pytest
from files_job import put, records, run, table
from word_scorer import WordScorer

from moderation.batch.score import Listener
from moderation.types import ATTRIBUTES

# --- records


def test_a_row_comes_out_with_its_columns_and_ours(tmp_path: Path) -> None:
    file = put(tmp_path / "a.csv", "id,comment,when\n7,you idiot,today\n")
    _, data = run([file])
    [record] = records(data)
    assert list(record)[:3] == ["id", "comment", "when"]
    assert (record["id"], record["comment"], record["when"]) == ("7", "you idiot", "today")
    assert record["source"] == str(file)
    assert record["text"] == "you idiot"
    assert record["comment_id"] == "1"
    assert record["author"] is None and record["author_scores"] is None
    assert record["scores"]["insult"] == 0.95 and set(record["scores"]) == set(ATTRIBUTES)
    assert record["spans"] == [{"start": 4, "end": 9, "attribute": "insult", "score": 0.95}]
    assert record["decision"] == "reject"
    assert record["reasons"][0] == {"attribute": "insult", "score": 0.95, "threshold": 0.9}
    assert record["model"] == "fake-1.0" and record["language"] == "en" and record["error"] is None


def test_columns_with_our_names_are_kept_beside_ours(tmp_path: Path) -> None:
    file = put(
        tmp_path / "a.csv", "text,comment,model,decision,input_model,author,comment_id\nT,C,M,D,IM,bob,9\n"
    )
    [record] = records(run([file], text_column="comment")[1])
    assert record["text"] == "C" and record["input_text"] == "T"
    assert record["model"] == "fake-1.0" and record["input_input_model"] == "M"
    assert record["input_model"] == "IM"
    assert record["decision"] == "approve" and record["input_decision"] == "D"
    assert record["author"] == "bob" and record["comment_id"] == "9"
    assert not {"input_author", "input_comment_id", "input_comment"} & set(record)


def test_scoring_our_own_output_again_loses_nothing(tmp_path: Path) -> None:
    file = put(tmp_path / "a.jsonl", '{"text": "you idiot", "id": 1}\n')
    once = run([file])[1]
    again = tmp_path / "b.jsonl"
    again.write_bytes(once)
    [first], [second] = records(once), records(run([again])[1])
    for key, value in first.items():
        assert value in (second.get(key), second.get(f"input_{key}"))
    assert second["input_scores"] == first["scores"]


def test_an_author_column_is_scored_and_shown(tmp_path: Path) -> None:
    file = put(tmp_path / "a.csv", "text,user\nhello,idiot99\nhello,\n")
    first, second = records(run([file], author_column="user")[1])
    assert first["author"] == "idiot99" and first["author_scores"]["insult"] == 0.95
    assert first["scores"]["insult"] == 0.01 and first["decision"] == "review"
    assert second["author_scores"] is None


def test_blank_and_broken_rows_stay_with_null_scores_and_the_reason(tmp_path: Path) -> None:
    file = put(tmp_path / "a.jsonl", '{"text": " "}\nnonsense\n{"text": 5}\n{"text": "fine"}\n')
    summary, data = run([file])
    found = records(data)
    assert [record["scores"] is None for record in found] == [True, True, True, False]
    assert all(record["error"] for record in found[:3]) and found[3]["error"] is None
    assert found[1]["input_line"] == "nonsense"
    assert [record["decision"] for record in found] == ["review", "review", "review", "approve"]
    assert (summary.rows, summary.unscored, summary.failures) == (4, 3, [])


# --- formats


def test_csv_out_is_flat_and_reads_back_exactly(tmp_path: Path) -> None:
    text = 'line "one",\r\nline\rtwo\n\ttabbed ;é🤷'
    file = tmp_path / "a.jsonl"
    values = {"body": text, "n": 3, "flag": True, "none": None, "deep": {"x": [1]}}
    file.write_text(json.dumps(values) + "\n" + json.dumps({"body": "b", "late": "column"}) + "\n")
    _, data = run([file], tmp_path / "out.csv")
    first, second = table(data)
    assert first["body"] == first["text"] == text
    assert (first["n"], first["flag"], first["none"], first["deep"]) == ("3", "true", "", '{"x": [1]}')
    assert first["scores.toxicity"] == "0.01" and json.loads(first["spans"]) == []
    assert second["late"] == "column" and first["late"] == ""
    assert [f"scores.{name}" in first for name in ATTRIBUTES] == [True] * 6


def test_tsv_and_packed_outputs(tmp_path: Path) -> None:
    file = put(tmp_path / "a.csv", 'text\n"a\tb"\nc\n')
    assert [r["text"] for r in table(run([file], tmp_path / "o.tsv")[1], "\t")] == ["a\tb", "c"]
    assert [r["text"] for r in records(gzip.decompress(run([file], tmp_path / "o.jsonl.gz")[1]))] == [
        *("a\tb", "c")
    ]


def test_several_inputs_of_different_columns_share_one_header(tmp_path: Path) -> None:
    one = put(tmp_path / "a.csv", "id,comment\n1,a\n")
    two = put(tmp_path / "b.csv", "body,likes\nb,5\n")
    found = table(run([one, two], tmp_path / "o.csv")[1])
    assert [(r["id"], r["comment"], r["body"], r["likes"], r["text"]) for r in found] == [
        ("1", "a", "", "", "a"),
        ("", "", "b", "5", "b"),
    ]


def test_fields_beyond_the_header_are_kept_in_csv_too(tmp_path: Path) -> None:
    file = put(tmp_path / "a.csv", "id,text\n1,a,b\n2,c\n")
    first, second = table(run([file], tmp_path / "o.csv")[1])
    assert json.loads(first["input_extra"]) == ["b"] and second["input_extra"] == ""


def test_formulas_are_left_alone_unless_asked(tmp_path: Path) -> None:
    file = put(tmp_path / "a.csv", "text\n=1+1\n@ann no\nfine\n-5.2\n")
    assert [r["text"] for r in table(run([file], tmp_path / "o.csv")[1])] == [
        *("=1+1", "@ann no", "fine", "-5.2")
    ]
    safe = run([file], tmp_path / "o.csv", spreadsheet_safe=True)[1]
    assert [r["text"] for r in table(safe)] == ["'=1+1", "'@ann no", "fine", "-5.2"]
    assert [r["scores.insult"] for r in table(safe)] == ["0.01"] * 4


def test_what_utf8_and_json_cannot_hold_is_still_written(tmp_path: Path) -> None:
    file = put(tmp_path / "a.jsonl", '{"text": "half \\ud800 pair", "n": 1e999}\n')
    [record] = records(run([file])[1])
    assert record["text"] == "half \ud800 pair" and record["n"] is None
    assert table(run([file], tmp_path / "o.csv")[1])[0]["text"] == "half \\ud800 pair"


@pytest.mark.parametrize("name", ["out.xml", "out", "out.txt", "out.gz"])
def test_an_output_of_unknown_format_is_refused_before_any_work(tmp_path: Path, name: str) -> None:
    scorer = WordScorer()
    with pytest.raises(ValueError, match="ending"):
        run([put(tmp_path / "a.txt", "a")], tmp_path / name, scorer=scorer)
    assert scorer.seen == []


# --- bad inputs


def test_one_bad_file_costs_nothing_else(tmp_path: Path) -> None:
    good = put(tmp_path / "a.csv", "text\na\n")
    picture = tmp_path / "b.csv"
    picture.write_bytes(b"\x89PNG\r\n\x1a\n")
    unclear = put(tmp_path / "c.csv", "x,y\n1,2\n")
    missing = tmp_path / "d.csv"
    summary, data = run([missing, good, picture, unclear, tmp_path, good], tmp_path / "o.csv")
    assert [r["text"] for r in table(data)] == ["a", "a"]
    assert [f.source for f in summary.failures] == [
        str(path) for path in (missing, picture, unclear, tmp_path)
    ]


def test_a_packed_file_that_breaks_off_gives_the_rows_before(tmp_path: Path) -> None:
    file = tmp_path / "a.txt.gz"
    content = "\n".join(os.urandom(20).hex() for _ in range(2000)).encode()
    file.write_bytes(gzip.compress(content)[:-20_000])
    summary, data = run([file])
    found = [record["text"] for record in records(data)]
    whole = content.decode().splitlines()
    assert 100 < len(found) < 2000 and found == whole[: len(found)]
    assert "breaks off" in summary.failures[0].message


def test_what_was_guessed_is_said(tmp_path: Path) -> None:
    said: list[str] = []
    file = tmp_path / "a.csv"
    file.write_bytes("id,comment\n1,caf\u00e9\n".encode("cp1252"))
    run([file], listener=Listener(notice=said.append))
    assert len(said) == 2 and "'comment'" in said[0] and "Windows-1252" in said[1]
