"""Writes a model directory: the files, their hashes, and a manifest that says what the model is."""

from __future__ import annotations

import hashlib
import json
import shutil
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import onnxruntime

from moderation.scoring.model import MANIFEST_VERSION, verify
from moderation.types import ATTRIBUTES
from training.labels import TARGETS

CARD, MANIFEST = "MODEL_CARD.md", "manifest.json"


def identity_calibration() -> dict[str, dict[str, list[float]]]:
    """Knots that leave a logit as it is."""
    return {name: {"x": [-1.0, 1.0], "y": [-1.0, 1.0]} for name in (*ATTRIBUTES, *TARGETS)}


def write_model(
    folder: Path,
    *,
    onnx_file: Path,
    tokenizer_file: Path,
    name: str,
    version: str,
    max_length: int,
    calibration: Mapping[str, Any],
    thresholds: Mapping[str, Any],
    span_threshold: float,
    extra: Mapping[str, Any],
    card: str = "",
    pictures: Mapping[str, str] | None = None,
) -> Path:
    """Builds the directory beside its place and moves it in whole, so that no half-written model is ever found.

    ``extra`` goes into the manifest as it is (training data, metrics, seeds); ``pictures`` are SVG files by name, for
    the card to show. Returns ``folder``.
    """
    work = folder.with_name(folder.name + ".new")
    shutil.rmtree(work, ignore_errors=True)
    work.mkdir(parents=True)
    shutil.copyfile(onnx_file, work / "model.onnx")
    shutil.copyfile(tokenizer_file, work / "tokenizer.json")
    (work / CARD).write_text(card, encoding="utf-8")
    for file, picture in (pictures or {}).items():
        (work / file).write_text(picture, encoding="utf-8")
    manifest = {
        "manifest_version": MANIFEST_VERSION,
        "name": name,
        "version": version,
        "languages": ["en"],
        "attributes": list(ATTRIBUTES),
        "targets": list(TARGETS),
        "max_length": max_length,
        "calibration": calibration,
        "thresholds": thresholds,
        "span_threshold": span_threshold,
        "onnxruntime": onnxruntime.__version__,
        **extra,
    }
    _seal(work, manifest)
    return _move_in(work, folder)


def replace_card(folder: Path, card: str, metrics: Mapping[str, Any]) -> Path:
    """Gives a finished model another card, and ``metrics`` in its manifest; whole at every moment like a new one.

    Raises :class:`moderation.scoring.ModelError` where the folder is no whole model: a damaged file must not come out
    with a hash that fits. Returns ``folder``.
    """
    verify(folder)
    work = folder.with_name(folder.name + ".new")
    shutil.rmtree(work, ignore_errors=True)
    shutil.copytree(folder, work)
    (work / CARD).write_text(card, encoding="utf-8")
    manifest = json.loads((work / MANIFEST).read_text(encoding="utf-8"))
    _seal(work, {**manifest, "metrics": metrics})
    return _move_in(work, folder)


def _seal(work: Path, manifest: Mapping[str, Any]) -> None:
    """Writes the manifest with the hash of every other file, which stands last so that people find the rest."""
    files = [f for f in sorted(work.iterdir()) if f.is_file() and f.name != MANIFEST]
    hashes = {f.name: hashlib.sha256(f.read_bytes()).hexdigest() for f in files}
    whole = {**{key: value for key, value in manifest.items() if key != "files"}, "files": hashes}
    text = json.dumps(whole, indent=1, ensure_ascii=False) + "\n"
    (work / MANIFEST).write_text(text, encoding="utf-8")


def _move_in(work: Path, folder: Path) -> Path:
    old = folder.with_name(folder.name + ".old")
    shutil.rmtree(old, ignore_errors=True)
    if folder.exists():
        folder.rename(old)
    work.rename(folder)
    shutil.rmtree(old, ignore_errors=True)
    return folder
