"""Reading proto3's JSON as Google's servers do: both spellings of a name, null for absent, numbers as
strings.

Each function raises ApiError 400 naming the field, never the value: values may be a person's words.
"""

from __future__ import annotations

import math
import re
from collections.abc import Mapping
from typing import Any

from moderation.server.errors import ApiError

_HUMP = re.compile(r"(?<=[a-z0-9])(?=[A-Z])")


def get(parent: Mapping[str, Any], name: str) -> Any:
    """The field ``name`` (lowerCamelCase), also when it is spelled in snake_case; None when absent."""
    value = parent.get(name)
    return parent.get(_HUMP.sub("_", name).lower()) if value is None else value


def text(parent: Mapping[str, Any], name: str, where: str = "") -> str:
    value = get(parent, name)
    if value is None:
        return ""
    if not isinstance(value, str):
        raise _wrong(where + name, "a string")
    return value


def flag(parent: Mapping[str, Any], name: str, where: str = "") -> bool:
    value = get(parent, name)
    if value is None:
        return False
    if not isinstance(value, bool):
        raise _wrong(where + name, "true or false")
    return value


def number(parent: Mapping[str, Any], name: str, where: str = "") -> float | None:
    value = get(parent, name)
    if value is None:
        return None
    if isinstance(value, str):
        try:
            value = float(value)
        except ValueError:
            raise _wrong(where + name, "a number") from None
    if isinstance(value, bool) or not isinstance(value, int | float):
        raise _wrong(where + name, "a number")
    try:
        value = float(value)
    except OverflowError:
        value = math.inf
    if not math.isfinite(value):
        raise _wrong(where + name, "a finite number")
    return value


def table(parent: Mapping[str, Any], name: str, where: str = "") -> dict[str, Any]:
    value = get(parent, name)
    if value is None:
        return {}
    if not isinstance(value, dict):
        raise _wrong(where + name, "an object")
    return value


def items(parent: Mapping[str, Any], name: str, where: str = "") -> list[Any]:
    value = get(parent, name)
    if value is None:
        return []
    if not isinstance(value, list):
        raise _wrong(where + name, "a list")
    return value


def texts(parent: Mapping[str, Any], name: str, where: str = "") -> tuple[str, ...]:
    values = items(parent, name, where)
    for number_, value in enumerate(values):
        if not isinstance(value, str):
            raise _wrong(f"{where}{name}[{number_}]", "a string")
    return tuple(values)


def enum(parent: Mapping[str, Any], name: str, values: tuple[str, ...], where: str = "") -> str | None:
    """One of ``values``, by name or by its number; None when absent, unspecified or (the caller decides)
    unknown.

    An unknown name is returned as it is, for the caller's own message.
    """
    value = get(parent, name)
    if value is None:
        return None
    if isinstance(value, int) and not isinstance(value, bool):
        return values[value] if 0 <= value < len(values) else str(value)
    if not isinstance(value, str):
        raise _wrong(where + name, "one of " + ", ".join(values))
    return value


def _wrong(where: str, wanted: str) -> ApiError:
    return ApiError(400, f"Invalid value at '{where}': it must be {wanted}.")
