"""Many addresses at once: side by side over hosts, one after the other on a host, stopped without a trace."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable, Iterator
from dataclasses import replace
from http.server import BaseHTTPRequestHandler
from itertools import pairwise
from typing import Any

import pytest
from web_server import Server, answer, redirect

from moderation.sources import Document, Failure, Limits, read_all

PAGE = b"<html><body><p>A story about rain.</p></body></html>"
LOCAL = Limits(allow_private=True, delay=0, retries=0, timeout=10, total_timeout=30)


@pytest.fixture
def hosts() -> Iterator[Callable[[int], list[Server]]]:
    """Servers on loopback addresses of their own: to us each is a host."""
    made: list[Server] = []

    def make(count: int) -> list[Server]:
        made.extend(Server(host=f"127.0.0.{n + 1}") for n in range(count))
        return made

    yield make
    for server in made:
        server.close()


class Busy:
    """A slow route that knows how many it was working on at the same time; the answers are sent afterwards."""

    def __init__(self, seconds: float) -> None:
        self.most = self._now = 0
        self._seconds = seconds
        self._lock = threading.Lock()

    def __call__(self, handler: BaseHTTPRequestHandler) -> None:
        with self._lock:
            self._now += 1
            self.most = max(self.most, self._now)
        time.sleep(self._seconds)
        with self._lock:
            self._now -= 1
        answer(PAGE)(handler)


def test_hosts_are_asked_side_by_side_and_each_one_request_at_a_time(hosts: Any) -> None:
    gate = threading.Barrier(3)  # passes only when all three hosts are being asked at the same moment

    def together(handler: BaseHTTPRequestHandler) -> None:
        gate.wait(20)
        answer(PAGE)(handler)

    servers = hosts(3)
    busy = [Busy(0.05) for _ in servers]
    for server, route in zip(servers, busy, strict=True):
        server.routes["/first"] = together
        server.routes |= {f"/{n}": route for n in range(4)}
    addresses = [s.url(path) for s in servers for path in ("/first", "/0", "/1", "/2", "/3")]
    found = list(read_all(addresses, limits=LOCAL))
    assert sorted(item.source for item in found if isinstance(item, Document)) == sorted(addresses)
    assert [route.most for route in busy] == [1, 1, 1]
    for server in servers:
        assert server.paths == ["/robots.txt", "/first", "/0", "/1", "/2", "/3"]


def test_no_more_hosts_at_once_than_allowed(hosts: Any) -> None:
    servers = hosts(3)
    counted = Busy(0.05)
    for server in servers:
        server.routes["/a"] = server.routes["/b"] = counted
    addresses = [s.url(path) for s in servers for path in ("/a", "/b")]
    assert len(list(read_all(addresses, limits=replace(LOCAL, hosts=1)))) == 6
    assert counted.most == 1


def test_a_slow_host_does_not_hold_up_the_others(hosts: Any) -> None:
    first, second = hosts(2)
    done = threading.Event()
    first.routes["/a"] = lambda handler: (done.wait(20), answer(PAGE)(handler))[1]
    second.routes["/a"] = second.routes["/b"] = answer(PAGE)
    found = read_all([first.url("/a"), second.url("/a"), second.url("/b")], limits=LOCAL)
    assert [next(found).source for _ in range(2)] == [second.url("/a"), second.url("/b")]
    done.set()
    assert [item.source for item in found] == [first.url("/a")]


def test_the_pause_between_two_requests_to_a_host_is_kept(hosts: Any) -> None:
    first, second = hosts(2)
    times: list[float] = []

    def noted(handler: BaseHTTPRequestHandler) -> None:
        times.append(time.monotonic())
        answer(PAGE)(handler)

    first.routes |= {"/a": noted, "/b": noted, "/c": noted}
    second.routes["/a"] = redirect(first.url("/c"))  # another host's redirect must wait for its turn as well
    addresses = [first.url("/a"), first.url("/b"), second.url("/a")]
    assert len(list(read_all(addresses, limits=replace(LOCAL, delay=0.3)))) == 3
    assert len(times) == 3
    assert all(later - earlier >= 0.28 for earlier, later in pairwise(times))


def test_a_host_that_asks_for_a_rest_gets_it_and_is_asked_again(hosts: Any) -> None:
    [server] = hosts(1)
    answers = [answer(status=429, retry_after="1"), answer(PAGE)]
    times: list[float] = []

    def busy(handler: BaseHTTPRequestHandler) -> None:
        times.append(time.monotonic())
        answers.pop(0)(handler)

    server.routes["/a"] = busy
    server.routes["/b"] = answer(PAGE)
    # The rest is longer than one address may take: the address waits in the queue instead.
    limits = replace(LOCAL, retries=1, total_timeout=0.9)
    found = list(read_all([server.url("/a"), server.url("/b")], limits=limits))
    assert [type(item) for item in found] == [Document, Document]
    assert times[1] - times[0] >= 0.98


def test_a_host_that_asks_for_a_long_rest_is_left_alone(hosts: Any) -> None:
    [server] = hosts(1)
    server.routes["/a"] = answer(status=503, retry_after="3600")
    server.routes["/b"] = answer(PAGE)
    found = list(read_all([server.url("/a"), server.url("/b")], limits=replace(LOCAL, retries=2)))
    assert all(isinstance(item, Failure) for item in found)
    assert "503" in str(found[0]) and "turn" in str(found[1])
    assert server.paths == ["/robots.txt", "/a"]


def test_a_stopped_crawl_begins_no_request_more(hosts: Any) -> None:
    servers = hosts(2)
    for server in servers:
        server.routes |= {f"/{n}": answer(PAGE) for n in range(30)}
    addresses = [s.url(f"/{n}") for s in servers for n in range(30)]
    found = read_all(addresses, limits=replace(LOCAL, delay=0.05))
    next(found)
    found.close()  # what Ctrl-C comes to
    time.sleep(0.3)
    asked = [len(server.requests) for server in servers]
    time.sleep(0.4)
    assert [len(server.requests) for server in servers] == asked
    assert sum(asked) < 40


def test_failures_are_named_and_cost_nothing_else(hosts: Any) -> None:
    [server] = hosts(1)
    server.routes["/a"] = answer(PAGE)
    addresses = ["http://[::1", server.url("/gone"), "ftp://example.org/", server.url("/a")]
    found = list(read_all(addresses, limits=LOCAL))
    assert sorted(item.source for item in found) == sorted(addresses)
    assert [item.source for item in found if isinstance(item, Document)] == [server.url("/a")]


def test_what_was_done_is_not_fetched_again(hosts: Any) -> None:
    [server] = hosts(1)
    server.routes["/a"] = server.routes["/b"] = answer(PAGE)
    found = list(read_all([server.url("/a"), server.url("/b")], limits=LOCAL, done={server.url("/a"): 1}))
    assert [item.source for item in found] == [server.url("/b")]
    assert "/a" not in server.paths


def test_files_and_addresses_keep_their_places(hosts: Any, tmp_path: Any) -> None:
    [server] = hosts(1)
    server.routes["/a"] = answer(PAGE)
    (tmp_path / "x.html").write_bytes(PAGE)
    specs = [str(tmp_path / "x.html"), server.url("/a"), str(tmp_path / "x.html")]
    assert [item.source for item in read_all(specs, limits=LOCAL)] == specs
