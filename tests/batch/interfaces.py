"""Pages whose comments are behind a system's interface, and what such interfaces answer."""

from __future__ import annotations

import json
from collections.abc import Callable
from http.server import BaseHTTPRequestHandler
from typing import Any
from urllib.parse import parse_qs, urlsplit

from sources.web_server import Server, answer

from moderation.batch.asking import systems
from moderation.batch.scan import PageNotice, pages
from moderation.sources import Limits
from moderation.types import Page

LOCAL = Limits(allow_private=True, delay=0, retries=0, timeout=10, total_timeout=30)
ARTICLE = (
    "<article><p>It rained for three days in the valley, and the river rose by two metres.</p></article>"
)
WORDPRESS = "<link rel='https://api.w.org/' href='{}/wp-json/'><link rel='shortlink' href='/?p=12'>"
THREAD = (
    "<div id='disqus_thread'></div><script>var disqus_config = function () {"
    "this.page.url = 'https://blog.example/story'; };"
    "s.src = 'https://gazette.disqus.com/embed.js';</script>"
)


def asked(address: str, *, limits: Limits = LOCAL, key: str | None = None) -> Page:
    [notice] = pages([address], limits=limits, ask=systems(disqus_key=key))
    assert isinstance(notice, PageNotice), notice
    return notice.page


def html(head: str, body: str = "", attributes: str = "") -> bytes:
    return (
        f"<!doctype html><html><head>{head}</head><body {attributes}>{ARTICLE}{body}</body></html>".encode()
    )


def queries(server: Server, path: str) -> list[dict[str, list[str]]]:
    return [parse_qs(urlsplit(p).query) for p in server.paths if urlsplit(p).path == path]


def as_json(
    value: Callable[[dict[str, list[str]]], Any], **headers: str
) -> Callable[[BaseHTTPRequestHandler], None]:
    def send(handler: BaseHTTPRequestHandler) -> None:
        body = json.dumps(value(parse_qs(urlsplit(handler.path).query))).encode()
        answer(body, content_type="application/json; charset=UTF-8", **headers)(handler)

    return send


def wordpress_comment(number: int, parent: int = 0) -> dict[str, Any]:
    return {
        "id": number,
        "post": 12,
        "parent": parent,
        "author_name": f"Ann &amp; Co {number}",
        "date": "2024-03-01T12:00:00",
        "date_gmt": "2024-03-01T11:00:00",
        "content": {"rendered": f"<blockquote><p>Quoted.</p></blockquote><p>Words of {number}.</p>"},
        "link": f"https://blog.example/story/#comment-{number}",
        "type": "comment",
    }


def isso_comment(number: int, parent: int | None = None, **more: Any) -> dict[str, Any]:
    return {
        "id": number,
        "parent": parent,
        "text": f"<p>Words of {number}.</p>",
        "author": f"Ann &amp; {number}",
        "created": 1709290800.25,
        "likes": 5,
        "dislikes": 2,
        "mode": 1,
        "hidden_replies": 0,
        "replies": [],
        **more,
    }
