"""Makes a measured model the one that ships, and renews what the documentation shows of it.

    python -m benchmarks.promote NEW_DIR

Run it once `training.evaluate NEW_DIR SETS --card` has measured the model and `training.gate` has let it pass. It puts the
model in models/ in place of the one before, names it wherever that one is named as the current one, and makes anew: the
tables of figures, the golden scores, and the examples whose output is the model's. The rest of docs/model.md and
docs/perspective.md keeps the old name beside the old figures, until `benchmarks.toxicity_peers`, `training.aimed` and
`benchmarks.perspective_scale` have measured the new one. models/CHANGELOG.md, docs/training-log.md and prose are people's to
write. Read the difference, then commit.
"""

from __future__ import annotations

import argparse
import json
import os
import re
import shlex
import shutil
import socket
import subprocess
import sys
import tempfile
import textwrap
import time
import urllib.request
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from moderation.scoring import ModelError, verify
from moderation.scoring.model import DEFAULT_MODEL
from training.evaluate import headlines_of

ROOT = Path(__file__).resolve().parent.parent
#: Where the current model is named and nothing else is said of it. Elsewhere a version is history, or stands beside figures
#: that are the old model's until they are measured anew.
NAMED_IN = ("pyproject.toml", "moderation/scoring/model.py", "README.md", "CHANGELOG.md", "docs/cli.md",
            "docs/operations.md", "docs/retrainers.md", "docs/server.md")  # fmt: skip
#: Pages with a table of figures, and pages with answers of the service.
TABLES, ANSWERS = ("README.md", "docs/model.md"), ("README.md", "docs/server.md")
WIDTH = 116
_HEADER = re.compile(r"\| set \| figure \| [^|]+ \| 95 % interval \|")
_SHOWN = re.compile(r"(?P<command>\$ moderation (?:scan|score) .*\n)(?P<output>(?:(?!```|\$ ).*\n)+)")
_ASKED = re.compile(
    r"curl [^`]*?127\.0\.0\.1:8000(?P<path>/\S+)[^`]*?-d '(?P<body>\{[^`]*?\})'\n(?:```\n```json\n)?(?P<answer>\{[^`]*\})\n"
)


def table(page: str, model: str, metrics: Mapping[str, Mapping[str, Mapping[str, float]]]) -> str:
    """``page`` with its tables of figures as ``metrics`` has them: the headlines, in the order in which they are printed."""
    headlines = headlines_of({name: {f: v["int8"] for f, v in row.items()} for name, row in metrics.items()})
    rows = [f"| set | figure | {model} | 95 % interval |", "|---|---|---|---|"]
    for (name, figure), higher in headlines.items():
        if figure not in metrics.get(name, {}):
            continue
        v = metrics[name][figure]
        interval = f"{v['low']:.3f} to {v['high']:.3f}" if "low" in v else "—"
        note = "" if higher else " (lower is better)"
        rows.append(f"| {name} | {figure}{note} | {v['int8']:.3f} | {interval} |")
    lines = page.split("\n")
    out: list[str] = []
    while lines:
        line = lines.pop(0)
        if not _HEADER.fullmatch(line):
            out.append(line)
            continue
        while lines and lines[0].startswith("|"):
            lines.pop(0)
        out += rows
    return "\n".join(out)


def shown(page: str) -> str:
    """``page`` with what its ``$ moderation scan`` and ``score`` commands print now; cut where it was cut with "…"."""

    def now(match: re.Match[str]) -> str:
        command = match["command"][2:].strip()
        words = command.replace("moderation ", f"{shlex.quote(sys.executable)} -m moderation ", 1)
        environment = {**os.environ, "COLUMNS": "90"}
        with tempfile.TemporaryDirectory() as folder:
            (Path(folder) / "data").symlink_to(ROOT / "data")
            environment["PYTHONPATH"] = str(ROOT)
            ran = subprocess.run(
                ["bash", "-c", words], cwd=folder, env=environment, capture_output=True, text=True
            )
        old, new = match["output"].splitlines(), ran.stdout.strip("\n").splitlines()
        if not new:
            raise ValueError(f"{command}: printed nothing: {ran.stderr}")
        new = [line.rstrip() for line in new]
        if old[-1] == "…":
            new = [*new[: len(old) - 1], "…"]
        return match["command"] + "\n".join(new) + "\n"

    return _SHOWN.sub(now, page)


