"""OpenAI's /v1/moderations, with the categories our model can honestly answer (``docs/integrators.md``)."""

from __future__ import annotations

import uuid
from collections.abc import Mapping
from typing import Any

from fastapi import APIRouter, Request, Response

from moderation.policy import Policy
from moderation.server.bodies import read_object
from moderation.server.documented import BODY, answers
from moderation.server.errors import ApiError, json_response
from moderation.server.pool import Item
from moderation.server.service import Service
from moderation.types import Score

NOT_COVERED = (
    "illicit",
    "illicit/violent",
    "self-harm",
    "self-harm/instructions",
    "self-harm/intent",
    "sexual/minors",
    "violence/graphic",
)
CATEGORIES = (
    "harassment",
    "harassment/threatening",
    "hate",
    "hate/threatening",
    "sexual",
    "violence",
    *NOT_COVERED,
)
#: Names the categories that are always 0, because no model of ours looks for them.
HEADER = "X-Moderation-Not-Covered"


def router(service: Service) -> APIRouter:
    routes = APIRouter(prefix="/v1", tags=["OpenAI"])

    @routes.post(
        "/moderations",
        openapi_extra=BODY("ModerationRequest"),
        responses=answers("ModerationResponse", 401, 503, openai=True),
    )
    async def moderations(request: Request) -> Response:
        """Classifies texts as OpenAI's moderation endpoint does."""
        body = await read_object(request, service.settings.body_seconds)
        if not isinstance(body.get("model"), str | None):
            raise ApiError(400, "Invalid value for 'model': expected a string.", param="model")
        texts = _texts(body)
        if len(texts) > service.settings.max_batch:
            raise ApiError(
                413, f"One request takes at most {service.settings.max_batch:,} texts.", param="input"
            )
        if len(texts) == 1:
            scores = [await service.score(Item(texts[0]))]
        else:
            scores = await service.score_many([Item(text) for text in texts])
        for number, (text, score) in enumerate(zip(texts, scores, strict=True)):
            if score.scores is None and text.strip():
                # Zeros would say that a text nobody could read is harmless.
                raise ApiError(
                    400, f"The text at input[{number}] cannot be scored: {score.error}.", param="input"
                )
        policy = service.policy(None)
        answer = {
            "id": f"modr-{uuid.uuid4().hex}",
            "model": service.scorer.model,
            "results": [result(score, policy) for score in scores],
        }
        uncovered = [name for name in CATEGORIES if name not in covered(service.attributes)]
        return json_response(answer, headers={HEADER: ", ".join(uncovered)})

    return routes


def covered(attributes: tuple[str, ...]) -> frozenset[str]:
    """The categories that a model with ``attributes`` says something about."""
    uncovered = {*NOT_COVERED} if "sexually_explicit" in attributes else {*NOT_COVERED, "sexual"}
    return frozenset(CATEGORIES) - uncovered


def result(score: Score, policy: Policy) -> dict[str, Any]:
    """One entry of ``results``. A blank text scores 0 throughout."""
    scores = score.scores or {}
    limits = {name: row.review for name, row in policy.thresholds.items()}
    values = _values(scores)
    flags = _flags(scores, limits)
    known = covered(tuple(scores)) if scores else frozenset(CATEGORIES) - {*NOT_COVERED, "sexual"}
    return {
        "flagged": any(flags.values()),
        "categories": {name: flags.get(name, False) for name in CATEGORIES},
        "category_scores": {name: round(values.get(name, 0.0), 8) for name in CATEGORIES},
        "category_applied_input_types": {name: ["text"] if name in known else [] for name in CATEGORIES},
    }


def _values(scores: Mapping[str, float]) -> dict[str, float]:
    insult, identity = scores.get("insult", 0.0), scores.get("identity_attack", 0.0)
    threat = scores.get("threat", 0.0)
    return {
        # Toxicity that is not an attack on a group; what is one counts as hate.
        "harassment": max(insult, scores.get("toxicity", 0.0) * (1 - identity)),
        "harassment/threatening": threat,
        "hate": identity,
        "hate/threatening": min(identity, threat),
        "sexual": scores.get("sexually_explicit", 0.0),
        "violence": threat,
    }


def _flags(scores: Mapping[str, float], limits: Mapping[str, float | None]) -> dict[str, bool]:
    """Each category by its attributes' review thresholds, so that this answer and a decision agree."""

    def over(attribute: str, value: float | None = None) -> bool:
        limit = limits.get(attribute)
        value = scores.get(attribute, 0.0) if value is None else value
        return limit is not None and value >= limit

    hate, threat = over("identity_attack"), over("threat")
    mild = scores.get("toxicity", 0.0) * (1 - scores.get("identity_attack", 0.0))
    return {
        "harassment": over("insult") or over("toxicity", mild),
        "harassment/threatening": threat,
        "hate": hate,
        "hate/threatening": hate and threat,
        "sexual": over("sexually_explicit"),
        "violence": threat,
    }


def _texts(body: Mapping[str, Any]) -> list[str]:
    """The texts to score. Raises ApiError 400, also for images: they are never passed unseen."""
    given = body.get("input")
    if isinstance(given, str):
        return [given]
    if not isinstance(given, list) or not given:
        raise ApiError(
            400, "Invalid value for 'input': expected a string or a non-empty list.", param="input"
        )
    if all(isinstance(item, str) for item in given):
        return list(given)
    parts = []
    for number, part in enumerate(given):
        where = f"input[{number}]"
        if not isinstance(part, dict):
            raise ApiError(400, f"Invalid value for '{where}': expected a string or a part.", param="input")
        if part.get("type") != "text":
            raise ApiError(
                400, f"Invalid value for '{where}': only parts of type 'text' are scored.", param="input"
            )
        if not isinstance(part.get("text"), str):
            raise ApiError(400, f"Invalid value for '{where}.text': expected a string.", param="input")
        parts.append(part["text"])
    return ["\n".join(parts)]
