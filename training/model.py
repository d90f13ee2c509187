"""The network: an encoder with three heads, one pass for all. The one that ships is a BERT by its shape.

Attributes and targets read two pooled views of the last layer (its mean, and an attention that can pick out a single
word); the token head says of each token whether it is part of what offends.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import torch
from torch import Tensor, nn
from transformers import BertConfig, BertModel, BertPreTrainedModel, PreTrainedConfig
from transformers.utils import ModelOutput

from moderation.types import ATTRIBUTES

TOXICITY = ATTRIBUTES.index("toxicity")
#: What the other two heads count in the loss beside the attributes.
TARGET_WEIGHT, TOKEN_WEIGHT = 0.15, 0.3
#: What the order of the comments rated for offence counts beside the labels.
ORDER_WEIGHT = 0.03
#: Logits from the kindest comment to the most hateful one, about as many as between scores of .2 % and 98 %.
ORDER_SPAN = 10.0


@dataclass
class Output(ModelOutput):
    """``attributes`` [batch, 6], ``targets`` [batch, 7], ``tokens`` [batch, length]: logits."""

    loss: Tensor | None = None
    attributes: Tensor | None = None
    targets: Tensor | None = None
    tokens: Tensor | None = None


class Heads(nn.Module):
    """What every network of ours has beside its encoder, and its loss.

    ``config.attribute_names`` and ``config.target_names`` fix the order of the outputs.

    ``config.sources`` is set while training on several: each source but number 0, the news comments that the scores are
    for, has a bias of its own in the loss. How much of a source offends was its makers' choice (2 % to 68 %), and
    without this the network learns to tell the sources apart, and takes a style for an offence.
    """

    def add_heads(self, config: PreTrainedConfig) -> None:
        width = config.hidden_size
        self.attend = nn.Linear(width, 1)
        self.dense = nn.Linear(2 * width, width)
        self.drop = nn.Dropout(0.15)
        self.attribute_head = nn.Linear(width, len(config.attribute_names))
        self.target_head = nn.Linear(width, len(config.target_names))
        self.token_head = nn.Linear(width, 1)
        self.source_bias: nn.Embedding | None = None
        if getattr(config, "sources", 0):
            self.source_bias = nn.Embedding(config.sources, len(config.attribute_names), padding_idx=0)

    def hidden(self, input_ids: Tensor, attention_mask: Tensor) -> Tensor:
        """The encoder's last layer, [batch, length, width]."""
        encoder: Any = self.base_model  # as the library calls what a network has below its heads
        last: Tensor = encoder(input_ids=input_ids, attention_mask=attention_mask).last_hidden_state
        return last

    def pooled(self, hidden: Tensor, attention_mask: Tensor) -> Tensor:
        """A text as the heads of attributes and targets read it, [batch, width]."""
        mask = attention_mask.to(hidden.dtype)
        mean = (hidden * mask.unsqueeze(-1)).sum(1) / mask.sum(1, keepdim=True)
        focus = self.attend(hidden).squeeze(-1) + (mask - 1) * 1e4
        picked = (torch.softmax(focus, dim=1).unsqueeze(-1) * hidden).sum(1)
        made: Tensor = self.drop(nn.functional.gelu(self.dense(torch.cat((mean, picked), dim=-1))))
        return made

    def forward(
        self,
        input_ids: Tensor,
        attention_mask: Tensor,
        attribute_labels: Tensor | None = None,
        target_labels: Tensor | None = None,
        token_labels: Tensor | None = None,
        weight: Tensor | None = None,
        source: Tensor | None = None,
        offence: Tensor | None = None,
        **_: Any,
    ) -> Output:
        hidden = self.hidden(input_ids, attention_mask)
        pooled = self.pooled(hidden, attention_mask)
        attributes, targets = self.attribute_head(pooled), self.target_head(pooled)
        tokens = self.token_head(hidden).squeeze(-1)
        out = Output(attributes=attributes, targets=targets, tokens=tokens)
        if attribute_labels is not None:
            if self.source_bias is not None and source is not None:
                attributes = attributes + self.source_bias(source)
            assert target_labels is not None and token_labels is not None and weight is not None
            row = weight.unsqueeze(-1)
            out.loss = (
                masked_bce(attributes, attribute_labels, row)
                + TARGET_WEIGHT * masked_bce(targets, target_labels, row)
                + TOKEN_WEIGHT * masked_bce(tokens, token_labels, torch.ones_like(row))
            )
            if offence is not None and out.attributes is not None:
                # Without the bias of its source: what is ranked is the score itself.
                out.loss = out.loss + ORDER_WEIGHT * order_loss(out.attributes[:, TOXICITY], offence)
        return out


class CommentModel(Heads, BertPreTrainedModel):
    """The network that ships; see :class:`Heads`."""

    config_class = BertConfig

    def __init__(self, config: BertConfig) -> None:
        super().__init__(config)
        self.bert = BertModel(config, add_pooling_layer=False)
        self.add_heads(config)
        self.post_init()


def masked_bce(logits: Tensor, labels: Tensor, weight: Tensor) -> Tensor:
    """Binary cross-entropy against soft labels, averaged over the labels that are known (not NaN)."""
    known = ~torch.isnan(labels)
    loss = nn.functional.binary_cross_entropy_with_logits(logits, torch.nan_to_num(labels), reduction="none")
    share = known * weight
    return (loss * share).sum() / share.sum().clamp(min=1e-6)


def order_loss(logits: Tensor, offence: Tensor) -> Tensor:
    """How far differences of ``logits`` [batch] are from those of ``offence`` [batch, 0 to 1, NaN where not rated], over
    all pairs of rated rows; zero where there are no two.

    Source: Burges et al., "Learning to rank using gradient descent", ICML 2005, with the probability that one comment is
    more offensive than the other as the target of each pair.
    """
    rated = ~torch.isnan(offence)
    values, wanted = logits[rated], offence[rated]
    first, second = torch.triu_indices(len(values), len(values), offset=1, device=logits.device)
    if not len(first):
        return logits.sum() * 0.0
    target = torch.sigmoid(ORDER_SPAN * (wanted[first] - wanted[second]))
    return nn.functional.binary_cross_entropy_with_logits(values[first] - values[second], target)
