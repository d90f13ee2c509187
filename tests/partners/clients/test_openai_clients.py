"""OpenAI's own SDKs, pointed at this server."""

from __future__ import annotations

import pytest
from environments import call, node_with, python_with

from moderation.server.openai import CATEGORIES

pytestmark = pytest.mark.partners

IMAGE = [{"type": "image_url", "image_url": {"url": "https://example.org/cat.png"}}]


def probes(services, limited, down):
    return [
        {"name": "one", **services["open"], "input": "You fool"},
        {"name": "many", **services["open"], "input": ["Hello", "You fool", "I will kill you"]},
        {"name": "parts", **services["open"], "input": [{"type": "text", "text": "You fool"}]},
        {"name": "with a key", **services["locked"], "input": "Hello there"},
        {"name": "image", **services["open"], "input": IMAGE},
        {"name": "language", **services["open"], "input": "Übermut tut selten gut"},
        {"name": "wrong key", **services["wrong"], "input": "Hello"},
        {"name": "too large", **services["locked"], "input": "x" * 60_000},
        {"name": "server error", **services["open"], "input": "explode"},
        {"name": "within the rate", **limited, "input": "Hello"},
        {"name": "rate", **limited, "input": "Hello"},
        {"name": "busy", **down, "input": "Hello"},
    ]


#: name → (status, the SDK's exception)
REFUSED = {
    "image": (400, "BadRequestError"),
    "language": (400, "BadRequestError"),
    "wrong key": (401, "AuthenticationError"),
    "too large": (413, None),
    "server error": (500, "InternalServerError"),
    "rate": (429, "RateLimitError"),
    "busy": (503, "InternalServerError"),
}


def check(found):
    (one,) = found["one"]["results"]
    assert one["flagged"] is True
    for part in ("categories", "category_scores", "category_applied_input_types"):
        assert set(CATEGORIES) <= set(one[part]), part
    assert one["category_scores"]["harassment"] > 0.9
    assert one["category_applied_input_types"]["self-harm"] == []
    assert [r["flagged"] for r in found["many"]["results"]] == [False, True, True]
    assert found["many"]["results"][2]["categories"]["harassment/threatening"] is True
    assert len(found["parts"]["results"]) == 1
    assert found["with a key"]["results"][0]["flagged"] is False
    for name, (status, exception) in REFUSED.items():
        assert found[name]["status"] == status, (name, found[name])
        if exception is not None:
            assert found[name]["type"] == exception, name
        assert set(found[name]["body"]) == {"message", "type", "param", "code"}, name
    assert int(found["rate"]["retry_after"]) >= 1
    assert found["busy"]["retry_after"] == "1"


def test_openai_for_python(services, limited, down):
    check(call("openai_client.py", python_with("openai"), probes(services, limited, down)))


def test_openai_for_node(services, limited, down):
    check(call("openai_client.mjs", node_with("openai"), probes(services, limited, down)))
