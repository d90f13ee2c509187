"""Feeds of comments, invented by us after what WordPress and Blogger print; and feeds that are none."""

from __future__ import annotations

from pathlib import Path

import pytest
from test_systems import AUTHORS, TEXTS, TIMES

from moderation.extraction import extract

FOLDER = Path(__file__).parent / "fixtures" / "feeds"


@pytest.mark.parametrize("name, replies", [("rss", True), ("atom", True), ("blogger", False)])
@pytest.mark.parametrize("content_type", [None, "application/rss+xml; charset=utf-8"])
def test_comments_of(name: str, replies: bool, content_type: str | None) -> None:
    page = extract((FOLDER / f"{name}.xml").read_bytes(), source=f"{name}.xml", content_type=content_type)
    assert page.platform == "feed"
    assert page.warnings == ()
    assert page.body == ""
    assert [c.id for c in page.comments] == ["101", "102", "103"]
    assert [c.author for c in page.comments] == AUTHORS
    assert [c.text for c in page.comments] == TEXTS
    assert [c.time for c in page.comments] == [t + "+00:00" for t in TIMES]
    assert [c.parent_id for c in page.comments] == [None, "101" if replies else None, None]
    assert all(c.permalink and c.permalink.endswith(c.id) for c in page.comments)


def test_a_feed_of_articles_holds_no_comments() -> None:
    items = "".join(
        f"<item><title>Story {n}</title><link>https://gazette.example/{n}/</link><dc:creator>Desk</dc:creator>"
        f"<comments>https://gazette.example/{n}/#comments</comments><pubDate>Tue, 05 Mar 2024 09:1{n}:00 +0000"
        f"</pubDate><description>&lt;p&gt;The boats of the harbour, part {n}.&lt;/p&gt;</description></item>"
        for n in range(6)
    )
    feed = (
        '<rss version="2.0" xmlns:dc="http://purl.org/dc/elements/1.1/"><channel><title>The Gazette</title>'
    )
    assert extract(f"{feed}{items}</channel></rss>").comments == ()


def test_entities_are_not_followed() -> None:
    bomb = "".join(f'<!ENTITY e{n} "{f"&e{n - 1};" * 10 if n else "boom"}">' for n in range(12))
    feed = (
        f"<?xml version='1.0'?><!DOCTYPE rss [{bomb}<!ENTITY f SYSTEM 'file:///etc/passwd'>]><rss><channel><item>"
        "<link>https://gazette.example/#comment-1</link><description>Late &f; &e11;</description></item></channel>"
        "</rss>"
    )
    page = extract(feed, source="feed.xml")
    assert all(len(c.text) < 100 and "root:" not in c.text for c in page.comments)
    assert "root:" not in page.body


def test_a_comment_may_begin_with_a_link_to_another() -> None:
    def item(n: int, author: str, words: str) -> str:
        return (
            f"<item><link>https://gazette.example/ferry/#comment-{n}</link><dc:creator>{author}</dc:creator>"
            f"<description><![CDATA[{words}]]></description></item>"
        )

    feed = '<rss version="2.0" xmlns:dc="http://purl.org/dc/elements/1.1/"><channel><title>Comments</title>'
    link = '<p><a href="https://gazette.example/ferry/#comment-1">This</a> says it all.</p>'
    items = item(1, "Mara Quill", "<p>The ferry was late.</p>") + item(2, "Ann &amp;amp; Ben", link)
    _, second = extract(f"{feed}{items}</channel></rss>").comments
    assert (second.text, second.parent_id) == ("This says it all.", None)
    assert second.author == "Ann & Ben"
