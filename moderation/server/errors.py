"""What went wrong, and how each protocol says it: always JSON, never a framework's own page."""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Any

from starlette.responses import Response

NATIVE_PATHS = ("/v1/score", "/v1/extract", "/v1/scan", "/v1/model", "/v1/coral")

GOOGLE_STATUS = {
    400: "INVALID_ARGUMENT",
    401: "UNAUTHENTICATED",
    403: "PERMISSION_DENIED",
    404: "NOT_FOUND",
    405: "UNIMPLEMENTED",
    408: "DEADLINE_EXCEEDED",
    413: "INVALID_ARGUMENT",
    429: "RESOURCE_EXHAUSTED",
    500: "INTERNAL",
    503: "UNAVAILABLE",
}
OPENAI_TYPE = {
    401: "authentication_error",
    403: "permission_error",
    429: "rate_limit_error",
    500: "server_error",
    503: "server_error",
}
DETAIL_TYPE = "type.googleapis.com/google.commentanalyzer.v1alpha1.Error"


class ApiError(Exception):
    """An answer other than success. ``message`` goes to the client and to no log: it may name what was sent.

    ``error_type`` is the Perspective error type, ``detail`` is merged into its ``details`` entry, ``param``
    and ``code`` are OpenAI's, ``retry_after`` is seconds.
    """

    def __init__(
        self,
        status: int,
        message: str,
        *,
        error_type: str = "INVALID_REQUEST",
        detail: Mapping[str, Any] | None = None,
        param: str | None = None,
        code: str | None = None,
        retry_after: int | None = None,
        headers: Mapping[str, str] | None = None,
    ) -> None:
        super().__init__(message)
        self.status = status
        self.message = message
        self.error_type = error_type
        self.detail = dict(detail or {})
        self.param = param
        self.code = code
        self.headers = dict(headers or {})
        if retry_after is not None:
            self.headers["Retry-After"] = str(retry_after)


def json_response(content: object, status: int = 200, headers: Mapping[str, str] | None = None) -> Response:
    """JSON in ASCII: whatever a client sent, halves of surrogate pairs included, can be sent back."""
    body = json.dumps(content, ensure_ascii=True, allow_nan=False, separators=(",", ":")).encode("ascii")
    return Response(body, status, dict(headers or {}), media_type="application/json")


def error_response(error: ApiError, path: str) -> Response:
    """``error`` in the shape that callers of ``path`` know."""
    body = _openai(error) if speaks_openai(path) else _google(error)
    return json_response(body, error.status, error.headers)


def speaks_openai(path: str) -> bool:
    """Everything under OpenAI's prefix that is none of our own: an SDK that asks for more also gets its
    shape.
    """
    return path.startswith("/v1/") and not path.startswith(NATIVE_PATHS)


def _google(error: ApiError) -> dict[str, Any]:
    status = GOOGLE_STATUS.get(error.status, "UNKNOWN")
    detail = {"@type": DETAIL_TYPE, "errorType": error.error_type, **error.detail}
    return {"error": {"code": error.status, "message": error.message, "status": status, "details": [detail]}}


def _openai(error: ApiError) -> dict[str, Any]:
    kind = OPENAI_TYPE.get(error.status, "invalid_request_error")
    return {"error": {"message": error.message, "type": kind, "param": error.param, "code": error.code}}
