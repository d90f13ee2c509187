"""What every request passes: an id, keys, rate limit, size limit, one log line, and no exception gets out."""

from __future__ import annotations

import logging
import re
import secrets
import time
import traceback
from collections import OrderedDict
from typing import Any

from starlette.datastructures import Headers, MutableHeaders, QueryParams
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from moderation.server.errors import ApiError, error_response, speaks_openai
from moderation.server.keys import Key
from moderation.server.service import Service

log = logging.getLogger("moderation.server")

_REQUEST_ID = re.compile(r"[A-Za-z0-9._-]{1,64}\Z")
#: Answered without a key: who watches the service has none, and Coral signs its requests instead.
_OPEN = frozenset(("/healthz", "/readyz", "/metrics", "/openapi.json", "/v1/coral", "/admin/reload"))
_DISCOVERY = "/$discovery/rest"
_PAGES = frozenset(("/v1/extract", "/v1/scan"))
_MOST_BUCKETS = 10_000
#: PyPerspective tells a bad key from other errors by this.
_BAD_KEY = {"reason": "API_KEY_INVALID", "domain": "googleapis.com"}


class Gate:
    """ASGI middleware; it is the outermost but for CORS."""

    def __init__(self, app: ASGIApp, service: Service) -> None:
        self.app = app
        self.service = service
        self.limiter = RateLimiter(service.settings.rate_limit, service.settings.rate_burst)

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            await self.app(scope, receive, send)
            return
        started = time.perf_counter()
        headers = Headers(scope=scope)
        request_id = headers.get("x-request-id", "")
        if not _REQUEST_ID.match(request_id):
            request_id = secrets.token_hex(8)
        state = scope.setdefault("state", {})
        state["request_id"] = request_id
        status = 0

        async def send_marked(message: Message) -> None:
            nonlocal status
            if message["type"] == "http.response.start":
                status = message["status"]
                marked = MutableHeaders(raw=message.setdefault("headers", []))
                marked["X-Request-Id"] = request_id
                marked["X-Content-Type-Options"] = "nosniff"
                marked["Cache-Control"] = "no-store"
            await send(message)

        metrics = self.service.metrics
        metrics.in_flight.inc()
        try:
            try:
                state["key"] = self._admit(scope, headers)
                await self.app(scope, self._limited(scope, headers, receive), send_marked)
            except ApiError as error:
                if status:
                    raise
                await error_response(error, scope["path"])(scope, receive, send_marked)
        except Exception as error:
            # The message of an exception may quote a comment; where it was raised may not.
            frames = [
                f"{frame.filename}:{frame.lineno}" for frame in traceback.extract_tb(error.__traceback__)
            ]
            failure = {"error": type(error).__name__, "frames": frames[-8:], "request_id": request_id}
            log.error("request failed", extra={"fields": failure})
            if not status:
                failed = ApiError(
                    500, "The service failed to answer; the log says more under the request's id."
                )
                await error_response(failed, scope["path"])(scope, receive, send_marked)
        finally:
            metrics.in_flight.dec()
            self._record(scope, status, time.perf_counter() - started, request_id)

    def _admit(self, scope: Scope, headers: Headers) -> Key | None:
        path = scope["path"]
        if path in _OPEN or scope["method"] == "OPTIONS":
            return None
        offered = _offered_key(scope, headers)
        key = self.service.keys.find(offered) if offered else None
        if key is None and self.service.settings.require_key:
            if path == _DISCOVERY:
                if offered:
                    raise ApiError(400, "API key not valid. Please pass a valid API key.", detail=_BAD_KEY)
            elif speaks_openai(path):
                raise ApiError(401, "Incorrect API key provided.", code="invalid_api_key")
            else:
                raise ApiError(403, "The caller needs a valid API key.", detail=_BAD_KEY)
        client = scope.get("client")
        caller = key.id if key is not None else f"@{client[0] if client else ''}"
        wait = self.limiter.wait(caller, None if key is None else key.rate_limit)
        if wait > 0:
            self.service.metrics.limited.inc()
            raise ApiError(429, "Too many requests; slow down.", retry_after=max(1, round(wait + 0.5)))
        return key

    def _limited(self, scope: Scope, headers: Headers, receive: Receive) -> Receive:
        settings = self.service.settings
        limit = settings.max_page_bytes if scope["path"] in _PAGES else settings.max_body_bytes
        too_large = ApiError(413, f"The request is larger than {limit:,} bytes.")
        declared = headers.get("content-length", "")
        if declared.isascii() and declared.isdigit() and (len(declared) > 15 or int(declared) > limit):
            raise too_large
        received = 0

        async def receive_limited() -> Message:
            nonlocal received
            message = await receive()
            received += len(message.get("body", b""))
            if received > limit:
                raise too_large
            return message

        return receive_limited

    def _record(self, scope: Scope, status: int, seconds: float, request_id: str) -> None:
        route: Any = scope.get("route")
        known = scope["path"] if scope["path"] in _OPEN else "unmatched"
        template = getattr(route, "path", None) or known
        self.service.metrics.requests.labels(template, str(status)).inc()
        self.service.metrics.seconds.labels(template).observe(seconds)
        if not log.isEnabledFor(logging.INFO):
            return
        key = scope["state"].get("key")
        # The route's template, never the address as sent: keys travel in addresses, and texts may.
        fields = {
            "method": scope["method"] if len(scope["method"]) < 16 else "?",
            "route": template,
            "status": status,
            "ms": round(seconds * 1000, 2),
            "request_id": request_id,
            "key": None if key is None else key.id,
        }
        log.info("request", extra={"fields": fields})


class RateLimiter:
    """A token bucket for each caller: ``rate`` a second on average, ``burst`` at once."""

    def __init__(self, rate: float, burst: int) -> None:
        self._rate = rate
        self._burst = float(burst)
        self._buckets: OrderedDict[str, tuple[float, float]] = OrderedDict()

    def wait(self, caller: str, rate: float | None = None) -> float:
        """Takes a token and returns 0, or returns the seconds until there is one."""
        rate = self._rate if rate is None else rate
        if rate <= 0:
            return 0.0
        now = time.monotonic()
        tokens, since = self._buckets.pop(caller, (self._burst, now))
        tokens = min(self._burst, tokens + (now - since) * rate)
        wait = 0.0 if tokens >= 1 else (1 - tokens) / rate
        self._buckets[caller] = (tokens - 1 if tokens >= 1 else tokens, now)
        if len(self._buckets) > _MOST_BUCKETS:
            self._buckets.popitem(last=False)
        return wait


def _offered_key(scope: Scope, headers: Headers) -> str:
    bearer = headers.get("authorization", "")
    if bearer[:7].lower() == "bearer ":
        return bearer[7:].strip()
    found = headers.get("x-goog-api-key", "")
    if not found and b"key=" in scope["query_string"]:
        found = QueryParams(scope["query_string"]).get("key", "")
    return found
