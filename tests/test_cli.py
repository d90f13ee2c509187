"""The command line as a person meets it: what lands on stdout, on stderr, in files, and which exit code."""

from __future__ import annotations

import csv
import io
import json
import os
import signal
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from batch.sample_page import PAGE
from batch.word_scorer import WordScorer

import moderation
from moderation.cli import main
from moderation.commands import models

ROOT = Path(__file__).parent.parent
HERE = Path(__file__).parent


@pytest.fixture(autouse=True)
def word_scorer(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(models, "Scorer", WordScorer)


@pytest.fixture
def page(tmp_path: Path) -> Path:
    path = tmp_path / "rain.html"
    path.write_text(PAGE)
    return path


class Result:
    def __init__(self, code: int, out: bytes, err: bytes) -> None:
        self.code = code
        self.raw = out
        self.out = out.decode()
        self.err = err.decode()
        assert "Traceback" not in self.err

    @property
    def records(self) -> list[dict[str, Any]]:
        return [json.loads(line) for line in self.out.splitlines()]


Run = Callable[..., Result]


@pytest.fixture
def run(capfdbinary: pytest.CaptureFixture[bytes], monkeypatch: pytest.MonkeyPatch) -> Run:
    """Runs the command in this process, with real file descriptors behind stdout and stderr."""

    def command(*arguments: object) -> Result:
        out = io.TextIOWrapper(open(1, "wb", closefd=False), encoding="ascii", write_through=True)  # noqa: SIM115
        err = io.TextIOWrapper(open(2, "wb", closefd=False), encoding="ascii", write_through=True)  # noqa: SIM115
        with monkeypatch.context() as patch:
            patch.setattr(sys, "stdout", out)
            patch.setattr(sys, "stderr", err)
            try:
                code = main([str(argument) for argument in arguments])
            except SystemExit as stop:
                code = stop.code if isinstance(stop.code, int) else 1
        out.flush()
        err.flush()
        return Result(code, *capfdbinary.readouterr())

    return command


def process(*arguments: object, **options: Any) -> subprocess.CompletedProcess[bytes]:
    return subprocess.run(
        [sys.executable, "-m", "moderation", *map(str, arguments)], capture_output=True, cwd=ROOT, **options
    )


# --- extract


def test_extract_prints_one_json_line_for_each_page(run: Run, page: Path) -> None:
    found = run("extract", page, page)
    assert found.code == 0 and found.err == ""
    first, second = found.records
    assert first == second
    assert set(first) == {
        *("source", "url", "title", "platform", "body", "declared_count", "warnings", "comments")
    }
    assert [comment["author"] for comment in first["comments"]] == ["Ada", "idiot99"]


def test_a_page_without_comments_is_a_warning_not_a_failure(run: Run, tmp_path: Path) -> None:
    (tmp_path / "a.html").write_text(
        "<html><body><p>Only a story about rain, nothing else.</p></body></html>"
    )
    for command in ("extract", "scan"):
        found = run(command, tmp_path / "a.html")
        assert found.code == 0
        assert "warning" in found.err and "a.html" in found.err
    assert run("extract", tmp_path / "a.html").records[0]["comments"] == []


def test_warnings_of_a_page_go_to_stderr(run: Run, tmp_path: Path) -> None:
    (tmp_path / "a.html").write_bytes(PAGE.replace("Ada", "Zoé").encode("cp1252"))
    found = run("extract", tmp_path / "a.html")
    assert found.code == 0
    said = found.records[0]["warnings"]
    assert said and all(warning in found.err for warning in said)
    assert run("extract", tmp_path / "a.html", "--quiet").err == ""


def test_failures_are_named_and_the_rest_is_delivered(run: Run, page: Path, tmp_path: Path) -> None:
    (tmp_path / "empty.html").write_bytes(b"")
    (tmp_path / "picture.html").write_bytes(b"\x89PNG\r\n\x1a\n")
    (tmp_path / "huge.html").write_bytes(b"x" * 50_000)
    sources = [tmp_path / name for name in ("empty.html", "picture.html", "huge.html", "missing.html")]
    unreachable = "http://no-such-host.invalid/"
    found = run("extract", *sources, unreachable, page, "--max-bytes", "20kB")
    assert found.code == 1
    assert [record["title"] for record in found.records] == ["Rain"]
    lines = found.err.splitlines()
    assert len(lines) == 5
    for source, line in zip([*map(str, sources), unreachable], lines, strict=True):
        assert line.startswith(f"error: {source}: ")


def test_extract_writes_to_a_file(run: Run, page: Path, tmp_path: Path) -> None:
    found = run("extract", page, "--output", tmp_path / "o.jsonl")
    assert found.code == 0 and found.out == ""
    assert json.loads((tmp_path / "o.jsonl").read_text())["title"] == "Rain"


def test_standard_input_is_a_source() -> None:
    done = process("extract", "-", input=PAGE.encode())
    assert done.returncode == 0
    assert json.loads(done.stdout)["source"] == "-"
    empty = process("extract", "-", input=b"")
    assert (empty.returncode, empty.stderr) == (1, b"error: standard input: is empty\n")


# --- scan


def test_scan_ranks_worst_first(run: Run, page: Path) -> None:
    found = run("scan", page)
    assert found.code == 0 and found.err == ""
    assert found.out.index("REJECT") < found.out.index("approved")
    assert found.out.index("You ") < found.out.index("Thank you")


def test_scan_json_lines_have_the_documented_fields(run: Run, page: Path) -> None:
    found = run("scan", page, "--format", "jsonl")
    assert [record["comment_id"] for record in found.records] == ["1", "2"] or len(found.records) == 2
    for record in found.records:
        assert {
            *("source", "comment_id", "author", "text", "scores", "author_scores", "spans", "language"),
            *("decision", "reasons", "model"),
        } <= set(record)
    assert found.records[1]["decision"] == "reject"


def test_scan_csv_is_flat(run: Run, page: Path) -> None:
    found = run("scan", page, "--format", "csv")
    first, second = csv.DictReader(io.StringIO(found.raw.decode(), newline=""))
    assert second["scores.insult"] == "0.95" and second["author_scores.insult"] == "0.95"
    assert json.loads(second["spans"])[0]["attribute"] == "insult"
    assert first["decision"] == "approve" and first["author"] == "Ada"


@pytest.mark.parametrize(
    ("name", "start"),
    [
        ("o.html", "<!doctype html>"),
        ("o.jsonl", "{"),
        ("o.csv", "source,"),
        ("o.tsv", "source\t"),
        ("o.txt", ""),
    ],
)
def test_the_ending_of_output_names_the_format(
    run: Run, page: Path, tmp_path: Path, name: str, start: str
) -> None:
    found = run("scan", page, tmp_path / "nope", "--output", tmp_path / name)
    assert found.code == 1 and found.out == ""
    written = (tmp_path / name).read_text()
    assert written.startswith(start) and "idiot" in written
    assert [p.name for p in tmp_path.iterdir() if "partial" in p.name] == []


def test_scan_output_of_unknown_ending_is_wrong_usage(run: Run, page: Path, tmp_path: Path) -> None:
    assert run("scan", page, "--output", tmp_path / "o.xyz").code == 2
    assert run("scan", page, "--output", tmp_path / "o.xyz", "--format", "csv").code == 0


def test_the_html_report_names_what_failed(run: Run, page: Path, tmp_path: Path) -> None:
    found = run("scan", page, "missing.html", "--format", "html")
    assert found.code == 1 and "missing.html" in found.out


def test_a_policy_file_decides(run: Run, page: Path, tmp_path: Path) -> None:
    policy = tmp_path / "p.toml"
    policy.write_text(
        "[default.thresholds.insult]\nreview = 0.99\nreject = 'never'\n"
        "[default.thresholds.toxicity]\nreview = 0.99\nreject = 'never'\n"
        "[default]\ncheck_author_names = false\n"
        "[community.strict.thresholds.toxicity]\nreview = 0.005\nreject = 0.005\n"
    )
    decisions = [r["decision"] for r in run("scan", page, "--format", "jsonl", "--policy", policy).records]
    assert decisions == ["approve", "approve"]
    strict = run("scan", page, "--format", "jsonl", "--policy", policy, "--community", "strict").records
    assert [r["decision"] for r in strict] == ["reject", "reject"]
    unknown = run("scan", page, "--policy", policy, "--community", "nobody")
    assert unknown.code == 2 and "nobody" in unknown.err


# --- score


def test_score_prints_json_lines_and_says_what_it_guessed(run: Run, tmp_path: Path) -> None:
    (tmp_path / "a.csv").write_text("id,comment\n1,you idiot\n2,\n")
    found = run("score", tmp_path / "a.csv")
    assert found.code == 0
    assert [record["scores"] is None for record in found.records] == [False, True]
    assert "'comment'" in found.err and "1 without scores" in found.err


def test_score_writes_what_the_ending_says(run: Run, tmp_path: Path) -> None:
    (tmp_path / "a.txt").write_text("you idiot\nfine\n")
    found = run("score", tmp_path / "a.txt", tmp_path / "nope.csv", "--output", tmp_path / "o.csv")
    assert found.code == 1 and found.out == "" and "nope.csv" in found.err
    assert [r["decision"] for r in csv.DictReader((tmp_path / "o.csv").open(newline=""))] == [
        *("reject", "approve")
    ]


@pytest.mark.parametrize(
    "arguments",
    [
        ["score", "a.txt", "--output", "o.xyz"],
        ["score", "a.txt", "--resume"],
        ["score", "a.txt", "--output", "a.txt.csv", "--encoding", "no-such"],
        ["score", "a.txt", "--encoding", "base64"],
        ["score"],
        ["scan"],
        ["scan", "a.html", "--format", "pdf"],
        ["scan", "a.html", "--max-bytes", "much"],
        ["scan", "a.html", "--timeout", "-1"],
        ["scan", "a.html", "--threads", "0"],
        ["scan", "a.html", "--user-agent", "a\nb"],
        ["scan", "a.html", "--user-agent", " "],
        ["scan", "a.html", "--policy", "missing.toml"],
        ["policy", "check"],
        ["nonsense"],
        [],
    ],
)
def test_wrong_usage_is_exit_code_2_and_said_on_stderr(
    run: Run, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, arguments: list[str]
) -> None:
    monkeypatch.chdir(tmp_path)
    (tmp_path / "a.txt").write_text("a\n")
    found = run(*arguments)
    assert found.code == 2 and found.out == "" and found.err


def test_a_missing_model_is_named(run: Run, page: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    from moderation.scoring import Scorer

    monkeypatch.setattr(models, "Scorer", Scorer)
    found = run("scan", page, "--model", "no/such/model")
    assert found.code == 2 and "no/such/model" in found.err


# --- trouble


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
        [sys.executable, "-c", CHILD, str(HERE), "scan", str(page)],
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


# --- the rest


def test_version(run: Run) -> None:
    assert run("--version").out == f"moderation {moderation.__version__}\n"


@pytest.mark.parametrize("command", ["scan", "extract", "score", "serve", "model", "policy"])
def test_every_command_has_help_with_examples_and_exit_codes(run: Run, command: str) -> None:
    found = run(command, "--help")
    assert found.code == 0
    assert f"moderation {command}" in found.out and "examples:" in found.out and "Exit codes:" in found.out


def test_policy_check_and_show(run: Run, tmp_path: Path) -> None:
    good, bad = tmp_path / "good.toml", tmp_path / "bad.toml"
    good.write_text("[community.sports.thresholds.insult]\nreview = 0.6\n")
    bad.write_text("[default.thresholds.rudeness]\nreview = 2\n")
    assert run("policy", "check", good).code == 0
    failed = run("policy", "check", bad)
    assert failed.code == 1 and "rudeness" in failed.err
    shown = run("policy", "show", good, "--community", "sports").records[0]
    assert shown["thresholds"]["insult"]["review"] == 0.6


def test_serve_without_its_extra_says_what_to_install(run: Run, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("moderation.commands.serve._NEEDED", ("fastapi", "a_module_nobody_has"))
    found = run("serve")
    assert found.code == 2
    assert "a_module_nobody_has" in found.err and "comment-moderation[serve]" in found.err
