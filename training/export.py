"""Fine-tuned weights → ONNX: fused for CPUs, then dynamic int8.

The graph takes one text at a time, ``input_ids`` [1, length], so it needs no mask and no padding, and a score cannot
depend on the company a text is scored in.
"""

from __future__ import annotations

import logging
import tempfile
import warnings
from pathlib import Path

import onnx
import torch
from onnxruntime.quantization import QuantType, quantize_dynamic
from onnxruntime.transformers.fusion_options import FusionOptions
from onnxruntime.transformers.optimizer import optimize_model
from torch import Tensor, nn

from training.model import CommentModel

OUTPUTS = ("attributes", "targets", "tokens")


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
    """Dynamic int8, per channel. Seven-bit weights keep 8-bit products exact on CPUs without VNNI, where pairs of
    u8·s8 products saturate 16 bits: the same integers, and so the same scores, on every CPU."""
    quantize_dynamic(
        str(fp32),
        str(int8),
        per_channel=True,
        reduce_range=True,
        weight_type=QuantType.QInt8,
        op_types_to_quantize=["MatMul", "Attention", "EmbedLayerNormalization", "Gather"],
        extra_options={"DefaultTensorType": onnx.TensorProto.FLOAT},
    )
    onnx.checker.check_model(str(int8))
