"""The normaliser uncovers disguised words, keeps offsets right, and leaves clean text alone."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from moderation.scoring.normalise import normalise


@pytest.mark.parametrize(
    ("disguised", "plain"),
    [
        ("f7ck boys", "fuck boys"),
        ("sh!t", "shit"),
        ("@sshole", "asshole"),
        ("b!tch.", "bitch"),
        ("n1gg3r", "nigger"),
        ("s**t", "shit"),
        ("f u c k you", "fuck you"),
        ("f.u.c.k", "fuck"),
        ("fuuuuck", "fuck"),
        ("i\u200bdi\u200bot", "idiot"),
        ("Ｆｕｃｋ", "Fuck"),
        ("іdіоt you", "idiot you"),  # Cyrillic look-alikes
        ("americunt", "ameri cunt"),
        ("demotards", "demo tards"),
        ("fcuk off", "fuck off"),
        ("what an idoit", "what an idiot"),
        ("stpid", "stupid"),
        ("fu ck off", "fuck off"),
        ("you are an id iot", "you are an idiot"),
        ("superidiot", "super idiot"),
        ("trumpmorons", "trump morons"),
        ("ꜱᴜᴄᴋ it", "suck it"),
    ],
)
def test_disguises_come_off(disguised, plain):
    assert normalise(disguised).text.strip().startswith(plain)


@pytest.mark.parametrize(
    "text",
    [
        "It costs $100 and/or 3-1, see the h4 heading",
        "Scunthorpe, Penistone and Lightwater",
        "a bastard with custard, mustard and a leotard",
        "https://example.org/sh1t?a=f7ck",
        "mail me@example.org about C++ v2.0 on x86",
        "the U.S.A. and the E.U.",
        "mother-in-law, 24/7, 5.1, £20, 100%",
        "Who re-elected him? He s hit the post; it's hit or miss.",
        "The moon rose, she wore a fagot of pens, and King Cnut lost the trait or the crown",
        "worth less than an oxymoron, per vertical metre",
        "the vowels ɪ and ʏ, Moroni, Octopussy",
        "Привет, как дела",
        "if x[i] == y * 2: return a->b",
    ],
)
def test_clean_text_is_left_alone(text):
    assert normalise(text).text == text


def test_emoji_are_spelled_out():
    assert "pile of poo" not in normalise("💩").text
    assert normalise("you are a 🐍").text.split() == ["you", "are", "a", "snake"]
    assert "dark skin tone" in normalise("👨🏿").text


def test_offsets_lead_back_to_the_original():
    text = "You 💩 f7ck 'n' і\u200bdіot"
    norm = normalise(text)
    at = norm.text.index("fuck")
    assert text[slice(*norm.original_span(at, at + 4))] == "f7ck"
    at = norm.text.index("idiot")
    assert text[slice(*norm.original_span(at, at + 5))] == "і\u200bdіot"
    split = normalise("oh fu ck you idoit")
    assert split.text == "oh fuck you idiot"
    assert split.original_span(3, 7) == (3, 8)
    assert split.original_span(12, 17) == (13, 18)


@settings(max_examples=300, deadline=None)
@given(st.text(max_size=200))
def test_any_text_keeps_offsets_in_order(text):
    norm = normalise(text)
    assert len(norm.text) == len(norm.starts) == len(norm.ends)
    assert all(0 <= a <= b <= len(text) for a, b in zip(norm.starts, norm.ends, strict=True))
    assert list(norm.starts) == sorted(norm.starts)
