"""Commands run in this process, on a page and with a scorer that needs no model."""

from __future__ import annotations

import io
import sys
from pathlib import Path

import pytest
from batch.sample_page import PAGE
from batch.word_scorer import WordScorer
from command_line import Result, Run

from moderation.cli import main
from moderation.commands import models


@pytest.fixture(autouse=True)
def word_scorer(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(models, "Scorer", WordScorer)


@pytest.fixture
def page(tmp_path: Path) -> Path:
    path = tmp_path / "rain.html"
    path.write_text(PAGE)
    return path


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
