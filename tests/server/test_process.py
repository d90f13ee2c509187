"""The service as a process: how it starts, stops, survives."""

from __future__ import annotations

import contextlib
import signal
import socket
import threading
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import httpx
import pytest
import uvicorn
from fastapi import FastAPI
from serving import REAL, serving, start

from moderation.server import process
from moderation.server.store import Store

SUGGESTION = {"attributeScores": {"TOXICITY": {"summaryScore": {"value": 1}}}}


def score(url: str, text: str) -> httpx.Response:
    return httpx.post(f"{url}/v1/score", json={"text": text}, timeout=30)


def test_it_says_where_it_is_answers_and_stops(tmp_path):
    with serving(tmp_path) as service:
        assert httpx.get(f"{service.url}/healthz").json() == {"status": "ok"}
        assert score(service.url, "You fool").json()["decision"] == "reject"
        assert service.stop() == 0
        assert "with fake-1.0" in service.log
        assert (tmp_path / "stdout.txt").read_text() == ""


def test_the_bundled_model_says_the_same_as_without_a_server_in_less_than_300_megabytes(tmp_path):
    from moderation import Scorer

    texts = [f"You are a complete idiot, number {n}, and nobody likes you." for n in range(20)]
    texts += [f"Thank you, number {n}, that was a kind thing to say." for n in range(20)]
    expected = Scorer().score_many(texts)
    with serving(tmp_path, REAL) as service, ThreadPoolExecutor(8) as callers:
        found = [answer.json() for answer in callers.map(score, [service.url] * len(texts), texts)]
        status = Path(f"/proc/{service.process.pid}/status").read_text()
        assert service.stop() == 0
    for one, other in zip(found, expected, strict=True):
        assert one["scores"] == pytest.approx(dict(other.scores), abs=0.001)
        assert one["decision"] in ("approve", "review", "reject")
    assert min(one["scores"]["toxicity"] for one in found[:20]) > max(
        one["scores"]["toxicity"] for one in found[20:]
    )
    assert int(status.split("VmHWM:")[1].split()[0]) < 300 * 1024


def test_interrupting_it_is_no_error(tmp_path):
    with serving(tmp_path) as service:
        assert service.stop(signal.SIGINT) == 0
        assert "Traceback" not in service.log


def test_a_signal_before_it_runs_is_not_lost():
    closed = []

    @contextlib.asynccontextmanager
    async def lifespan(_app):
        yield
        closed.append(True)

    server = process._Server(
        uvicorn.Config(FastAPI(lifespan=lifespan), port=0, log_config=None), service=None
    )
    server.stop()
    waited_long_enough = threading.Timer(20, setattr, (server, "should_exit", True))
    waited_long_enough.start()
    server.run()
    assert waited_long_enough.is_alive(), "it stopped by itself"
    waited_long_enough.cancel()
    assert server.started
    assert closed == [True]


def test_what_was_accepted_is_answered_before_it_stops(tmp_path):
    with serving(tmp_path, fake_delay=0.05, threads=2) as service, ThreadPoolExecutor(20) as callers:
        answers = [callers.submit(score, service.url, f"text {n}") for n in range(20)]
        while httpx.get(f"{service.url}/metrics").text.count("moderation_queue_length 0.0"):
            pass
        while "moderation_requests_in_flight 21.0" not in httpx.get(f"{service.url}/metrics").text:
            if all(answer.done() for answer in answers):
                break
        service.process.send_signal(signal.SIGTERM)
        assert [answer.result().status_code for answer in answers] == [200] * 20
        assert service.process.wait(30) == 0


def test_hanging_up_reads_the_policy_again_without_losing_a_request(tmp_path):
    policy = tmp_path / "policy.toml"
    policy.write_text("")
    with serving(tmp_path, policy=policy, fake_delay=0.01) as service:
        assert score(service.url, "You fool").json()["decision"] == "reject"
        stop = threading.Event()

        def keep_asking(number: int) -> list[int]:
            codes = []
            while not stop.is_set():
                codes.append(score(service.url, f"text {number} {len(codes)}").status_code)
            return codes

        with ThreadPoolExecutor(4) as callers:
            asking = [callers.submit(keep_asking, number) for number in range(4)]
            policy.write_text('[default.actions]\nover_reject = "review"\n')
            service.process.send_signal(signal.SIGHUP)
            while score(service.url, "You fool").json()["decision"] != "review":
                assert not any(task.done() for task in asking)
            stop.set()
            codes = [code for task in asking for code in task.result()]
        assert set(codes) == {200}
        assert service.stop() == 0


def test_the_model_is_exchanged_under_load_without_losing_a_request(tmp_path):
    with serving(tmp_path, admin_token="t0ken", fake_delay=0.01) as service:
        stop = threading.Event()

        def keep_asking(number: int) -> list[tuple[int, str]]:
            seen = []
            while not stop.is_set():
                answer = score(service.url, f"text {number} {len(seen) % 3}")
                seen.append((answer.status_code, answer.json()["model"]))
            return seen

        with ThreadPoolExecutor(4) as callers:
            asking = [callers.submit(keep_asking, number) for number in range(4)]
            headers = {"Authorization": "Bearer t0ken"}
            for name in ("fake-2.0", "fake-3.0"):
                done = httpx.post(f"{service.url}/admin/reload", json={"model": name}, headers=headers)
                assert done.json() == {"model": name}
                # From the answer on, nobody hears the old model, not even of a text it had scored before.
                assert score(service.url, "text 0 0").json()["model"] == name
            stop.set()
            seen = [entry for task in asking for entry in task.result()]
        assert {code for code, _ in seen} == {200}
        assert {model for _, model in seen} <= {"fake-1.0", "fake-2.0", "fake-3.0"}


