"""The Perspective API's contract, field by field."""

from __future__ import annotations

import json
from dataclasses import replace

import pytest
from fake_scorer import FakeScorer

ANALYZE = "/v1alpha1/comments:analyze"
SUGGEST = "/v1alpha1/comments:suggestscore"


def asking(text="Hello there, friend.", attributes=("TOXICITY",), **more):
    return {"comment": {"text": text}, "requestedAttributes": {name: {} for name in attributes}, **more}


def refused(answer, message, kind="INVALID_REQUEST", status=400):
    assert answer.status_code == status
    assert answer.headers["content-type"] == "application/json"
    error = answer.json()["error"]
    assert error["message"] == message
    assert error["code"] == status
    assert [detail["errorType"] for detail in error["details"]] == [kind]
    assert error["details"][0]["@type"] == "type.googleapis.com/google.commentanalyzer.v1alpha1.Error"
    return error


@pytest.mark.parametrize(
    "path",
    [
        ANALYZE,
        "/v1alpha1/comments%3Aanalyze",
        "/comments:analyze",
        "/comments%3aanalyze",
        ANALYZE + "?alt=json&key=x",
    ],
)
def test_scores_are_answered_under_every_spelling_of_the_address(api, path):
    answer = api.post(path, json=asking("You fool", ("TOXICITY", "INSULT_EXPERIMENTAL", "THREAT")))
    assert answer.status_code == 200
    body = answer.json()
    assert body["languages"] == body["detectedLanguages"] == ["en"]
    assert "clientToken" not in body
    assert body["attributeScores"]["THREAT"] == {
        "spanScores": [{"begin": 0, "end": 8, "score": {"value": 0.01, "type": "PROBABILITY"}}],
        "summaryScore": {"value": 0.01, "type": "PROBABILITY"},
    }
    assert list(body["attributeScores"]) == ["TOXICITY", "INSULT_EXPERIMENTAL", "THREAT"]
    assert body["attributeScores"]["INSULT_EXPERIMENTAL"]["summaryScore"]["value"] == 0.9


def test_snake_case_names_and_numbers_as_strings_are_taken(api):
    body = {
        "comment": {"text": "You fool", "type": 1},
        "requested_attributes": {"TOXICITY": {"score_threshold": "0.5"}, "THREAT": {"score_threshold": 0.5}},
        "span_annotations": True,
        "client_token": "abc",
    }
    answer = api.post(ANALYZE, json=body).json()
    assert list(answer["attributeScores"]) == ["TOXICITY"]
    assert answer["attributeScores"]["TOXICITY"]["spanScores"][0]["begin"] == 4
    assert answer["clientToken"] == "abc"


def test_offsets_count_utf16_units(api):
    answer = api.post(ANALYZE, json=asking("Hi 😀 you fool.", spanAnnotations=True)).json()
    spans = answer["attributeScores"]["TOXICITY"]["spanScores"]
    assert [(span["begin"], span["end"]) for span in spans] == [(10, 14)]
    whole = api.post(ANALYZE, json=asking("Hi 😀 you fool.")).json()
    assert [(s["begin"], s["end"]) for s in whole["attributeScores"]["TOXICITY"]["spanScores"]] == [(0, 15)]


def test_where_the_model_only_marks_toxic_words_every_attribute_gets_them(make_api):
    class OnlyToxic(FakeScorer):
        def score(self, text, **options):
            score = super().score(text, **options)
            return replace(score, spans=tuple(s for s in score.spans if s.attribute == "toxicity"))

    api = make_api(OnlyToxic())
    scores = api.post(ANALYZE, json=asking("You fool", ("INSULT", "THREAT"), spanAnnotations=True)).json()
    found = {name: entry["spanScores"] for name, entry in scores["attributeScores"].items()}
    assert [(s["begin"], s["end"], s["score"]["value"]) for s in found["INSULT"]] == [(4, 8, 0.9)]
    assert [(s["begin"], s["end"], s["score"]["value"]) for s in found["THREAT"]] == [(4, 8, 0.01)]


