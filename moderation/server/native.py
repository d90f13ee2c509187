"""Our own protocol: plain JSON in and out, with decisions and reasons (``docs/server.md``)."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from dataclasses import asdict
from typing import Any, TypeVar

from fastapi import APIRouter, Request, Response

from moderation.policy import Policy
from moderation.server.bodies import clean, parse_object, read_body, read_object
from moderation.server.documented import BODY, answers
from moderation.server.errors import ApiError, json_response
from moderation.server.pool import Item
from moderation.server.service import Service
from moderation.server.shapes import CommentIn, PageToScan, ScoreMany, ScoreOne, parse
from moderation.types import Comment, Page, Score

_MOST_PAGES_WAITING = 8

Result = TypeVar("Result")


def router(service: Service) -> APIRouter:
    routes = APIRouter(prefix="/v1", tags=["Native"])

    @routes.post(
        "/score",
        openapi_extra={
            "requestBody": {
                "required": True,
                "content": {
                    "application/json": {
                        "schema": {
                            "anyOf": [
                                {"$ref": "#/components/schemas/ScoreOne"},
                                {"$ref": "#/components/schemas/ScoreMany"},
                            ]
                        }
                    }
                },
            }
        },
        responses={
            **answers(None, 503),
            200: {
                "description": "One object for one comment, a list of results for many",
                "content": {
                    "application/json": {
                        "schema": {
                            "anyOf": [
                                {"$ref": "#/components/schemas/ScoreOut"},
                                {"$ref": "#/components/schemas/ScoresOut"},
                            ]
                        }
                    }
                },
            },
        },
    )
    async def score(request: Request) -> Response:
        """Scores and decides: one comment, or many in one request."""
        body = await read_object(request, service.settings.body_seconds)
        if "comments" not in body:
            one = parse(ScoreOne, body)
            result = await service.score(_item(one))
            return json_response(_entry(one.id, result, service.policy(one.community)))
        many = parse(ScoreMany, body)
        _check_count(service, len(many.comments))
        results = await service.score_many([_item(comment) for comment in many.comments])
        policy = service.policy(many.community)
        pairs = zip(many.comments, results, strict=True)
        return json_response({"results": [_entry(comment.id, result, policy) for comment, result in pairs]})

    @routes.post("/extract", openapi_extra=_PAGE_BODY("PageIn"), responses=answers("PageOut", 503))
    async def extract(request: Request) -> Response:
        """Takes a page apart: the article's body, and the readers' comments."""
        asked, content = await _page(request, service)
        page = await _in_thread(service, lambda: _extract(asked, content))
        return json_response(page.to_dict())

    @routes.post("/scan", openapi_extra=_PAGE_BODY("PageToScan"), responses=answers("ScanOut", 503))
    async def scan(request: Request) -> Response:
        """Takes a page apart, scores its comments and decides."""
        asked, content = await _page(request, service)
        page = await _in_thread(service, lambda: _extract(asked, content))
        _check_count(service, len(page.comments))
        results = await service.score_many([_item_of(comment) for comment in page.comments])
        policy = service.policy(asked.community)
        found = [
            {
                "parent_id": comment.parent_id,
                "author": comment.author,
                "time": comment.time,
                "text": comment.text,
                **_entry(comment.id, result, policy),
            }
            for comment, result in zip(page.comments, results, strict=True)
        ]
        shown = {
            key: value for key, value in page.to_dict().items() if key not in ("comments", "body", "source")
        }
        return json_response({**shown, "results": found})

    @routes.get("/model", responses=answers("ModelOut", 503))
    async def model(request: Request) -> Response:
        """The model in use, its threshold table, and the policy that decides."""
        scorer = service.scorer
        policy = service.policy(request.query_params.get("community"))
        manifest = getattr(scorer, "manifest", None)
        thresholds = (
            manifest.get("thresholds")
            if isinstance(manifest, dict)
            else getattr(manifest, "thresholds", None)
        )
        return json_response(
            {
                "model": scorer.model,
                "attributes": list(scorer.attributes),
                "languages": list(scorer.languages),
                "thresholds": _plain(thresholds or {}),
                "policy": policy.to_dict(),
            }
        )

    return routes


def _PAGE_BODY(name: str) -> dict[str, Any]:
    body = BODY(name)
    body["requestBody"]["content"]["text/html"] = {"schema": {"type": "string"}}
    return body


def _item(comment: CommentIn) -> Item:
    length = len(comment.text)
    for start, end in comment.quotes:
        if not 0 <= start <= end <= length:
            raise ApiError(
                400, "Invalid value at 'quotes': offsets must lie within the text.", param="quotes"
            )
    return Item(comment.text, comment.author, tuple(comment.quotes))


def _item_of(comment: Comment) -> Item:
    return Item(comment.text, comment.author, comment.quotes)


def _entry(identity: str | None, score: Score, policy: Policy) -> dict[str, Any]:
    decision = policy.decide(score)
    return {
        "comment_id": identity,
        **score.to_dict(),
        "decision": decision.action,
        "reasons": [asdict(reason) for reason in decision.reasons],
    }


def _check_count(service: Service, count: int) -> None:
    if count > service.settings.max_batch:
        raise ApiError(
            413, f"One request takes at most {service.settings.max_batch:,} comments; this has {count:,}."
        )


async def _page(request: Request, service: Service) -> tuple[PageToScan, bytes | str]:
    """The page to take apart: in JSON, or as the body itself (``?url=`` and ``?community=`` then say the
    rest).
    """
    raw = await read_body(request, service.settings.body_seconds)
    kind = request.headers.get("content-type", "").split(";")[0].strip().lower()
    if kind in ("text/html", "text/plain", "application/xhtml+xml"):
        query = request.query_params
        return PageToScan(html="", url=query.get("url"), community=query.get("community")), raw
    asked = parse(PageToScan, parse_object(raw))
    return asked, asked.html


def _extract(asked: PageToScan, content: bytes | str) -> Page:
    from moderation.extraction import extract

    return extract(content, url=None if asked.url is None else clean(asked.url), source=asked.url or "")


async def _in_thread(service: Service, work: Callable[[], Result]) -> Result:
    """Runs ``work`` in the one thread for pages: taking pages apart is heavy, and must not crowd
    out scoring.
    """
    if service.pages_waiting >= _MOST_PAGES_WAITING:
        raise ApiError(503, "Too many pages are waiting; try again shortly.", retry_after=1)
    service.pages_waiting += 1
    try:
        return await asyncio.get_running_loop().run_in_executor(service.pages, work)
    finally:
        service.pages_waiting -= 1


def _plain(value: Any) -> Any:
    """Read-only mappings and tuples of a manifest as JSON's own types."""
    if hasattr(value, "items"):
        return {str(key): _plain(item) for key, item in value.items()}
    if isinstance(value, list | tuple):
        return [_plain(item) for item in value]
    return value
