"""The table of short trainings that differ in one thing."""

from __future__ import annotations

import csv

import pytest

pytest.importorskip("torch")

from benchmarks.ablations import VARIANTS, main, table
from benchmarks.short_runs import Recipe, read_pairs
from training.data import DataError


def run(variant: str, seed: int, news: float) -> dict[str, object]:
    return {"variant": variant, "seed": seed, "batches": 1, "figures": {"news": news}}


def row(text: str, name: str) -> list[str]:
    line = next(x for x in text.splitlines() if x.startswith(f"| {name} "))
    return [c.strip() for c in line.strip("|").split("|")]


def test_a_variant_is_held_against_the_baseline_of_the_same_seeds() -> None:
    text = table(
        [run("baseline", 0, 0.80), run("baseline", 1, 0.84), run("hard labels", 1, 0.85), run("focal loss", 0, 0.80)]
    )  # fmt: skip
    assert row(text, "**baseline**")[2] == "0.820"
    assert row(text, "chance")[2] == "0.028"
    assert row(text, "hard labels")[2:] == ["+0.010", "1"]
    assert row(text, "focal loss")[2:] == ["+0.000", "1"]


def test_only_what_is_beyond_chance_stands_out() -> None:
    base = [run("baseline", s, 0.8 + 0.01 * s) for s in range(3)]  # a deviation of 0.01
    text = table([*base, run("hard labels", 0, 0.829), run("focal loss", 0, 0.828)])
    assert row(text, "hard labels")[2] == "**+0.029**"
    assert row(text, "focal loss")[2] == "+0.028"


def test_a_figure_at_its_end_says_nothing_of_chance() -> None:
    text = table([*(run("baseline", s, 1.0) for s in range(3)), run("hard labels", 0, 0.9)])
    assert row(text, "hard labels")[2] == "-0.100"


def test_without_the_baseline_there_is_no_table() -> None:
    assert "no run of the baseline" in table([run("hard labels", 0, 0.8)])


def test_every_variant_differs_from_the_baseline_in_the_recipe() -> None:
    recipes = {name: Recipe(**differs) for name, (_, differs) in VARIANTS.items()}
    assert recipes.pop("baseline") == Recipe()
    assert Recipe() not in recipes.values() and len(set(recipes.values())) == len(recipes)


def test_pairs_are_a_toxic_sentence_and_its_first_rewriting(tmp_path) -> None:
    with (tmp_path / "paradetox.csv").open("w", encoding="utf-8", newline="") as handle:
        rows = [("you fool", 1, 1), ("hello", 0, 1), ("good day", 0, 1), ("alone", 1, 2)]
        csv.writer(handle).writerows([("text", "toxic", "pair"), *rows])
    assert read_pairs(tmp_path) == [("you fool", "hello")]


def test_what_is_missing_is_named(tmp_path, capsys) -> None:
    with pytest.raises(DataError, match="paradetox"):
        read_pairs(tmp_path)
    assert main([str(tmp_path), "--results", str(tmp_path / "r.jsonl"), "--only", "magic"]) == 2
    assert "no variant 'magic'" in capsys.readouterr().err