def test_spans_of_html_point_into_the_markup(api):
    html = "<p>😀 you</p> &lt;<b>fo</b>ol&gt; <script>idiot</script>"
    body = asking(html, spanAnnotations=True)
    body["comment"]["type"] = "HTML"
    scores = api.post(ANALYZE, json=body).json()["attributeScores"]["TOXICITY"]
    assert "idiot" not in api.scorer.calls[-1]
    assert "<fool>" in api.scorer.calls[-1]
    (span,) = scores["spanScores"]
    units = html.encode("utf-16-le")
    marked = units[span["begin"] * 2 : span["end"] * 2].decode("utf-16-le")
    assert marked == "fo</b>ol"


def test_plain_text_is_not_read_as_html(api):
    api.post(ANALYZE, json=asking("a <b> c &amp; d"))
    assert api.scorer.calls[-1] == "a <b> c &amp; d"


def test_missing_pieces_are_named_in_the_api_s_own_words(api):
    refused(api.post(ANALYZE, json=asking("")), "Comment must be non-empty.", "COMMENT_EMPTY")
    refused(api.post(ANALYZE, json=asking(" \n")), "Comment must be non-empty.", "COMMENT_EMPTY")
    refused(api.post(ANALYZE), "Comment must be non-empty.", "COMMENT_EMPTY")
    refused(
        api.post(ANALYZE, json={"comment": {"text": "a"}}),
        "Missing requested_attributes",
        "NO_REQUESTED_ATTRIBUTES",
    )
    html = {"comment": {"text": "<p> </p>", "type": "HTML"}, "requestedAttributes": {"TOXICITY": {}}}
    refused(api.post(ANALYZE, json=html), "Comment must be non-empty.", "COMMENT_EMPTY")


def test_length_is_counted_in_bytes(api):
    assert api.post(ANALYZE, json=asking("é" * 10_240)).status_code == 200
    refused(api.post(ANALYZE, json=asking("é" * 10_240 + "x")), "Comment text too long.", "COMMENT_TOO_LONG")


@pytest.mark.parametrize(
    ("change", "message"),
    [
        ({"requestedAttributes": {"SPAM": {}}}, "Unknown requested attribute: SPAM"),
        ({"requestedAttributes": {"toxicity": {}}}, "Unknown requested attribute: toxicity"),
        (
            {"requestedAttributes": {"FLIRTATION_EXPERIMENTAL": {}}},
            "Unknown requested attribute: FLIRTATION_EXPERIMENTAL",
        ),
        (
            {"requestedAttributes": {"TOXICITY": {"scoreType": "RAW"}}},
            "Requested score type RAW is not supported by attribute TOXICITY",
        ),
        ({"comment": {"text": "a", "type": "MARKDOWN"}}, "Unknown text type"),
        ({"comment": {"text": "a", "type": 7}}, "Unknown text type"),
        (
            {"context": {"entries": [{"text": "a"}], "articleAndParentComment": {"article": {"text": "b"}}}},
            "Only one of context.entries and context.article_and_parent_comment may be populated",
        ),
        ({"comment": {"text": 5}}, "Invalid value at 'comment.text': it must be a string."),
        ({"comment": "text"}, "Invalid value at 'comment': it must be an object."),
        (
            {"requestedAttributes": ["TOXICITY"]},
            "Invalid value at 'requestedAttributes': it must be an object.",
        ),
        ({"spanAnnotations": "yes"}, "Invalid value at 'spanAnnotations': it must be true or false."),
        ({"languages": "en"}, "Invalid value at 'languages': it must be a list."),
        ({"languages": [1]}, "Invalid value at 'languages[0]': it must be a string."),
        ({"doNotStore": 1}, "Invalid value at 'doNotStore': it must be true or false."),
    ],
)
def test_what_cannot_be_used_is_named(api, change, message):
    refused(api.post(ANALYZE, json={**asking("a word"), **change}), message)


@pytest.mark.parametrize(
    "body", [b"{", b"[1]", b'"x"', b"\xff\xfe", b'{"a": NaN}', b"[" * 100_000, b'{"a":' * 100_000]
)
def test_a_body_that_is_no_json_object_is_an_invalid_request(api, body):
    answer = api.post(ANALYZE, content=body)
    assert answer.status_code == 400
    assert answer.json()["error"]["details"][0]["errorType"] == "INVALID_REQUEST"


def test_unknown_fields_and_content_types_do_not_matter(api):
    body = asking("a word", unknown={"x": 1}, sessionId="s", communityId="c")
    for kind in ("application/json; charset=utf-8", "text/plain", "application/x-www-form-urlencoded"):
        answer = api.post(ANALYZE, content=json.dumps(body), headers={"content-type": kind})
        assert answer.status_code == 200


