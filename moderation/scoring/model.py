"""A model directory: found, read, and checked file by file before anything in it is used.

``manifest.json`` beside ``model.onnx``, ``tokenizer.json`` and ``MODEL_CARD.md``; no pickle anywhere. What can be wrong
with a directory has an error of its own: not found, a file missing, a wrong hash, a manifest this version cannot read.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from importlib.resources import files
from itertools import pairwise
from pathlib import Path
from typing import Any

#: The only manifest layout this release reads.
MANIFEST_VERSION = 1
#: The model used when none is named. Its directory's name is its version.
DEFAULT_MODEL = "comments-en-1.9"
_NEEDED = ("model.onnx", "tokenizer.json")


class ModelError(Exception):
    """A model cannot be used. The message names the directory or file and what to do."""


class ModelNotFound(ModelError):
    """No model of this name or path."""


class ModelFileMissing(ModelError):
    """The manifest names a file that is not there."""


class ModelHashMismatch(ModelError):
    """A file is not the one the manifest was written for: damaged, or changed."""


class ManifestError(ModelError):
    """The manifest is no JSON object, lacks a key, or has a version this release does not know."""


@dataclass(frozen=True, slots=True)
class Calibration:
    """Logit → probability for one attribute: logit interpolated linearly between knots, then the logistic function.

    ``x`` raw logits (rising), ``y`` calibrated logits (not falling); outside the knots the nearest slope goes on. Two
    knots are Platt scaling; more are isotonic regression smoothed to strictly rising lines.
    """

    x: tuple[float, ...]
    y: tuple[float, ...]


@dataclass(frozen=True, slots=True)
class Manifest:
    """What ``manifest.json`` says of a model; field names are its keys. ``raw`` holds everything.

    ``targets`` are the network's outputs, ``reported_targets`` those with enough examples to mean something.
    ``thresholds`` maps an attribute to named thresholds at its natural rate; ``review_budget`` to rows ``{"review":
    share of comments looked at, "threshold", "catch": share of the offending ones among them}``.
    """

    name: str
    version: str
    languages: tuple[str, ...]
    attributes: tuple[str, ...]
    targets: tuple[str, ...]
    reported_targets: tuple[str, ...]
    max_length: int
    calibration: Mapping[str, Calibration]
    thresholds: Mapping[str, Mapping[str, float]]
    review_budget: Mapping[str, Sequence[Mapping[str, float]]]
    span_threshold: float
    files: Mapping[str, str]
    raw: Mapping[str, Any]

    @property
    def model(self) -> str:
        """Name and version, as every output line carries them."""
        return f"{self.name}-{self.version}"


@dataclass(frozen=True, slots=True)
class Model:
    """A directory with its manifest read; :func:`verify` says whether its files are the ones meant."""

    path: Path
    manifest: Manifest

    @property
    def card(self) -> str:
        """The model card as Markdown; empty when there is none."""
        file = self.path / "MODEL_CARD.md"
        return file.read_text(encoding="utf-8") if file.is_file() else ""


def bundled_folders() -> list[Path]:
    """Where models that came with the installation are: inside the wheel, or beside the package in a checkout."""
    package = Path(str(files("moderation")))
    return [f for f in (package / "models", package.parent / "models") if f.is_dir()]


def user_folder() -> Path:
    """Where a user's own models live."""
    from platformdirs import user_data_path

    return user_data_path("moderation", appauthor=False) / "models"


def find_models() -> list[Model]:
    """Every readable model: bundled ones first, then the user's. Unreadable directories are left out."""
    found: dict[str, Model] = {}
    for folder in [*bundled_folders(), user_folder()]:
        for manifest in sorted(folder.glob("*/manifest.json")):
            try:
                model = read(manifest.parent)
            except ModelError:
                continue
            found.setdefault(model.manifest.model, model)
    return list(found.values())


