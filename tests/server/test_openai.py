"""OpenAI's moderation endpoint."""

from __future__ import annotations

import pytest

from moderation.policy import Policy
from moderation.server.openai import CATEGORIES, HEADER, NOT_COVERED, result
from moderation.types import ATTRIBUTES, Score

PATH = "/v1/moderations"


def scored(**scores):
    return Score({**dict.fromkeys(ATTRIBUTES, 0.0), **scores}, language="en")


def test_one_text_one_result_with_all_thirteen_categories(api):
    answer = api.post(PATH, json={"input": "You fool", "model": "omni-moderation-latest"})
    body = answer.json()
    assert body["id"].startswith("modr-")
    assert body["model"] == "fake-1.0"
    (found,) = body["results"]
    assert len(CATEGORIES) == 13
    for part in ("categories", "category_scores", "category_applied_input_types"):
        assert set(found[part]) == set(CATEGORIES)
    assert found["flagged"] is True
    assert [name for name, flag in found["categories"].items() if flag] == ["harassment"]
    assert found["category_applied_input_types"]["harassment"] == ["text"]
    for name in (*NOT_COVERED, "sexual"):
        assert found["category_scores"][name] == 0.0
        assert found["category_applied_input_types"][name] == []
        assert name in answer.headers[HEADER].split(", ")


def test_many_texts_are_answered_in_their_order(api):
    body = api.post(PATH, json={"input": ["fine", "You fool", "", "I kill you"]}).json()
    assert [r["flagged"] for r in body["results"]] == [False, True, False, True]
    assert body["results"][3]["categories"]["harassment/threatening"] is True


def test_parts_are_one_text(api):
    parts = [{"type": "text", "text": "You"}, {"type": "text", "text": "fool"}]
    assert len(api.post(PATH, json={"input": parts}).json()["results"]) == 1
    assert api.scorer.calls == ["You\nfool"]


@pytest.mark.parametrize(
    ("body", "message"),
    [
        ({}, "Invalid value for 'input': expected a string or a non-empty list."),
        ({"input": []}, "Invalid value for 'input': expected a string or a non-empty list."),
        ({"input": [1]}, "Invalid value for 'input[0]': expected a string or a part."),
        (
            {"input": [{"type": "image_url", "image_url": {"url": "data:,"}}]},
            "Invalid value for 'input[0]': only parts of type 'text' are scored.",
        ),
        ({"input": [{"type": "text"}]}, "Invalid value for 'input[0].text': expected a string."),
        (
            {"input": ["fine", "Übermut"]},
            "The text at input[1] cannot be scored: language de is not covered.",
        ),
    ],
)
def test_what_cannot_be_scored_is_never_passed(api, body, message):
    answer = api.post(PATH, json=body)
    assert answer.status_code == 400
    expected = {"message": message, "type": "invalid_request_error", "param": "input", "code": None}
    assert answer.json() == {"error": expected}


def test_a_model_that_is_no_name_is_refused(api):
    assert api.post(PATH, json={"input": "a", "model": 5}).json()["error"]["param"] == "model"


def test_everything_else_under_the_prefix_is_refused_in_openai_s_shape(api):
    error = api.post("/v1/chat/completions", json={}).json()["error"]
    assert error == {
        "message": "Nothing is served at this address.",
        "type": "invalid_request_error",
        "param": None,
        "code": None,
    }


def test_hate_is_not_harassment():
    found = result(scored(toxicity=0.95, identity_attack=0.97, threat=0.1), Policy())
    assert found["categories"]["hate"] is True
    assert found["categories"]["harassment"] is False
    assert found["category_scores"]["hate"] == 0.97
    assert found["category_scores"]["hate/threatening"] == 0.1


def test_the_combined_category_needs_both():
    found = result(scored(identity_attack=0.95, threat=0.95), Policy())
    assert found["categories"]["hate/threatening"] is True
    assert result(scored(threat=0.95), Policy())["categories"]["hate/threatening"] is False


def test_sexual_is_covered_when_the_model_has_it():
    found = result(scored(sexually_explicit=0.8), Policy())
    assert found["category_scores"]["sexual"] == 0.8
    assert found["category_applied_input_types"]["sexual"] == ["text"]
