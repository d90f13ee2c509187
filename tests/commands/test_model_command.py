"""``moderation model``: what is found, whether it is whole, what it says of itself."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest

from moderation.cli import main
from moderation.scoring import find_models

Captured = pytest.CaptureFixture[str]


@pytest.fixture
def copy(tmp_path: Path) -> Path:
    """A copy of the bundled model that a test may damage."""
    return Path(shutil.copytree(find_models()[0].path, tmp_path / "copied-model"))


def test_the_bundled_model_is_listed(capsys: Captured) -> None:
    assert main(["model"]) == 0
    out = capsys.readouterr().out
    assert find_models()[0].manifest.model in out and "(default)" in out and "en" in out


def test_every_model_found_is_verified(capsys: Captured) -> None:
    assert main(["model", "verify"]) == 0
    assert len(capsys.readouterr().out.splitlines()) == len(find_models())


def test_a_damaged_file_is_named(copy: Path, capsys: Captured) -> None:
    assert main(["model", "verify", str(copy)]) == 0
    with (copy / "tokenizer.json").open("ab") as file:
        file.write(b" ")
    assert main(["model", "verify", str(copy)]) == 1
    error = capsys.readouterr().err
    assert "tokenizer.json" in error and error.startswith("error: ")


def test_a_missing_file_is_named(copy: Path, capsys: Captured) -> None:
    (copy / "model.onnx").unlink()
    assert main(["model", "verify", str(copy)]) == 1
    assert "model.onnx" in capsys.readouterr().err


def test_thresholds_are_shown_for_every_attribute(capsys: Captured) -> None:
    assert main(["model", "thresholds"]) == 0
    out = capsys.readouterr().out
    assert "hate speech (identity attack)" in out and "REVIEW" in out and "REJECT" in out


def test_the_card_is_printed_harmlessly(copy: Path, capsys: Captured) -> None:
    (copy / "MODEL_CARD.md").write_text("# A card\n\x1b[2Jtext\n")
    assert main(["model", "card", str(copy)]) == 0
    out = capsys.readouterr().out
    assert out.startswith("# A card\n") and "\x1b" not in out
    (copy / "MODEL_CARD.md").unlink()
    assert main(["model", "card", str(copy)]) == 2


@pytest.mark.parametrize("action", ["list", "verify", "card", "thresholds"])
def test_an_unknown_model_is_wrong_usage(action: str, capsys: Captured) -> None:
    assert main(["model", action, "no-such-model"]) == 2
    assert "no-such-model" in capsys.readouterr().err
