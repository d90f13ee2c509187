"""A network learns what others say together, of texts that nobody labelled too."""

from __future__ import annotations

import csv
import json

import pytest

torch = pytest.importorskip("torch")

from safetensors.torch import load_file, save_file  # noqa: E402
from transformers import BertConfig  # noqa: E402

from moderation.types import ATTRIBUTES  # noqa: E402
from training import train  # noqa: E402
from training.averaging import own  # noqa: E402
from training.data import DataError, read_sources  # noqa: E402
from training.distil import Teachers, distil_loss  # noqa: E402
from training.labels import TARGETS  # noqa: E402
from training.model import CommentModel  # noqa: E402

IDS, MASK = torch.tensor([[5, 6, 7], [8, 9, 0]]), torch.tensor([[1, 1, 1], [1, 1, 0]])


def network(seed: int, sources: int = 0) -> CommentModel:
    torch.manual_seed(seed)
    config = BertConfig(
        vocab_size=20, hidden_size=8, num_hidden_layers=1, num_attention_heads=2, intermediate_size=16
    )
    config.attribute_names, config.target_names, config.sources = list(ATTRIBUTES), list(TARGETS), sources
    return CommentModel(config).eval()


def saved(model, folder):
    folder.mkdir()
    save_file({name: v.contiguous() for name, v in own(model).items()}, folder / "model.safetensors")
    return folder


def test_teachers_say_the_mean_of_their_logits(tmp_path):
    one, two = network(1), network(2)
    folders = [saved(one, tmp_path / "1"), saved(two, tmp_path / "2")]
    teachers = Teachers(folders, network(3, sources=4), specials=[5])
    with torch.no_grad():
        said = one(IDS, MASK), two(IDS, MASK)
    wanted = teachers(IDS, MASK)
    for head in ("attributes", "tokens"):
        mean = torch.sigmoid((getattr(said[0], head) + getattr(said[1], head)) / 2)
        values = getattr(wanted, head)
        there = ~torch.isnan(values)
        assert torch.allclose(values[there], mean[there], atol=1e-6) and not values.requires_grad
    assert torch.isnan(wanted.tokens).tolist() == [[True, False, False], [False, False, True]], (
        "neither [CLS] nor padding is a word"
    )


def test_a_teacher_named_twice_counts_twice(tmp_path):
    one, two = (saved(network(seed), tmp_path / str(seed)) for seed in (1, 2))
    logits = [torch.logit(Teachers([each], network(3))(IDS, MASK).attributes) for each in (one, two)]
    both = torch.logit(Teachers([one, two, one], network(3))(IDS, MASK).attributes)
    assert torch.allclose(both, (2 * logits[0] + logits[1]) / 3, atol=1e-5)


def test_a_network_of_another_shape_teaches_nothing(tmp_path):
    (tmp_path / "x").mkdir()
    save_file({"attribute_head.weight": torch.zeros(2, 8)}, tmp_path / "x" / "model.safetensors")
    with pytest.raises(DataError, match=str(tmp_path / "x")):
        Teachers([tmp_path / "x"], network(1))


def test_the_loss_draws_a_network_to_its_teachers(tmp_path):
    teachers, pupil = Teachers([saved(network(1), tmp_path / "1")], network(2)), network(2)
    wanted = teachers(IDS, MASK)
    step = torch.optim.Adam(pupil.parameters(), lr=0.01)
    for _ in range(200):
        step.zero_grad()
        distil_loss(pupil(IDS, MASK), wanted).backward()
        step.step()
    out = pupil(IDS, MASK)
    assert torch.allclose(torch.sigmoid(out.attributes), wanted.attributes, atol=0.02)
    words = MASK == 1
    assert torch.allclose(torch.sigmoid(out.tokens)[words], wanted.tokens[words], atol=0.02)


def test_rows_of_which_people_said_enough_are_drawn_less(tmp_path):
    wanted = Teachers([saved(network(1), tmp_path / "1")], network(2))(IDS, MASK)
    pupil = network(2)
    drawn = []
    for part in (None, torch.tensor([1.0, 1.0]), torch.tensor([0.0, 1.0])):
        out = pupil(IDS, MASK)
        (drawn_by,) = torch.autograd.grad(distil_loss(out, wanted, part), out.attributes)
        drawn.append(drawn_by)
    assert torch.allclose(drawn[0], drawn[1])
    assert torch.allclose(drawn[2][0], torch.zeros(len(ATTRIBUTES))), "nothing is wanted of the first row"
    assert torch.allclose(drawn[2][1], drawn[0][1]), "the other row is drawn no more for that"


def test_each_source_says_how_much_teachers_count_on_it():
    declared = read_sources()
    numbers = {"civil": 0, "edos": 1, "paradetox": 2}
    assert train.teaching(numbers, plain=False).tolist() == pytest.approx(
        [1.0, declared["edos"].teachers, 1.0]
    )
    assert declared["edos"].teachers < 1, "its people know better than networks that were taught little of it"
    assert train.teaching(numbers, plain=True).tolist() == [1.0, 1.0, 1.0]


def test_the_training_learns_from_a_teacher(tmp_path):
    """One that starts where its teacher is, but for a bias: what is learned is that bias."""
    rows = tmp_path / "own.csv"
    with rows.open("w", encoding="utf-8", newline="") as handle:
        writer = csv.writer(handle)
        writer.writerow(["text", "profanity"])
        writer.writerows([f"remark number {n} about the weather", 0] for n in range(200))
    options = ["--data", str(rows), "--batch-size", "8", "--learning-rate", "1e-3"]
    start = tmp_path / "start"
    assert train.main([*options, "--output", str(start), "--max-steps", "1"]) == 0
    base = tmp_path / "start.work" / "weights"
    teacher = tmp_path / "teacher"
    teacher.mkdir()
    weights = load_file(base / "model.safetensors")
    weights["attribute_head.bias"] += 4
    save_file(weights, teacher / "model.safetensors")
    options += ["--base", str(base), "--max-steps", "20"]
    made = {}
    for name, extra in (("alone", []), ("taught", ["--distil", str(teacher)])):
        assert train.main([*options, "--output", str(tmp_path / name), *extra]) == 0
        made[name] = load_file(tmp_path / f"{name}.work" / "weights" / "model.safetensors")[
            "attribute_head.bias"
        ]
    insult, profanity = ATTRIBUTES.index("insult"), ATTRIBUTES.index("profanity")
    assert made["taught"][insult] > made["alone"][insult] + 0.02, "what no row labels is learned too"
    assert made["taught"][profanity] > made["alone"][profanity], "what the rows say counts as well"
    training = json.loads((tmp_path / "taught" / "manifest.json").read_text(encoding="utf-8"))["training"]
    assert training["distilled_from"] == ["teacher"]
