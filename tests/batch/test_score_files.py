"""Files to files: every column kept, every row once and in order, whatever breaks or kills the job."""

from __future__ import annotations

import csv
import gzip
import io
import json
import os
import signal
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
from word_scorer import WordScorer

from moderation.batch.output import OutputError
from moderation.batch.rows import RowOptions
from moderation.batch.score import Listener, Summary, score_files
from moderation.policy import Policy
from moderation.types import ATTRIBUTES

HERE = Path(__file__).parent


def run(files: list[Path | str], output: Path | None = None, **options: Any) -> tuple[Summary, bytes]:
    rows = {key: options.pop(key) for key in list(options) if key in RowOptions.__slots__}
    stream = io.BytesIO()
    summary = score_files(
        [str(file) for file in files],
        scorer=options.pop("scorer", None) or WordScorer(),
        policy=Policy(),
        output=output,
        stdout=stream,
        options=RowOptions(**rows),
        **options,
    )
    return summary, stream.getvalue() if output is None else output.read_bytes()


def records(data: bytes) -> list[dict[str, Any]]:
    return [json.loads(line) for line in data.decode().splitlines()]


def table(data: bytes, delimiter: str = ",") -> list[dict[str, str]]:
    return list(csv.DictReader(io.StringIO(data.decode(), newline=""), delimiter=delimiter))


def put(path: Path, text: str) -> Path:
    path.write_text(text, encoding="utf-8", newline="")
    return path


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


# --- stopping and going on


class Stopping(WordScorer):
    """Stops the job, as Ctrl-C does, at its ``calls``-th chunk."""

    def __init__(self, calls: int) -> None:
        super().__init__()
        self.calls = calls

    def score_many(self, *arguments: Any, **options: Any) -> Any:
        self.calls -= 1
        if self.calls == 0:
            raise KeyboardInterrupt
        return super().score_many(*arguments, **options)


@pytest.fixture
def big(tmp_path: Path) -> Path:
    lines = ["id,comment", *(f'{n},"row {n}, {"idiot" if n % 7 == 0 else "fine"}"' for n in range(3000))]
    lines.insert(1500, "broken,row,here")
    return put(tmp_path / "big.csv", "\n".join(lines))


@pytest.mark.parametrize("name", ["o.csv", "o.jsonl", "o.csv.gz", "o.jsonl.gz", "o.tsv"])
@pytest.mark.parametrize("calls", [1, 3, 6])
def test_a_stopped_job_goes_on_and_ends_as_if_never_stopped(
    tmp_path: Path, big: Path, name: str, calls: int
) -> None:
    expected = run([big, big], tmp_path / f"whole-{name}")[1]
    output = tmp_path / name
    with pytest.raises(KeyboardInterrupt):
        run([big, big], output, scorer=Stopping(calls))
    assert not output.exists()
    partial = tmp_path / f"{name}.partial"
    with partial.open("ab") as file:  # what a kill in the middle of a write leaves behind
        file.write(b"half a row")
    scorer = WordScorer()
    summary, data = run([big, big], output, resume=True, scorer=scorer)
    unpacked = gzip.decompress if name.endswith(".gz") else bytes
    assert unpacked(data) == unpacked(expected)
    assert summary.rows + summary.resumed_rows == 6002
    assert summary.resumed_rows == (calls - 1) * 512
    assert len(scorer.seen) == summary.rows - (summary.unscored)
    assert not partial.exists() and not (tmp_path / f"{name}.progress").exists()


CHILD = """
import sys
from pathlib import Path
sys.path.insert(0, sys.argv[1])
from word_scorer import WordScorer
from moderation.batch.score import score_files
from moderation.policy import Policy

class Hanging(WordScorer):
    calls = 0
    def score_many(self, *arguments, **options):
        self.calls += 1
        if self.calls == 4:
            print("hanging", flush=True)
            sys.stdin.read()
        return super().score_many(*arguments, **options)

score_files([sys.argv[2]], scorer=Hanging(), policy=Policy(), output=Path(sys.argv[3]))
"""


@pytest.mark.skipif(not hasattr(signal, "SIGKILL"), reason="needs kill -9")
@pytest.mark.parametrize("name", ["o.csv", "o.jsonl.gz"])
def test_a_killed_job_goes_on_with_every_row_once_and_in_order(tmp_path: Path, big: Path, name: str) -> None:
    output = tmp_path / name
    child = subprocess.Popen(
        [sys.executable, "-c", CHILD, str(HERE), str(big), str(output)],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
    )
    assert child.stdout is not None and child.stdin is not None
    assert child.stdout.readline() == b"hanging\n"
    with pytest.raises(OutputError, match="another process"):
        run([big], output, resume=True)
    child.send_signal(signal.SIGKILL)
    child.wait()
    child.stdout.close()
    child.stdin.close()
    assert not output.exists()
    summary, data = run([big], output, resume=True)
    assert (summary.resumed_rows, summary.rows) == (1536, 1465)
    if name.endswith(".gz"):
        found = [record["comment_id"] for record in records(gzip.decompress(data))]
    else:
        found = [record["comment_id"] for record in table(data)]
    assert found == [str(n) for n in range(1, 3002)]


