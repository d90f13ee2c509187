"""What a line is; the cheap looks that come first may not hide any word of the tables."""

from __future__ import annotations

import pytest

from moderation.extraction import phrases
from moderation.extraction.line_roles import heading, is_action, split_phrases

#: Words that end in a vowel sign are left out: a sign is no letter, and what is no letter goes from a line's edges.
#: So are words with a comma: in a row it parts them.
PLAIN_ACTIONS = [
    w for w in split_phrases("|".join(phrases.ACTIONS.values()))[0] if w[-1].isalpha() and ", " not in w
]
PLAIN_NOUNS = [w for w in split_phrases("|".join(phrases.COMMENT_NOUNS.values()))[0] if w[-1].isalpha()]


@pytest.mark.parametrize("form", ["{}", "({})", "{} (3)", "12 | {}", "{} · {}", "{}\n  {}"])
def test_every_button_is_one_in_every_row(form: str) -> None:
    assert [words for words in PLAIN_ACTIONS if not is_action(form.format(words, words))] == []


@pytest.mark.parametrize(
    "line", ["Upvote", "up vote 3", "edited", "(edited)", "12 likes", "#4", "in reply to Ann", "+3"]
)
def test_buttons_that_patterns_tell(line: str) -> None:
    assert is_action(line)


@pytest.mark.parametrize(
    "line", ["The boats were late again", "Ann, who knows", "Monday - Friday", "v2 is out"]
)
def test_other_lines_are_no_buttons(line: str) -> None:
    assert not is_action(line)


def test_every_noun_may_head_comments() -> None:
    assert [noun for noun in PLAIN_NOUNS if heading(f"{noun} (3)") != (True, 3)] == []
