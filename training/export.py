"""Fine-tuned weights → ONNX: fused for CPUs, then dynamic int8.

The graph takes one text at a time, ``input_ids`` [1, length], so it needs no mask and no padding, and a score cannot
depend on the company a text is scored in.
"""

from __future__ import annotations

import logging
import tempfile
import warnings
from pathlib import Path

import numpy as np
import onnx
import torch
from onnxruntime.quantization import QuantType, quantize_dynamic
from onnxruntime.transformers.fusion_options import FusionOptions
from onnxruntime.transformers.optimizer import optimize_model
from torch import Tensor, nn

from training.model import CommentModel

OUTPUTS = ("attributes", "targets", "tokens")
#: A table with more rows than this is the vocabulary; positions and token types have far fewer.
MANY_ROWS = 10_000
#: Products left unquantised. What goes into this one has a few values far above the rest, which took the steps away from
#: all others: alone it made half of the error of the logits, for 1.7 MB.
KEPT_FP32 = ("/model/bert/encoder/layer.0/output/dense/MatMul",)


class _OneText(nn.Module):
    def __init__(self, model: CommentModel) -> None:
        super().__init__()
        self.model = model

    def forward(self, input_ids: Tensor) -> tuple[Tensor, Tensor, Tensor]:
        out = self.model(input_ids=input_ids, attention_mask=torch.ones_like(input_ids))
        return out.attributes, out.targets, out.tokens


def export_fp32(weights: Path, target: Path) -> None:
    """Writes the fused fp32 graph: inputs ``input_ids`` int64 [1, n]; outputs are logits, see :data:`OUTPUTS`."""
    model = CommentModel.from_pretrained(str(weights), attn_implementation="eager").eval()
    sample = torch.randint(1000, 2000, (1, 9))
    with tempfile.TemporaryDirectory() as folder, warnings.catch_warnings():
        warnings.simplefilter("ignore")
        plain = str(Path(folder) / "plain.onnx")
        torch.onnx.export(
            _OneText(model),
            (sample,),
            plain,
            input_names=["input_ids"],
            output_names=list(OUTPUTS),
            dynamic_axes={"input_ids": {1: "length"}, "tokens": {1: "length"}},
            opset_version=17,
            dynamo=False,
        )
        logging.getLogger("onnxruntime.transformers").setLevel(logging.ERROR)
        options = FusionOptions("bert")
        options.enable_embed_layer_norm = False  # its quantised form has one scale for all 30,000 words
        fused = optimize_model(
            plain,
            model_type="bert",
            num_heads=model.config.num_attention_heads,
            hidden_size=model.config.hidden_size,
            optimization_options=options,
            opt_level=0,
        )
        fused.save_model_to_file(str(target))


def quantise(fp32: Path, int8: Path) -> None:
    """Dynamic int8, per channel; word vectors with a scale for each word.

    Seven-bit weights keep 8-bit products exact on CPUs without VNNI, where pairs of u8·s8 products saturate 16 bits: the
    same integers, and so the same scores, on every CPU.
    """
    quantize_dynamic(
        str(fp32),
        str(int8),
        per_channel=True,
        reduce_range=True,
        weight_type=QuantType.QInt8,
        op_types_to_quantize=["MatMul", "Attention"],
        nodes_to_exclude=list(KEPT_FP32),
        extra_options={"DefaultTensorType": onnx.TensorProto.FLOAT},
    )
    model = onnx.load(str(int8))
    _quantise_word_vectors(model.graph)
    onnx.checker.check_model(model)
    onnx.save(model, str(int8))


def _quantise_word_vectors(graph: onnx.GraphProto) -> None:
    """Looks words up in an int8 table and multiplies by the word's own scale: rare words keep their precision."""
    tables = {t.name: t for t in graph.initializer}
    lookups = (
        (place, node)
        for place, node in enumerate(graph.node)
        if node.op_type == "Gather" and node.input[0] in tables and tables[node.input[0]].dims[0] > MANY_ROWS
    )
    place, node = next(lookups, (-1, None))
    if node is None:
        raise ValueError("the exported graph looks no word up in a table; was the embedding fused away?")
    table, words, found = node.input[0], node.input[1], node.output[0]
    vectors = onnx.numpy_helper.to_array(tables[table])
    scales = np.maximum(np.abs(vectors).max(axis=1, keepdims=True) / 127, 1e-8).astype(np.float32)
    graph.initializer.remove(tables[table])
    graph.initializer.extend(
        [
            onnx.numpy_helper.from_array(np.round(vectors / scales).astype(np.int8), "words_int8"),
            onnx.numpy_helper.from_array(scales, "words_scale"),
        ]
    )
    make = onnx.helper.make_node
    graph.node.remove(node)
    for new in reversed(
        [
            make("Gather", ["words_int8", words], ["word_int8"]),
            make("Gather", ["words_scale", words], ["word_scale"]),
            make("Cast", ["word_int8"], ["word_float"], to=onnx.TensorProto.FLOAT),
            make("Mul", ["word_float", "word_scale"], [found]),
        ]
    ):
        graph.node.insert(place, new)
