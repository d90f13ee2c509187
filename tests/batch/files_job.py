"""A batch job from files to bytes, as the tests of what comes out and of stopping both run it."""

from __future__ import annotations

import csv
import io
import json
from pathlib import Path
from typing import Any

from word_scorer import WordScorer

from moderation.batch.rows import RowOptions
from moderation.batch.score import Summary, score_files
from moderation.policy import Policy


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