def test_a_kill_between_the_last_two_steps_is_no_loss(tmp_path: Path, big: Path) -> None:
    """The file is in its place, its progress not yet removed."""
    output = tmp_path / "o.csv"
    whole = run([big], output)[1]
    with pytest.raises(KeyboardInterrupt):
        run([big], tmp_path / "p.csv", scorer=Stopping(2))
    state = json.loads((tmp_path / "p.csv.progress").read_text())
    state |= {"rows": 3001, "bytes": len(whole), "done": True}
    (tmp_path / "o.csv.progress").write_text(json.dumps(state))
    scorer = WordScorer()
    summary, data = run([big], output, resume=True, scorer=scorer)
    assert data == whole and scorer.seen == [] and summary.rows == 0
    assert not (tmp_path / "o.csv.progress").exists()


def test_an_unfinished_job_is_not_overwritten_unasked(tmp_path: Path, big: Path) -> None:
    output = tmp_path / "o.csv"
    with pytest.raises(KeyboardInterrupt):
        run([big], output, scorer=Stopping(2))
    with pytest.raises(OutputError, match="--resume"):
        run([big], output)


@pytest.mark.parametrize("change", ["input", "model", "column", "policy", "order", "safe"])
def test_a_job_that_became_another_is_not_gone_on_with(tmp_path: Path, big: Path, change: str) -> None:
    output = tmp_path / "o.csv"
    other = put(tmp_path / "other.csv", "comment\nx\n")
    with pytest.raises(KeyboardInterrupt):
        run([big, other], output, scorer=Stopping(2))
    scorer, files, options = WordScorer(), [big, other], {}
    if change == "input":
        with big.open("a") as file:
            file.write("\n99,more")
    elif change == "model":
        scorer.model = "fake-2.0"
    elif change == "column":
        options["text_column"] = "id"
    elif change == "order":
        files.reverse()
    policy = Policy(languages=("en",)) if change == "policy" else Policy()
    with pytest.raises(OutputError, match="had other"):
        score_files(
            [str(f) for f in files],
            scorer=scorer,
            policy=policy,
            output=output,
            resume=True,
            spreadsheet_safe=change == "safe",
            options=RowOptions(**options),
        )


def test_damaged_progress_is_said_to_be_damaged(tmp_path: Path, big: Path) -> None:
    output = tmp_path / "o.csv"
    for content in ("{", "[]", '{"version": 99}', '{"version": 1}', '{"version": 1, "job": 3}'):
        (tmp_path / "o.csv.progress").write_text(content)
        with pytest.raises(OutputError, match=r"o\.csv\.progress"):
            run([big], output, resume=True)


def test_resuming_without_an_unfinished_job_starts_one(tmp_path: Path, big: Path) -> None:
    summary, _ = run([big], tmp_path / "o.csv", resume=True)
    assert (summary.resumed_rows, summary.rows) == (0, 3001)


def test_an_old_output_stays_until_the_new_one_is_whole(tmp_path: Path, big: Path) -> None:
    output = put(tmp_path / "o.csv", "old")
    with pytest.raises(KeyboardInterrupt):
        run([big], output, scorer=Stopping(3))
    assert output.read_text() == "old"
    run([big], output, resume=True)
    assert output.read_text() != "old"


def test_an_input_is_never_the_output(tmp_path: Path, big: Path) -> None:
    with pytest.raises(OutputError, match="one of the inputs"):
        run([big], big)


def test_an_output_that_cannot_be_written_is_named(tmp_path: Path, big: Path) -> None:
    for output in (tmp_path / "no" / "such" / "o.csv", tmp_path / "o.csv"):
        if output.name == "o.csv" and output.parent == tmp_path:
            output.mkdir()
        with pytest.raises(OutputError, match=r"o\.csv"):
            run([big], output)


def test_memory_does_not_grow_with_the_file(tmp_path: Path) -> None:
    """Rows are let go: of 6,000 no more than two chunks are alive at once."""
    import tracemalloc

    file = tmp_path / "a.txt"
    with file.open("w") as lines:
        for n in range(6_000):
            lines.write(f"{n} " + "x" * 1000 + "\n")

    class Forgetful(WordScorer):
        def score(self, text: object, **options: Any) -> Any:
            result = super().score(text, **options)
            self.seen.clear()
            self.quotes_seen.clear()
            return result

    tracemalloc.start()
    score_files([str(file)], scorer=Forgetful(), policy=Policy(), output=tmp_path / "o.jsonl")
    _, peak = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    assert file.stat().st_size > 6_000_000
    assert peak < 4_000_000
