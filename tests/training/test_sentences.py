"""Sentences as rows of their own: out of what, and with which labels."""

from __future__ import annotations

import math
import random
from dataclasses import replace

from moderation.types import ATTRIBUTES
from training.data import Example
from training.labels import TARGETS
from training.sentences import sentence_rows

_UNKNOWN = (math.nan,) * len(TARGETS)
_FIRST = "The council met on Tuesday and talked about the bridge for hours."
_RUDE = "The mayor is a complete idiot about it!"
_LAST = "Nobody knows yet when the next meeting will be held."
_TEXT = f"{_FIRST} {_RUDE} {_LAST}"


def _example(text: str, toxicity: float, chars: tuple[int, ...] | None = None) -> Example:
    return Example(text, "civil", 1.0, (toxicity, *[math.nan] * (len(ATTRIBUTES) - 1)), _UNKNOWN, chars)


def _rows(example: Example) -> list[Example]:
    return list(sentence_rows([example], 1.0, random.Random(0)))


def test_a_sentence_of_a_clean_text_keeps_its_labels():
    (row,) = _rows(_example(_TEXT, 0.0))
    assert row.text in (_FIRST, _RUDE, _LAST)
    assert row.attributes[0] == 0.0


def test_how_offensive_a_whole_text_is_says_nothing_of_its_sentences():
    at = _TEXT.index("idiot")
    for example in (_example(_TEXT, 0.0), _example(_TEXT, math.nan, tuple(range(at, at + 5)))):
        rows = _rows(replace(example, offence=0.6))
        assert rows and all(math.isnan(row.offence) for row in rows)


def test_a_toxic_text_without_marked_words_gives_none():
    assert _rows(_example(_TEXT, 0.9)) == []


def test_a_text_of_unknown_toxicity_gives_none():
    assert _rows(_example(_TEXT, math.nan)) == []


def test_marked_words_divide_a_text_into_rude_and_clean():
    at = _TEXT.index("idiot")
    rude, clean = _rows(_example(_TEXT, math.nan, tuple(range(at, at + 5))))
    assert rude.text.strip() == _RUDE
    assert "".join(rude.text[i] for i in rude.toxic_chars or ()) == "idiot"
    assert rude.attributes[0] > 0.5
    assert clean.text.strip() in (_FIRST, _LAST)
    assert clean.attributes[0] < 0.5
    assert clean.toxic_chars == ()


def test_short_texts_are_left_alone():
    assert _rows(_example(_FIRST, 0.0)) == []
