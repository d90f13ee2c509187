"""Writes a model directory: the files, their hashes, and a manifest that says what the model is."""

from __future__ import annotations

import hashlib
import json
import shutil
import tempfile
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import onnxruntime

from moderation.scoring.model import MANIFEST_VERSION, verify
from moderation.types import ATTRIBUTES
from training.data import DataError
from training.labels import TARGETS

CARD, MANIFEST = "MODEL_CARD.md", "manifest.json"


def identity_calibration() -> dict[str, dict[str, list[float]]]:
    """Knots that leave a logit as it is."""
    return {name: {"x": [-1.0, 1.0], "y": [-1.0, 1.0]} for name in (*ATTRIBUTES, *TARGETS)}


def check_place(folder: Path, *inputs: Path) -> None:
    """Raises :class:`DataError` where a model directory cannot be written without losing something else.

    Only an earlier model is replaced: ``folder`` may be one, or empty, or not there yet. What is in it and not listed in
    its manifest belongs to somebody. ``inputs`` are what the run reads, and must not lie in it.
    """
    place = folder.resolve()
    for each in inputs:
        if each.resolve().is_relative_to(place):
            raise DataError(f"{folder}: {each}, which is read, lies there; choose another --output")
    if not place.exists():
        return
    if not place.is_dir():
        raise DataError(f"{folder}: is a file; a model is a directory")
    found = sorted(f.name for f in place.iterdir())
    if not found:
        return
    if MANIFEST not in found:
        raise DataError(f"{folder}: is no model and holds {found[0]!r}; choose an empty or new --output")
    try:
        listed = set(json.loads((place / MANIFEST).read_text(encoding="utf-8"))["files"])
    except (ValueError, KeyError, TypeError, OSError):
        raise DataError(
            f"{folder}: {MANIFEST} is not that of a model; choose an empty or new --output"
        ) from None
    strange = [name for name in found if name != MANIFEST and name not in listed]
    if strange:
        raise DataError(
            f"{folder}: holds {strange[0]!r}, which is not part of the model there; move it first"
        )


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
    the card to show. Raises :class:`DataError` where something else than a model stands there. Returns ``folder``.
    """
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
    with beside(folder) as work:
        shutil.copyfile(onnx_file, work / "model.onnx")
        shutil.copyfile(tokenizer_file, work / "tokenizer.json")
        (work / CARD).write_text(card, encoding="utf-8")
        for file, picture in (pictures or {}).items():
            (work / file).write_text(picture, encoding="utf-8")
        _seal(work, manifest)
        check_place(folder)
        _move_in(work, folder)
    return folder


def replace_card(folder: Path, card: str, metrics: Mapping[str, Any]) -> Path:
    """Gives a finished model another card, and ``metrics`` in its manifest; whole at every moment like a new one.

    Raises :class:`moderation.scoring.ModelError` where the folder is no whole model: a damaged file must not come out
    with a hash that fits. Returns ``folder``.
    """
    verify(folder)
    with beside(folder) as work:
        shutil.copytree(folder, work, dirs_exist_ok=True)
        (work / CARD).write_text(card, encoding="utf-8")
        manifest = json.loads((work / MANIFEST).read_text(encoding="utf-8"))
        _seal(work, {**manifest, "metrics": metrics})
        _move_in(work, folder)
    return folder


def _seal(work: Path, manifest: Mapping[str, Any]) -> None:
    """Writes the manifest with the hash of every other file, which stands last so that people find the rest."""
    files = [f for f in sorted(work.iterdir()) if f.is_file() and f.name != MANIFEST]
    hashes = {f.name: hashlib.sha256(f.read_bytes()).hexdigest() for f in files}
    whole = {**{key: value for key, value in manifest.items() if key != "files"}, "files": hashes}
    text = json.dumps(whole, indent=1, ensure_ascii=False) + "\n"
    (work / MANIFEST).write_text(text, encoding="utf-8")


@contextmanager
def beside(folder: Path) -> Iterator[Path]:
    """An empty directory on the same disk, under a name that nothing else has, and gone afterwards if it is not moved."""
    folder.parent.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory(prefix=f".{folder.name}.", dir=folder.parent) as safe:
        work = Path(safe) / "new"
        work.mkdir()
        yield work


def _move_in(work: Path, folder: Path) -> None:
    """``work`` in the place of ``folder``; what stood there goes with the directory that ``work`` was made in."""
    old = work.with_name("old")
    try:
        if folder.exists():
            folder.rename(old)
        work.rename(folder)
    except BaseException:  # Ctrl-C too: what is still in there is about to be deleted
        if old.exists() and not folder.exists():
            old.rename(folder)
        raise
