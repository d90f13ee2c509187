"""Writes a model directory: the files, their hashes, and a manifest that says what the model is."""

from __future__ import annotations

import hashlib
import json
import shutil
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import onnxruntime

from moderation.scoring.model import MANIFEST_VERSION
from moderation.types import ATTRIBUTES
from training.labels import TARGETS


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
) -> Path:
    """Builds the directory beside its place and moves it in whole, so that no half-written model is ever found.

    ``extra`` goes into the manifest as it is (training data, metrics, seeds). Returns ``folder``.
    """
    work = folder.with_name(folder.name + ".new")
    shutil.rmtree(work, ignore_errors=True)
    work.mkdir(parents=True)
    shutil.copyfile(onnx_file, work / "model.onnx")
    shutil.copyfile(tokenizer_file, work / "tokenizer.json")
    (work / "MODEL_CARD.md").write_text(card, encoding="utf-8")
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
        "files": {
            f.name: hashlib.sha256(f.read_bytes()).hexdigest() for f in sorted(work.iterdir()) if f.is_file()
        },
    }
    text = json.dumps(manifest, indent=1, ensure_ascii=False) + "\n"
    (work / "manifest.json").write_text(text, encoding="utf-8")
    old = folder.with_name(folder.name + ".old")
    shutil.rmtree(old, ignore_errors=True)
    if folder.exists():
        folder.rename(old)
    work.rename(folder)
    shutil.rmtree(old, ignore_errors=True)
    return folder
