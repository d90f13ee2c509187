"""Keys, limits, ids, logs: what every request passes."""

from __future__ import annotations

import json
import logging

import pytest

from moderation.server.gate import RateLimiter
from moderation.server.keys import create_key, list_keys, revoke_key
from moderation.server.logs import JsonLines

ANALYZE = "/v1alpha1/comments:analyze"
ASKING = {"comment": {"text": "a word"}, "requestedAttributes": {"TOXICITY": {}}}


@pytest.fixture
def locked(make_api):
    api = make_api(require_key=True)
    _, api.secret = create_key(api.service.store, "a site")
    api.service.keys.refresh()
    return api


def test_a_key_is_taken_wherever_clients_put_it(locked):
    key = locked.secret
    assert locked.post(f"{ANALYZE}?key={key}", json=ASKING).status_code == 200
    assert locked.post(ANALYZE, json=ASKING, headers={"X-Goog-Api-Key": key}).status_code == 200
    assert locked.post(ANALYZE, json=ASKING, headers={"Authorization": f"Bearer {key}"}).status_code == 200


def test_without_a_key_each_protocol_says_so_in_its_own_way(locked):
    for path in (ANALYZE, f"{ANALYZE}?key=wrong", "/v1/score", "/comments:suggestscore"):
        answer = locked.post(path, json=ASKING)
        assert answer.status_code == 403
        assert answer.json()["error"]["status"] == "PERMISSION_DENIED"
    answer = locked.post("/v1/moderations", json={"input": "a"}, headers={"Authorization": "Bearer wrong"})
    assert answer.status_code == 401
    assert answer.json()["error"]["code"] == "invalid_api_key"
    assert locked.scorer.calls == []


def test_discovery_needs_no_key_but_refuses_a_wrong_one(locked):
    assert locked.get("/$discovery/rest?version=v1alpha1").status_code == 200
    answer = locked.get("/$discovery/rest?version=v1alpha1&key=wrong")
    assert answer.status_code == 400
    assert answer.json()["error"]["message"] == "API key not valid. Please pass a valid API key."


def test_watching_needs_no_key(locked):
    for path in ("/healthz", "/readyz", "/metrics"):
        assert locked.get(path).status_code == 200


def test_without_the_setting_any_key_will_do(api):
    assert api.post(f"{ANALYZE}?key=AIzaSyWhatever", json=ASKING).status_code == 200


def test_a_revoked_key_is_refused(locked):
    (key,) = list_keys(locked.service.store)
    revoke_key(locked.service.store, key.id)
    locked.service.keys.refresh()
    assert locked.post(f"{ANALYZE}?key={locked.secret}", json=ASKING).status_code == 403
    with pytest.raises(KeyError):
        revoke_key(locked.service.store, key.id)


def test_a_key_is_nowhere_on_disk(locked, tmp_path):
    written = b"".join(file.read_bytes() for file in tmp_path.rglob("*") if file.is_file())
    assert b"a site" in written
    assert locked.secret.encode() not in written


def test_over_the_rate_limit_is_429_with_retry_after_in_each_shape(make_api):
    api = make_api(rate_limit=0.01, rate_burst=2)
    assert [api.post(ANALYZE, json=ASKING).status_code for _ in range(3)] == [200, 200, 429]
    refused = api.post(ANALYZE, json=ASKING)
    assert refused.json()["error"]["status"] == "RESOURCE_EXHAUSTED"
    assert int(refused.headers["retry-after"]) >= 1
    refused = api.post("/v1/moderations", json={"input": "a"})
    assert refused.status_code == 429
    assert refused.json()["error"]["type"] == "rate_limit_error"
    assert api.get("/healthz").status_code == 200


def test_a_key_may_have_its_own_rate(make_api):
    api = make_api(rate_limit=0.01, rate_burst=1)
    _, secret = create_key(api.service.store, "trusted", rate_limit=1e9)
    api.service.keys.refresh()
    answers = [api.post(f"{ANALYZE}?key={secret}", json=ASKING).status_code for _ in range(5)]
    assert answers == [200] * 5
    assert [api.post(ANALYZE, json=ASKING).status_code for _ in range(2)] == [200, 429]


def test_a_bucket_fills_again(monkeypatch):
    now = [100.0]
    monkeypatch.setattr("time.monotonic", lambda: now[0])
    limiter = RateLimiter(2.0, 2)
    assert [limiter.wait("a") for _ in range(3)] == [0.0, 0.0, 0.5]
    assert limiter.wait("b") == 0.0
    now[0] += 0.5
    assert [limiter.wait("a") for _ in range(2)] == [0.0, 0.5]


def test_a_large_body_is_refused_with_and_without_its_length(make_api):
    api = make_api(max_body_bytes=1000)

    async def pieces():
        for _ in range(20):
            yield b"x" * 100

    for options in (
        {"content": b"x" * 2000},
        {"content": pieces()},
        {"headers": {"content-length": "9" * 400}},
    ):
        answer = api.post(ANALYZE, **options)
        assert answer.status_code == 413
        assert answer.json()["error"]["details"][0]["errorType"] == "INVALID_REQUEST"
    assert api.post("/v1/moderations", content=b"x" * 2000).json()["error"]["type"] == "invalid_request_error"


def test_a_body_that_never_comes_is_408(make_api):
    import asyncio

    api = make_api(body_seconds=0.05)

    async def never():
        yield b"{"
        await asyncio.sleep(5)
        yield b"}"

    # httpx's ASGI transport hands pieces on as they come.
    answer = api.post(ANALYZE, content=never())
    assert answer.status_code == 408


