"""Ids that pages give twice, or not at all, made unique."""

from __future__ import annotations


class Ids:
    """Gives each name out once; one that comes again gets a number, and so often as it may come at no growing cost."""

    def __init__(self) -> None:
        self._next: dict[str, int] = {}

    def __contains__(self, name: str) -> bool:
        return name in self._next

    def unique(self, name: str) -> str:
        """``name`` the first time, then ``name-2``, ``name-3`` and so on, past those that were given out otherwise."""
        given = name
        while given in self._next:
            given = f"{name}-{self._next[name]}"
            self._next[name] += 1
        self._next[given] = 2
        return given
