"""A long text's score from those of its windows."""

from __future__ import annotations

import numpy as np
import pytest
from numpy.testing import assert_allclose

from moderation.scoring.scorer import together


def _of(windows: list[float], lengths: list[int] | None = None) -> float:
    made = together(np.array(windows)[:, None], np.array(lengths or [128] * len(windows)))
    assert made.shape == (1,)
    return float(made[0])


def test_a_single_window_is_the_text() -> None:
    assert _of([1.2345678901]) == 1.2345678901


def test_windows_that_agree_say_the_same_together() -> None:
    assert_allclose(_of([2.0, 2.0, 2.0, 2.0]), 2.0)


@pytest.mark.parametrize("padding", [1, 2, 3, 50, 1000])
def test_padding_hides_an_insult_no_further_than_log_two(padding: int) -> None:
    assert _of([3.0] + [-9.0] * padding) > 3.0 - np.log(2) - 1e-9


def test_one_rude_window_counts_less_than_two() -> None:
    assert _of([-3.0, -3.0, -3.0]) < _of([2.0, -3.0, -3.0]) < _of([2.0, 2.0, -3.0])


def test_a_short_last_window_counts_by_its_length() -> None:
    assert _of([-3.0, 2.0], [128, 40]) < _of([-3.0, 2.0], [128, 128])


def test_the_order_of_windows_and_of_outputs_changes_nothing() -> None:
    logits = np.random.default_rng(0).normal(0, 3, (7, 13))
    lengths = np.array([128] * 6 + [50])
    once = together(logits, lengths)
    turned = np.array([3, 6, 1, 0, 5, 2, 4])
    assert_allclose(together(logits[turned], lengths[turned]), once)
    for output in range(13):
        assert_allclose(together(logits[:, [output]], lengths), once[[output]])


def test_the_most_certain_windows_do_not_overflow() -> None:
    assert np.isfinite(_of([700.0, -700.0]))
