"""``report``: what was scored, ranked; whatever a file has been through since, the rest of it is shown."""

from __future__ import annotations

import csv
import gzip
import json
from pathlib import Path

import pytest
from command_line import Run

TEXTS = ["What a fine day", "you idiot", "damn good", "idiots and more idiots", "Thanks, Ada"]


@pytest.fixture
def export(tmp_path: Path) -> Path:
    path = tmp_path / "export.csv"
    with path.open("w", encoding="utf-8", newline="") as file:
        writer = csv.writer(file)
        writer.writerow(["id", "user", "text"])
        writer.writerows([n, f"user{n}", text] for n, text in enumerate(TEXTS))
    return path


@pytest.fixture(params=["jsonl", "csv", "tsv", "csv.gz"])
def scored(run: Run, export: Path, tmp_path: Path, request: pytest.FixtureRequest) -> Path:
    path = tmp_path / f"scored.{request.param}"
    assert run("score", export, "--author-column", "user", "--output", path).code == 0
    return path


def places(text: str, *words: str) -> list[int]:
    found = [text.index(word) for word in words]
    assert found == sorted(found), words
    return found


def test_every_format_comes_out_ranked_with_reasons_and_marked_words(run: Run, scored: Path) -> None:
    found = run("report", scored)
    assert found.code == 0 and found.err == ""
    assert "5 comments" in found.out
    places(found.out, "REJECT", "user1", "insult 0.95", "you »idiot«", "user3", "approved", "fine day")


def test_the_html_file_holds_the_same_escaped(run: Run, tmp_path: Path) -> None:
    (tmp_path / "in.txt").write_text("you idiot <script>alert(1)</script>\nfine\n", encoding="utf-8")
    run("score", tmp_path / "in.txt", "--output", tmp_path / "out.csv")
    assert run("report", tmp_path / "out.csv", "--output", tmp_path / "r.html").code == 0
    page = (tmp_path / "r.html").read_text(encoding="utf-8")
    assert "<mark" in page and "&lt;script&gt;alert(1)" in page
    assert "<script>alert(1)" not in page


def test_of_many_only_the_worst_are_shown_and_the_rest_counted(
    run: Run, scored: Path, tmp_path: Path
) -> None:
    found = run("report", scored, "--worst", 2)
    places(found.out, "user1", "user3")
    assert "damn" not in found.out
    assert "worst 2 of 5 comments, 2 to reject" in found.err
    run("report", scored, "--worst", 2, "--output", tmp_path / "r.html")
    assert "worst 2 of 5 comments" in (tmp_path / "r.html").read_text(encoding="utf-8")


def test_files_are_ranked_together_and_pages_stay_apart(
    run: Run, export: Path, page: Path, tmp_path: Path
) -> None:
    run("score", export, "--output", tmp_path / "a.jsonl")
    run("scan", page, "--output", tmp_path / "b.csv")
    found = run("report", tmp_path / "a.jsonl", tmp_path / "b.csv")
    assert found.code == 0
    assert str(export) in found.out and str(page) in found.out


def test_other_thresholds_decide_again_without_a_scorer(
    run: Run, scored: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "site.toml").write_text("[default.thresholds.insult]\nreview = 0.96\nreject = 'never'\n"
                                        "[default.thresholds.toxicity]\nreview = 'never'\nreject = 'never'\n")  # fmt: skip
    from moderation.commands import models

    monkeypatch.setattr(models, "Scorer", None)
    found = run("report", scored, "--policy", tmp_path / "site.toml")
    assert found.code == 0
    assert "REJECT" not in found.out and "idiot" in found.out


def test_what_a_spreadsheet_was_spared_is_shown_as_it_was(run: Run, tmp_path: Path) -> None:
    (tmp_path / "in.txt").write_text("=SUM(you idiot)\n'quoted' idiot\n", encoding="utf-8")
    run("score", tmp_path / "in.txt", "--output", tmp_path / "out.csv", "--spreadsheet-safe")
    found = run("report", tmp_path / "out.csv")
    assert " =SUM(you »idiot«)" in found.out
    assert " 'quoted' »idiot«" in found.out


def test_json_lines_were_never_guarded_so_nothing_is_taken_off(run: Run, tmp_path: Path) -> None:
    (tmp_path / "in.txt").write_text("'-' says the idiot\n", encoding="utf-8")
    run("score", tmp_path / "in.txt", "--output", tmp_path / "out.jsonl")
    assert " '-' says the »idiot«" in run("report", tmp_path / "out.jsonl").out


def changed(scored: dict[str, object], **values: object) -> str:
    return json.dumps({**scored, **values})


def test_a_broken_row_costs_no_other_row_anything(run: Run, export: Path, tmp_path: Path) -> None:
    run("score", export, "--output", tmp_path / "s.jsonl")
    good = [json.loads(line) for line in (tmp_path / "s.jsonl").read_text(encoding="utf-8").splitlines()]
    lines = [
        json.dumps(good[1]),
        changed(good[1], decision="burn"),
        changed(good[1], scores={"toxicity": "NaN"}),
        changed(good[1], scores={"toxicity": 7}),
        changed(good[1], spans=[{"start": 1}]),
        changed(good[1], reasons="[1"),
        changed(good[1], scores=[1]),
        changed(good[1], reasons=3),
        "{not json",
        changed(good[3], spans=[{"start": 5, "end": 5000, "attribute": "insult", "score": 1}]),
        "",
    ]
    path = tmp_path / "broken.jsonl"
    path.write_text("\n".join(lines), encoding="utf-8")
    found = run("report", path)
    assert found.code == 1
    assert "2 comments" in found.out
    named = [line for line in found.err.splitlines() if line.startswith("error: ")]
    assert "broken.jsonl, row 2: decision is 'burn'" in named[0]
    assert "row 4" in named[2] and "7" in named[2]
    assert len(named) == 6 and "3 more rows" in named[-1]


@pytest.mark.parametrize(
    ("name", "content", "said"),
    [
        ("plain.csv", b"id,text\n1,hello\n", "score it first"),
        ("plain.jsonl", b'{"text": "hello"}\n', "score it first"),
        ("lines.txt", b"hello\n", "no scores"),
        ("empty.csv", b"", "empty"),
        ("binary.csv", b"\x89PNG\r\n\x1a\n" + bytes(range(256)) * 9, "not a text file"),
        ("other.csv", b"a,b\n1,2\n", "score it first"),
        ("cut.jsonl.gz", gzip.compress(b'{"decision": "approve"}\n' * 9999)[:60], "cut.jsonl.gz"),
        ("strange.xyz", b"a,b\n1,2\n", "--input-format"),
    ],
)
def test_what_is_no_scored_file_is_named_and_the_rest_is_ranked(
    run: Run, scored: Path, tmp_path: Path, name: str, content: bytes, said: str
) -> None:
    (tmp_path / name).write_bytes(content)
    found = run("report", tmp_path / name, tmp_path / "missing.csv", scored)
    assert found.code == 1
    assert "5 comments" in found.out
    first, second = [line for line in found.err.splitlines() if line.startswith("error: ")][:2]
    assert name in first and said in first
    assert "missing.csv" in second


def test_usage(run: Run, scored: Path, tmp_path: Path) -> None:
    assert run("report", scored, "--output", tmp_path / "r.pdf").code == 2
    assert run("report", scored, "--worst", 0).code == 2
    assert run("report", scored, "--policy", tmp_path / "none.toml").code == 2
    assert run("report").code == 2
