"""The scorer with the model that ships: its promises about order, company, threads and bad items."""

import json
import math
import subprocess
import sys
import threading
from pathlib import Path

import pytest

from moderation import ATTRIBUTES, Scorer
from moderation.scoring.scorer import MAX_CHARACTERS

HERE = Path(__file__).parent
TEXTS = [
    "Thank you for the clear report.",
    "You are a stupid idiot and nobody likes you.",
    "All of them should be shot.",
    "I am a gay man and I liked the article.",
    "f7ck off",
    "The council met on Thursday to discuss the bridge. " * 60,
    "🤡🤡🤡",
    "ok",
]


@pytest.fixture(scope="module")
def scorer():
    return Scorer()


def test_every_attribute_is_a_probability(scorer):
    for result in scorer.score_many(TEXTS):
        assert set(result.scores) == set(ATTRIBUTES)
        assert all(0 <= v <= 1 for v in result.scores.values())
        assert result.model == scorer.model
        assert result.toxicity == result.scores["toxicity"]


def test_a_score_is_the_same_alone_and_in_any_company(scorer):
    alone = [scorer.score(t) for t in TEXTS]
    together = scorer.score_many(TEXTS * 7 + ["x " * 400])
    for i, result in enumerate(together[: len(TEXTS) * 7]):
        for attribute in ATTRIBUTES:
            assert math.isclose(
                result.scores[attribute], alone[i % len(TEXTS)].scores[attribute], abs_tol=0.001
            )


def test_golden_scores(scorer):
    """Within 0.02 on every CPU: seven-bit weights keep the integer products exact."""
    golden = json.loads((HERE / "golden.json").read_text(encoding="utf-8"))
    assert golden["model"] == scorer.model, "run tests/scoring/make_golden.py after promoting a model"
    results = scorer.score_many([row["text"] for row in golden["rows"]])
    for row, result in zip(golden["rows"], results, strict=True):
        for attribute, value in row["scores"].items():
            assert abs(result.scores[attribute] - value) <= 0.02, (row["text"], attribute)


def test_bad_items_cost_nothing_else(scorer):
    items = [
        "fine",
        "",
        "   \n",
        None,
        7,
        b"bytes",
        "a" * (MAX_CHARACTERS + 1),
        "also fine",
        "\x00\ud800 lone",
    ]
    results = scorer.score_many(items)
    assert len(results) == len(items)
    for good in (0, 7):
        assert results[good].error is None
        assert results[good].scores == scorer.score(items[good]).scores
    for bad in (1, 2, 3, 4, 5, 6):
        assert results[bad].scores is None
        assert results[bad].error


def test_other_languages_are_not_scored(scorer):
    result = scorer.score("Das ist doch alles nur gelogen und ich glaube es nicht")
    assert result.scores is None
    assert result.language == "de"
    assert "not covered" in result.error


def test_the_tail_of_a_long_comment_counts(scorer):
    calm = "The weather was mild and the meeting went on for a while. " * 80
    insult = "You are a worthless fucking idiot."
    assert scorer.score(calm).toxicity < 0.3
    long = scorer.score(calm + insult)
    assert long.toxicity > 0.7
    assert any(s.start >= len(calm) for s in long.spans)


def test_spans_are_offsets_of_the_text_as_given(scorer):
    text = "😀 Well, you f\u200bucking idіot, thanks."
    words = [text[s.start : s.end] for s in scorer.score(text).spans]
    assert words
    assert any("idіot" in w for w in words)


def test_quoted_words_are_left_out(scorer):
    text = "You are a fucking idiot\n\nThat is no way to talk to people here."
    quote = (0, text.index("\n"))
    assert scorer.score(text).toxicity > 0.6
    result = scorer.score(text, quotes=[quote])
    assert result.toxicity == scorer.score(text[quote[1] :]).toxicity
    assert all(s.start >= quote[1] for s in result.spans)
    assert scorer.score("all quoted", quotes=[(0, 10)]).scores is None


def test_authors_are_scored_apart(scorer):
    result = scorer.score("I liked this.", author="SF is full of shit")
    assert result.author_scores["toxicity"] > 0.5 > result.toxicity
    assert scorer.score("I liked this.", author=" ").author_scores is None


def test_threads_share_one_scorer(scorer):
    expected = [r.scores for r in scorer.score_many(TEXTS)]
    seen = []
    threads = [
        threading.Thread(target=lambda: seen.append([r.scores for r in scorer.score_many(TEXTS)]))
        for _ in range(6)
    ]
    for t in threads:
        t.start()
    for t in threads:
        t.join()
    assert seen == [expected] * 6


def test_lengths_must_agree(scorer):
    with pytest.raises(ValueError, match="1 authors for 2 texts"):
        scorer.score_many(["a", "b"], authors=["x"])


def test_scoring_loads_nothing_heavy():
    """``from moderation import Scorer`` brings numpy, onnxruntime and tokenizers, and none of the rest."""
    code = (
        "import sys; from moderation import Scorer; Scorer; "
        "print([m for m in ('torch','transformers','lxml','trafilatura','httpx','rich','fastapi') if m in sys.modules])"
    )
    out = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True).stdout
    assert out.strip() == "[]"


def test_a_stated_language_is_believed(scorer):
    text = "Das ist doch alles nur gelogen und ich glaube es nicht"
    assert scorer.score(text, language="en").scores is not None
    assert scorer.score("I liked it.", language="de").scores is None
