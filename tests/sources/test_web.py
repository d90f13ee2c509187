"""Fetching from a real server: robots.txt, redirects, limits, retries, pace, and refused addresses."""

from __future__ import annotations

import gzip
import ipaddress
import socket
import zlib
from dataclasses import replace
from http.server import BaseHTTPRequestHandler

import pytest
from web_server import Clock, Server, answer, redirect

from moderation.sources import Document, Failure, Limits, addresses, fetch
from moderation.sources.request import default_user_agent
from moderation.sources.web import Web

PAGE = b"<html><body><p>A story about rain.</p></body></html>"
LOCAL = Limits(allow_private=True, delay=0, retries=0, timeout=5, total_timeout=20)


def limits(**changes: object) -> Limits:
    return replace(LOCAL, **changes)


def page(found: Document | Failure) -> Document:
    assert isinstance(found, Document), found
    return found


def refusal(found: Document | Failure) -> str:
    assert isinstance(found, Failure), found
    return found.message


@pytest.fixture
def only_first_is_public(monkeypatch: pytest.MonkeyPatch) -> None:
    """127.0.0.1 plays the public internet; every other loopback address stays what it is."""
    real = addresses.is_public
    public = ipaddress.ip_address("127.0.0.1")
    monkeypatch.setattr(addresses, "is_public", lambda address: address == public or real(address))


def test_a_page_comes_with_its_address_type_and_encoding(server: Server) -> None:
    server.routes["/a"] = answer(
        "<p>naïve</p>".encode("latin-1"), content_type="text/html; charset=ISO-8859-1"
    )
    found = page(fetch(server.url("/a"), limits=LOCAL))
    assert found.content == "<p>naïve</p>".encode("latin-1")
    assert found.content_type == "text/html; charset=ISO-8859-1"
    assert (found.encoding or "").lower() == "iso-8859-1"
    assert found.source == found.url == server.url("/a")


def test_we_say_who_we_are(server: Server) -> None:
    server.routes["/"] = answer(PAGE)
    page(fetch(server.url(), limits=LOCAL))
    assert [headers["user-agent"] for _, headers in server.requests] == [default_user_agent()] * 2
    page(fetch(server.url(), limits=limits(user_agent="gazette-bot/2")))
    assert server.requests[-1][1]["user-agent"] == "gazette-bot/2"


# --- robots.txt


def test_robots_txt_is_honoured(server: Server) -> None:
    server.routes["/robots.txt"] = answer(
        b"User-agent: *\nDisallow: /private\nAllow: /\n", content_type="text/plain"
    )
    server.routes["/private/a"] = server.routes["/open"] = answer(PAGE)
    assert "robots.txt" in refusal(fetch(server.url("/private/a"), limits=LOCAL))
    assert "/private/a" not in server.paths
    page(fetch(server.url("/open"), limits=LOCAL))


def test_robots_rules_for_our_name_win(server: Server) -> None:
    rules = b"User-agent: *\nAllow: /\n\nUser-agent: comment-moderation\nDisallow: /\n"
    server.routes["/robots.txt"] = answer(rules, content_type="text/plain")
    server.routes["/a"] = answer(PAGE)
    assert "robots.txt" in refusal(fetch(server.url("/a"), limits=LOCAL))


def test_robots_txt_is_asked_once_for_a_host(server: Server) -> None:
    server.routes["/a"] = server.routes["/b"] = answer(PAGE)
    web = Web(LOCAL)
    page(web.fetch(server.url("/a")))
    page(web.fetch(server.url("/b")))
    assert server.paths == ["/robots.txt", "/a", "/b"]


def test_a_broken_robots_txt_forbids_and_a_missing_one_allows(server: Server) -> None:
    server.routes["/a"] = answer(PAGE)
    page(fetch(server.url("/a"), limits=LOCAL))
    server.routes["/robots.txt"] = answer(status=503)
    assert "robots.txt" in refusal(fetch(server.url("/a"), limits=LOCAL))


def test_a_redirect_is_checked_against_the_rules_of_where_it_leads(server: Server) -> None:
    server.routes["/robots.txt"] = answer(b"User-agent: *\nDisallow: /members\n", content_type="text/plain")
    server.routes["/a"] = redirect("/members/a")
    server.routes["/members/a"] = answer(PAGE)
    assert "robots.txt" in refusal(fetch(server.url("/a"), limits=LOCAL))
    assert "/members/a" not in server.paths