def test_request_ids_come_back_unless_they_are_no_ids(api):
    assert api.get("/healthz", headers={"X-Request-Id": "abc-1.2_3"}).headers["x-request-id"] == "abc-1.2_3"
    made = api.get("/healthz", headers={"X-Request-Id": 'x" onload="'}).headers["x-request-id"]
    assert len(made) == 16


def test_the_log_has_what_happened_and_no_words_names_or_keys(api, caplog):
    caplog.set_level(logging.INFO, "moderation.server")
    for text in ("unmistakable words", "explode unmistakable words"):
        body = {"text": text, "author": "Unmistakable Name"}
        api.post("/v1/score?key=unmistakable-key&q=unmistakable", json=body, headers={"X-Request-Id": "r1"})
    api.get("/unmistakable/path")
    lines = [json.loads(JsonLines().format(record)) for record in caplog.records]
    requests = [line for line in lines if line["event"] == "request"]
    assert [(r["route"], r["status"]) for r in requests] == [
        ("/v1/score", 200),
        ("/v1/score", 500),
        ("unmatched", 404),
    ]
    assert requests[0]["request_id"] == "r1"
    assert "nmistakable" not in json.dumps(lines)


def test_an_error_nobody_expected_is_a_500_in_shape_and_logged_by_place(api, caplog, monkeypatch):
    def broken(*_):
        raise LookupError("these words must not be logged")

    monkeypatch.setattr(api.service, "policy", broken)
    answer = api.post("/v1/score", json={"text": "fine"})
    assert answer.status_code == 500
    assert answer.json()["error"]["status"] == "INTERNAL"
    (record,) = [r for r in caplog.records if r.message == "request failed"]
    logged = JsonLines().format(record)
    assert "LookupError" in logged
    assert "native.py" in logged
    assert "these words" not in logged + caplog.text


def test_only_listed_origins_may_call_from_a_browser(make_api):
    api = make_api(cors_origins=("https://news.example",))
    asked = {"Origin": "https://news.example", "Access-Control-Request-Method": "POST"}
    assert (
        api.request("OPTIONS", ANALYZE, headers=asked).headers["access-control-allow-origin"]
        == asked["Origin"]
    )
    other = {**asked, "Origin": "https://evil.example"}
    assert "access-control-allow-origin" not in api.request("OPTIONS", ANALYZE, headers=other).headers
    answer = api.post(ANALYZE, json={}, headers={"Origin": "https://news.example"})
    assert answer.status_code == 400
    assert answer.headers["access-control-allow-origin"] == "https://news.example"


def test_metrics_count_by_route_and_never_by_address(api):
    api.post(ANALYZE, json=ASKING)
    api.post(ANALYZE, json=ASKING)
    api.get("/secret-address")
    text = api.get("/metrics").text
    assert 'moderation_requests_total{route="/v1alpha1/comments:analyze",status="200"} 2.0' in text
    assert "moderation_texts_scored_total 1.0" in text
    assert "moderation_texts_cache_hits_total 1.0" in text
    assert "secret-address" not in text


def test_the_model_is_exchanged_only_with_the_admin_token(make_api):
    assert make_api().post("/admin/reload", headers={"Authorization": "Bearer "}).status_code == 403
    api = make_api(admin_token="t0ken")
    assert api.post("/admin/reload").status_code == 403
    answer = api.post("/admin/reload", headers={"Authorization": "Bearer t0ken"})
    assert answer.json() == {"model": "fake-1.0"}


def test_a_reload_that_fails_changes_nothing(make_api, tmp_path):
    file = tmp_path / "policy.toml"
    file.write_text("")
    api = make_api(admin_token="t0ken", policy=str(file))
    before = api.service.policies
    file.write_text("[default.thresholds]\ntoxicity = 7\n")
    answer = api.post("/admin/reload", headers={"Authorization": "Bearer t0ken"})
    assert answer.status_code == 400
    assert "policy.toml" in answer.json()["error"]["message"]
    assert api.service.policies is before
    named = api.post("/admin/reload", json={"model": "nowhere"}, headers={"Authorization": "Bearer t0ken"})
    assert named.status_code == 400
    assert "nowhere" in named.json()["error"]["message"]
    assert api.post("/v1/score", json={"text": "fine"}).status_code == 200


def test_readiness_depends_on_the_store_and_health_does_not(api):
    assert api.get("/readyz").json() == {"status": "ready"}
    api.service.store.close()
    assert api.get("/readyz").status_code == 503
    assert api.get("/healthz").status_code == 200
    assert api.scorer.calls == []


def test_a_log_that_nobody_reads_holds_nobody_up(monkeypatch):
    import io
    import threading

    from moderation.server import logs

    reading = threading.Event()

    class Stuck(io.StringIO):
        def write(self, text):
            reading.wait(20)
            return super().write(text)

    stuck = Stuck()
    monkeypatch.setattr("sys.stderr", stuck)
    monkeypatch.setattr(logs, "_MOST_WAITING", 5)
    log = logging.getLogger("moderation.server")
    before = (log.handlers, log.level, log.propagate)
    writing = logs.set_up("info")
    try:
        for number in range(50):
            log.info("request", extra={"fields": {"number": number}})
        reading.set()
    finally:
        writing.stop()
        log.handlers, log.level, log.propagate = before
    written = [json.loads(line)["number"] for line in stuck.getvalue().splitlines()]
    assert written == list(range(len(written)))
    assert 5 <= len(written) <= 7
