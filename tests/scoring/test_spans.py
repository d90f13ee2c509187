"""From token scores to the words that are marked."""

from __future__ import annotations

import pytest

from moderation.scoring.spans import TokenScore, merge


def marked(text: str, offending: str) -> list[str]:
    """What is marked when every token of the words in ``offending`` is over the threshold."""
    tokens, at = [], 0
    for word in text.split(" "):
        tokens.append(TokenScore(at, at + len(word), 0.9 if word in offending.split() else 0.1))
        at += len(word) + 1
    return [text[s.start : s.end] for s in merge(tokens, text, None, len(text), 0.5)]


@pytest.mark.parametrize(
    ("text", "offending", "expected"),
    [
        ("you stupid fool, go home", "stupid fool,", ["stupid fool"]),
        ("go back to where you came from", "from", []),
        ("breed like rats and take over", "rats and", ["rats"]),
        ("what an idiot you are", "an idiot you", ["idiot"]),
        ("sons of bitches everywhere", "sons of bitches", ["sons of bitches"]),
    ],
)
def test_words_that_say_nothing_alone_are_not_marked_at_the_ends(text, offending, expected):
    assert marked(text, offending) == expected


def test_offsets_of_a_shortened_text_lead_back_to_the_original():
    spans = merge([TokenScore(0, 5, 0.9)], "idiot", [10, 11, 12, 13, 14], 20, 0.5)
    assert [(s.start, s.end) for s in spans] == [(10, 15)]
