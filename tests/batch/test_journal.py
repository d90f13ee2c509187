"""A file of pages that a stopped job goes on with, wherever it was stopped."""

from __future__ import annotations

import json
import shutil
from pathlib import Path

import pytest

from moderation.batch import journal
from moderation.batch.journal import PageFile
from moderation.batch.output import OutputError

JOB = {"command": "extract"}


@pytest.fixture(autouse=True)
def every_page_is_forced_to_disk(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(journal, "_SYNC", 0.0)


def write(path: Path, sources: list[str], *, resume: bool = False, stop: bool = False) -> None:
    with PageFile(path, JOB, resume=resume) as file:
        for source in sources:
            if file.done[source]:
                file.done[source] -= 1
                continue
            file.write(source + "ä\n")
            file.page_done(source)
        if stop:
            file.write("half a page")
            raise KeyboardInterrupt


def test_a_whole_job_leaves_only_its_file(tmp_path: Path) -> None:
    write(tmp_path / "o.jsonl", ["a", "b"])
    assert (tmp_path / "o.jsonl").read_text() == "aä\nbä\n"
    assert [path.name for path in tmp_path.iterdir()] == ["o.jsonl"]


def test_a_stopped_job_is_in_the_file_and_is_gone_on_with(tmp_path: Path) -> None:
    path = tmp_path / "o.jsonl"
    with pytest.raises(KeyboardInterrupt):
        write(path, ["a", "b"], stop=True)
    assert path.read_text().startswith("aä\nbä\n")
    with pytest.raises(OutputError, match="--resume"):
        write(path, ["a"])
    write(path, ["a", "b", "c"], resume=True)
    assert path.read_text() == "aä\nbä\ncä\n"
    assert [path.name for path in tmp_path.iterdir()] == ["o.jsonl"]


def test_wherever_a_kill_falls_every_page_stands_once(tmp_path: Path) -> None:
    """Each state that a kill can leave: the records further on than the journal, or a journal line half written."""
    path = tmp_path / "o.jsonl"
    file = PageFile(path, JOB, resume=False)
    for source in "abc":
        file.write(source + "ä\n")
        file.page_done(source)
    records = file.partial.read_bytes()
    lines = file.progress.read_bytes()
    file._file.close()
    file._journal.close()
    header = lines.index(b"\n") + 1
    for end in range(header, len(lines) + 1):
        for folder in tmp_path.glob("kill"):
            shutil.rmtree(folder)
        (tmp_path / "kill").mkdir()
        target = tmp_path / "kill" / "o.jsonl"
        (tmp_path / "kill" / "o.jsonl.partial").write_bytes(records + b"dx")
        (tmp_path / "kill" / "o.jsonl.progress").write_bytes(lines[:end])
        write(target, ["a", "b", "c", "d"], resume=True)
        assert target.read_text() == "aä\nbä\ncä\ndä\n", end


def test_a_journal_ahead_of_its_records_is_not_believed(tmp_path: Path) -> None:
    path = tmp_path / "o.jsonl"
    with pytest.raises(KeyboardInterrupt):
        write(path, ["a", "b"], stop=True)
    path.write_text("aä\n")  # a power cut that lost the rest
    write(path, ["a", "b"], resume=True)
    assert path.read_text() == "aä\nbä\n"


def test_pages_without_records_are_done_too(tmp_path: Path) -> None:
    path = tmp_path / "o.jsonl"
    with pytest.raises(KeyboardInterrupt), PageFile(path, JOB, resume=False) as file:
        file.page_done("empty")
        raise KeyboardInterrupt
    with PageFile(path, JOB, resume=True) as file:
        assert file.done["empty"] == 1 and file.fresh
    assert path.read_text() == ""


@pytest.mark.parametrize(
    "damage", ["", "no json\n", json.dumps({"version": 1, "job": {"command": "scan"}}) + "\n"]
)
def test_another_job_or_a_damaged_journal_is_refused(tmp_path: Path, damage: str) -> None:
    path = tmp_path / "o.jsonl"
    with pytest.raises(KeyboardInterrupt):
        write(path, ["a"], stop=True)
    (tmp_path / "o.jsonl.progress").write_text(damage)
    with pytest.raises(OutputError, match="progress"):
        write(path, ["a"], resume=True)
    assert not path.exists() or path.read_text().startswith("aä\n")
    assert any("aä" in p.read_text() for p in tmp_path.iterdir())


def test_two_processes_do_not_write_one_file(tmp_path: Path) -> None:
    pytest.importorskip("fcntl")
    first = PageFile(tmp_path / "o.jsonl", JOB, resume=False)
    first.write("a\n")
    first._commit()
    with pytest.raises(OutputError, match="another process"):
        PageFile(tmp_path / "o.jsonl", JOB, resume=True)
    first._commit()
    assert first.partial.read_text() == "a\n"


def test_nothing_to_go_on_with_starts_afresh(tmp_path: Path) -> None:
    write(tmp_path / "o.jsonl", ["a"], resume=True)
    assert (tmp_path / "o.jsonl").read_text() == "aä\n"
