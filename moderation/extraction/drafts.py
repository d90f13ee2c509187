"""A comment in the making: its place on the page and what has been recognised in it so far."""

from __future__ import annotations

from dataclasses import dataclass, field

from moderation.extraction.candidates import Member
from moderation.extraction.markup import Element


@dataclass(slots=True)
class Place:
    """An element of a member under the name that it shares with its like in the other members."""

    element: Element
    path: str
    size: int


@dataclass(slots=True)
class Draft:
    member: Member
    places: list[Place] = field(default_factory=list)
    author: str | None = None
    author_at: Element | None = None
    time: str | None = None
    time_text: str | None = None
    skip: set[Element] = field(default_factory=set)
