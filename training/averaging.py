"""Averages of weights: what several trainings learned in one network, at the cost of one.

Trainings that began from the same weights lie in one valley; the mean of two of them is often better than both, and noise
that each of them picked up alone goes away. Sources: Wortsman et al., "Robust fine-tuning of zero-shot models", CVPR 2022
(with the weights one started from), and "Model soups", ICML 2022 (of several trainings).
"""

from __future__ import annotations

import argparse
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

import torch
from safetensors import SafetensorError
from safetensors.torch import load_file
from torch import Tensor, nn

from training.data import DataError
from training.unquantise import FILE as GRAPH
from training.unquantise import weights_from_onnx


@dataclass(frozen=True, slots=True)
class Other:
    """The weights of another training and their share in the average; ``folder`` as :func:`read_weights` takes it."""

    folder: Path
    share: float


def share(text: str) -> float:
    """0 to below 1. Raises argparse's error for anything else."""
    try:
        value = float(text)
    except ValueError:
        value = -1.0
    if not 0 <= value < 1:
        raise argparse.ArgumentTypeError(f"{text} is not from 0 to below 1")
    return value


def other(text: str) -> Other:
    """``FOLDER=SHARE`` of the command line."""
    folder, mark, part = text.rpartition("=")
    if not mark or not folder:
        raise argparse.ArgumentTypeError(f"{text} is not FOLDER=SHARE")
    return Other(Path(folder), share(part))


def weights_of(folder: Path, model: nn.Module) -> dict[str, Tensor]:
    """The weights in ``folder`` by the names that ``model`` has, biases of sources left out.

    Raises :class:`DataError` naming the folder when there are none, or when they are of another network.
    """
    found = read_weights(folder)
    wanted = own(model)
    for name, values in wanted.items():
        if name not in found or found[name].shape != values.shape:
            raise DataError(f"{folder}: {name} is missing or has another shape: weights of another network")
    return {name: found[name] for name in wanted}


def read_weights(folder: Path) -> dict[str, Tensor]:
    """All weights in ``folder``, which a training left (``model.safetensors``) or which is a model directory that ships.

    Raises :class:`DataError` naming the file that could not be read.
    """
    file = folder / "model.safetensors"
    if shipped(folder):
        return weights_from_onnx(folder)
    try:
        return load_file(file)
    except (OSError, SafetensorError) as error:
        raise DataError(f"{file}: no weights could be read ({error})") from error


def shipped(folder: Path) -> bool:
    """Whether ``folder`` is a finished model directory, and no weights that a training left."""
    return (folder / GRAPH).exists() and not (folder / "model.safetensors").exists()


def own(model: nn.Module) -> dict[str, Tensor]:
    """The weights that ship, by name: all but the biases of sources."""
    return {name: v for name, v in model.state_dict().items() if not name.startswith("source_bias.")}


def mix(model: nn.Module, weights: Mapping[str, Tensor], share: float) -> None:
    """Makes ``weights`` a ``share`` of ``model``, which keeps the rest of itself."""
    with torch.no_grad():
        for name, values in own(model).items():
            if values.is_floating_point():
                values.lerp_(weights[name].to(values), share)


def blend(model: nn.Module, parts: Sequence[tuple[float, Mapping[str, Tensor]]]) -> None:
    """Makes each of ``parts`` its share of ``model``, which keeps of itself what the shares leave of 1."""
    there = 1 - sum(share for share, _ in parts)
    for share, weights in parts:
        there += share
        mix(model, weights, share / there)
