"""The clients people use with the Perspective API, pointed at this server."""

from __future__ import annotations

import pytest
from environments import call, node_with, python_with
from probes import ERRORS, PROBES, asked, beyond, check_answers, check_errors

pytestmark = pytest.mark.partners

#: What a client that cannot send everything is tried with.
_ANALYZE = [name for name, (_, method, _) in PROBES.items() if method == "analyze"]


def test_google_api_python_client(services, limited, down):
    python = python_with("google-api-python-client")
    probes = asked(PROBES, services) + beyond(services, limited, down)
    probes.append(
        {"name": "discovery with a wrong key", **services["wrong"], "method": "analyze", "body": {}}
    )
    found = call("google_client.py", python, probes)
    check_answers(found)
    check_errors(found)
    assert found["requested language"]["reason"] == ERRORS["requested language"][2]
    refused = found["discovery with a wrong key"]
    assert refused["status"] == 400
    assert refused["error"]["message"] == "API key not valid. Please pass a valid API key."
    assert int(found["rate"]["retry_after"]) >= 1
    assert found["busy"]["retry_after"] == "1"


def test_googleapis_for_node(services, limited, down):
    node = node_with("googleapis")
    found = call("googleapis_client.mjs", node, asked(PROBES, services) + beyond(services, limited, down))
    check_answers(found)
    check_errors(found)
    assert found["empty"]["shown"] == "Comment must be non-empty."
    assert int(found["rate"]["retry_after"]) >= 1


def test_perspective_api_client_for_node(services, limited, down):
    node = node_with("perspective-api-client@3.1.0")
    probes = asked(_ANALYZE, services) + beyond(services, limited, down)
    found = call("perspective_api_client.cjs", node, probes)
    # This client asks for TOXICITY where nothing is asked for.
    assert found.pop("no attributes")["attributeScores"]["TOXICITY"]["summaryScore"]["value"] == 0.01
    check_answers(
        {**found, "suggest": {"clientToken": "t", "detectedLanguages": ["en"], "requestedLanguages": []}}
    )
    names = [name for name in ERRORS if name in found]
    check_errors(found, names)
    assert all(found[name]["shown"] == ERRORS[name][2] for name in names)


def test_perspective(services, limited, down):
    python = python_with("perspective==1.0.3")
    cannot_say = {"both contexts", "dropped"}
    probes = asked([name for name in PROBES if name not in cannot_say], services)
    probes += beyond(services, limited, down)
    probes.append({**asked(["every name"], services)[0], "name": "score", "method": "score"})
    found = call("perspective_client.py", python, probes)
    check_answers({**found, "dropped": {"attributeScores": {"TOXICITY": {}}}})
    check_errors(found, [name for name in ERRORS if name not in cannot_say])
    assert found["score"]["TOXICITY"] == 0.01
    assert len(found["score"]) == 12


def test_pyperspective(services, limited, down):
    python = python_with("PyPerspective==1.0.4")
    probe = {"text": "You are a fool, friend.", "tests": ["TOXICITY", "INSULT"]}
    found = call(
        "pyperspective_client.py",
        python,
        [
            {"name": "scores", **services["open"], **probe},
            {"name": "with a key", **services["locked"], **probe},
            {"name": "wrong key", **services["wrong"], **probe},
            {"name": "empty", **services["open"], **probe, "text": ""},
            {"name": "told it is English", **services["open"], **probe, "text": "Übermut tut selten gut"},
            {"name": "unknown attribute", **services["open"], **probe, "tests": ["FLIRTATION"]},
            {"name": "rate", **limited, **probe},
            {"name": "busy", **down, **probe},
        ],
    )
    assert found["scores"] == found["with a key"]
    assert found["scores"]["scores"] == {"TOXICITY": 0.92, "INSULT": 0.9}
    assert found["scores"]["types"] == ["PROBABILITY"]
    assert found["scores"]["spans"] == [[0, len(probe["text"]), 0.92, "PROBABILITY"]]
    assert found["scores"]["languages"] == [["en"], ["en"]]
    # This client says "en" of every text, and is believed.
    assert found["told it is English"]["languages"] == [["en"], ["en"]]
    assert found["wrong key"] == {"invalid key": "Invalid Auth Key Provided!"}
    for name, status in (
        ("empty", "[400][INVALID_ARGUMENT]"),
        ("rate", "[429][RESOURCE_EXHAUSTED]"),
        ("busy", "[503][UNAVAILABLE]"),
    ):
        assert found[name] == {"api exception": f"{status}: {ERRORS[name][2]}"}
    expected = "[400][INVALID_ARGUMENT]: Unknown requested attribute: FLIRTATION"
    assert found["unknown attribute"] == {"api exception": expected}
