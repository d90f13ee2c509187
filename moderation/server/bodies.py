"""Request bodies: read within a time, parsed as JSON, cleaned of what no store and no tokenizer can take."""

from __future__ import annotations

import asyncio
import json
import re
from typing import Any, NoReturn

from starlette.requests import ClientDisconnect, Request

from moderation.server.errors import ApiError

_SURROGATE = re.compile("[\ud800-\udfff]")


async def read_body(request: Request, seconds: float) -> bytes:
    """The raw body. Raises ApiError 408 when the client takes longer than ``seconds`` (413 comes from the
    gate).
    """
    try:
        async with asyncio.timeout(seconds):
            return await request.body()
    except TimeoutError:
        raise ApiError(408, f"The request's body did not arrive within {seconds:g} seconds.") from None
    except ClientDisconnect:
        raise ApiError(400, "The client went away before its request was complete.") from None


def parse_object(raw: bytes) -> dict[str, Any]:
    """The JSON object in ``raw``; no body counts as an empty object. Raises ApiError 400.

    A lone half of a surrogate pair becomes U+FFFD, which is as long in UTF-16, so offsets stay true.
    """
    if not raw.strip():
        return {}
    try:
        parsed = json.loads(raw, parse_constant=_no_constant)
    except RecursionError:
        raise ApiError(400, "Invalid JSON payload received. It is nested too deeply.") from None
    except ValueError as error:
        where = (
            f" Line {error.lineno}, column {error.colno}." if isinstance(error, json.JSONDecodeError) else ""
        )
        raise ApiError(400, f"Invalid JSON payload received. It cannot be parsed.{where}") from None
    if not isinstance(parsed, dict):
        raise ApiError(400, "Invalid JSON payload received. The body must be a JSON object.")
    if b"\\u" in raw or not raw.isascii():
        try:
            return {clean(key): _clean_all(value) for key, value in parsed.items()}
        except RecursionError:
            raise ApiError(400, "Invalid JSON payload received. It is nested too deeply.") from None
    return parsed


async def read_object(request: Request, seconds: float) -> dict[str, Any]:
    return parse_object(await read_body(request, seconds))


def clean(text: str) -> str:
    return _SURROGATE.sub("\ufffd", text)


def _clean_all(value: Any) -> Any:
    if isinstance(value, str):
        return clean(value)
    if isinstance(value, list):
        return [_clean_all(item) for item in value]
    if isinstance(value, dict):
        return {clean(key): _clean_all(item) for key, item in value.items()}
    return value


def _no_constant(name: str) -> NoReturn:
    raise ValueError(f"{name} is no JSON")
