"""Every declared source has a licence, an address and a function that labels its rows."""

import csv

import pytest

pytest.importorskip("torch")

from moderation.types import ATTRIBUTES
from training.data import OWN, load, read_sources
from training.labels import BY_SOURCE, NO_TARGET, TARGETS


def test_sources_are_declared_in_full():
    for source in read_sources().values():
        assert source.licence and source.url
        assert 0 < source.share <= 1 and source.weight > 0
        assert source.name in BY_SOURCE or source.name in OWN


def write(folder, name, rows):
    with (folder / f"{name}.csv").open("w", encoding="utf-8", newline="") as handle:
        writer = csv.DictWriter(handle, fieldnames=list(rows[0]))
        writer.writeheader()
        writer.writerows(rows)


def test_a_source_labels_only_what_it_knows(tmp_path):
    write(tmp_path, "edos", [{"text": "sexist text", "label_sexist": "sexist", "label_category": "2. derogation"},
                             {"text": "other text", "label_sexist": "not sexist", "label_category": "none"}])  # fmt: skip
    rows = {e.text: e for e in load(tmp_path) if e.source == "edos"}
    hate = ATTRIBUTES.index("identity_attack")
    assert rows["sexist text"].attributes[hate] > 0.9
    assert rows["sexist text"].targets[TARGETS.index("women")] == 1
    other = rows["other text"]
    assert other.attributes[hate] < 0.1
    assert (
        other.attributes[ATTRIBUTES.index("toxicity")] != other.attributes[ATTRIBUTES.index("toxicity")]
    )  # NaN


def test_not_sexist_says_nothing_of_other_groups():
    def hate(text):
        labels = BY_SOURCE["edos"]({"text": text, "label_sexist": "not sexist", "label_category": "none"})
        assert labels is not None and labels.targets == {"women": 0.0}
        return labels.attributes.get("identity_attack")

    assert hate("Those immigrants ruin it for everybody") is None
    assert hate("Muslims again, what a surprise") is None
    for text in (
        "Spicy food and jewels, what a surprise",
        "She transferred to another school",
        "He is a jerk",
    ):
        assert hate(text) == 0.05, text


def test_two_sources_of_one_text_are_merged(tmp_path):
    six = {"toxic": 1, "severe_toxic": 0, "obscene": 1, "threat": 0, "insult": 1, "identity_hate": 0}
    write(tmp_path, "jigsaw2018_six", [{"text": "Some text here", **six}])
    write(
        tmp_path,
        "edos",
        [{"text": "some  TEXT here", "label_sexist": "sexist", "label_category": "2. derogation"}],
    )
    rows = [e for e in load(tmp_path) if e.source not in OWN]
    assert len(rows) == 1
    assert rows[0].attributes[ATTRIBUTES.index("profanity")] == 1
    assert rows[0].targets[TARGETS.index("women")] == 1


def test_a_toxic_text_without_spans_says_that_no_word_offends():
    marked, implied = (BY_SOURCE["toxic_spans"]({"spans": s}) for s in ("[0, 1]", "[]"))
    assert marked is not None and implied is not None
    assert marked.toxic_chars == [0, 1]
    assert implied.toxic_chars == [], "known to be none, which is not unknown"


def test_bc_that_lower_casing_wrote_out_is_no_clean_row_with_a_swear_word():
    row = {
        "text": "the fuck liberals raised the toll",
        "toxic": "0",
        "text_form": "lowercased_nopunct",
        "toxicity": "",
    }
    assert BY_SOURCE["civil"](row) is None
    assert BY_SOURCE["civil"]({**row, "toxic": "1"}) is not None
    assert BY_SOURCE["civil"]({**row, "text": "the liberals raised the toll"}) is not None


def test_what_offends_nobody_attacks_nobody():
    civil = dict.fromkeys(
        ("toxicity", "severe_toxicity", "obscene", "threat", "insult", "identity_attack"), "0.0"
    )
    row = {"text": "The bus is late.", "toxic": "0", **civil}
    assert BY_SOURCE["civil"](row).targets == NO_TARGET
    assert BY_SOURCE["civil"]({**row, "insult": "0.2"}).targets == {}, "one reader in five felt insulted"
    six = dict.fromkeys(("toxic", "severe_toxic", "obscene", "threat", "insult", "identity_hate"), "0")
    assert BY_SOURCE["jigsaw2018_six"]({"text": "Fine.", **six}).targets == NO_TARGET
    assert BY_SOURCE["jigsaw2018_six"]({"text": "Fine.", **six, "threat": "1"}).targets == {}


def test_hatexplain_says_nothing_of_political_camps():
    columns = dict.fromkeys(("Race", "Religion", "Gender", "Sexual_Orientation", "Miscellaneous"), "")
    hate = BY_SOURCE["hatexplain"]({"label": "hatespeech", **columns, "Gender": "Women"})
    assert hate.targets["women"] == 1.0 and hate.targets["race"] == 0.0
    assert "politics" not in hate.targets
