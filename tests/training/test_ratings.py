"""Ratings fill what a source leaves open, are averaged with what it says, and leave held-out rows their scores."""

from __future__ import annotations

import csv
import gzip
import math
from dataclasses import replace
from pathlib import Path

import pytest

from moderation.types import ATTRIBUTES
from training import ratings
from training.data import Example
from training.labels import TARGETS
from training.ratings import FILE, ID_LENGTH, rated, read_ratings, text_id

NAN = float("nan")


def example(text: str, source: str = "edos", **known: float) -> Example:
    attributes = tuple(known.get(a, NAN) for a in ATTRIBUTES)
    return Example(text, source, 1.0, attributes, (NAN,) * 7, None)


@pytest.fixture
def own_ratings(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    file = tmp_path / "ratings.csv.gz"
    with gzip.open(file, "wt", encoding="ascii", newline="") as handle:
        rows = csv.writer(handle)
        rows.writerow(["id", "toxicity", "insult", "offence", "women", "politics"])
        rows.writerow([text_id("you absolute walnut"), "60", "", "55", "", ""])
        rows.writerow([text_id("thank you so much"), "", "", "2", "", ""])
        rows.writerow([text_id("typical lefties"), "60", "", "", "0", "100"])
    monkeypatch.setattr(ratings, "read_ratings", lambda: read_ratings(file))


@pytest.mark.usefixtures("own_ratings")
def test_missing_is_filled_and_known_is_averaged() -> None:
    unknown, known, kind, other = rated(
        [
            example("You  absolute WALNUT"),
            example("you absolute walnut", toxicity=0.2, insult=0.9),
            example("Thank you so much"),
            example("a walnut"),
        ]
    )
    assert unknown.attributes[0] == pytest.approx(0.6)
    assert all(math.isnan(a) for a in unknown.attributes[1:]), "nothing is made up where there is no rating"
    assert known.attributes[0] == pytest.approx(0.4)
    assert known.attributes[ATTRIBUTES.index("insult")] == 0.9
    assert unknown.offence == known.offence == 0.55
    assert kind.labelled and kind.offence == 0.02, "its place among others is known, its labels are not"
    assert all(math.isnan(a) for a in kind.attributes)
    assert not other.labelled and math.isnan(other.offence)


@pytest.mark.usefixtures("own_ratings")
def test_held_out_rows_keep_peoples_labels(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(Example, "held_out", True)
    (kept,) = rated([example("you absolute walnut", toxicity=0.2)])
    assert kept.attributes[0] == 0.2


@pytest.mark.usefixtures("own_ratings")
@pytest.mark.parametrize("held_out", [True, False])
def test_who_is_attacked_is_said_of_every_source(held_out: bool, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(Example, "held_out", held_out)
    row = replace(example("Typical lefties", source="civil"), targets=(1.0,) + (NAN,) * 6)
    (joined,) = rated([row])
    said = dict(zip(TARGETS, joined.targets, strict=True))
    assert said["politics"] == 1.0
    assert said["women"] == 1.0, "what the source says itself stays"
    assert math.isnan(said["race"])
    assert math.isnan(joined.attributes[0]) == held_out, "its scores are another matter"


def test_the_shipped_file_is_whole_and_holds_no_text() -> None:
    with gzip.open(FILE, "rt", encoding="ascii") as handle:
        header, *lines = handle.read().splitlines()
    columns = header.split(",")
    assert columns[0] == "id" and set(columns[1:]) <= {*ATTRIBUTES, "offence", *TARGETS}
    assert len(lines) > 20_000
    for line in lines:
        name, *values = line.split(",")
        assert len(name) == ID_LENGTH and int(name, 16) >= 0
        assert len(values) == len(columns) - 1 and any(values)
        assert all(0 <= int(v) <= 100 for v in values if v)
    ids = [line.split(",")[0] for line in lines]
    assert len(ids) == len(set(ids)), "a text is rated once"
