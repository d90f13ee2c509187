"""Short trainings from one start, averaged: the shares are what the recipe says, and nothing is trained twice."""

from __future__ import annotations

import csv
import json
import random
import re
from pathlib import Path

import pytest

pytest.importorskip("torch")

import torch
from safetensors.torch import load_file

from moderation import Scorer
from moderation.scoring.model import locate
from training import mixture, train
from training.averaging import blend, read_weights
from training.contrast import pairs
from training.data import DataError

NAME = "attribute_head.weight"
RECIPE = """
[kind]
share = 0.5
steps = 2

[rude]
share = 0.2
steps = 3
distil = true
"""


@pytest.fixture(scope="module")
def data(tmp_path_factory):
    file = tmp_path_factory.mktemp("own") / "verdicts.csv"
    rows = list(pairs(seed=1, per_group=6))
    random.Random(0).shuffle(rows)
    with file.open("w", encoding="utf-8", newline="") as handle:
        writer = csv.writer(handle)
        writer.writerow(["text", "toxicity"])
        writer.writerows([text, labels.attributes["toxicity"]] for text, labels in rows[:160])
    return file


@pytest.fixture(scope="module")
def base():
    return locate(None)


@pytest.fixture(scope="module")
def mixed(data, base, tmp_path_factory):
    folder = tmp_path_factory.mktemp("mixture")
    recipe = folder / "recipe.toml"
    recipe.write_text(RECIPE, encoding="utf-8")
    options = [
        "--data",
        str(data),
        "--base",
        str(base),
        "--output",
        str(folder / "new"),
        "--batch-size",
        "16",
    ]
    assert mixture.main([str(recipe), *options]) == 0
    return recipe, folder / "new", options


def test_each_part_has_its_share_and_the_start_the_rest(mixed, base):
    _, out, _ = mixed
    work = out.with_name("new.work")
    start = read_weights(base)[NAME]
    kind, rude = (
        load_file(work / "parts" / f"{n}.work/weights/model.safetensors")[NAME] for n in ("kind", "rude")
    )
    assert not torch.allclose(start, kind)
    assert not torch.allclose(kind, rude)
    made = load_file(work / "weights" / "model.safetensors")[NAME]
    assert torch.allclose(made, 0.3 * start + 0.5 * kind + 0.2 * rude, atol=1e-6)


def test_a_model_directory_comes_out_that_says_what_it_is_made_of(mixed, base, tmp_path):
    _, out, _ = mixed
    bad, good = Scorer(out).score_many(["They are vermin and should hang.", "The bus was on time today."])
    assert bad.toxicity > good.toxicity
    said = (out / "manifest.json").read_text(encoding="utf-8")
    training = json.loads(said)["training"]
    assert [(p["name"], p["share"], p["distil"]) for p in training["parts"]] == [
        ("kind", 0.5, False),
        ("rude", 0.2, True),
    ]
    assert training["started_from"] == base.name
    assert str(out.parent) not in said, "no path of this machine is published"


def test_other_shares_cost_no_training(mixed, monkeypatch):
    recipe, out, options = mixed

    def never(*_args, **_options):
        raise AssertionError("trained again")

    monkeypatch.setattr(train, "fine_tune", never)
    recipe.write_text(RECIPE.replace("0.5", "0.1"), encoding="utf-8")
    assert mixture.main([str(recipe), *options]) == 0
    training = json.loads((out / "manifest.json").read_text(encoding="utf-8"))["training"]
    assert training["parts"][0]["share"] == 0.1


def test_a_part_that_was_trained_otherwise_is_neither_taken_nor_lost(mixed, capsys):
    recipe, out, options = mixed
    recipe.write_text(RECIPE.replace("steps = 2", "steps = 4"), encoding="utf-8")
    weights = out.with_name("new.work") / "parts" / "kind.work" / "weights" / "model.safetensors"
    before = weights.read_bytes()
    assert mixture.main([str(recipe), *options]) == 1
    assert "kind" in capsys.readouterr().err
    assert weights.read_bytes() == before


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("", "no part"),
        ("[a]\nshare = 0.7\nsteps = 1\n[b]\nshare = 0.7\nsteps = 1", "1.40"),
        ("[a]\nshare = 0.7", "steps"),
        ("[a]\nshare = 0.7\nsteps = 1\nspeed = 3", "speed"),
        ("[a]\nshare = 0.7\nsteps = 0", "steps is 0"),
        ("[a]\nshare = 0.7\nsteps = 2.5", "steps is 2.5"),
        ("[a]\nshare = 0\nsteps = 2", "share is 0"),
        ("[a]\nshare = 0.7\nsteps = 2\nsources = 'civil'", "sources is 'civil'"),
        ("[a]\nshare = 0.7\nsteps = 2\ndistil = 'no'", "distil is 'no'"),
        ("[a]\nshare = '1'\nsteps = 1", "share"),
        ("[a]\nshare = 0.7\nsteps = 1\nsources = ['civil', 'nothing_such']", "nothing_such"),
        ("['../a']\nshare = 0.7\nsteps = 1", "../a"),
        ("a = 3", "table"),
        ("[a", "no recipe"),
    ],
)
def test_a_recipe_that_makes_no_sense_is_named(tmp_path, text, said):
    recipe = tmp_path / "recipe.toml"
    recipe.write_text(text, encoding="utf-8")
    with pytest.raises(DataError) as error:
        mixture.read_recipe(recipe)
    assert said in str(error.value)
    assert str(recipe) in str(error.value)


def test_the_recipe_of_the_documentation_can_be_read(tmp_path):
    page = (Path(__file__).parents[2] / "docs" / "retrainers.md").read_text(encoding="utf-8")
    (recipe,) = re.findall(r"```toml\n(.+?)```", page, flags=re.S)
    # Whoever follows the page has declared a source of their own.
    (tmp_path / "recipe.toml").write_text(recipe.replace('["ours"]', '["civil"]'), encoding="utf-8")
    parts = mixture.read_recipe(tmp_path / "recipe.toml")
    assert [part.name for part in parts] == ["ours", "talk"]
    fields = mixture.Part.__dataclass_fields__.keys() - {"name"}
    assert not [field for field in fields if f"`{field}`" not in page and f"{field} =" not in recipe]


def test_shares_that_leave_nothing_of_the_start():
    model = torch.nn.Linear(1, 1, bias=False)
    weights = {name: torch.full_like(v, n) for n, (name, v) in enumerate(model.state_dict().items(), start=1)}
    blend(model, [(0.5, weights), (0.5, {n: v + 2 for n, v in weights.items()})])
    assert model.weight.item() == pytest.approx(2)