def answered(page: str, address: str) -> str:
    """``page`` with what the service at ``address`` answers now to the requests that it shows with their scores."""

    def now(match: re.Match[str]) -> str:
        old = match["answer"]
        if "cores" not in old:
            return match.group()
        request = urllib.request.Request(
            address + match["path"], match["body"].encode(), {"Content-Type": "application/json"}
        )
        with urllib.request.urlopen(request, timeout=60) as response:
            raw = response.read().decode()
        new = raw
        if "\n" in old:
            new = "\n".join(
                textwrap.wrap(json.dumps(json.loads(raw), ensure_ascii=False), WIDTH, subsequent_indent=" ")
            )
        return match.group().replace(old, new)

    return _ASKED.sub(now, page)


def _renamed(old: str, new: str) -> None:
    for name in NAMED_IN:
        file = ROOT / name
        text = file.read_text(encoding="utf-8")
        if old not in text:
            print(f"{name}: does not name {old}", file=sys.stderr)
        file.write_text(text.replace(old, new), encoding="utf-8")


def _free_port() -> str:
    with socket.socket() as place:
        place.bind(("127.0.0.1", 0))
        return str(place.getsockname()[1])


def _served(pages: Mapping[Path, str]) -> dict[Path, str]:
    """The pages with new answers, from a service of the new model that runs as long as that takes."""
    with tempfile.TemporaryDirectory() as folder:
        port, command = _free_port(), [sys.executable, "-m", "moderation", "serve"]
        store = f"sqlite:///{folder}/store.db"
        service = subprocess.Popen(
            [*command, "--port", port, "--database", store], cwd=ROOT, stderr=subprocess.DEVNULL
        )
        address = f"http://127.0.0.1:{port}"
        try:
            for _ in range(120):
                try:
                    urllib.request.urlopen(address + "/healthz", timeout=1).close()
                    break
                except OSError:
                    time.sleep(0.5)
            return {file: answered(text, address) for file, text in pages.items()}
        finally:
            service.terminate()
            service.wait()


def main(argv: list[str] | None = None) -> int:
    p = argparse.ArgumentParser(prog="python -m benchmarks.promote", description=__doc__,
                                formatter_class=argparse.RawDescriptionHelpFormatter)  # fmt: skip
    p.add_argument(
        "model", type=Path, metavar="NEW_DIR", help="a finished model directory with its measurements"
    )
    options = p.parse_args(argv)
    try:
        manifest = verify(options.model).manifest
    except ModelError as error:
        print(f"promote: {error}", file=sys.stderr)
        return 1
    metrics: dict[str, Any] = manifest.raw.get("metrics", {})
    if not metrics:
        print(f"promote: {options.model}: measure it first: training.evaluate … --card", file=sys.stderr)
        return 1
    old, new = DEFAULT_MODEL, manifest.model
    if new == old:
        print(f"promote: {new} is the name of the one that ships; give it another version", file=sys.stderr)
        return 1
    shutil.copytree(options.model, ROOT / "models" / new)
    shutil.rmtree(ROOT / "models" / old)
    _renamed(old, new)
    subprocess.run([sys.executable, "tests/scoring/make_golden.py"], cwd=ROOT, check=True)
    for name in TABLES:
        file = ROOT / name
        file.write_text(table(file.read_text(encoding="utf-8"), new, metrics), encoding="utf-8")
    readme = ROOT / "README.md"
    readme.write_text(shown(readme.read_text(encoding="utf-8")), encoding="utf-8")
    pages = {ROOT / name: (ROOT / name).read_text(encoding="utf-8") for name in ANSWERS}
    for file, text in _served(pages).items():
        file.write_text(text, encoding="utf-8")
    print(f"{new} in place of {old}")
    print("left to measure: the rest of docs/model.md, docs/perspective.md")
    print("left to write: models/CHANGELOG.md, docs/training-log.md, the prose of docs/model.md")
    return 0


if __name__ == "__main__":
    sys.exit(main())
