"""The service's OpenAPI document: what the routes take and answer, errors included.

Bodies are read and checked by the protocols themselves, for their own messages; this only describes them. The
Perspective API's types come from the discovery document, so that there is one description of each.
"""

from __future__ import annotations

import json
from importlib.resources import files
from typing import Any

from fastapi import FastAPI
from fastapi.openapi.utils import get_openapi
from pydantic.json_schema import models_json_schema

from moderation.server import shapes

_REFERENCE = "#/components/schemas/"
_STRING = {"type": "string"}

#: What can go wrong with any request.
_ALWAYS = (400, 403, 405, 408, 413, 429, 500)
_MEANING = {
    400: "The request cannot be used; the message names the field",
    401: "The API key is missing or wrong",
    403: "The API key or signature is missing or wrong",
    404: "Nothing is served at this address",
    405: "The address does not take this method",
    408: "The request's body took too long to arrive",
    413: "The request is too large",
    429: "Too many requests; Retry-After says when to come back",
    500: "The service failed",
    503: "The service is busy or still starting; Retry-After says when to come back",
}


def BODY(name: str, *, example: object = None) -> dict[str, Any]:
    """``openapi_extra`` of a route whose body is the schema called ``name``."""
    content: dict[str, Any] = {"schema": {"$ref": _REFERENCE + name}}
    if example is not None:
        content["example"] = example
    return {"requestBody": {"required": True, "content": {"application/json": content}}}


def answers(name: str | None, *more: int, openai: bool = False) -> dict[int | str, dict[str, Any]]:
    """``responses`` of a route that answers with the schema called ``name``, or with one of the errors."""
    error = {"application/json": {"schema": {"$ref": _REFERENCE + ("OpenAIError" if openai else "Error")}}}
    found: dict[int | str, dict[str, Any]] = {
        status: {"description": _MEANING[status], "content": error} for status in sorted({*_ALWAYS, *more})
    }
    if name is not None:
        content = {"application/json": {"schema": {"$ref": _REFERENCE + name}}}
        found[200] = {"description": "Done", "content": content}
    return found


def describe(app: FastAPI) -> dict[str, Any]:
    """The OpenAPI document of ``app``, made once."""
    if app.openapi_schema is None:
        document = get_openapi(
            title=app.title, version=app.version, description=app.description, routes=app.routes
        )
        schemas = document.setdefault("components", {}).setdefault("schemas", {})
        schemas.clear()
        schemas.update(_perspective_schemas())
        schemas.update(_native_schemas())
        schemas.update(_ERRORS)
        for path in document["paths"].values():
            for operation in path.values():
                operation["responses"].pop("422", None)  # no request is ever answered so
        app.openapi_schema = document
    return app.openapi_schema


def _perspective_schemas() -> dict[str, Any]:
    raw = json.loads((files("moderation.server") / "discovery.json").read_text(encoding="utf-8"))
    return {name: _as_json_schema(schema) for name, schema in raw["schemas"].items()}


def _as_json_schema(value: Any) -> Any:
    if isinstance(value, list):
        return [_as_json_schema(item) for item in value]
    if not isinstance(value, dict):
        return value
    if isinstance(value.get("$ref"), str):
        return {"$ref": _REFERENCE + value["$ref"]}
    dropped = ("enumDescriptions", "id")
    if "properties" in value:
        properties = {name: _as_json_schema(item) for name, item in value["properties"].items()}
        return {
            **{k: _as_json_schema(v) for k, v in value.items() if k not in (*dropped, "properties")},
            "properties": properties,
        }
    return {key: _as_json_schema(item) for key, item in value.items() if key not in dropped}


def _native_schemas() -> dict[str, Any]:
    modes = [(model, "validation") for model in shapes.DOCUMENTED]
    _, found = models_json_schema(modes, ref_template=_REFERENCE + "{model}")  # type: ignore[arg-type]
    schemas = found.get("$defs", {})
    assert isinstance(schemas, dict)
    return schemas


def _object(required: dict[str, Any], **optional: Any) -> dict[str, Any]:
    return {"type": "object", "required": list(required), "properties": {**required, **optional}}


_ERRORS = {
    "Error": _object(
        {
            "error": _object(
                {
                    "code": {"type": "integer"},
                    "message": _STRING,
                    "status": _STRING,
                    "details": {
                        "type": "array",
                        "minItems": 1,
                        "items": _object({"@type": _STRING, "errorType": _STRING}),
                    },
                }
            )
        }
    ),
    "OpenAIError": _object(
        {
            "error": _object(
                {
                    "message": _STRING,
                    "type": _STRING,
                    "param": {"type": ["string", "null"]},
                    "code": {"type": ["string", "null"]},
                }
            )
        }
    ),
    "DiscoveryDocument": _object(
        {"name": _STRING, "version": _STRING, "rootUrl": _STRING, "schemas": {"type": "object"}}
    ),
}
