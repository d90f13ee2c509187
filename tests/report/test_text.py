"""What is shown of a text: cut into marked pieces, harmless to terminals and readers."""

from __future__ import annotations

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from moderation.report.text import Piece, neutral, one_line, pieces
from moderation.types import Span

# How long an example takes on a busy machine says nothing about the code.
LOADED = settings(deadline=None, suppress_health_check=[HealthCheck.too_slow])


def span(start: int, end: int, score: float = 0.9, attribute: str = "insult") -> Span:
    return Span(start, end, attribute, score)


class TestNeutral:
    @pytest.mark.parametrize(
        ("text", "shown"),
        [
            ("\x1b[2J", "␛[2J"),
            ("bell\x07", "bell␇"),
            ("a\x00b\x7f", "a␀b␡"),
            ("\x9b31m", "\ufffd31m"),
            ("a\r\nb\rc\u2028d", "a\nb\nc\nd"),
            ("tab\there", "tab here"),
            ("\u202edlrow\u202c", "\ufffddlrow\ufffd"),
            ("\u2066x\u2069", "\ufffdx\ufffd"),
            ("i\u200bd\u00adiot\ufeff", "idiot"),
            ("half \ud83d pair", "half \ufffd pair"),
            ("e\u0301t\u00e9", "e\u0301t\u00e9"),
            ("Z" + "\u0336" * 40, "Z" + "\u0336" * 3),
            ("👩\u200d🚀 می\u200cخواهم", "👩\u200d🚀 می\u200cخواهم"),
        ],
    )
    def test_shows_what_would_act_and_keeps_what_people_write(self, text: str, shown: str) -> None:
        assert neutral(text) == shown

    @LOADED
    @given(st.text())
    def test_never_leaves_a_control_character_and_can_be_written(self, text: str) -> None:
        result = neutral(text)
        result.encode("utf-8")
        assert not any((ord(c) < 32 and c != "\n") or 0x7F <= ord(c) < 0xA0 for c in result)

    def test_one_line_is_cut_to_width(self) -> None:
        assert one_line("a\n\n  b\x1b", 80) == "a b␛"
        assert one_line("word " * 50, 12) == "word word w…"
        assert len(one_line("x" * 10_000_000, 12)) == 12


class TestPieces:
    def test_marks_and_quotes_are_cut_out_in_order(self) -> None:
        text = "He said: you fool. No, you."
        assert pieces(text, [span(13, 17)], [(9, 18)]) == [
            Piece("He said: "),
            Piece("you ", None, True),
            Piece("fool", span(13, 17), True),
            Piece(".", None, True),
            Piece(" No, you."),
        ]

    def test_where_spans_overlap_the_surest_counts(self) -> None:
        weak, sure = span(0, 6, 0.5), span(3, 9, 0.9)
        assert pieces("abcdefghij", [sure, weak]) == [Piece("abc", weak), Piece("defghi", sure), Piece("j")]

    def test_offsets_outside_the_text_are_cut_to_it(self) -> None:
        assert pieces(
            "abc", [span(1, 99), span(50, 60), span(2, 2), span(-4, 1)], [(-3, 1), (9, 12), (-3, -1)]
        ) == [
            Piece("a", None, True),
            Piece("bc", span(1, 99)),
        ]

    def test_a_limit_cuts_pieces_too(self) -> None:
        assert pieces("abcdef", [span(1, 5)], limit=3) == [Piece("a"), Piece("bc", span(1, 5))]

    def test_no_text_no_pieces(self) -> None:
        assert pieces("") == []

    @LOADED
    @given(
        st.text(max_size=40),
        st.lists(st.tuples(st.integers(-5, 50), st.integers(-5, 50), st.floats(0, 1)), max_size=6),
        st.lists(st.tuples(st.integers(-5, 50), st.integers(-5, 50)), max_size=4),
    )
    def test_together_they_are_the_text(
        self, text: str, marks: list[tuple[int, int, float]], quotes: list[tuple[int, int]]
    ) -> None:
        run = pieces(text, [span(*mark) for mark in marks], quotes)
        assert "".join(piece.text for piece in run) == text
        assert all(piece.text for piece in run)