def test_unsupported_attributes_are_dropped_on_request(api):
    answer = api.post(ANALYZE, json=asking("You fool", ("SPAM", "TOXICITY"), dropUnsupportedAttributes=True))
    assert list(answer.json()["attributeScores"]) == ["TOXICITY"]
    answer = api.post(ANALYZE, json=asking("You fool", ("SPAM",), dropUnsupportedAttributes=True))
    assert answer.json()["attributeScores"] == {}


def test_languages_that_are_asked_for_must_all_be_covered(api):
    assert api.post(ANALYZE, json=asking(languages=["en", "en-GB"])).json()["languages"] == ["en", "en-GB"]
    message = "Attribute TOXICITY does not support request languages: en, xx"
    error = refused(
        api.post(ANALYZE, json=asking(languages=["en", "xx"])), message, "LANGUAGE_NOT_SUPPORTED_BY_ATTRIBUTE"
    )
    assert error["details"][0]["languageNotSupportedByAttributeError"] == {
        "attribute": "TOXICITY",
        "requestedLanguages": ["en", "xx"],
    }
    dropped = api.post(ANALYZE, json=asking(languages=["xx"], dropUnsupportedAttributes=True))
    assert dropped.json()["attributeScores"] == {}


def test_a_text_clearly_in_another_language_is_refused(api):
    answer = api.post(ANALYZE, json=asking("Übermut tut selten gut"))
    message = "Attribute TOXICITY does not support request languages: de"
    error = refused(answer, message, "LANGUAGE_NOT_SUPPORTED_BY_ATTRIBUTE")
    found = error["details"][0]["languageNotSupportedByAttributeError"]
    assert found == {"attribute": "TOXICITY", "detectedLanguages": ["de"]}
    told = api.post(ANALYZE, json=asking("Übermut tut selten gut", languages=["en"]))
    assert told.status_code == 200


def test_a_short_text_counts_as_english_unless_the_service_is_strict(api, make_api):
    answer = api.post(ANALYZE, json=asking("lol")).json()
    assert answer["languages"] == answer["detectedLanguages"] == ["en"]
    strict = make_api(strict_languages=True)
    refused(
        strict.post(ANALYZE, json=asking("lol")), "Unable to detect language", "LANGUAGE_DETECTION_FAILED"
    )
    assert strict.post(ANALYZE, json=asking("lol", languages=["en"])).status_code == 200


def test_discovery_points_at_this_server(api, make_api):
    for path in ("/$discovery/rest?version=v1alpha1", "/%24discovery/rest?version=v1alpha1"):
        document = api.get(path).json()
        assert document["rootUrl"] == "http://scores.test/"
        method = document["resources"]["comments"]["methods"]["analyze"]
        assert method["path"] == "v1alpha1/comments:analyze"
        assert method["request"]["$ref"] in document["schemas"]
    public = make_api(public_url="https://scores.example.org")
    assert public.get("/$discovery/rest?version=v1alpha1").json()["rootUrl"] == "https://scores.example.org/"
    assert api.get("/$discovery/rest?version=v9").status_code == 404


@pytest.mark.parametrize("host", ["[", "a b", 'evil"/><script>', "x" * 300, "a:b:c", "", "[::1", "user@host"])
def test_a_host_that_is_none_is_not_repeated(api, host):
    answer = api.get("/$discovery/rest?version=v1alpha1", headers={"Host": host})
    assert answer.status_code == 200
    assert answer.json()["rootUrl"] == "http://scores.test/"
    assert api.get("/nowhere", headers={"Host": host}).status_code == 404


@pytest.mark.parametrize("host", ["localhost:8000", "[::1]:8000", "scores.example.org"])
def test_discovery_names_the_host_that_was_asked(api, host):
    document = api.get("/$discovery/rest?version=v1alpha1", headers={"Host": host}).json()
    assert document["rootUrl"] == f"http://{host}/"


def test_other_addresses_and_methods_are_refused_in_the_same_shape(api):
    refused(api.get(ANALYZE), "This address does not take this method.", status=405)
    refused(api.get("/v1alpha1/comments"), "Nothing is served at this address.", status=404)


