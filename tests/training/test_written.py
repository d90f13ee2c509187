"""The comments written for training: every line is sound, brackets become offsets, neighbours differ in their labels."""

from __future__ import annotations

from pathlib import Path

import pytest

from training.labels import NO_TARGET
from training.written import rows, unmark


def test_brackets_become_offsets() -> None:
    text, chars = unmark("you are a [[complete idiot]], sir [[clown]]")
    assert text == "you are a complete idiot, sir clown"
    assert "".join(text[i] for i in chars) == "complete idiotclown"
    assert unmark("x[i] = y") == ("x[i] = y", [])


def test_labels_are_shares_and_groups(tmp_path: Path) -> None:
    file = tmp_path / "w.tsv"
    file.write_text(
        "91\t85\t0\t80\t5\twomen,race\tget [[back to the kitchen]]\n4\t0\t60\t0\t0\t-\thell yes\n",
        encoding="utf-8",
    )
    (bad, hostile), (good, friendly) = rows(file)
    assert (bad, good) == ("get back to the kitchen", "hell yes")
    assert hostile.attributes["identity_attack"] == 0.8 and hostile.toxic_chars
    assert hostile.targets == {**NO_TARGET, "women": 1.0, "race": 1.0}
    assert friendly.attributes["profanity"] == 0.6
    assert friendly.targets == NO_TARGET and friendly.toxic_chars == []


@pytest.mark.parametrize(
    "line", ["91\t85\thello", "x\t0\t0\t0\t0\t-\thello", "91\t0\t0\t0\t0\tmartians\thello"]
)
def test_a_line_that_is_not_as_described_is_named(line: str, tmp_path: Path) -> None:
    file = tmp_path / "w.tsv"
    file.write_text(line + "\n", encoding="utf-8")
    with pytest.raises(ValueError, match=r"w\.tsv, line 1"):
        list(rows(file))


def test_the_shipped_comments_are_sound() -> None:
    made = list(rows())
    assert len(made) > 1500
    texts = [" ".join(t.lower().split()) for t, _ in made]
    assert len(texts) == len(set(texts))
    assert not any("[[" in t or "]]" in t for t in texts)
    toxic = [label.attributes["toxicity"] >= 0.5 for _, label in made]
    assert 0.25 < sum(toxic) / len(toxic) < 0.6
    assert all(0 <= v <= 1 for _, label in made for v in label.attributes.values())
