"""Whatever is sent, the answer is JSON in the protocol's shape, and never a 500."""

from __future__ import annotations

import json

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

SCALARS = (
    st.none()
    | st.booleans()
    | st.integers()
    | st.floats(allow_nan=False, allow_infinity=False)
    | st.text(max_size=20)
    | st.sampled_from(
        ["PLAIN_TEXT", "HTML", "PROBABILITY", "en", "You fool", "<p>a</p>", "\ud800", "\x00", "1e999"]
    )
)
NAMES = st.sampled_from(
    (
        *("comment", "text", "type", "requestedAttributes", "requested_attributes", "TOXICITY", "scoreType"),
        *("INSULT_EXPERIMENTAL", "scoreThreshold", "context", "entries", "articleAndParentComment", "end"),
        *("languages", "clientToken", "attributeScores", "summaryScore", "spanScores", "begin", "score"),
        *("value", "spanAnnotations", "doNotStore", "communityId", "input", "model", "comments", "quotes"),
        *("author", "html", "url", "id", "community"),
    )
) | st.text(max_size=5)
ANYTHING = st.recursive(
    SCALARS,
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(NAMES, inner, max_size=5),
    max_leaves=20,
)
#: Nearly right, so that the fuzz gets past the first check.
ANALYZE = st.fixed_dictionaries(
    {
        "comment": st.fixed_dictionaries(
            {"text": st.text(max_size=50) | ANYTHING}, optional={"type": SCALARS}
        ),
        "requestedAttributes": st.dictionaries(NAMES, ANYTHING, max_size=3) | st.just({"TOXICITY": {}}),
    },
    optional=dict.fromkeys(("context", "languages", "clientToken", "spanAnnotations", "sessionId"), ANYTHING),
)
SCORE = st.fixed_dictionaries({"value": ANYTHING | st.floats(0, 1)}, optional={"type": SCALARS})
SPAN = st.fixed_dictionaries({}, optional={"begin": SCALARS, "end": SCALARS, "score": SCORE})
SUGGEST = st.fixed_dictionaries(
    {
        "comment": st.fixed_dictionaries(
            {"text": st.text(min_size=1, max_size=50)}, optional={"type": SCALARS}
        ),
        "attributeScores": st.dictionaries(
            st.sampled_from(["TOXICITY", "INSULT", "SPAM"]),
            ANYTHING
            | st.fixed_dictionaries({}, optional={"summaryScore": SCORE, "spanScores": st.lists(SPAN)}),
        ),
    },
    optional=dict.fromkeys(("context", "languages", "communityId", "doNotStore"), ANYTHING),
)
PATHS = [
    "/v1alpha1/comments:analyze",
    "/comments:suggestscore",
    "/v1/moderations",
    "/v1/score",
    "/v1/extract",
    "/v1/scan",
    "/v1/coral",
    "/admin/reload",
]
HARD = settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])


def check(path, answer):
    assert answer.status_code in (200, 204, 400, 401, 403, 404, 405, 413), answer.text
    if answer.status_code == 204:
        return
    assert answer.headers["content-type"] == "application/json"
    body = answer.json()
    if answer.status_code != 200:
        assert isinstance(body["error"]["message"], str)
        if path != "/v1/moderations":
            assert body["error"]["details"]


@pytest.mark.parametrize("path", PATHS)
def test_any_json(api, path):
    @HARD
    @given(ANYTHING | st.dictionaries(NAMES, ANYTHING, max_size=6))
    def send(body):
        check(path, api.post(path, content=json.dumps(body).encode("utf-8", "surrogatepass")))

    send()


@pytest.mark.parametrize("path", PATHS)
def test_any_bytes(api, path):
    @HARD
    @given(
        st.binary(max_size=200),
        st.sampled_from(["", "application/json", "text/html", "text/html; charset=x", "a/b;;"]),
    )
    def send(body, kind):
        check(path, api.post(path, content=body, headers={"content-type": kind}))

    send()


@pytest.mark.parametrize(("path", "bodies"), [(PATHS[0], ANALYZE), (PATHS[1], SUGGEST)])
def test_nearly_right_perspective_bodies(api, path, bodies):
    @settings(HARD, max_examples=150)
    @given(bodies)
    def send(body):
        check(path, api.post(path, content=json.dumps(body)))

    send()


@HARD
@given(
    address=st.text(max_size=30).map(lambda text: "/" + text),
    method=st.sampled_from(["GET", "POST", "PUT", "HEAD"]),
)
def test_any_address(api, address, method):
    from urllib.parse import quote

    answer = api.request(method, quote(address, safe="/:$%?&=", errors="replace"))
    if method == "HEAD":
        assert answer.status_code in (404, 405)
    elif answer.status_code != 200:
        check(address if not address.startswith("/v1/") else "/v1/moderations", answer)
