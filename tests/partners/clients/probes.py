"""What is sent through the Perspective clients, and what must come back: every error type of the contract."""

from __future__ import annotations

TOXICITY = {"TOXICITY": {}}


def analyze(text: str = "Hello there, my friend.", **more: object) -> dict:
    return {"comment": {"text": text}, "requestedAttributes": TOXICITY, **more}


#: name → (service, method, body)
PROBES: dict[str, tuple[str, str, dict]] = {
    "scores": ("open", "analyze", analyze("You fool")),
    "spans": ("open", "analyze", analyze("Hi 😀 you fool.", spanAnnotations=True, clientToken="t")),
    "html": ("open", "analyze", analyze() | {"comment": {"text": "<p>you <b>fool</b></p>", "type": "HTML"}}),
    "every name": (
        "open",
        "analyze",
        analyze(
            requestedAttributes={
                name + ending: {}
                for name in (
                    *("TOXICITY", "SEVERE_TOXICITY", "IDENTITY_ATTACK"),
                    *("INSULT", "PROFANITY", "THREAT"),
                )
                for ending in ("", "_EXPERIMENTAL")
            }
        ),
    ),
    "threshold": ("open", "analyze", analyze(requestedAttributes={"TOXICITY": {"scoreThreshold": 0.5}})),
    "dropped": (
        "open",
        "analyze",
        analyze(requestedAttributes={"SPAM": {}, **TOXICITY}, dropUnsupportedAttributes=True),
    ),
    "with a key": ("locked", "analyze", analyze("You are a fool and you know it.")),
    "suggest": (
        "open",
        "suggestscore",
        {
            "comment": {"text": "You fool"},
            "attributeScores": {"TOXICITY": {"summaryScore": {"value": 1}}},
            "communityId": "Coral:daily",
            "clientToken": "t",
        },
    ),
    "empty": ("open", "analyze", analyze("")),
    "too long": ("open", "analyze", analyze("é" * 10_241)),
    "no attributes": ("open", "analyze", {"comment": {"text": "Hello"}}),
    "requested language": ("open", "analyze", analyze(languages=["en", "xx"])),
    "detected language": ("open", "analyze", analyze("Übermut tut selten gut")),
    "no language": ("locked", "analyze", analyze("lol")),
    "unknown attribute": ("open", "analyze", analyze(requestedAttributes={"SPAM": {}})),
    "score type": ("open", "analyze", analyze(requestedAttributes={"TOXICITY": {"scoreType": "RAW"}})),
    "text type": ("open", "analyze", analyze() | {"comment": {"text": "a", "type": "MARKDOWN"}}),
    "both contexts": (
        "open",
        "analyze",
        analyze(context={"entries": [{"text": "a"}], "articleAndParentComment": {"article": {"text": "b"}}}),
    ),
    "malformed": ("open", "analyze", analyze(languages="en")),
    "nothing suggested": ("open", "suggestscore", {"comment": {"text": "You fool"}}),
    "too large": ("locked", "analyze", analyze("x" * 60_000)),
    "server error": ("open", "analyze", analyze("explode")),
}

_LANGUAGE = "LANGUAGE_NOT_SUPPORTED_BY_ATTRIBUTE"
_REFUSES = "Attribute TOXICITY does not support request languages: "
#: name → (HTTP status, error type, message)
ERRORS: dict[str, tuple[int, str, str]] = {
    "empty": (400, "COMMENT_EMPTY", "Comment must be non-empty."),
    "too long": (400, "COMMENT_TOO_LONG", "Comment text too long."),
    "no attributes": (400, "NO_REQUESTED_ATTRIBUTES", "Missing requested_attributes"),
    "requested language": (400, _LANGUAGE, _REFUSES + "en, xx"),
    "detected language": (400, _LANGUAGE, _REFUSES + "de"),
    "no language": (400, "LANGUAGE_DETECTION_FAILED", "Unable to detect language"),
    "unknown attribute": (400, "INVALID_REQUEST", "Unknown requested attribute: SPAM"),
    "score type": (
        400,
        "INVALID_REQUEST",
        "Requested score type RAW is not supported by attribute TOXICITY",
    ),
    "text type": (400, "INVALID_REQUEST", "Unknown text type"),
    "both contexts": (
        400,
        "INVALID_REQUEST",
        "Only one of context.entries and context.article_and_parent_comment may be populated",
    ),
    "malformed": (400, "INVALID_REQUEST", "Invalid value at 'languages': it must be a list."),
    "nothing suggested": (400, "INVALID_REQUEST", "Missing attribute_scores"),
    "too large": (413, "INVALID_REQUEST", "The request is larger than 50,000 bytes."),
    "server error": (500, "INVALID_REQUEST", "The text could not be scored."),
    "wrong key": (403, "INVALID_REQUEST", "The caller needs a valid API key."),
    "rate": (429, "INVALID_REQUEST", "Too many requests; slow down."),
    "busy": (503, "INVALID_REQUEST", "The service has more to score than it can; try again shortly."),
}


def asked(names: object, services: dict) -> list[dict]:
    """The probes called ``names``, as programs take them."""
    return [
        {"name": name, **services[PROBES[name][0]], "method": PROBES[name][1], "body": PROBES[name][2]}
        for name in names
    ]


def beyond(services: dict, limited: dict, down: dict) -> list[dict]:
    """Requests to services that refuse: with a wrong key, over the rate limit, too busy."""
    return [
        {"name": "wrong key", **services["wrong"], "method": "analyze", "body": analyze()},
        {"name": "within the rate", **limited, "method": "analyze", "body": analyze()},
        {"name": "rate", **limited, "method": "analyze", "body": analyze()},
        {"name": "busy", **down, "method": "analyze", "body": analyze("one that takes its time")},
    ]


def check_answers(found: dict[str, dict]) -> None:
    """The good answers, wherever a client sent them."""
    assert found["scores"]["attributeScores"]["TOXICITY"]["summaryScore"] == {
        "value": 0.92,
        "type": "PROBABILITY",
    }
    assert found["scores"]["attributeScores"]["TOXICITY"]["spanScores"][0]["end"] == len("You fool")
    assert found["scores"]["languages"] == found["scores"]["detectedLanguages"] == ["en"]
    (span,) = found["spans"]["attributeScores"]["TOXICITY"]["spanScores"]
    assert (span["begin"], span["end"], found["spans"]["clientToken"]) == (10, 14, "t")
    assert found["html"]["attributeScores"]["TOXICITY"]["summaryScore"]["value"] == 0.92
    assert len(found["every name"]["attributeScores"]) == 12
    assert found["threshold"]["attributeScores"] == {}
    assert list(found["dropped"]["attributeScores"]) == ["TOXICITY"]
    assert found["with a key"]["attributeScores"]["TOXICITY"]["summaryScore"]["value"] == 0.92
    assert found["suggest"] == {"clientToken": "t", "detectedLanguages": ["en"], "requestedLanguages": []}


def check_errors(found: dict[str, dict], names: object = tuple(ERRORS)) -> None:
    """``found`` has ``status`` and ``error`` (the answer's own) for each name."""
    for name in names:
        status, kind, message = ERRORS[name]
        assert found[name].get("status") == status, (name, found[name])
        error = found[name]["error"]
        assert error["code"] == status, name
        assert error["message"] == message, name
        assert error["details"][0]["errorType"] == kind, name
