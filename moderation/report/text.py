"""Comment text made fit to be shown: cut into marked pieces, with nothing in it that acts on its
surroundings.

A comment is hostile input to a terminal (escape sequences move the cursor and set the title) and to a reader
(direction overrides show another text than the one that is there). What is changed here is only what is
shown.
"""

from __future__ import annotations

import itertools
import re
from collections.abc import Sequence
from dataclasses import dataclass

from moderation.types import Span

_REPLACEMENT = "\N{REPLACEMENT CHARACTER}"


def _table() -> dict[int, str | None]:
    table: dict[int, str | None] = {code: chr(0x2400 + code) for code in range(0x20)}
    table |= {0x7F: "\N{SYMBOL FOR DELETE}", **dict.fromkeys(range(0x80, 0xA0), _REPLACEMENT)}
    table |= dict.fromkeys(map(ord, "\v\f\r\x85\u2028\u2029"), "\n")
    table |= {ord("\n"): "\n", ord("\t"): " "}
    # Direction embeddings, overrides and isolates are shown to be there, not obeyed.
    table |= dict.fromkeys([*range(0x202A, 0x202F), *range(0x2066, 0x206A)], _REPLACEMENT)
    # Invisible and without effect on how words read. The joiners stay: emoji and Persian need them.
    table |= dict.fromkeys([0x00AD, 0x180E, 0x200B, *range(0x2060, 0x2065), 0xFEFF], None)
    table |= dict.fromkeys([0x061C, 0x200E, 0x200F, *range(0xFFF9, 0xFFFC)], None)
    # Half a surrogate pair cannot be written as UTF-8.
    table |= dict.fromkeys([*range(0xD800, 0xE000), 0xFFFE, 0xFFFF], _REPLACEMENT)
    return table


_TABLE = _table()
_MARKS = "\u0300-\u036f\u0483-\u0489\u1ab0-\u1aff\u1dc0-\u1dff\u20d0-\u20ff\ufe20-\ufe2f"
_TOWER = re.compile(f"([{_MARKS}]{{3}})[{_MARKS}]+")


@dataclass(frozen=True, slots=True)
class Piece:
    """A run of text: what it is marked as (``None`` for unmarked), and whether it is another person's
    words."""

    text: str
    span: Span | None = None
    quoted: bool = False


def neutral(text: str) -> str:
    """The text with control characters made visible, line breaks unified, and no towers of accents."""
    return _TOWER.sub(r"\1", text.replace("\r\n", "\n").translate(_TABLE))


def one_line(text: str, width: int) -> str:
    """Neutralised, on one line, cut to ``width`` characters with an ellipsis."""
    line = " ".join(neutral(text[: width * 8]).split())
    return line if len(line) <= width else line[: max(width - 1, 0)].rstrip() + "…"


def pieces(
    text: str, spans: Sequence[Span] = (), quotes: Sequence[tuple[int, int]] = (), limit: int | None = None
) -> list[Piece]:
    """The first ``limit`` characters in pieces, not yet neutralised.

    Offsets outside the text are cut to it, empty ranges ignored; where spans overlap, the surest one counts.
    """
    end = len(text) if limit is None else min(limit, len(text))
    marks = [s for s in spans if 0 <= s.start < s.end and s.start < end]
    marks.sort(key=lambda s: s.score)
    quoted = [(max(start, 0), min(stop, end)) for start, stop in quotes]
    quoted = [pair for pair in quoted if pair[0] < pair[1]]
    cuts = {0, end, *(s.start for s in marks), *(min(s.end, end) for s in marks)}
    cuts |= {edge for pair in quoted for edge in pair}
    edges = sorted(cuts)
    owner: list[Span | None] = [None] * len(edges)
    inside = [False] * len(edges)
    place = {edge: number for number, edge in enumerate(edges)}
    for mark in marks:
        for number in range(place[mark.start], place[min(mark.end, end)]):
            owner[number] = mark
    for start, stop in quoted:
        for number in range(place[start], place[stop]):
            inside[number] = True
    result: list[Piece] = []
    for number, (start, stop) in enumerate(itertools.pairwise(edges)):
        last = result[-1] if result else None
        if last and last.span is owner[number] and last.quoted == inside[number]:
            result[-1] = Piece(last.text + text[start:stop], last.span, last.quoted)
        else:
            result.append(Piece(text[start:stop], owner[number], inside[number]))
    return result
