"""The Perspective API: analyze, suggestscore, discovery (``docs/perspective.md``)."""

from __future__ import annotations

import asyncio
import json
import re
from collections.abc import Sequence
from functools import lru_cache
from importlib.resources import files
from typing import Any

from fastapi import APIRouter, Request, Response

from moderation.scoring.language import detect
from moderation.server import perspective_messages as messages
from moderation.server.bodies import read_object
from moderation.server.documented import BODY, answers
from moderation.server.errors import ApiError, json_response
from moderation.server.pool import Item
from moderation.server.service import Service
from moderation.server.store import StoreError, Suggestion

#: With the version in front, and bare: Coral posts to the bare path when its endpoint setting names only a
#: host.
_PREFIXES = ("/v1alpha1", "")
_HOST = re.compile(r"(?:[A-Za-z0-9._-]{1,253}|\[[0-9A-Fa-f:.]{2,45}\])(?::[0-9]{1,5})?")
_ANALYZE_EXAMPLE = {
    "comment": {"text": "You fool"},
    "languages": ["en"],
    "requestedAttributes": {"TOXICITY": {}, "INSULT": {"scoreThreshold": 0.5}},
    "spanAnnotations": True,
}
_SUGGEST_EXAMPLE = {
    "comment": {"text": "You fool"},
    "attributeScores": {"TOXICITY": {"summaryScore": {"value": 1}}},
    "communityId": "sports",
}


def router(service: Service) -> APIRouter:
    routes = APIRouter(tags=["Perspective API"])

    async def analyze(request: Request) -> Response:
        """Scores one comment, as the Perspective API's comments:analyze."""
        body = await read_object(request, service.settings.body_seconds)
        asked = messages.parse_analyze(body, service.attributes)
        if not asked.wanted:
            return json_response(messages.empty_answer(asked, service.languages[:1]))
        unsupported = _unsupported(asked.languages, service.languages)
        if unsupported:
            if asked.drop_unsupported:
                return json_response(messages.empty_answer(asked, service.languages[:1]))
            raise messages.language_error(asked.wanted[0].name, asked.languages, detected=False)
        if service.settings.strict_languages and not asked.languages and detect(asked.comment.text) is None:
            raise messages.detection_error()
        score = await service.score(
            # A language that was asked for is believed; Perspective scores "Guten Tag" as English when told to.
            Item(asked.comment.text, language=service.languages[0] if asked.languages else None)
        )
        if score.scores is None:
            if score.language is None:
                raise ApiError(500, "The text could not be scored.")
            if asked.drop_unsupported:
                return json_response(messages.empty_answer(asked, [score.language]))
            raise messages.language_error(asked.wanted[0].name, [score.language], detected=True)
        return json_response(messages.analyze_answer(asked, score, service.languages[:1]))

    async def suggestscore(request: Request) -> Response:
        """Takes a moderator's judgement as an example for training; the answer comes when it is on disk."""
        body = await read_object(request, service.settings.body_seconds)
        asked = messages.parse_suggest(body, service.attributes)
        unsupported = _unsupported(asked.languages, service.languages)
        if unsupported:
            raise messages.language_error(next(iter(asked.scores)).upper(), asked.languages, detected=False)
        if not asked.do_not_store:
            suggestion = Suggestion(
                text=asked.comment.text,
                scores=asked.scores,
                spans=asked.spans,
                author=asked.comment.author,
                community=asked.community,
                languages=asked.languages,
            )
            try:
                await asyncio.to_thread(service.store.add, suggestion)
            except StoreError:
                raise ApiError(
                    503, "The suggestion could not be stored; send it again.", retry_after=5
                ) from None
            service.metrics.suggestions.inc()
        answer: dict[str, Any] = {
            "detectedLanguages": [detect(asked.comment.text) or service.languages[0]],
            "requestedLanguages": list(asked.languages),
        }
        if asked.client_token:
            answer["clientToken"] = asked.client_token
        return json_response(answer)

    async def discovery(request: Request) -> Response:
        """The API's description for Google's client libraries; its rootUrl is this server."""
        if request.query_params.get("version", "v1alpha1") != "v1alpha1":
            raise ApiError(404, "Only version v1alpha1 is served.")
        return json_response(discovery_document(service.settings.public_url or _own_address(request)))

    for prefix in _PREFIXES:
        shown = prefix != ""
        routes.add_api_route(
            prefix + "/comments:analyze",
            analyze,
            methods=["POST"],
            include_in_schema=shown,
            openapi_extra=BODY("AnalyzeCommentRequest", example=_ANALYZE_EXAMPLE),
            responses=answers("AnalyzeCommentResponse", 503),
        )
        routes.add_api_route(
            prefix + "/comments:suggestscore",
            suggestscore,
            methods=["POST"],
            include_in_schema=shown,
            openapi_extra=BODY("SuggestCommentScoreRequest", example=_SUGGEST_EXAMPLE),
            responses=answers("SuggestCommentScoreResponse", 503),
        )
    routes.add_api_route(
        "/$discovery/rest", discovery, methods=["GET"], responses=answers("DiscoveryDocument")
    )
    return routes


def discovery_document(root_url: str) -> dict[str, Any]:
    """The discovery document for a server at ``root_url``."""
    root = root_url.rstrip("/") + "/"
    return {**_discovery(), "rootUrl": root, "baseUrl": root, "basePath": "/", "mtlsRootUrl": root}


def _own_address(request: Request) -> str:
    """Where the client found us. A host that is none (headers say anything) is left for the address it came to."""
    host = request.headers.get("host", "")
    if not _HOST.fullmatch(host):
        host, port = request.scope.get("server") or ("localhost", None)
        host = f"[{host}]" if ":" in host else host
        host = host if port is None else f"{host}:{port}"
    return f"{request.scope['scheme']}://{host}/"


@lru_cache(maxsize=1)
def _discovery() -> dict[str, Any]:
    document = json.loads((files("moderation.server") / "discovery.json").read_text(encoding="utf-8"))
    assert isinstance(document, dict)
    return document


def _unsupported(asked: Sequence[str], supported: Sequence[str]) -> list[str]:
    """Languages we cannot judge. "en-GB" is English."""
    return [tag for tag in asked if tag.replace("_", "-").split("-")[0].lower() not in supported]
