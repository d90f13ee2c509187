"""A shipped model directory → weights to train from: the way back from ``training.export``.

A site has the ONNX file and nothing else of a model. Its int8 matrices times their scales are the weights that it scores
with, so a training can begin from them (``--base``) or learn from them (``--distil``).
"""

from __future__ import annotations

import re
from pathlib import Path

import numpy as np
import onnx
import torch
from google.protobuf.message import DecodeError
from torch import Tensor

from training.data import DataError

FILE = "model.onnx"
_PRODUCT = re.compile(r"/model/(?P<layer>.+?)(/Gemm)?[/_]MatMul(_quant)?")
_ATTENTION = re.compile(r"Attention_(?P<layer>\d+)_")
_WORDS = "bert.embeddings.word_embeddings.weight"


def weights_from_onnx(folder: Path) -> dict[str, Tensor]:
    """The weights of a model directory of ours, fp32, by the names that :class:`training.model.CommentModel` has.

    Reads both kinds of graph that ``training.export`` writes, int8 and fp32. Raises :class:`DataError` naming the file when
    it is none of them.
    """
    file = folder / FILE
    try:
        graph = onnx.load(str(file)).graph
        held = {t.name: onnx.numpy_helper.to_array(t) for t in graph.initializer}
        return {name: torch.from_numpy(values.copy()) for name, values in _weights(graph, held).items()}
    except (OSError, DecodeError, KeyError, ValueError) as error:
        raise DataError(f"{file}: not a graph that this project wrote ({error!r})") from error


def _weights(graph: onnx.GraphProto, held: dict[str, np.ndarray]) -> dict[str, np.ndarray]:  # type: ignore[type-arg]
    found = {
        name.removeprefix("model."): values
        for name, values in held.items()
        if name.startswith("model.") and values.dtype == np.float32 and not name.endswith("_scale")
    }
    if "words_int8" in held:
        found[_WORDS] = held["words_int8"].astype(np.float32) * held["words_scale"]

    def matrix(name: str) -> np.ndarray:  # type: ignore[type-arg]
        """[inputs, outputs], as ONNX multiplies it: the transpose of what torch holds."""
        if not name.endswith("_quantized"):
            return held[name]
        plain = name.removesuffix("_quantized")
        whole = held[name].astype(np.int32) - held[plain + "_zero_point"]
        return (whole * held[plain + "_scale"]).astype(np.float32)

    for node in graph.node:
        if node.op_type in ("Attention", "QAttention"):
            place = _ATTENTION.match(node.name)
            if place is None:
                raise ValueError(f"an attention named {node.name!r}")
            layer = f"bert.encoder.layer.{place['layer']}.attention.self."
            parts = np.split(matrix(node.input[1]), 3, axis=1)
            biases = np.split(held[node.input[2]], 3)
            for part, values, bias in zip(("query", "key", "value"), parts, biases, strict=True):
                found[f"{layer}{part}.weight"], found[f"{layer}{part}.bias"] = values.T, bias
        elif node.op_type in ("MatMul", "MatMulInteger") and node.input[1] in held:
            product = _PRODUCT.fullmatch(node.name)
            if product is None:
                raise ValueError(f"a product named {node.name!r}")
            found[product["layer"].replace("/", ".") + ".weight"] = matrix(node.input[1]).T
    return found
