"""Offsets as JavaScript, Java and the Perspective API count them: in UTF-16 code units."""

from __future__ import annotations

from bisect import bisect_left


class Utf16:
    """Converts between Python's offsets and UTF-16 offsets of one text."""

    def __init__(self, text: str) -> None:
        # Positions of the characters that take two units; most texts have few or none.
        self._wide = (
            [] if text.isascii() else [i for i, character in enumerate(text) if ord(character) > 0xFFFF]
        )
        self._wide_units = [position + number for number, position in enumerate(self._wide)]
        self.length = len(text) + len(self._wide)

    def from_python(self, offset: int) -> int:
        return offset + bisect_left(self._wide, offset)

    def to_python(self, units: int) -> int:
        """A position inside a pair counts as the one behind the pair."""
        return units - bisect_left(self._wide_units, units)