def test_a_huge_robots_txt_counts_as_far_as_it_is_read(server: Server) -> None:
    rules = b"User-agent: *\nDisallow: /private\n" + b"# filler\n" * 100_000
    server.routes["/robots.txt"] = answer(rules, content_type="text/plain")
    server.routes["/private"] = answer(PAGE)
    assert "robots.txt" in refusal(fetch(server.url("/private"), limits=LOCAL))


# --- addresses


@pytest.mark.parametrize(
    "host",
    ["127.0.0.1", "localhost", "[::1]", "[::ffff:127.0.0.1]", "2130706433", "0x7f.1", "0.0.0.0"],
)
def test_loopback_is_refused_however_it_is_written(server: Server, host: str) -> None:
    message = refusal(fetch(server.url("/", host=host), limits=Limits(retries=0)))
    assert "private address" in message
    assert server.requests == []


@pytest.mark.parametrize(
    "address",
    [
        *("10.1.2.3", "172.16.0.1", "192.168.1.1", "169.254.169.254", "100.64.0.1", "127.8.8.8", "0.0.0.0"),
        *("224.0.0.1", "240.0.0.1", "255.255.255.255", "192.0.2.1", "198.18.0.1"),
        *("::", "::1", "fe80::1", "fc00::1", "ff02::1", "::ffff:10.0.0.1", "64:ff9b::a00:1", "2002:a00:1::"),
        *("2001:db8::1", "2001:0:4136:e378:8000:63bf:3fff:fdd2", "fec0::1", "64:ff9b:1::808:808"),
    ],
)
def test_addresses_that_are_not_on_the_public_internet(address: str) -> None:
    assert not addresses.is_public(ipaddress.ip_address(address))


@pytest.mark.parametrize("address", ["8.8.8.8", "93.184.216.34", "2606:4700::1111", "64:ff9b::808:808"])
def test_addresses_that_are(address: str) -> None:
    assert addresses.is_public(ipaddress.ip_address(address))


@pytest.mark.usefixtures("only_first_is_public")
def test_a_redirect_to_a_private_address_is_refused(server: Server) -> None:
    server.routes["/a"] = redirect(server.url("/secret", host="127.0.0.2"))
    server.routes["/secret"] = answer(PAGE)
    message = refusal(fetch(server.url("/a"), limits=limits(allow_private=False)))
    assert "127.0.0.2 is a private address" in message
    assert server.paths == ["/robots.txt", "/a"]


@pytest.mark.usefixtures("only_first_is_public")
def test_a_robots_txt_that_leads_to_a_private_address_is_not_followed(server: Server) -> None:
    server.routes["/robots.txt"] = redirect(server.url("/secret", host="127.0.0.2"))
    server.routes["/a"] = answer(PAGE)
    assert "private address" in refusal(fetch(server.url("/a"), limits=limits(allow_private=False)))
    assert "/secret" not in server.paths