def locate(model: str | Path | None = None) -> Path:
    """The directory of a model given by path or by name (``comments-en-1.9``); the bundled one for ``None``.

    Raises :class:`ModelNotFound`, naming where it looked.
    """
    if isinstance(model, Path) or (
        model is not None and ("/" in model or "\\" in model or Path(model).is_dir())
    ):
        path = Path(model)
        if not path.is_dir():
            raise ModelNotFound(f"{path}: no such model directory")
        return path
    name = model or DEFAULT_MODEL
    bundled = bundled_folders()
    for folder in bundled:
        if (folder / name / "manifest.json").is_file():
            return folder / name
    own = user_folder()
    if (own / name / "manifest.json").is_file():
        return own / name
    looked = ", ".join(str(f) for f in [*bundled, own])
    raise ModelNotFound(
        f"no model named {name!r} (looked in {looked}); `moderation model` lists what is there"
    )


def read(path: Path) -> Model:
    """Reads the manifest of a directory without opening the weights. Raises :class:`ModelError`."""
    file = path / "manifest.json"
    try:
        raw = json.loads(file.read_text(encoding="utf-8"))
    except FileNotFoundError:
        raise ModelFileMissing(f"{path}: no manifest.json, so this is not a model directory") from None
    except (OSError, UnicodeDecodeError, json.JSONDecodeError) as error:
        raise ManifestError(f"{file}: cannot be read as JSON ({error})") from None
    if not isinstance(raw, dict):
        raise ManifestError(f"{file}: not a JSON object")
    version = raw.get("manifest_version")
    if version != MANIFEST_VERSION:
        raise ManifestError(
            f"{file}: manifest version {version!r} is unknown; this release reads {MANIFEST_VERSION}"
        )
    try:
        manifest = Manifest(
            name=raw["name"],
            version=str(raw["version"]),
            languages=tuple(raw["languages"]),
            attributes=tuple(raw["attributes"]),
            targets=tuple(raw["targets"]),
            reported_targets=tuple(raw.get("reported_targets") or raw["targets"]),
            max_length=int(raw["max_length"]),
            calibration={k: _calibration(v) for k, v in raw["calibration"].items()},
            thresholds=raw["thresholds"],
            review_budget=raw.get("review_budget", {}),
            span_threshold=float(raw["span_threshold"]),
            files=raw["files"],
            raw=raw,
        )
        missing = [n for n in (*manifest.attributes, *manifest.targets) if n not in manifest.calibration]
        if missing:
            raise KeyError(f"calibration.{missing[0]}")
        if "toxicity" not in manifest.attributes:
            raise KeyError("attributes: toxicity")
    except (KeyError, TypeError, ValueError, AttributeError) as error:
        raise ManifestError(f"{file}: incomplete or malformed at {error}") from None
    for name in (*_NEEDED, *manifest.files):
        if "/" in name or "\\" in name or name.startswith("."):
            raise ManifestError(f"{file}: {name!r} is not a plain file name")
        if not (path / name).is_file():
            raise ModelFileMissing(f"{path / name}: missing; install the model again")
    unnamed = [n for n in _NEEDED if n not in manifest.files]
    if unnamed:
        raise ManifestError(f"{file}: no SHA-256 for {unnamed[0]}")
    return Model(path, manifest)


def _calibration(raw: Mapping[str, Any]) -> Calibration:
    x, y = tuple(map(float, raw["x"])), tuple(map(float, raw["y"]))
    if len(x) != len(y) or len(x) < 2 or any(a >= b for a, b in pairwise(x)):
        raise ValueError("calibration knots must rise and come in pairs")
    return Calibration(x, y)


def verify(path: Path) -> Model:
    """Reads a directory and compares every file with its SHA-256. Raises :class:`ModelError`."""
    model = read(path)
    for name, expected in model.manifest.files.items():
        with (path / name).open("rb") as handle:
            actual = hashlib.file_digest(handle, "sha256").hexdigest()
        if actual != expected:
            raise ModelHashMismatch(
                f"{path / name}: SHA-256 is {actual[:12]}…, the manifest says {str(expected)[:12]}…; "
                "the file is damaged or was changed"
            )
    return model


def load(model: str | Path | None = None) -> Model:
    """Finds a model by name or path and verifies it. Raises :class:`ModelError`."""
    return verify(locate(model))
