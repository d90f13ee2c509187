"""A page saved as plain text."""

from __future__ import annotations
from dataclasses import dataclass
from moderation.extraction.records import Found


@dataclass(frozen=True, slots=True)
class Dump:
    title: str | None
    body: str
    found: Found


def read(text: str) -> Dump:
    return Dump(None, text.strip(), Found(None))