@pytest.mark.usefixtures("only_first_is_public")
def test_the_address_that_was_checked_is_the_one_connected_to(
    server: Server, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A name server that answers with a public address for the check and a private one for the connection."""
    server.routes["/a"] = answer(PAGE)
    real = socket.getaddrinfo
    asked: list[str] = []

    def rebinding(host: str, *arguments: object, **options: object) -> object:
        if host != "rebind.test":
            return real(host, *arguments, **options)
        asked.append(host)
        return real("127.0.0.1" if len(asked) % 2 else "127.0.0.2", *arguments, **options)

    monkeypatch.setattr(socket, "getaddrinfo", rebinding)
    web = Web(limits(allow_private=False))
    # The second connection (the page itself) is answered with the private address, and is refused.
    assert "127.0.0.2" in refusal(web.fetch(server.url("/a", host="rebind.test")))
    assert server.paths == ["/robots.txt"]
    # The third gets the public one: asked once, and connected to what was answered.
    page(web.fetch(server.url("/a", host="rebind.test")))
    assert len(asked) == 3
    assert server.requests[-1][1]["host"] == f"rebind.test:{server.port}"


@pytest.mark.usefixtures("only_first_is_public")
def test_a_name_with_one_private_address_among_public_ones_is_refused(
    server: Server, monkeypatch: pytest.MonkeyPatch
) -> None:
    real = socket.getaddrinfo

    def both(host: str, *arguments: object, **options: object) -> object:
        if host != "both.test":
            return real(host, *arguments, **options)
        return real("127.0.0.1", *arguments, **options) + real("10.0.0.1", *arguments, **options)

    monkeypatch.setattr(socket, "getaddrinfo", both)
    message = refusal(fetch(server.url("/", host="both.test"), limits=limits(allow_private=False)))
    assert "both.test (10.0.0.1)" in message


@pytest.mark.parametrize(
    ("address", "words"),
    [
        ("ftp://example.org/a", "only http"),
        ("file:///etc/passwd", "only http"),
        ("http://", "names no host"),
        ("http://[::1", "no usable address"),
        ("http://no-such-host.invalid/", "cannot be reached"),
        ("http://" + "a" * 300 + ".example/", "cannot be reached"),
    ],
)
def test_what_is_no_address_is_named_as_such(address: str, words: str) -> None:
    found = fetch(address, limits=Limits(retries=0))
    assert words in refusal(found)
    assert found.source == address


def test_a_redirect_to_a_file_is_refused(server: Server) -> None:
    server.routes["/a"] = redirect("file:///etc/passwd")
    assert "only http" in refusal(fetch(server.url("/a"), limits=LOCAL))


def test_nobody_listening_is_an_unreachable_address(server: Server) -> None:
    url = server.url("/a")
    server.close()
    assert "cannot be reached" in refusal(fetch(url, limits=LOCAL))


# --- redirects, status, type


def test_redirects_are_followed_and_the_last_address_is_the_pages(server: Server) -> None:
    server.routes["/a"] = redirect("/b", 301)
    server.routes["/b"] = redirect("c?x=1", 307)
    server.routes["/c"] = answer(PAGE)
    found = page(fetch(server.url("/a"), limits=LOCAL))
    assert found.url == server.url("/c?x=1")
    assert found.source == server.url("/a")


def test_a_redirect_loop_ends(server: Server) -> None:
    server.routes["/a"] = redirect("/a")
    assert "redirects more than" in refusal(fetch(server.url("/a"), limits=LOCAL))


def test_an_error_page_is_no_page(server: Server) -> None:
    assert refusal(fetch(server.url("/gone"), limits=LOCAL)) == "the server answers 404 Not Found"


@pytest.mark.parametrize("kind", ["image/png", "application/pdf", "video/mp4"])
def test_other_types_are_refused_unread(server: Server, kind: str) -> None:
    server.routes["/a"] = answer(PAGE, content_type=kind)
    assert refusal(fetch(server.url("/a"), limits=LOCAL)) == f"is {kind}, not a page"


def test_a_page_without_a_type_is_taken_by_its_bytes(server: Server) -> None:
    server.routes["/a"] = answer(PAGE, content_type=None)
    server.routes["/b"] = answer(b"%PDF-1.7 ...", content_type=None)
    page(fetch(server.url("/a"), limits=LOCAL))
    assert "is a PDF" in refusal(fetch(server.url("/b"), limits=LOCAL))


def test_an_empty_answer_is_said_to_be_empty(server: Server) -> None:
    server.routes["/a"] = answer(b"")
    assert refusal(fetch(server.url("/a"), limits=LOCAL)) == "is empty"


# --- size and time


def test_a_page_over_the_limit_is_refused_before_it_is_read(server: Server) -> None:
    server.routes["/a"] = answer(b"x" * 2001)
    server.routes["/b"] = answer(b"x" * 2000)
    assert "2,001 bytes, over the limit of 2,000" in refusal(
        fetch(server.url("/a"), limits=limits(max_bytes=2000))
    )
    page(fetch(server.url("/b"), limits=limits(max_bytes=2000)))


def test_a_page_of_unsaid_length_is_cut_off_at_the_limit(server: Server) -> None:
    def endless(handler: BaseHTTPRequestHandler) -> None:
        handler.send_response(200)
        handler.send_header("Content-Type", "text/html")
        handler.send_header("Connection", "close")
        handler.end_headers()
        handler.close_connection = True
        while not server.stopped.is_set():
            handler.wfile.write(b"<p>more</p>" * 1000)

    server.routes["/a"] = endless
    assert "larger than the limit" in refusal(fetch(server.url("/a"), limits=limits(max_bytes=100_000)))


@pytest.mark.parametrize("coding", ["gzip", "deflate"])
def test_packed_pages_are_unpacked_and_bombs_are_not(server: Server, coding: str) -> None:
    pack = gzip.compress if coding == "gzip" else zlib.compress
    server.routes["/a"] = answer(pack(PAGE), content_encoding=coding)
    server.routes["/bomb"] = answer(pack(bytes(50_000_000)), content_encoding=coding)
    assert page(fetch(server.url("/a"), limits=LOCAL)).content == PAGE
    assert "larger than the limit" in refusal(fetch(server.url("/bomb"), limits=limits(max_bytes=1_000_000)))


def test_broken_and_unknown_packing_are_refused(server: Server) -> None:
    server.routes["/a"] = answer(b"\x1f\x8bnonsense", content_encoding="gzip")
    server.routes["/b"] = answer(PAGE, content_encoding="br")
    assert "broken gzip" in refusal(fetch(server.url("/a"), limits=LOCAL))
    assert "'br'" in refusal(fetch(server.url("/b"), limits=LOCAL))


@pytest.mark.parametrize("part", ["headers", "body"])
def test_a_server_that_drips_is_left_at_the_deadline(server: Server, part: str) -> None:
    def drip(handler: BaseHTTPRequestHandler) -> None:
        handler.close_connection = True
        handler.wfile.write(b"HTTP/1.1 200 OK\r\nContent-Type: text/html\r\n")
        handler.wfile.write(b"X-A: " if part == "headers" else b"Connection: close\r\n\r\n")
        while not server.stopped.wait(0.05):
            handler.wfile.write(b"x")

    server.routes["/a"] = drip
    message = refusal(fetch(server.url("/a"), limits=limits(total_timeout=1.0)))
    assert message == "took longer than 1 seconds"


def test_a_silent_server_is_left_after_the_timeout(server: Server) -> None:
    server.routes["/a"] = lambda handler: void(server.stopped.wait())
    assert "did not answer in time" in refusal(fetch(server.url("/a"), limits=limits(timeout=0.3)))


def void(value: object) -> None:
    del value


# --- retries and pace


def test_an_overloaded_server_is_asked_again_after_a_pause(server: Server, clock: Clock) -> None:
    answers = [answer(status=503), answer(status=429, retry_after="7"), answer(PAGE)]
    server.routes["/a"] = lambda handler: answers.pop(0)(handler)
    web = Web(limits(retries=2, backoff=0.5), sleep=clock.sleep, clock=clock)
    page(web.fetch(server.url("/a")))
    assert clock.slept == [0.5, 7.0]


def test_retries_end(server: Server, clock: Clock) -> None:
    server.routes["/a"] = answer(status=500)
    web = Web(limits(retries=2), sleep=clock.sleep, clock=clock)
    assert "500" in refusal(web.fetch(server.url("/a")))
    assert server.paths.count("/a") == 3


def test_a_wait_longer_than_the_time_left_is_not_begun(server: Server, clock: Clock) -> None:
    server.routes["/a"] = answer(status=503, retry_after="3600")
    web = Web(limits(retries=2), sleep=clock.sleep, clock=clock)
    assert "503" in refusal(web.fetch(server.url("/a")))
    assert clock.slept == []


def test_a_missing_page_is_asked_for_once(server: Server, clock: Clock) -> None:
    web = Web(limits(retries=2), sleep=clock.sleep, clock=clock)
    refusal(web.fetch(server.url("/gone")))
    assert server.paths.count("/gone") == 1


def test_requests_to_one_host_keep_their_distance(server: Server, clock: Clock) -> None:
    server.routes["/a"] = server.routes["/b"] = answer(PAGE)
    web = Web(limits(delay=2.0), sleep=clock.sleep, clock=clock)
    page(web.fetch(server.url("/a")))
    page(web.fetch(server.url("/b")))
    page(web.fetch(server.url("/b", host="localhost")))
    assert clock.slept == [2.0]


def test_a_crawl_delay_is_kept_up_to_a_bound(server: Server, clock: Clock) -> None:
    server.routes["/a"] = answer(PAGE)
    server.routes["/robots.txt"] = answer(b"User-agent: *\nCrawl-delay: 5\n", content_type="text/plain")
    web = Web(limits(delay=1.0), sleep=clock.sleep, clock=clock)
    page(web.fetch(server.url("/a")))
    page(web.fetch(server.url("/a")))
    assert clock.slept == [5.0]
    server.routes["/robots.txt"] = answer(b"User-agent: *\nCrawl-delay: 86400\n", content_type="text/plain")
    web = Web(limits(delay=1.0, max_delay=3.0), sleep=clock.sleep, clock=clock)
    page(web.fetch(server.url("/a")))
    page(web.fetch(server.url("/a")))
    assert clock.slept == [5.0, 3.0]
