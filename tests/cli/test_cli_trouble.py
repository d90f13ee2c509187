"""Bugs, Ctrl-C, closed pipes and hostile names: one line on stderr, the right exit code, nothing lost."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
from batch.sample_page import PAGE
from batch.word_scorer import WordScorer
from command_line import ROOT, Run, process

from moderation.cli import main
from moderation.commands import models

TESTS = Path(__file__).parents[1]


class Broken(WordScorer):
    def score_many(self, *arguments: Any, **options: Any) -> Any:
        raise ZeroDivisionError("no such luck\nsecond line")


def test_an_unexpected_error_is_one_line_that_names_the_input(
    run: Run, page: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(models, "Scorer", Broken)
    found = run("scan", page)
    assert found.code == 1
    assert len(found.err.splitlines()) == 1
    assert str(page) in found.err and "ZeroDivisionError" in found.err and "--debug" in found.err


def test_debug_shows_the_traceback(
    page: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr(models, "Scorer", Broken)
    assert main(["scan", str(page), "--debug"]) == 1
    assert "Traceback" in capsys.readouterr().err


class Interrupted(WordScorer):
    calls = 0

    def score_many(self, *arguments: Any, **options: Any) -> Any:
        type(self).calls += 1
        if type(self).calls == 2:
            raise KeyboardInterrupt
        return super().score_many(*arguments, **options)


@pytest.mark.parametrize("name", ["o.jsonl", "o.csv", "o.html", "o.txt"])
def test_control_c_keeps_the_pages_that_were_done(
    run: Run, page: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, name: str
) -> None:
    monkeypatch.setattr(Interrupted, "calls", 0)
    monkeypatch.setattr(models, "Scorer", Interrupted)
    found = run("scan", page, page, page, "--output", tmp_path / name)
    assert found.code == 130 and found.err.splitlines()[-1] == "interrupted"
    assert (tmp_path / name).read_text().count("never rains there") == 1


def test_control_c_in_a_batch_says_how_to_go_on(
    run: Run, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    lines = tmp_path / "a.txt"
    lines.write_text("".join(f"line {n}\n" for n in range(1200)))
    monkeypatch.setattr(Interrupted, "calls", 0)
    monkeypatch.setattr(models, "Scorer", Interrupted)
    stopped = run("score", lines, "--output", tmp_path / "o.jsonl")
    assert stopped.code == 130 and "--resume" in stopped.err
    again = run("score", lines, "--output", tmp_path / "o.jsonl")
    assert again.code == 2 and "--resume" in again.err
    done = run("score", lines, "--output", tmp_path / "o.jsonl", "--resume")
    assert done.code == 0 and "1,200 rows" in done.err
    found = [json.loads(line)["text"] for line in (tmp_path / "o.jsonl").read_text().splitlines()]
    assert found == [f"line {n}" for n in range(1200)]


def test_control_c_before_the_first_rows_promises_nothing(
    run: Run, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    lines = tmp_path / "a.txt"
    lines.write_text("a line\n")
    monkeypatch.setattr(Interrupted, "calls", 1)
    monkeypatch.setattr(models, "Scorer", Interrupted)
    stopped = run("score", lines, "--output", tmp_path / "o.jsonl")
    assert stopped.code == 130 and "nothing to go on with" in stopped.err
    assert "--resume" not in stopped.err
    monkeypatch.setattr(Interrupted, "calls", 2)
    assert run("score", lines, "--output", tmp_path / "o.jsonl").code == 0


CHILD = """
import sys
sys.path.insert(0, sys.argv.pop(1))
from batch.word_scorer import WordScorer
from moderation.commands import models

class Hanging(WordScorer):
    def score_many(self, *arguments, **options):
        print("hanging", file=sys.stderr, flush=True)
        sys.stdin.read()

models.Scorer = Hanging
from moderation.cli import main
sys.exit(main())
"""


@pytest.mark.skipif(os.name == "nt", reason="needs POSIX signals")
def test_a_real_sigint_is_quiet(page: Path) -> None:
    child = subprocess.Popen(
        [sys.executable, "-c", CHILD, str(TESTS), "scan", str(page)],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        cwd=ROOT,
    )
    assert child.stderr is not None and child.stderr.readline() == b"hanging\n"
    child.send_signal(signal.SIGINT)
    out, err = child.communicate()
    assert child.returncode == 130 and out == b"" and err == b"interrupted\n"


@pytest.mark.skipif(os.name == "nt", reason="needs a shell with pipes")
def test_a_closed_pipe_is_quiet(page: Path) -> None:
    sources = " ".join(["$PAGE"] * 300)
    done = subprocess.run(
        ["sh", "-c", f"{{ '{sys.executable}' -m moderation extract {sources}; echo $? >&2; }} | head -n 1"],
        capture_output=True,
        cwd=ROOT,
        env={**os.environ, "PAGE": str(page)},
    )
    assert done.stderr == b"0\n"
    assert json.loads(done.stdout)["title"] == "Rain"


def test_stdout_is_utf8_whatever_the_locale(tmp_path: Path) -> None:
    path = tmp_path / "a.html"
    path.write_text(PAGE.replace("Thank you", "¡Gracias! 謝謝 🤷"), encoding="utf-8")
    environment = {**os.environ, "LC_ALL": "C", "PYTHONUTF8": "0", "PYTHONIOENCODING": "ascii"}
    done = process("extract", path, env=environment)
    assert done.returncode == 0
    assert "¡Gracias! 謝謝 🤷" in done.stdout.decode("utf-8")


@pytest.mark.skipif(sys.platform != "linux", reason="file names are bytes on Linux")
def test_a_file_name_that_is_no_utf8(tmp_path: Path) -> None:
    name = os.fsencode(tmp_path) + b"/caf\xe9.html"
    Path(os.fsdecode(name)).write_text(PAGE)
    done = subprocess.run(
        [sys.executable, "-m", "moderation", "extract", name, name + b"x"], capture_output=True, cwd=ROOT
    )
    assert done.returncode == 1
    assert json.loads(done.stdout)["title"] == "Rain"
    assert b"no such file" in done.stderr and b"Traceback" not in done.stderr


def test_a_name_cannot_act_on_the_terminal(run: Run) -> None:
    found = run("extract", "\x1b]0;owned\x07nope.html")
    assert found.code == 1 and "\x1b" not in found.err and "\x07" not in found.err
