"""What the teacher may fill in: only what a taught source leaves open, and only where it is sure."""

from __future__ import annotations

import csv
import math
from pathlib import Path

from moderation.scoring.model import DEFAULT_MODEL
from moderation.types import ATTRIBUTES
from training.data import Example, load
from training.labels import TARGETS
from training.teacher import CLEAN_BELOW, OFFENDS_ABOVE, taught

MODEL = Path(__file__).parents[2] / "models" / DEFAULT_MODEL
_TOXICITY = ATTRIBUTES.index("toxicity")


def _unlabelled(text: str, source: str) -> Example:
    return Example(text, source, 1.0, (math.nan,) * len(ATTRIBUTES), (math.nan,) * len(TARGETS), None)


def test_a_sure_answer_becomes_the_label():
    rude, kind = taught(
        [
            _unlabelled("You are a stupid piece of shit.", "edos"),
            _unlabelled("Thank you, that was a lovely evening.", "edos"),
        ],
        MODEL,
    )
    assert rude.attributes[_TOXICITY] > OFFENDS_ABOVE
    assert kind.attributes[_TOXICITY] < CLEAN_BELOW
    assert rude.labelled and kind.labelled


def test_sources_that_are_not_taught_stay_as_they_are():
    assert not taught([_unlabelled("You are a stupid piece of shit.", "davidson2017")], MODEL)[0].labelled


def test_what_the_source_says_itself_stands(tmp_path):
    with (tmp_path / "edos.csv").open("w", encoding="utf-8", newline="") as file:
        rows = csv.DictWriter(file, ["text", "label_sexist", "label_category"])
        rows.writeheader()
        # Two of a hundred rows are held out; one of these at least is not.
        for i in range(5):
            rows.writerow(
                {
                    "text": f"Thank you, Anna, for evening {i}.",
                    "label_sexist": "sexist",
                    "label_category": "2. x",
                }
            )
    before = [e for e in load(tmp_path, only=["edos"]) if not e.held_out]
    after = taught(before, MODEL)
    assert [e.attributes[_TOXICITY] for e in after] == [e.attributes[_TOXICITY] for e in before]
    filled = [e.attributes[ATTRIBUTES.index("insult")] for e in after]
    assert all(v == v for v in filled)


def test_rows_without_label_or_rating_say_nothing(tmp_path):
    rows = "\n".join(f"Hello there, {i}" for i in range(20))
    (tmp_path / "goemotions_unlabelled.csv").write_text(f"text\n{rows}\n", encoding="utf-8")
    read = load(tmp_path, only=["goemotions_unlabelled"])
    assert read and not any(e.labelled for e in read)
