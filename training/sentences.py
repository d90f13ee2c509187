"""Single sentences of long texts as rows of their own.

Sources differ in length as much as in rudeness: their short texts are mostly slurs picked by keyword, their clean ones
are long. A network learns from that that short is rude. Sentences out of comments of known labels tell it otherwise.
"""

from __future__ import annotations

import random
import re
from collections.abc import Iterator, Sequence
from dataclasses import replace

from moderation.types import ATTRIBUTES
from training.data import Example

_SENTENCE = re.compile(r"[^.!?\n]+[.!?]*")
#: Characters of a text worth cutting, and of a sentence worth having.
_LONG, _SHORTEST, _LONGEST = 120, 15, 200
#: A text counts as clean when no attribute that is known exceeds this.
_CLEAN = 0.05
#: Of a sentence that holds a word readers marked, and of its neighbour that holds none.
_MARKED = {"toxicity": 0.9}
_UNMARKED = {"toxicity": 0.1, "severe_toxicity": 0.0, "identity_attack": 0.05, "insult": 0.1, "profanity": 0.03,
             "threat": 0.05}  # fmt: skip
NAN = float("nan")


def sentence_rows(examples: Sequence[Example], share: float, rng: random.Random) -> Iterator[Example]:
    """One sentence of about ``share`` of the clean long texts; one marked and one unmarked of those with marked words."""
    for example in examples:
        if rng.random() >= share or len(example.text) <= _LONG:
            continue
        parts = [m for m in _SENTENCE.finditer(example.text) if _SHORTEST <= len(m[0].strip()) <= _LONGEST]
        if not parts:
            continue
        if example.toxic_chars:
            marked = set(example.toxic_chars)
            with_words = [m for m in parts if marked.intersection(range(*m.span()))]
            without = [m for m in parts if m not in with_words]
            for choice, labels in ((with_words, _MARKED), (without, _UNMARKED)):
                if choice:
                    part = rng.choice(choice)
                    inside = tuple(sorted(i - part.start() for i in marked if part.start() <= i < part.end()))
                    yield replace(
                        example,
                        text=part[0],
                        attributes=tuple(labels.get(a, NAN) for a in ATTRIBUTES),
                        targets=(NAN,) * len(example.targets),
                        toxic_chars=inside,
                        offence=NAN,
                    )
        elif _is_clean(example):
            yield replace(example, text=rng.choice(parts)[0].strip(), offence=NAN)


def _is_clean(example: Example) -> bool:
    known = [a for a in example.attributes if a == a]
    return example.attributes[0] == example.attributes[0] and max(known) <= _CLEAN
