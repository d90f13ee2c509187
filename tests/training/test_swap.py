"""A row that names one group can name another: its labels stay, and whom it attacks moves along."""

from __future__ import annotations

import random

import pytest

from moderation.types import ATTRIBUTES
from training.contrast import GROUPS
from training.data import Example, read_sources
from training.labels import TARGETS
from training.swap import about_another, swapped

NAN = float("nan")
RUDE = (0.9,) * len(ATTRIBUTES)
NOBODY = (0.0,) * len(TARGETS)
TARGET_OF = {plural.lower(): target for plural, _, _, target in GROUPS}


def row(text: str, targets: tuple[float, ...] = NOBODY, source: str = "written") -> Example:
    return Example(text, source, 1.0, RUDE, targets, (1, 2), 0.5)


def attacked(name: str) -> tuple[float, ...]:
    return tuple(0.9 if target == name else 0.0 for target in TARGETS)


def test_every_kind_of_group_is_named_alike_and_is_then_the_one_attacked() -> None:
    rng = random.Random(0)
    seen: dict[str, int] = {}
    for _ in range(600):
        other = about_another(row("I can't stand muslims at all", attacked("religion")), rng)
        assert other is not None
        name = other.text.removeprefix("I can't stand ").removesuffix(" at all")
        target = TARGET_OF[name.lower()]
        assert other.targets == attacked(target)
        assert other.attributes == RUDE
        assert other.toxic_chars is None and other.offence != other.offence
        seen[target] = seen.get(target, 0) + 1
    assert set(seen) == {t for *_, t in GROUPS}
    assert min(seen.values()) > 60


@pytest.mark.parametrize("targets", [NOBODY, (NAN,) * len(TARGETS)])
def test_where_nobody_is_attacked_nobody_is_afterwards(targets: tuple[float, ...]) -> None:
    other = about_another(row("women run this library", targets), random.Random(1))
    assert other is not None
    assert str(other.targets) == str(targets)


@pytest.mark.parametrize(
    "text",
    [
        "no group at all",
        "Jews and Muslims both pray here",  # a comparison, perhaps
        "a lesbian bar and the migrant crisis",  # nothing else fits there
        "black women vote",
        "non Jews may come too",
        "the women's shelter",
        "twomen and womenfolk",
        "http://example.org/women/7",
    ],
)
def test_what_another_group_does_not_fit_is_left_alone(text: str) -> None:
    assert about_another(row(text), random.Random(0)) is None


def test_capitals_stay() -> None:
    for seed in range(30):
        first = about_another(row("Women belong in the kitchen, he says"), random.Random(seed))
        lower = about_another(row("women belong in the kitchen"), random.Random(seed))
        assert first is not None and first.text[0].isupper()
        assert lower is not None and lower.text.islower()


def test_only_the_sources_that_ask_for_it_are_touched_and_nothing_is_lost() -> None:
    sources = read_sources()
    rows = [row(f"women are number {n}", source=s) for n in range(100) for s in ("written", "civil")]
    out = list(swapped(rows, sources, random.Random(0)))
    assert len(out) == len(rows)
    changed = [new.source for old, new in zip(rows, out, strict=True) if old is not new]
    assert set(changed) == {"written"}
    assert 30 < len(changed) < 70
    assert not any(s.swapped for s in read_sources(plain=True).values())
