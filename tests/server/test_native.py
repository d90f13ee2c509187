"""Our own protocol."""

from __future__ import annotations

import pytest

PAGE = """<html><head><title>Bridge opens</title></head><body><article><h1>Bridge opens</h1>
<p>The bridge over the river opened on Monday after two years of work, the city said.</p>
<p>Traffic has been light so far, and the old ferry keeps its timetable until the autumn.</p></article>
<ol class="commentlist">
<li class="comment" id="comment-1"><div class="comment-author"><cite class="fn">Ann</cite></div>
<div class="comment-content"><p>Lovely bridge, well done everyone.</p></div></li>
<li class="comment" id="comment-2"><div class="comment-author"><cite class="fn">Bob</cite></div>
<div class="comment-content"><p>Only a fool would cross it.</p></div></li>
</ol></body></html>"""


def test_one_comment(api):
    answer = api.post("/v1/score", json={"text": "You fool", "id": "c7", "author": "Damn Dan"}).json()
    assert answer["comment_id"] == "c7"
    assert answer["scores"]["insult"] == 0.9
    assert answer["author_scores"]["toxicity"] == 0.95
    assert answer["spans"][0] == {"start": 4, "end": 8, "attribute": "insult", "score": 0.9}
    assert answer["decision"] == "reject"
    assert {"attribute": "insult", "score": 0.9, "threshold": 0.9} in answer["reasons"]
    assert answer["model"] == "fake-1.0"


def test_many_comments_keep_their_order_and_identical_ones_are_scored_once(api):
    comments = [{"text": t} for t in ("fine", "You fool", "fine", "", "explosive? no", "fine")]
    results = api.post("/v1/score", json={"comments": comments}).json()["results"]
    assert [r["decision"] for r in results] == [
        "approve",
        "reject",
        "approve",
        "review",
        "approve",
        "approve",
    ]
    assert results[3]["scores"] is None
    assert results[3]["error"] == "blank text"
    assert sorted(api.scorer.calls) == sorted(["fine", "You fool", "", "explosive? no"])


@pytest.mark.parametrize(
    ("body", "where"),
    [
        ({}, "text"),
        ({"text": 5}, "text"),
        ({"text": "a", "auhtor": "x"}, "auhtor"),
        ({"comments": [{"text": "a"}, {}]}, "comments.1.text"),
        ({"text": "abc", "quotes": [[2, 9]]}, "quotes"),
        ({"text": "abc", "quotes": [[1]]}, "quotes.0.1"),
    ],
)
def test_what_cannot_be_used_is_named(api, body, where):
    answer = api.post("/v1/score", json=body)
    assert answer.status_code == 400
    assert f"'{where}'" in answer.json()["error"]["message"]


def test_too_many_comments_are_refused_before_any_is_scored(make_api):
    api = make_api(max_batch=2)
    answer = api.post("/v1/score", json={"comments": [{"text": "a"}] * 3})
    assert answer.status_code == 413
    assert "at most 2" in answer.json()["error"]["message"]
    assert api.scorer.calls == []


def test_the_community_chooses_the_policy(make_api, tmp_path):
    file = tmp_path / "policy.toml"
    file.write_text('[community.arena.thresholds]\ninsult = { review = 0.95, reject = "never" }\n'
                    'toxicity = { review = 0.99, reject = "never" }\n')  # fmt: skip
    api = make_api(policy=str(file))
    assert api.post("/v1/score", json={"text": "You fool"}).json()["decision"] == "reject"
    assert (
        api.post("/v1/score", json={"text": "You fool", "community": "arena"}).json()["decision"] == "approve"
    )
    policy = api.get("/v1/model?community=arena").json()["policy"]
    assert policy["thresholds"]["insult"] == {"review": 0.95, "reject": "never"}


def test_the_model_and_its_thresholds_are_shown(api):
    answer = api.get("/v1/model").json()
    assert answer["model"] == "fake-1.0"
    assert answer["languages"] == ["en"]
    assert answer["thresholds"] == {"toxicity": {"review": 0.6, "reject": 0.95}}
    assert answer["policy"]["thresholds"]["toxicity"] == {"review": 0.6, "reject": 0.95}


@pytest.mark.parametrize("as_json", [True, False])
def test_a_page_is_taken_apart_and_its_comments_scored(api, as_json):
    def send(path):
        if as_json:
            return api.post(path, json={"html": PAGE, "url": "https://example.org/bridge"})
        headers = {"content-type": "text/html; charset=utf-8"}
        return api.post(path + "?url=https://example.org/bridge", content=PAGE.encode(), headers=headers)

    page = send("/v1/extract").json()
    assert [c["author"] for c in page["comments"]] == ["Ann", "Bob"]
    assert "bridge over the river" in page["body"]
    assert page["url"] == "https://example.org/bridge"
    scan = send("/v1/scan").json()
    assert [(r["author"], r["decision"]) for r in scan["results"]] == [("Ann", "approve"), ("Bob", "reject")]
    assert scan["results"][1]["comment_id"] == page["comments"][1]["id"]


def test_a_page_may_be_larger_than_other_bodies(make_api):
    api = make_api(max_body_bytes=100, max_page_bytes=100_000)
    assert api.post("/v1/extract", json={"html": PAGE}).status_code == 200
    assert api.post("/v1/score", json={"text": "a" * 200}).status_code == 413


def test_openapi_describes_every_route_and_no_422(api):
    document = api.get("/openapi.json").json()
    for path in (
        "/v1/score",
        "/v1/extract",
        "/v1/scan",
        "/v1/model",
        "/v1/moderations",
        "/v1alpha1/comments:analyze",
    ):
        assert path in document["paths"]
    for path, operations in document["paths"].items():
        for operation in operations.values():
            assert "422" not in operation["responses"], path
            assert "400" in operation["responses"], path
    text = api.get("/openapi.json").text
    import re

    for name in set(re.findall(r"#/components/schemas/([^\"]+)", text)):
        assert name in document["components"]["schemas"], name
