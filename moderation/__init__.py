"""Reader comments: taken out of pages, scored for toxicity and hate speech, ranked for moderators.

The public names are resolved on first use, so that ``from moderation import Scorer`` loads numpy, onnxruntime and
tokenizers and nothing else.
"""

from __future__ import annotations

import importlib
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from moderation.batch.scan import scan
    from moderation.extraction import extract
    from moderation.policy import Policy
    from moderation.scoring import Scorer
    from moderation.types import ATTRIBUTES, Comment, Decision, Page, Reason, Score, ScoredComment, Span

_HOME = {
    "ATTRIBUTES": "moderation.types",
    "Comment": "moderation.types",
    "Decision": "moderation.types",
    "Page": "moderation.types",
    "Policy": "moderation.policy",
    "Reason": "moderation.types",
    "Score": "moderation.types",
    "ScoredComment": "moderation.types",
    "Scorer": "moderation.scoring",
    "Span": "moderation.types",
    "extract": "moderation.extraction",
    "scan": "moderation.batch.scan",
}

__version__ = "0.1.0"
__all__ = [
    "ATTRIBUTES",
    "Comment",
    "Decision",
    "Page",
    "Policy",
    "Reason",
    "Score",
    "ScoredComment",
    "Scorer",
    "Span",
    "extract",
    "scan",
]


def __getattr__(name: str) -> Any:
    if name not in _HOME:
        raise AttributeError(f"module 'moderation' has no attribute {name!r}")
    return getattr(importlib.import_module(_HOME[name]), name)


def __dir__() -> list[str]:
    return sorted([*__all__, "__version__"])
