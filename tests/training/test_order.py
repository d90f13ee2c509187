"""What the network learns of comments that are only ranked: differences of scores, not scores."""

from __future__ import annotations

import pytest

torch = pytest.importorskip("torch")

from training.model import ORDER_SPAN, order_loss  # noqa: E402

NAN = float("nan")


def fitted(offence: list[float]) -> list[float]:
    """Logits that the loss leads to from nothing."""
    logits = torch.zeros(len(offence), requires_grad=True)
    wanted = torch.tensor(offence)
    step = torch.optim.Adam([logits], lr=0.2)
    for _ in range(400):
        step.zero_grad()
        order_loss(logits, wanted).backward()
        step.step()
    return [float(v) for v in logits.detach()]


def test_differences_of_ratings_become_differences_of_logits() -> None:
    kind, neutral, hateful = fitted([0.02, 0.2, 0.6])
    assert neutral - kind == pytest.approx(ORDER_SPAN * 0.18, abs=0.1)
    assert hateful - neutral == pytest.approx(ORDER_SPAN * 0.4, abs=0.1)


def test_a_row_that_is_not_rated_is_left_alone() -> None:
    low, unrated, high = fitted([0.1, NAN, 0.6])
    assert unrated == 0.0
    assert low < 0 < high


@pytest.mark.parametrize("offence", [[], [0.4], [NAN, NAN], [NAN, 0.3]])
def test_without_a_pair_there_is_nothing_to_learn(offence: list[float]) -> None:
    logits = torch.ones(len(offence), requires_grad=True)
    loss = order_loss(logits, torch.tensor(offence))
    loss.backward()
    assert float(loss.detach()) == 0.0
    assert logits.grad is not None and not logits.grad.any()


def test_where_the_scale_stands_is_left_to_the_labels() -> None:
    wanted = torch.tensor([0.1, 0.5, 0.9])
    logits = torch.tensor([-3.0, 0.5, 2.0])
    assert float(order_loss(logits, wanted)) == pytest.approx(float(order_loss(logits + 5, wanted)))
