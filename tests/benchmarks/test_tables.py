"""The published tables are computed as they say, and land in the documentation between their marks."""

import numpy as np
import pandas as pd
import pytest

pytest.importorskip("sklearn")

from benchmarks import perspective_scale, toxicity_peers
from benchmarks.tables import put
from benchmarks.toxicity_peers import Peer, Verdicts


def cells(table):
    return [[c.strip() for c in line.strip("|").split("|")] for line in table.splitlines()[2:]]


def test_put_replaces_only_what_is_marked(tmp_path):
    page = tmp_path / "page.md"
    page.write_text("# Page\n\n<!-- one -->\n\nold\n\n<!-- /one -->\n\nrest\n", encoding="utf-8")
    put(page, "one", "| new |\n")
    assert page.read_text() == "# Page\n\n<!-- one -->\n\n| new |\n\n<!-- /one -->\n\nrest\n"
    with pytest.raises(ValueError, match="two"):
        put(page, "two", "text")


def test_thresholds_that_flag_as_many():
    # Ours is the square of theirs: the same order, other numbers.
    theirs = np.linspace(0, 1, 1001)
    rows = cells(perspective_scale.table({"toxicity": theirs}, {"toxicity": theirs**2}))
    assert [r[0] for r in rows] == ["toxicity (1.00)"] * 4
    by_threshold = {r[1]: r[2:] for r in rows}
    assert by_threshold["0.8"] == ["20.1%", "10.6%", "53%", "0.64"]


def test_a_handful_of_flagged_comments_is_not_compared():
    theirs = np.linspace(0, 0.52, 400)
    rows = cells(perspective_scale.table({"threat": theirs}, {"threat": theirs}))
    assert [r[1:3] for r in rows] == [["0.5", "fewer than 20"]]


def peer(name, words):
    """A word list, as simple as the ones it stands beside."""

    def judge(texts):
        said = np.array([any(w in t for w in words) for t in texts], dtype=float)
        return Verdicts(said, said, said, said)

    return Peer(name, judge)


def test_peers_are_measured_on_the_same_rows_by_their_own_decision():
    sets = {
        "bias_templates": pd.DataFrame(
            {"text": ["bad man", "bad day", "good man", "good day"], "toxicity": ["toxic", "nontoxic", "toxic", "nontoxic"]}
        ),
        "hatecheck_third": pd.DataFrame(
            {"text": ["bad", "good"], "label_gold": ["hateful", "non-hateful"]}
        ),
        "ucc_healthy": pd.DataFrame(
            {"text": ["bad", "bad", "good"], "hostile": [0, 0, 0], "healthy": [1, 0, 1]}
        ),
    }  # fmt: skip
    table = toxicity_peers.quality([peer("list", ["bad"]), peer("silent", [])], sets)
    # hatecheck's macro-F1, false alarms among the healthy, false alarms among the clean templates
    assert table["list"] == [1.0, 0.5, 0.5]
    assert table["silent"] == [pytest.approx(1 / 3), 0.0, 0.0]


def test_an_auc_of_a_handful_is_not_printed():
    def natural(offending):
        rows = {"text": ["bad"] * offending + ["good"] * 60, "toxic": [1] * offending + [0] * 60}
        return {"civil_test": pd.DataFrame(rows).assign(in_natural=1, in_balanced=1)}

    few = toxicity_peers.quality([peer("list", ["bad"])], natural(29))["list"]
    assert np.isnan(few[0]) and few[2:4] == [1.0, 0.0]
    assert toxicity_peers.quality([peer("list", ["bad"])], natural(30))["list"][0] == 1.0


def test_rows_are_drawn_alike_and_missing_sets_are_named(tmp_path, capsys):
    rows = pd.DataFrame({"text": [f"text {k}" for k in range(50)], "Insult": [0, 1] * 25})
    rows.to_csv(tmp_path / "kaggle_insults.csv", index=False)
    once, again = (toxicity_peers.read_sets(tmp_path, 10)["kaggle_insults"] for _ in range(2))
    assert len(once) == 10 and once.equals(again)
    assert "civil_test: not in" in capsys.readouterr().err
    assert toxicity_peers.main([str(tmp_path / "nowhere")]) == 2


def test_our_two_rows_differ_only_in_the_threshold():
    half, high = toxicity_peers.ours(None)
    texts = ["You are a pathetic idiot and everyone knows it.", "The library opens at nine."]
    a, b = half.judge(texts), high.judge(texts)
    assert (a.toxic == b.toxic).all() and a.toxic[0] > 0.8 > 0.2 > a.toxic[1]
    assert a.flagged.tolist() == b.flagged.tolist() == [1.0, 0.0]
