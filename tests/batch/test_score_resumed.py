"""A job that is stopped or killed goes on with every row once and in order, and overwrites nothing unasked."""

from __future__ import annotations

import gzip
import json
import signal
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
from files_job import put, records, run, table
from word_scorer import WordScorer

from moderation.batch.output import OutputError
from moderation.batch.rows import RowOptions
from moderation.batch.score import score_files
from moderation.policy import Policy

HERE = Path(__file__).parent


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
