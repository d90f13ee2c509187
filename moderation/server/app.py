"""The ASGI application: the protocols side by side on one service."""

from __future__ import annotations

import asyncio
import contextlib
import logging
from collections.abc import AsyncIterator
from typing import Any

from fastapi import FastAPI, Request, Response
from starlette.exceptions import HTTPException
from starlette.middleware.cors import CORSMiddleware

import moderation
from moderation.server import coral, documented, native, openai, perspective, watching
from moderation.server.errors import ApiError, error_response
from moderation.server.gate import Gate
from moderation.server.keys import REFRESH_SECONDS
from moderation.server.service import Service
from moderation.server.settings import Settings
from moderation.server.store import StoreError

log = logging.getLogger("moderation.server")

_PURGE_SECONDS = 3600.0
_DESCRIPTION = (
    "Scores reader comments for toxicity and hate speech on your own machine. The Perspective API, OpenAI's "
    "moderation endpoint, Coral's external moderation phase and a plain JSON protocol, over one model."
)


def create_app(settings: Settings | None = None, *, scorer: Any = None) -> FastAPI:
    """The service as an ASGI application; ``app.state.service`` is what it runs on.

    ``scorer`` stands in for ``settings.model``. The model is loaded when the application starts; where the
    application's lifespan is not run (some test clients), call ``app.state.service.start()``.
    """
    settings = Settings.load() if settings is None else settings
    service = Service(settings, scorer)
    app = FastAPI(
        title="comment-moderation",
        version=moderation.__version__,
        description=_DESCRIPTION,
        docs_url=None,
        redoc_url=None,
        redirect_slashes=False,
        lifespan=_lifespan,
    )
    app.state.service = service
    for protocol in (perspective, openai, native, coral, watching):
        app.include_router(protocol.router(service))
    app.add_exception_handler(ApiError, _answer)
    app.add_exception_handler(HTTPException, _answer)
    app.add_middleware(Gate, service=service)
    if settings.cors_origins:
        app.add_middleware(
            CORSMiddleware,
            allow_origins=list(settings.cors_origins),
            allow_methods=["GET", "POST"],
            allow_headers=["Authorization", "Content-Type", "X-Goog-Api-Key", "X-Request-Id"],
            expose_headers=["Retry-After", "X-Request-Id", openai.HEADER],
        )
    app.openapi = lambda: documented.describe(app)  # type: ignore[method-assign]
    return app


async def _answer(request: Request, error: Exception) -> Response:
    if isinstance(error, HTTPException):  # the framework's own: no such address, or not by this method
        message = {404: "Nothing is served at this address.", 405: "This address does not take this method."}
        text = message.get(error.status_code, "The request cannot be used.")
        error = ApiError(error.status_code, text, headers=error.headers)
    assert isinstance(error, ApiError)
    return error_response(error, request.scope["path"])


@contextlib.asynccontextmanager
async def _lifespan(app: FastAPI) -> AsyncIterator[None]:
    service: Service = app.state.service
    if service.pool is None:
        await asyncio.to_thread(service.start)
    upkeep = asyncio.create_task(_upkeep(service))
    description = asyncio.create_task(_describe_soon(app))
    try:
        yield
    finally:
        upkeep.cancel()
        await asyncio.gather(upkeep, description, return_exceptions=True)
        await asyncio.to_thread(service.close)


async def _describe_soon(app: FastAPI) -> None:
    """Half a second of computing that should hold up neither the first comments nor the first who asks for it."""
    await asyncio.sleep(2)
    await asyncio.to_thread(app.openapi)


async def _upkeep(service: Service) -> None:
    """Reads the keys again, and removes suggestions whose time is over."""
    since_purge = _PURGE_SECONDS
    while True:
        try:
            if service.settings.retention_days > 0 and since_purge >= _PURGE_SECONDS:
                since_purge = 0.0
                count = await asyncio.to_thread(service.store.purge, service.settings.retention_days)
                log.info("suggestions removed", extra={"fields": {"count": count}})
            await asyncio.to_thread(service.keys.refresh)
        except StoreError:
            log.error("the store does not answer")
        await asyncio.sleep(REFRESH_SECONDS)
        since_purge += REFRESH_SECONDS
