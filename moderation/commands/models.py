"""The model and the policy that a command works with."""

from __future__ import annotations

from moderation.commands.console import UsageError
from moderation.policy import Policy, PolicyError
from moderation.scoring import Model, ModelError, Scorer
from moderation.scoring.model import Manifest, locate, read


def load_scorer(model: str | None, threads: int | None) -> Scorer:
    """The scorer, or a :class:`UsageError` that says what is wrong with the model."""
    try:
        return Scorer(model, threads=threads)
    except ModelError as error:
        raise UsageError(str(error)) from error


def read_model(model: str | None) -> Model:
    """The manifest and card of a model by name or folder, or a :class:`UsageError` that says what is wrong with it."""
    try:
        return read(locate(model))
    except ModelError as error:
        raise UsageError(str(error)) from error


def load_policy(path: str | None, community: str | None, model: Manifest) -> Policy:
    """The community's policy over the model's own thresholds."""
    try:
        return Policy.load(path, community=community, model=model)
    except PolicyError as error:
        raise UsageError(" | ".join(error.problems)) from error
