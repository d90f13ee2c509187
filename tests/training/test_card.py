"""The card says what thresholds were found, and which could not be."""

from __future__ import annotations

import pytest

pytest.importorskip("torch")

from moderation.scoring.model import locate, verify
from training.card import render


def card(**toxicity: float) -> str:
    manifest = verify(locate()).manifest.raw
    return render(
        manifest,
        {"toxicity": {"balanced": 0.5, "natural_rate": 0.09, "review": 0.8, "reject": 0.95, **toxicity}},
    )


def test_precisions_that_were_reached_have_a_row_and_the_others_a_sentence():
    some = card(precision_80=0.91, recall_at_precision_80=0.3)
    assert "| 80 % | 0.91 | 30% |" in some and "no threshold flags 90 % rightly" in some
    none = card()
    assert "of the flagged, so many are toxic" not in none
    assert "no threshold flags 80 % rightly" in none and "Rejection starts at 0.95." in none
    every = card(**{f"{kind}precision_{p}": 0.5 for p in (80, 90, 95) for kind in ("", "recall_at_")})
    assert "no threshold flags" not in every
