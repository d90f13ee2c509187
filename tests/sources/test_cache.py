"""The cache on disk: what may be kept is kept, and asked for again with the validators the server gave."""

from __future__ import annotations

from dataclasses import replace
from http.server import BaseHTTPRequestHandler
from pathlib import Path

import pytest
from web_server import Server, answer

from moderation.sources import CacheError, Document, Limits, read_all
from moderation.sources.web import Web

pytest.importorskip("hishel")
PAGE = b"<html><body><p>A story about rain.</p></body></html>"
LOCAL = Limits(allow_private=True, delay=0, retries=0, timeout=10, total_timeout=30)


def fetch(url: str, folder: Path, **changes: object) -> Document:
    found = Web(replace(LOCAL, cache=str(folder), **changes)).fetch(url)
    assert isinstance(found, Document), found
    return found


@pytest.mark.parametrize(
    ("validator", "asked"),
    [
        (("ETag", '"one"'), "if-none-match"),
        (("Last-Modified", "Tue, 01 Oct 2024 10:00:00 GMT"), "if-modified-since"),
    ],
)
def test_a_page_is_asked_for_again_with_its_validator(
    server: Server, tmp_path: Path, validator: tuple[str, str], asked: str
) -> None:
    def page(handler: BaseHTTPRequestHandler) -> None:
        if handler.headers.get(asked):
            handler.send_response(304)
            handler.send_header("Cache-Control", "no-cache")
            handler.end_headers()
        else:
            answer(PAGE, cache_control="no-cache", **{validator[0]: validator[1]})(handler)

    server.routes["/a"] = page
    first = fetch(server.url("/a"), tmp_path)
    second = fetch(server.url("/a"), tmp_path)  # another process would do the same: all is on disk
    assert first.content == second.content == PAGE
    headers = [headers for path, headers in server.requests if path == "/a"]
    assert len(headers) == 2 and headers[1][asked] == validator[1]
    assert second.content_type == "text/html"


def test_a_fresh_page_is_not_asked_for_and_a_changed_one_replaced(server: Server, tmp_path: Path) -> None:
    server.routes["/fresh"] = answer(PAGE, cache_control="max-age=600")
    server.routes["/changing"] = answer(PAGE, etag='"1"', cache_control="no-cache")
    for path in ("/fresh", "/changing"):
        fetch(server.url(path), tmp_path)
    server.routes["/fresh"] = server.routes["/changing"] = answer(b"<p>changed</p>", etag='"2"')
    assert fetch(server.url("/fresh"), tmp_path).content == PAGE
    assert server.paths.count("/fresh") == 1
    assert fetch(server.url("/changing"), tmp_path).content == b"<p>changed</p>"


def test_what_may_not_be_kept_is_not(server: Server, tmp_path: Path) -> None:
    server.routes["/a"] = answer(PAGE, cache_control="no-store", etag='"1"')
    for _ in range(2):
        fetch(server.url("/a"), tmp_path)
    assert server.paths.count("/a") == 2
    assert "if-none-match" not in server.requests[-1][1]
    assert not any(b"A story about rain" in file.read_bytes() for file in tmp_path.iterdir())


def test_a_page_too_large_is_refused_from_the_cache_too(server: Server, tmp_path: Path) -> None:
    server.routes["/a"] = answer(b"x" * 5000, cache_control="max-age=600")
    fetch(server.url("/a"), tmp_path)
    found = Web(replace(LOCAL, cache=str(tmp_path), max_bytes=100)).fetch(server.url("/a"))
    assert "over the limit" in str(found)


def test_what_came_from_a_private_address_stays_refused_without_leave(server: Server, tmp_path: Path) -> None:
    server.routes["/a"] = answer(PAGE, cache_control="max-age=600")
    fetch(server.url("/a"), tmp_path)
    found = Web(replace(LOCAL, cache=str(tmp_path), allow_private=False)).fetch(server.url("/a"))
    assert "private address" in str(found)


def test_many_threads_share_a_cache(server: Server, tmp_path: Path) -> None:
    for n in range(20):
        server.routes[f"/{n}"] = answer(PAGE, cache_control="max-age=600")
    addresses = [server.url(f"/{n}", host=host) for n in range(20) for host in ("127.0.0.1", "localhost")]
    limits = replace(LOCAL, cache=str(tmp_path))
    for _ in range(2):
        assert sum(isinstance(item, Document) for item in read_all(addresses, limits=limits)) == 40
    assert sum(path != "/robots.txt" for path in server.paths) == 40


def test_a_folder_that_cannot_be_one_is_said(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("x")
    with pytest.raises(CacheError, match="cannot be used"):
        Web(replace(LOCAL, cache=str(tmp_path / "file")))
