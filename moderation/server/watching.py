"""For those who run the service: is it alive, is it ready, what does it do, exchange its model."""

from __future__ import annotations

import asyncio
import hmac

from fastapi import APIRouter, Request, Response

from moderation.server.bodies import read_object
from moderation.server.documented import BODY, answers
from moderation.server.errors import ApiError, json_response
from moderation.server.metrics import CONTENT_TYPE
from moderation.server.service import Service
from moderation.server.shapes import ReloadRequest, parse
from moderation.server.store import StoreError


def router(service: Service) -> APIRouter:
    routes = APIRouter(tags=["Operation"])

    @routes.get("/healthz", responses=answers("Health"))
    async def healthz() -> Response:
        """Says that the process answers; touches neither the model nor the store."""
        return json_response({"status": "ok"})

    @routes.get("/readyz", responses=answers("Health", 503))
    async def readyz() -> Response:
        """Says whether a comment sent now would be scored, and a suggestion stored."""
        if service.pool is None:
            raise ApiError(503, "The service is still starting.", retry_after=1)
        if service.pool.full:
            raise ApiError(503, "The queue is full.", retry_after=1)
        try:
            await asyncio.to_thread(service.store.check)
        except StoreError:
            raise ApiError(503, "The store does not answer.", retry_after=5) from None
        return json_response({"status": "ready"})

    @routes.get(
        "/metrics",
        responses={
            **answers(None),
            200: {
                "description": "Prometheus text",
                "content": {"text/plain": {"schema": {"type": "string"}}},
            },
        },
    )
    async def metrics() -> Response:
        """Counts and times, for Prometheus."""
        return Response(service.metrics.text(), headers={"Content-Type": CONTENT_TYPE})

    @routes.post("/admin/reload", openapi_extra=BODY("ReloadRequest"), responses=answers("ReloadResponse"))
    async def reload(request: Request) -> Response:
        """Reads model, policy and keys again, and exchanges them without losing a request."""
        token = service.settings.admin_token
        offered = request.headers.get("authorization", "").encode("utf-8", "replace")
        if not token or not hmac.compare_digest(offered, f"Bearer {token}".encode()):
            raise ApiError(
                403, "The caller needs the admin token; without MODERATION_ADMIN_TOKEN this is off."
            )
        asked = parse(ReloadRequest, await read_object(request, service.settings.body_seconds))
        return json_response(dict(await service.reload(asked.model)))

    return routes
