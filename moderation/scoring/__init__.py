"""The small scoring module: text → calibrated scores and spans. numpy, onnxruntime and tokenizers, nothing else."""

from moderation.scoring.model import (
    ManifestError,
    Model,
    ModelError,
    ModelFileMissing,
    ModelHashMismatch,
    ModelNotFound,
    find_models,
    load,
    verify,
)
from moderation.scoring.scorer import Scorer

__all__ = [
    "ManifestError",
    "Model",
    "ModelError",
    "ModelFileMissing",
    "ModelHashMismatch",
    "ModelNotFound",
    "Scorer",
    "find_models",
    "load",
    "verify",
]
