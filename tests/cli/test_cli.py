"""The command line as a person meets it: what lands on stdout, on stderr, in files, and which exit code."""

from __future__ import annotations

import csv
import io
import json
from pathlib import Path

import pytest
from batch.sample_page import PAGE
from command_line import Run, process

import moderation
from moderation.commands import models

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


def test_policy_show_says_what_a_scan_goes_by(run: Run, tmp_path: Path) -> None:
    from moderation.policy import Policy
    from moderation.scoring.model import locate, read

    shown = run("policy", "show")
    assert shown.records[0] == Policy.load(model=read(locate()).manifest).to_dict()
    assert shown.records[0] != Policy.load().to_dict()
    missing = run("policy", "show", "--model", tmp_path / "none")
    assert missing.code == 2 and "none" in missing.err


def test_who_scans_a_table_is_told_what_reads_it(run: Run, tmp_path: Path) -> None:
    table = tmp_path / "export.csv"
    table.write_text("id,comment\n1,You fool\n", encoding="utf-8")
    found = run("scan", table)
    assert found.code == 0 and "no comments found; `moderation score` reads a table" in found.err


def test_suggestions_that_cannot_be_written_name_the_file(run: Run, tmp_path: Path) -> None:
    pytest.importorskip("sqlalchemy")
    out = tmp_path / "none" / "x.csv"
    found = run("suggestions", "--database", f"sqlite:///{tmp_path / 's.db'}", "--output", out)
    assert found.code == 2 and f"{out}: cannot be written" in found.err


def test_serve_without_its_extra_says_what_to_install(run: Run, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("moderation.commands.serve._NEEDED", ("fastapi", "a_module_nobody_has"))
    found = run("serve")
    assert found.code == 2
    assert "a_module_nobody_has" in found.err and "comment-moderation[serve]" in found.err
