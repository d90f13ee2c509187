"""Comment feeds as sources: by address and by file, with bombs that do not go off."""

from __future__ import annotations

import time
from pathlib import Path

import pytest
from sources.web_server import Server, answer

from moderation.batch.scan import PageNotice, pages
from moderation.sources import Failure, Limits
from moderation.types import Page

LOCAL = Limits(allow_private=True, delay=0, retries=0, timeout=10, total_timeout=30)

RSS = """<?xml version="1.0" encoding="UTF-8"?>
<rss version="2.0" xmlns:content="http://purl.org/rss/1.0/modules/content/"
 xmlns:dc="http://purl.org/dc/elements/1.1/" xmlns:thr="http://purl.org/syndication/thread/1.0">
<channel><title>Comments on: Rain</title><link>https://blog.example/rain/</link>
<item><title>By: Ada</title><link>https://blog.example/rain/#comment-7</link><dc:creator><![CDATA[Ada]]></dc:creator>
<pubDate>Fri, 01 Mar 2024 11:00:00 +0000</pubDate><guid isPermaLink="false">https://blog.example/?p=1#comment-7</guid>
<content:encoded><![CDATA[<p>It never rains <em>there</em>, Tom &amp; Jo.</p>]]></content:encoded></item>
<item><title>By: Bo</title><link>https://blog.example/rain/#comment-8</link><dc:creator>Bo</dc:creator>
<pubDate>Fri, 01 Mar 2024 12:00:00 +0000</pubDate><guid isPermaLink="false">https://blog.example/?p=1#comment-8</guid>
<thr:in-reply-to ref="https://blog.example/?p=1#comment-7" href="https://blog.example/rain/#comment-7"/>
<content:encoded><![CDATA[<p>It does in March.</p>]]></content:encoded></item>
</channel></rss>"""


def read(source: str) -> Page:
    [event] = pages([source], limits=LOCAL)
    assert isinstance(event, PageNotice), event
    return event.page


def check(page: Page) -> None:
    first, reply = page.comments
    assert (first.id, first.author, first.text) == ("7", "Ada", "It never rains there, Tom & Jo.")
    assert first.time == "2024-03-01T11:00:00+00:00" and first.parent_id is None
    assert first.permalink == "https://blog.example/rain/#comment-7"
    assert (reply.id, reply.author, reply.parent_id) == ("8", "Bo", "7")


@pytest.mark.parametrize(
    "kind",
    [
        *("application/rss+xml; charset=UTF-8", "application/atom+xml", "application/rdf+xml", "text/xml"),
        *("application/xml", None),
    ],
)
def test_a_feed_by_its_address(server: Server, kind: str | None) -> None:
    server.routes["/comments/feed/"] = answer(RSS.encode(), content_type=kind)
    check(read(server.url("/comments/feed/")))


@pytest.mark.parametrize("name", ["feed.xml", "comments.rss", "saved", "folder/comments.rss"])
def test_a_feed_in_a_file(tmp_path: Path, name: str) -> None:
    path = tmp_path / name
    path.parent.mkdir(exist_ok=True)
    path.write_text(RSS)
    check(read(str(path.parent) if "/" in name else str(path)))


BOMB = (
    '<?xml version="1.0"?><!DOCTYPE rss [<!ENTITY a "'
    + "lol" * 100
    + '">'
    + "".join(f'<!ENTITY {n} "{f"&{m};" * 20}">' for m, n in zip("abcdefgh", "bcdefghi", strict=True))
    + "]>"
)
SECRET = '<?xml version="1.0"?><!DOCTYPE rss [<!ENTITY i SYSTEM "file://{}">]>'


@pytest.mark.parametrize("where", ["text", "name"])
def test_an_entity_bomb_does_not_go_off(tmp_path: Path, where: str) -> None:
    inside = RSS.split("?>", 1)[1].strip()
    old = "It does in March." if where == "text" else "<dc:creator>Bo</dc:creator>"
    new = "]]>&i;<![CDATA[" if where == "text" else "<dc:creator>&i;</dc:creator>"
    (tmp_path / "feed.xml").write_text(BOMB + inside.replace(old, new))
    began = time.process_time()
    [event] = pages([tmp_path / "feed.xml"], limits=LOCAL)
    assert time.process_time() - began < 10
    assert (
        isinstance(event, Failure)
        or sum(len(c.text) + len(c.author or "") for c in event.page.comments) < 5000
    )


def test_an_entity_cannot_read_a_file(tmp_path: Path) -> None:
    (tmp_path / "secret").write_text("the words of the secret file")
    inside = RSS.split("?>", 1)[1].strip().replace("It does in March.", "]]>&i;<![CDATA[")
    (tmp_path / "feed.xml").write_text(SECRET.format(tmp_path / "secret") + inside)
    [event] = pages([tmp_path / "feed.xml"], limits=LOCAL)
    assert isinstance(event, PageNotice) and "secret file" not in repr(event.page)
