"""``extract`` and ``scan`` over many URLs: a real process against a real server, stopped and gone on with."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
import threading
from http.server import BaseHTTPRequestHandler
from pathlib import Path
from typing import Any

import pytest
from batch.sample_page import PAGE
from sources.web_server import Server, answer

from moderation.cli import main

ROOT = Path(__file__).parent.parent
LOCAL = ("--allow-private", "--delay", "0")


def moderation(*arguments: object, **options: Any) -> subprocess.CompletedProcess[bytes]:
    return subprocess.run(
        [sys.executable, "-m", "moderation", *map(str, arguments)], capture_output=True, cwd=ROOT, **options
    )


def sources(path: Path) -> list[str]:
    return sorted(json.loads(line)["source"] for line in path.read_text().splitlines())


@pytest.mark.skipif(os.name == "nt", reason="needs POSIX signals")
@pytest.mark.parametrize("how", [signal.SIGINT, signal.SIGKILL])
def test_a_stopped_run_is_gone_on_with_and_fetches_nothing_twice(
    server: Server, tmp_path: Path, how: signal.Signals
) -> None:
    reached = threading.Event()

    def hang(handler: BaseHTTPRequestHandler) -> None:
        reached.set()
        server.stopped.wait(60)

    for n in range(8):
        server.routes[f"/{n}"] = answer(PAGE.encode())
    server.routes["/5"] = hang
    addresses = [server.url(f"/{n}") for n in range(8)]
    (tmp_path / "urls.txt").write_text("\n".join(addresses))
    command = ["extract", "--urls-from", tmp_path / "urls.txt", "--output", tmp_path / "o.jsonl", *LOCAL]
    child = subprocess.Popen(
        [sys.executable, "-c", CHILD, *map(str, command)], stderr=subprocess.PIPE, cwd=ROOT
    )
    assert reached.wait(60)
    assert child.stderr is not None
    for _ in range(5):
        child.stderr.readline()  # the child says each page that it has written
    child.send_signal(how)
    _, said = child.communicate(timeout=60)
    if how is signal.SIGINT:
        assert child.returncode == 130 and b"--resume" in said
        assert sources(tmp_path / "o.jsonl") == addresses[:5]
        refused = moderation(*command)
        assert refused.returncode == 2 and b"--resume" in refused.stderr
    server.routes["/5"] = answer(PAGE.encode())
    server.requests.clear()
    done = moderation(*command, "--resume")
    assert done.returncode == 0, done.stderr
    assert sources(tmp_path / "o.jsonl") == addresses
    assert [path for path in server.paths if path != "/robots.txt"] == ["/5", "/6", "/7"]
    assert sorted(path.name for path in tmp_path.iterdir()) == ["o.jsonl", "urls.txt"]


CHILD = """
import sys
from moderation.batch import journal
journal._SYNC = 0
whole = journal.PageFile.page_done
def page_done(self, source):
    whole(self, source)
    print("written", file=sys.stderr, flush=True)
journal.PageFile.page_done = page_done
from moderation.cli import main
sys.exit(main())
"""


def test_failures_of_a_list_are_named_and_the_rest_is_there(server: Server, tmp_path: Path) -> None:
    server.routes["/a"] = answer(PAGE.encode())
    (tmp_path / "urls.txt").write_text(f"{server.url('/gone')}\n{server.url('/a')}\n")
    done = moderation("extract", "--urls-from", tmp_path / "urls.txt", *LOCAL)
    assert done.returncode == 1
    assert [json.loads(line)["source"] for line in done.stdout.splitlines()] == [server.url("/a")]
    assert done.stderr.decode().startswith(f"error: {server.url('/gone')}: the server answers 404")


def test_private_addresses_are_refused_in_lists_too(server: Server, tmp_path: Path) -> None:
    (tmp_path / "urls.txt").write_text(server.url("/a"))
    done = moderation("extract", "--urls-from", tmp_path / "urls.txt")
    assert done.returncode == 1 and b"private address" in done.stderr and server.requests == []


@pytest.mark.parametrize(
    "arguments",
    [
        ["extract"],
        ["extract", "--urls-from", "missing.txt"],
        ["extract", "--urls-from", "bad.txt"],
        ["extract", "-", "--urls-from", "-"],
        ["extract", "a.html", "--resume"],
        ["scan", "a.html", "--resume", "--output", "o.html"],
        ["extract", "a.html", "--hosts", "0"],
        ["extract", "http://127.0.0.1/", "--cache", "bad.txt"],
    ],
)
def test_wrong_usage(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str], arguments: list[str]
) -> None:
    monkeypatch.chdir(tmp_path)
    (tmp_path / "a.html").write_text(PAGE)
    (tmp_path / "bad.txt").write_text("/etc/passwd\n")
    try:
        code = main(arguments)
    except SystemExit as stop:
        code = int(stop.code or 0)
    said = capsys.readouterr()
    assert code == 2 and said.out == "" and said.err
