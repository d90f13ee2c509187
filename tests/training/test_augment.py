"""Augmentation keeps texts readable, and changes as many words of a clean text as of an offensive one."""

from __future__ import annotations

import random

from moderation.scoring.normalise import lexicon
from training.augment import augment, disguise

CLEAN = "The library opens again on Monday after three weeks of painting."
RUDE = "The idiot opens again on Monday after three weeks of stupid whining."


def _changed(text: str, seed: int) -> set[str]:
    return set(text.split()) - set(disguise(text, random.Random(seed)).split())


def test_clean_and_offensive_texts_are_changed_alike():
    clean = sum(len(_changed(CLEAN, seed)) for seed in range(300))
    rude = sum(len(_changed(RUDE, seed)) for seed in range(300))
    assert 0.85 < clean / rude < 1.15
    assert clean > 300


def test_offensive_words_go_first():
    assert {"idiot", "stupid"} <= lexicon().words
    assert sum("idiot" in _changed(RUDE, s) or "stupid" in _changed(RUDE, s) for s in range(100)) > 80


def test_a_text_without_words_survives():
    for seed in range(50):
        assert augment("42 !!", random.Random(seed)).startswith("42")
