"""Evaluation never reports on text that was trained on."""

from training.leaks import leaked

TRAINING = [
    "The council has decided to close the bridge for two weeks from Monday, and nobody was asked.",
    "you are an idiot",
]


def test_the_same_text_in_other_dress_is_found():
    texts = [
        "THE council has decided to close the bridge, for two weeks (from Monday) and nobody was asked",
        "You are an IDIOT!",
    ]
    assert leaked(texts, TRAINING) == [True, True]


def test_a_near_duplicate_is_found():
    text = "The council has decided to close the bridge for two weeks from Friday, and nobody was asked."
    assert leaked([text], TRAINING) == [True]


def test_other_text_is_not():
    texts = ["The council has decided to open the swimming pool.", "you are an idiot and a liar", "", "idiot"]
    assert leaked(texts, TRAINING) == [False, False, False, False]