def test_a_scorer_that_fails_is_a_500_in_the_same_shape(api):
    refused(api.post(ANALYZE, json=asking("explode")), "The text could not be scored.", status=500)


def test_halves_of_surrogate_pairs_are_survived(api):
    body = json.dumps(asking("you \ud83d fool", clientToken="\udc00")).encode()
    assert b"\\ud83d fool" in body
    answer = api.post(ANALYZE, content=body)
    assert answer.status_code == 200
    assert api.scorer.calls[-1] == "you \ufffd fool"


def test_a_suggestion_is_on_disk_when_it_is_answered(api):
    body = {
        "comment": {"text": "😀 you fool", "author": "Kim"},
        "attributeScores": {
            "TOXICITY": {
                "summaryScore": {"value": 1},
                "spanScores": [{"begin": 3, "end": 11, "score": {"value": 0.8, "type": "PROBABILITY"}}],
            },
            "INSULT_EXPERIMENTAL": {"spanScores": [{"score": {"value": 0.5}}]},
        },
        "communityId": "Coral:daily",
        "clientToken": "t",
        "languages": ["en"],
    }
    answer = api.post(SUGGEST, json=body)
    assert answer.json() == {"detectedLanguages": ["en"], "requestedLanguages": ["en"], "clientToken": "t"}
    (stored,) = api.service.store.suggestions()
    assert stored.text == "😀 you fool"
    assert stored.scores == {"toxicity": 1.0, "insult": 0.5}
    assert stored.spans == {"toxicity": ((2, 10, 0.8),), "insult": ((0, 10, 0.5),)}
    assert (stored.author, stored.community, stored.languages) == ("Kim", "Coral:daily", ("en",))


@pytest.mark.parametrize(
    ("scores", "message"),
    [
        ({}, "Missing attribute_scores"),
        ({"SPAM": {"summaryScore": {"value": 1}}}, "Unknown attribute: SPAM"),
        ({"TOXICITY": {}}, "Attribute TOXICITY has neither summary_score nor span_scores"),
        (
            {"TOXICITY": {"summaryScore": {"value": 7}}},
            "Invalid value at 'attributeScores.TOXICITY.summaryScore.value': it must be from 0 to 1.",
        ),
        (
            {"TOXICITY": {"spanScores": [{"begin": 0, "end": 99, "score": {"value": 1}}]}},
            "Invalid value at 'attributeScores.TOXICITY.spanScores[0]': "
            "begin and end must lie within the comment.",
        ),
    ],
)
def test_a_suggestion_that_says_nothing_usable_is_refused(api, scores, message):
    refused(api.post(SUGGEST, json={"comment": {"text": "a word"}, "attributeScores": scores}), message)
    assert list(api.service.store.suggestions()) == []


def test_a_suggestion_keeps_a_zero_that_json_leaves_out(api):
    body = {
        "comment": {"text": "fine"},
        "attributeScores": {"TOXICITY": {"summaryScore": {"type": "PROBABILITY"}}},
    }
    assert api.post(SUGGEST, json=body).status_code == 200
    (stored,) = api.service.store.suggestions()
    assert stored.scores == {"toxicity": 0.0}


def test_a_suggestion_that_cannot_be_stored_is_never_called_stored(api):
    api.service.store.close()
    body = {"comment": {"text": "fine"}, "attributeScores": {"TOXICITY": {"summaryScore": {"value": 0}}}}
    answer = api.post(SUGGEST, json=body)
    assert answer.status_code == 503
    assert answer.headers["retry-after"] == "5"


def test_do_not_store_leaves_no_trace_on_disk_while_suggestions_do(api, tmp_path):
    def on_disk(words: str) -> list[str]:
        return [f.name for f in tmp_path.rglob("*") if f.is_file() and words.encode() in f.read_bytes()]

    kept = {
        "comment": {"text": "a positive control"},
        "attributeScores": {"TOXICITY": {"summaryScore": {"value": 1}}},
    }
    assert api.post(SUGGEST, json=kept).status_code == 200
    assert on_disk("a positive control")
    for body in (asking("secret words", doNotStore=True), asking("secret words")):
        assert api.post(ANALYZE, json=body).status_code == 200
    unkept = {**kept, "comment": {"text": "secret words"}, "doNotStore": True}
    assert api.post(SUGGEST, json=unkept).status_code == 200
    assert on_disk("secret words") == []
