"""Token scores → the offending words, as character offsets of the text as given."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass

from moderation.scoring.normalise import lexicon
from moderation.types import Span

_WORD = re.compile(r"\S+")


@dataclass(frozen=True, slots=True)
class TokenScore:
    """A token at ``text[start:end]`` and the probability that it is part of what offends."""

    start: int
    end: int
    score: float


def merge(
    tokens: Sequence[TokenScore], text: str, places: Sequence[int] | None, length: int, threshold: float
) -> tuple[Span, ...]:
    """Whole words with a token at or over ``threshold``, neighbours joined across white space.

    ``places`` maps offsets of ``text`` to the original text of ``length`` characters (None: the same text).
    """
    marked: list[tuple[int, int, float]] = []
    for token in tokens:
        if token.score < threshold:
            continue
        start, end = _word(text, token.start, token.end)
        if marked and (start <= marked[-1][1] or text[marked[-1][1] : start].isspace()):
            a, b, score = marked[-1]
            marked[-1] = (a, max(b, end), max(score, token.score))
        else:
            marked.append((start, end, token.score))
    spans = []
    for start, end, score in marked:
        start, end = _without_function_words(text, start, end)
        while end > start and not _part_of_a_word(text[end - 1]):
            end -= 1
        if start == end:
            continue
        a, b = (start, end) if places is None else (places[start], places[end - 1] + 1)
        if 0 <= a < b <= length:
            spans.append(Span(a, b, "toxicity", round(score, 4)))
    return tuple(spans)


def _without_function_words(text: str, start: int, end: int) -> tuple[int, int]:
    """No "from" or "you" at either end of a span: by itself such a word offends nobody, and a reader wonders why."""
    words = [
        (start + m.start(), start + m.end())
        for m in _WORD.finditer(text[start:end])
        if m.group().lower() not in lexicon().function_words
    ]
    return (words[0][0], words[-1][1]) if words else (start, start)


def _part_of_a_word(char: str) -> bool:
    """Letters, digits, emoji and the signs that stand for letters; not the full stop or quotation mark after a word."""
    return char.isalnum() or char in "*@$#%" or ord(char) > 0x2100


def _word(text: str, start: int, end: int) -> tuple[int, int]:
    """Grows a token to the word it is part of: letters, digits and marks inside a word ("f*ck", "don't")."""
    if not any(c.isalnum() for c in text[start:end]):
        return start, end
    while start > 0 and _inside(text, start - 1):
        start -= 1
    while end < len(text) and _inside(text, end):
        end += 1
    return start, end


def _inside(text: str, i: int) -> bool:
    return text[i].isalnum() or (
        text[i] in "'’*@$!#" and 0 < i < len(text) - 1 and text[i - 1].isalnum() and text[i + 1].isalnum()
    )