def test_no_suggestion_that_was_answered_is_lost_when_it_is_killed(tmp_path):
    with serving(tmp_path) as service:
        answered = []

        def keep_suggesting(number: int) -> None:
            with httpx.Client(base_url=service.url, timeout=30) as client:
                for turn in range(1000):
                    text = f"suggestion {number}-{turn}"
                    try:
                        answer = client.post(
                            "/comments:suggestscore", json={"comment": {"text": text}, **SUGGESTION}
                        )
                    except httpx.TransportError:
                        return
                    if answer.status_code == 200:
                        answered.append(text)

        with ThreadPoolExecutor(4) as callers:
            tasks = [callers.submit(keep_suggesting, number) for number in range(4)]
            while len(answered) < 40:
                assert not any(task.done() for task in tasks)
            service.process.kill()
            for task in tasks:
                task.result()
    store = Store(f"sqlite:///{tmp_path / 'store.sqlite3'}")
    store.open()
    stored = {suggestion.text for suggestion in store.suggestions()}
    store.close()
    assert len(answered) >= 40
    assert set(answered) <= stored


def test_texts_to_score_leave_no_trace_and_suggestions_do(tmp_path):
    def on_disk(words: str) -> list[str]:
        return [f.name for f in tmp_path.rglob("*") if f.is_file() and words.encode() in f.read_bytes()]

    secret = "unmistakably private words"
    analyze = {"comment": {"text": secret}, "requestedAttributes": {"TOXICITY": {}}, "doNotStore": True}
    with serving(tmp_path, log_level="debug") as service:
        url = service.url
        assert httpx.post(f"{url}/comments:analyze?key={secret}", json=analyze).status_code == 200
        assert httpx.post(f"{url}/v1/moderations", json={"input": secret}).status_code == 200
        assert score(url, secret).status_code == 200
        assert score(url, f"explode, {secret}").status_code == 500
        page = f"<html><body><p>{secret}</p></body></html>"
        assert httpx.post(f"{url}/v1/scan", json={"html": page}, timeout=60).status_code == 200
        broken = httpx.post(f"{url}/v1/score", content=f'{{"text": "{secret}"')
        assert broken.status_code == 400
        unkept = {"comment": {"text": secret}, "doNotStore": True, **SUGGESTION}
        assert httpx.post(f"{url}/comments:suggestscore", json=unkept).status_code == 200
        kept = {"comment": {"text": "a positive control"}, **SUGGESTION}
        assert httpx.post(f"{url}/comments:suggestscore", json=kept).status_code == 200
        assert on_disk("a positive control")
        assert service.stop() == 0
        assert '"route": "/v1/score", "status": 500' in service.log
    assert on_disk("a positive control")
    assert on_disk(secret) == []
    assert on_disk("unmistakably") == []


def test_over_capacity_it_refuses_in_shape_and_recovers(tmp_path):
    with (
        serving(tmp_path, fake_delay=0.2, threads=1, queue_size=2) as service,
        ThreadPoolExecutor(16) as callers,
    ):
        answers = [
            task.result() for task in [callers.submit(score, service.url, f"text {n}") for n in range(16)]
        ]
        refused = [answer for answer in answers if answer.status_code == 503]
        assert 1 <= len(refused) <= 14
        assert {answer.headers["retry-after"] for answer in refused} == {"1"}
        assert {answer.json()["error"]["status"] for answer in refused} == {"UNAVAILABLE"}
        assert {answer.status_code for answer in answers} == {200, 503}
        assert httpx.get(f"{service.url}/readyz").status_code == 200
        assert score(service.url, "after the rush").status_code == 200


def test_broken_http_gets_an_answer_and_hurts_nobody(tmp_path):
    with serving(tmp_path) as service:
        host, port = service.url.removeprefix("http://").split(":")
        for sent in (
            b"GET / HTTP/9.9\r\n\r\n",
            b"\x00\xff" * 50 + b"\r\n\r\n",
            b"POST /v1/score HTTP/1.1\r\n\r\n",
        ):
            with socket.create_connection((host, int(port)), 30) as connection:
                connection.sendall(sent)
                answer = connection.recv(10_000)
            assert b"<html" not in answer.lower()
        assert httpx.get(f"{service.url}/healthz").status_code == 200
        assert "Traceback" not in service.log


@pytest.mark.parametrize(
    ("settings", "code", "message"),
    [
        ({"port": "taken"}, 1, "cannot listen on 127.0.0.1:"),
        ({"port": "eighty"}, 2, "MODERATION_PORT='eighty'"),
        ({"policy": "/nowhere/policy.toml"}, 2, "/nowhere/policy.toml"),
        ({"database": "sqlite:////proc/nowhere/store"}, 1, "/proc/nowhere/store"),
    ],
)
def test_what_keeps_it_from_starting_is_said_in_one_line(tmp_path, settings, code, message):
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        if settings.get("port") == "taken":
            settings = {"port": taken.getsockname()[1]}
        process = start(tmp_path, **settings)
        assert process.wait(60) == code
    errors = (tmp_path / "stderr.txt").read_text()
    assert message in errors
    assert len(errors.splitlines()) == 1
