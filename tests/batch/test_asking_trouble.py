"""What interfaces must not get us to do, and what is kept when they answer anything but comments."""

from __future__ import annotations

import ipaddress
import json
from dataclasses import replace
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from interfaces import (
    LOCAL,
    THREAD,
    WORDPRESS,
    as_json,
    asked,
    html,
    wordpress_comment,
)
from sources.web_server import Server, answer, redirect

from moderation.batch.scan import pages
from moderation.extraction.apis import Reply, ask, disqus
from moderation.extraction.apis.base import threaded
from moderation.extraction.records import Record
from moderation.sources import addresses


@pytest.mark.parametrize(
    ("route", "words"),
    [
        (answer(b"{}", status=401, content_type="application/json"), "401"),
        (answer(b"<p>hello</p>"), "no JSON"),
        (answer(b"[" * 100_000, content_type="application/json"), "no JSON"),
        (answer(b"\x89PNG", content_type="image/png"), "not JSON"),
        (answer(b" " * 3000, content_type="application/json"), "over the limit"),
    ],
)
def test_what_a_system_does_not_give_is_said_and_the_page_keeps_its_own(
    server: Server, route: Any, words: str
) -> None:
    listed = (
        "<ol class='comment-list'><li class='comment' id='comment-3'><div class='comment-author'>"
        "<b class='fn'>Ada</b></div><div class='comment-content'><p>In the page already.</p></div></li></ol>"
    )
    server.routes["/story/"] = answer(html(WORDPRESS.format(""), listed))
    server.routes["/wp-json/wp/v2/comments"] = route
    page = asked(server.url("/story/"), limits=replace(LOCAL, max_bytes=2000) if "over" in words else LOCAL)
    assert [c.text for c in page.comments] == ["In the page already."]
    assert any("WordPress could not be asked" in w and words in w for w in page.warnings)


@pytest.mark.parametrize(
    "given",
    [
        None,
        {},
        [None, 5, "x", []],
        [{"id": True}],
        [{"id": 10**4000, "content": {"rendered": "x"}}],
        [{"id": 1, "content": {"rendered": 7}}],
        {"data": []},
    ],
)
def test_json_of_any_shape_is_survived(server: Server, given: Any) -> None:
    server.routes["/story/"] = answer(html(WORDPRESS.format("")))
    server.routes["/wp-json/wp/v2/comments"] = as_json(lambda query: given)
    assert asked(server.url("/story/")).comments == ()


def test_an_interface_without_end_ends(server: Server) -> None:
    server.routes["/story/"] = answer(html(WORDPRESS.format("")))
    server.routes["/wp-json/wp/v2/comments"] = as_json(
        lambda query: [wordpress_comment(int(query["page"][0]))], X_WP_TotalPages="99999"
    )
    page = asked(server.url("/story/"))
    assert len(page.comments) == 50 and "not asked for" in page.warnings[-1]


@pytest.fixture
def only_first_is_public(monkeypatch: pytest.MonkeyPatch) -> None:
    """127.0.0.1 plays the public internet; every other loopback address stays what it is."""
    real = addresses.is_public
    public = ipaddress.ip_address("127.0.0.1")
    monkeypatch.setattr(addresses, "is_public", lambda address: address == public or real(address))


@pytest.mark.usefixtures("only_first_is_public")
@pytest.mark.parametrize("way", ["named", "redirected", "isso", "discourse"])
def test_a_page_cannot_have_us_ask_a_private_address(server: Server, other: Server, way: str) -> None:
    other.routes["/wp-json/wp/v2/comments"] = as_json(lambda query: [wordpress_comment(1)])
    pages_by_way = {
        "named": html(WORDPRESS.format(other.url("").rstrip("/"))),
        "redirected": html(WORDPRESS.format("")),
        "isso": html(
            f"<script data-isso='{other.url('/')}' src='x'></script>", "<section id='isso-thread'></section>"
        ),
        "discourse": html(
            f"<script>DiscourseEmbed = {{discourseUrl: '{other.url('/')}', topicId: 7}}</script>"
        ),
    }
    server.routes["/story/"] = answer(pages_by_way[way])
    server.routes["/wp-json/wp/v2/comments"] = redirect(other.url("/wp-json/wp/v2/comments"))
    page = asked(server.url("/story/"), limits=replace(LOCAL, allow_private=False))
    assert page.comments == () and "127.0.0.2 is a private address" in " ".join(page.warnings)
    assert other.requests == []


def test_robots_txt_holds_for_interfaces(server: Server) -> None:
    server.routes["/robots.txt"] = answer(b"User-agent: *\nDisallow: /wp-json/\n", content_type="text/plain")
    server.routes["/story/"] = answer(html(WORDPRESS.format("")))
    page = asked(server.url("/story/"))
    assert "robots.txt" in page.warnings[0]
    assert not any(path.startswith("/wp-json") for path in server.paths)


def test_nobody_is_asked_unless_wanted(server: Server) -> None:
    server.routes["/story/"] = answer(html(WORDPRESS.format("")))
    list(pages([server.url("/story/")], limits=LOCAL))
    assert server.paths == ["/robots.txt", "/story/"]


@pytest.mark.parametrize("trouble", ["redirect", "error", "unreachable"])
def test_a_key_is_in_no_message_and_goes_nowhere_else(
    server: Server, other: Server, monkeypatch: pytest.MonkeyPatch, trouble: str
) -> None:
    monkeypatch.setattr(disqus, "ADDRESS", other.url("/api"))
    other.routes["/api"] = redirect(server.url("/elsewhere")) if trouble == "redirect" else answer(status=400)
    if trouble == "unreachable":
        other.close()
    server.routes["/story"] = answer(html("", THREAD))
    page = asked(server.url("/story"), key="k3y-of-ours")
    assert any("Disqus could not be asked" in w for w in page.warnings)
    assert "k3y-of-ours" not in " ".join(page.warnings)
    assert not any("k3y" in path for path in server.paths)


JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=20),
    lambda inner: (
        st.lists(inner, max_size=4)
        | st.dictionaries(
            st.sampled_from(
                "id parent replies text created likes mode hidden_replies content rendered author_name date_gmt type "
                "post_stream posts stream cooked post_number reply_to_post_number actions_summary posts_count code "
                "response cursor next hasNext message author name points createdAt link".split()
            ),
            inner,
            max_size=6,
        )
    ),
    max_leaves=20,
)
EMBEDS = {
    "wordpress": WORDPRESS.format("https://e.org"),
    "isso": "<script data-isso='https://e.org/isso'></script>",
    "discourse": "<script>DiscourseEmbed = {discourseUrl: 'https://e.org', topicId: 7}</script>",
    "disqus": THREAD,
}


@pytest.mark.parametrize("system", EMBEDS)
@given(value=JSON)
@settings(max_examples=80, deadline=None)
def test_whatever_json_comes_it_is_read_or_left(system: str, value: Any) -> None:
    body = json.dumps(value).encode()
    page = ask(html(EMBEDS[system]), lambda *_: Reply(body), url="https://e.org/story", disqus_key="k")
    assert page is not None and all(c.id and c.text for c in page.comments)


def test_records_in_circles_are_all_kept() -> None:
    records = [
        Record("1", "a", parent="2"),
        Record("2", "b", parent="1"),
        Record("3", "c", parent="3"),
        Record("4", "d"),
    ]
    assert sorted(r.key for r in threaded(records)) == ["1", "2", "3", "4"]
    deep = [Record(str(n), "x", parent=str(n - 1)) for n in range(20_000)]
    assert [r.key for r in threaded(deep)] == [str(n) for n in range(20_000)]
