"""How the network learns: batches of one length, a rate for each part, teachers beside the labels."""

from __future__ import annotations

from typing import Any

import torch
from tokenizers import Tokenizer
from torch import Tensor, nn
from torch.utils.data import DataLoader
from transformers import Trainer

from training.batches import Examples, LengthBatches
from training.distil import Teachers, distil_loss
from training.large import LargeModel
from training.model import CommentModel

#: Longest input in tokens, here and in the shipped model; longer texts are scored in windows.
MAX_LENGTH = 128


class CommentTrainer(Trainer):
    """The library's trainer with batches of one length, the heads on a faster rate than the encoder, and teachers."""

    words: Tokenizer
    optimizer: torch.optim.Optimizer | None
    teachers: Teachers | None = None
    #: How much the teachers count on the rows of each source, by its number.
    teaching: Tensor | None = None
    layer_rate: float = 1.0

    def get_train_dataloader(self) -> DataLoader[Any]:
        data: Examples = self.train_dataset  # type: ignore[assignment]
        encodings = self.words.encode_batch_fast([e.text for e in data.examples])
        lengths = [min(len(e.ids), MAX_LENGTH) for e in encodings]
        sampler = LengthBatches(lengths, self.args.train_batch_size, self.args.seed)
        return self.accelerator.prepare(
            DataLoader(data, batch_sampler=sampler, collate_fn=self.data_collator)
        )

    def compute_loss(
        self,
        model: nn.Module,
        inputs: dict[str, Tensor | Any],
        return_outputs: bool = False,
        num_items_in_batch: Tensor | int | None = None,
    ) -> Tensor | tuple[Tensor, Any]:
        out = model(**inputs)
        loss: Tensor = out.loss
        if self.teachers is not None:
            wanted = self.teachers(inputs["input_ids"], inputs["attention_mask"])
            part = None if self.teaching is None else self.teaching[inputs["source"]]
            loss = loss + distil_loss(out, wanted, part)
        return (loss, out) if return_outputs else loss

    def create_optimizer(self, *args: Any, **kwargs: Any) -> torch.optim.Optimizer:
        if self.optimizer is None:
            assert self.model is not None
            groups = parameter_groups(self.model, self.args.learning_rate, self.layer_rate)
            self.optimizer = torch.optim.AdamW(
                groups, lr=self.args.learning_rate, weight_decay=self.args.weight_decay, fused=True
            )
        return self.optimizer


def parameter_groups(model: nn.Module, rate: float, layer_rate: float = 1.0) -> list[dict[str, Any]]:
    """What is learned, for an optimiser: the encoder at ``rate``, the heads at five times, the sources' biases at fifty
    times that, as they begin at nothing.

    Each layer of the encoder has ``layer_rate`` times the rate of the next one up, the word vectors come below the lowest:
    what lower layers know of the language is of use to any task. Source: Howard and Ruder, "Universal language model
    fine-tuning for text classification", ACL 2018.
    """
    below = f"{model.base_model_prefix}."
    encoder: Any = model.base_model
    groups: list[dict[str, Any]] = []
    parts: list[nn.Module] = [*reversed(encoder.encoder.layer), encoder.embeddings]
    for depth, part in enumerate(parts):
        moved = [p for p in part.parameters() if p.requires_grad]
        if moved:
            groups.append({"params": moved, "lr": rate * layer_rate**depth})
    placed = {id(p) for group in groups for p in group["params"]}
    rest = [(n, p) for n, p in model.named_parameters() if p.requires_grad and id(p) not in placed]
    return [
        *groups,
        {"params": [p for n, p in rest if n.startswith(below)], "lr": rate},
        {"params": [p for n, p in rest if not n.startswith((below, "source_bias."))], "lr": rate * 5},
        {
            "params": [p for n, p in rest if n.startswith("source_bias.")],
            "lr": rate * 50,
            "weight_decay": 0.0,
        },
    ]


def freeze(model: CommentModel | LargeModel, layers: int) -> None:
    """Leaves the word vectors and so many of the lowest layers as they are; all are learned where ``layers`` is 0."""
    if layers:
        encoder: Any = model.base_model
        for part in (encoder.embeddings, *encoder.encoder.layer[:layers]):
            part.requires_grad_(False)
