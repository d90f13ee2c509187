"""Comments behind a system's interface, fetched from real servers that answer as the systems document it."""

from __future__ import annotations

import ipaddress
import json
from collections.abc import Callable, Iterator
from dataclasses import replace
from http.server import BaseHTTPRequestHandler
from pathlib import Path
from typing import Any
from urllib.parse import parse_qs, urlsplit

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from sources.web_server import Server, answer, redirect

from moderation.batch.asking import systems
from moderation.batch.scan import PageNotice, pages
from moderation.extraction.apis import Reply, ask, disqus
from moderation.extraction.apis.base import threaded
from moderation.extraction.records import Record
from moderation.sources import Limits, addresses
from moderation.types import Page

LOCAL = Limits(allow_private=True, delay=0, retries=0, timeout=10, total_timeout=30)
ARTICLE = (
    "<article><p>It rained for three days in the valley, and the river rose by two metres.</p></article>"
)


@pytest.fixture
def server() -> Iterator[Server]:
    server = Server()
    yield server
    server.close()


@pytest.fixture
def other() -> Iterator[Server]:
    server = Server(host="127.0.0.2")
    yield server
    server.close()


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


# --- WordPress


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


WORDPRESS_PLACES = {
    "header and shortlink": ("<link rel='shortlink' href='/?p=12'>", "", "", True),
    "link and body class": (
        "<link rel='https://api.w.org/' href='/wp-json/'>",
        "",
        "class='single postid-12'",
        False,
    ),
    "link and form": (
        "<link rel='https://api.w.org/' href='/wp-json'>",
        "<form><input type='hidden' name='comment_post_ID' value='12'></form>",
        "",
        False,
    ),
    "link and alternate": (
        "<link rel='https://api.w.org/' href='/wp-json/'>"
        "<link rel='alternate' type='application/json' href='/wp-json/wp/v2/posts/12'>",
        "",
        "",
        False,
    ),
}


@pytest.mark.parametrize("place", WORDPRESS_PLACES)
def test_wordpress_comments_come_page_by_page(server: Server, place: str) -> None:
    head, body, attributes, header = WORDPRESS_PLACES[place]
    link = {"link": f'<{server.url("/wp-json/")}>; rel="https://api.w.org/"'} if header else {}
    server.routes["/story/"] = answer(html(head, body, attributes), **link)
    everything = [wordpress_comment(n) for n in range(1, 251)] + [wordpress_comment(900, parent=2)]
    everything[4]["type"] = "pingback"

    def comments(query: dict[str, list[str]]) -> Any:
        start = (int(query["page"][0]) - 1) * int(query["per_page"][0])
        return everything[start : start + int(query["per_page"][0])]

    server.routes["/wp-json/wp/v2/comments"] = as_json(comments, X_WP_TotalPages="3", X_WP_Total="251")
    page = asked(server.url("/story/"))
    assert page.platform == "wordpress" and page.declared_count == 251 and page.warnings == ()
    assert len(page.comments) == 250 and "river rose" in page.body
    assert [c.id for c in page.comments[:4]] == ["1", "2", "900", "3"]
    first, reply = page.comments[0], page.comments[2]
    assert (first.author, first.time, first.parent_id) == ("Ann & Co 1", "2024-03-01T11:00:00+00:00", None)
    assert first.text == "Quoted.\n\nWords of 1." and first.quotes == ((0, 7),)
    assert first.permalink == "https://blog.example/story/#comment-1" and reply.parent_id == "2"
    found = queries(server, "/wp-json/wp/v2/comments")
    assert [q["page"] for q in found] == [["1"], ["2"], ["3"]]
    assert all(q["post"] == ["12"] and q["per_page"] == ["100"] for q in found)


def test_wordpress_without_pretty_links_and_without_totals(server: Server) -> None:
    head = (
        "<link rel='https://api.w.org/' href='/index.php?rest_route=/'><link rel='shortlink' href='/?p=12'>"
    )
    server.routes["/story/"] = answer(html(head))
    server.routes["/index.php"] = as_json(lambda query: [wordpress_comment(7)])
    assert [c.id for c in asked(server.url("/story/")).comments] == ["7"]
    [query] = queries(server, "/index.php")
    assert query["rest_route"] == ["/wp/v2/comments"] and query["post"] == ["12"]


WORDPRESS = "<link rel='https://api.w.org/' href='{}/wp-json/'><link rel='shortlink' href='/?p=12'>"


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


# --- the rules that hold for pages hold for interfaces


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


# --- Isso


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


def test_isso_threads_with_their_replies(server: Server, other: Server) -> None:
    server.routes["/blog/story"] = answer(
        html(f"<script data-isso='{other.url('/isso/')}' src='{other.url('/isso/js/embed.min.js')}'></script>",
             "<section id='isso-thread'></section>")
    )  # fmt: skip
    first = isso_comment(1, replies=[isso_comment(3, 1)], hidden_replies=1)
    deleted = isso_comment(4, mode=4, text="")
    threads = {
        None: [first, isso_comment(2, author=None), deleted],
        "1": [isso_comment(3, 1), isso_comment(5, 1)],
    }
    other.routes["/isso/"] = as_json(
        lambda query: {
            "replies": threads[query.get("parent", [None])[0]],
            "total_replies": 3,
            "hidden_replies": 0,
        }
    )
    page = asked(server.url("/blog/story"))
    assert page.platform == "isso" and page.warnings == ()
    assert [(c.id, c.parent_id, c.author) for c in page.comments] == [
        *(("1", None, "Ann & 1"), ("3", "1", "Ann & 3"), ("2", None, None), ("5", "1", "Ann & 5"))
    ]
    assert page.comments[0].time == "2024-03-01T11:00:00+00:00" and page.comments[0].votes == 3
    assert page.comments[0].permalink == server.url("/blog/story#isso-1")
    assert queries(other, "/isso/") == [{"uri": ["/blog/story"]}, {"uri": ["/blog/story"], "parent": ["1"]}]


def test_isso_without_comments_and_with_an_id_of_its_own(server: Server) -> None:
    body = "<section id='isso-thread' data-isso-id='/the story/'></section>"
    server.routes["/a"] = answer(html("<script data-isso='/isso'></script>", body))
    server.routes["/isso/"] = answer(status=404)
    page = asked(server.url("/a"))
    assert page.comments == () and not any("could not be asked" in w for w in page.warnings)
    assert queries(server, "/isso/") == [{"uri": ["/the story/"]}]


# --- Discourse


def discourse_post(number: int, reply_to: int | None = None, **more: Any) -> dict[str, Any]:
    return {
        "id": 1000 + number,
        "post_number": number,
        "post_type": 1,
        "username": f"ann{number}",
        "created_at": "2024-03-01T11:00:00.000Z",
        "cooked": f"<p>Words of {number}.</p>",
        "reply_to_post_number": reply_to,
        "topic_slug": "story",
        "actions_summary": [{"id": 2, "count": number}],
        "moderator": number == 3,
        "admin": False,
        **more,
    }


def forum(server: Server, count: int) -> None:
    posts = {1000 + n: discourse_post(n, reply_to=2 if n == 45 else None) for n in range(1, count + 1)}
    posts[1004] = discourse_post(4, post_type=3)
    first = {"posts_count": count, "post_stream": {"posts": list(posts.values())[:20], "stream": list(posts)}}
    server.routes["/t/7.json"] = as_json(lambda query: first)
    server.routes["/t/7/posts.json"] = as_json(
        lambda query: {"post_stream": {"posts": [posts[int(n)] for n in query["post_ids[]"]]}}
    )


@pytest.mark.parametrize("named", ["by its number", "by the article"])
def test_a_forum_topic_under_an_article(server: Server, other: Server, named: str) -> None:
    forum(other, 45)
    topic = "topicId: 7" if named == "by its number" else "discourseEmbedUrl: 'https://blog.example/story'"
    embed = f"DiscourseEmbed = {{ discourseUrl: '{other.url('/')}', {topic} }};"
    script = f"<div id='discourse-comments'></div><script>{embed}</script>"
    server.routes["/story"] = answer(html("", script))
    other.routes["/embed/comments"] = answer(
        b"<a href='https://f.example/t/story/7/1'>Continue Discussion</a>"
    )
    page = asked(server.url("/story"))
    assert page.platform == "discourse" and page.declared_count == 44 and page.warnings == ()
    assert len(page.comments) == 43  # the first post is the article, the fourth says that a topic was closed
    assert [c.id for c in page.comments[:4]] == ["2", "45", "3", "5"]
    reply, moderator = page.comments[1], page.comments[2]
    assert (reply.parent_id, reply.author, reply.votes) == ("2", "ann45", 45)
    assert moderator.author_role == "moderator" and moderator.time == "2024-03-01T11:00:00+00:00"
    assert moderator.permalink == other.url("/t/story/7/3")
    assert [len(q["post_ids[]"]) for q in queries(other, "/t/7/posts.json")] == [20, 5]
    if named == "by the article":
        assert queries(other, "/embed/comments") == [{"embed_url": ["https://blog.example/story"]}]


def test_a_topic_of_the_forum_itself_has_its_first_post(server: Server) -> None:
    forum(server, 3)
    server.routes["/t/story/7"] = answer(html("<meta name='generator' content='Discourse 3.3.0'>"))
    page = asked(server.url("/t/story/7"))
    assert [c.id for c in page.comments] == ["1", "2", "3"] and page.declared_count == 3


# --- Disqus

THREAD = (
    "<div id='disqus_thread'></div><script>var disqus_config = function () {"
    "this.page.url = 'https://blog.example/story'; };"
    "s.src = 'https://gazette.disqus.com/embed.js';</script>"
)


def disqus_post(number: int, parent: int | None = None, **more: Any) -> dict[str, Any]:
    return {
        "id": str(number),
        "parent": parent,
        "author": {"name": f"Ann {number}", "username": f"ann{number}"},
        "message": f"<p>Words of {number}.</p>",
        "createdAt": "2024-03-01T11:00:00",
        "points": 4,
        "isDeleted": False,
        "isSpam": False,
        **more,
    }


def test_disqus_with_a_key_which_stays_secret(
    server: Server, other: Server, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.setattr(disqus, "ADDRESS", other.url("/api/3.0/threads/listPosts.json"))
    posts = {"": [disqus_post(1), disqus_post(2, isSpam=True)], "one": [disqus_post(3, 1), disqus_post(4)]}
    other.routes["/api/3.0/threads/listPosts.json"] = as_json(
        lambda query: {
            "code": 0,
            "response": posts[query.get("cursor", [""])[0]],
            "cursor": {"next": "one", "hasNext": "cursor" not in query},
        },
        cache_control="max-age=600",
    )
    server.routes["/story"] = answer(html("", THREAD))
    page = asked(server.url("/story"), key="k3y-of-ours", limits=replace(LOCAL, cache=str(tmp_path)))
    assert page.platform == "disqus" and page.warnings == ()
    assert [(c.id, c.parent_id, c.author, c.votes) for c in page.comments] == [
        *(("1", None, "Ann 1", 4), ("3", "1", "Ann 3", 4), ("4", None, "Ann 4", 4))
    ]
    assert page.comments[0].permalink == server.url("/story#comment-1")
    first, second = queries(other, "/api/3.0/threads/listPosts.json")
    assert first["forum"] == ["gazette"] and first["thread:link"] == ["https://blog.example/story"]
    assert first["api_key"] == ["k3y-of-ours"] and second["cursor"] == ["one"]
    assert not any(b"k3y-of-ours" in file.read_bytes() for file in tmp_path.iterdir())


def test_disqus_without_a_key_says_where_it_would_be(server: Server) -> None:
    counter = "<a href='/story#disqus_thread'>34 Comments</a>"
    server.routes["/story"] = answer(html("", THREAD + counter))
    warnings = asked(server.url("/story")).warnings
    assert "Disqus embed detected, 34 declared, comments not in the page" in warnings
    assert any("MODERATION_DISQUS_KEY" in w for w in warnings)


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


def test_a_blog_that_shows_another_system_may_have_the_comments_itself(server: Server) -> None:
    server.routes["/story"] = answer(html(WORDPRESS.format(""), THREAD))
    server.routes["/wp-json/wp/v2/comments"] = as_json(lambda query: [wordpress_comment(7)])
    page = asked(server.url("/story"))
    assert [c.id for c in page.comments] == ["7"] and page.platform == "wordpress"
    assert [w for w in page.warnings if "embed detected" in w] == []
    assert any("MODERATION_DISQUS_KEY" in w for w in page.warnings)


# --- the rest


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


def test_a_saved_page_is_asked_for_by_its_canonical_address(server: Server, tmp_path: Path) -> None:
    head = f"<link rel='canonical' href='{server.url('/story')}'><script data-isso='{server.url('/isso/')}'></script>"
    (tmp_path / "saved.html").write_bytes(html(head, "<section id='isso-thread'></section>"))
    server.routes["/isso/"] = as_json(lambda query: {"replies": [isso_comment(1)]})
    page = asked(str(tmp_path / "saved.html"))
    assert [c.text for c in page.comments] == ["Words of 1."]
    assert queries(server, "/isso/") == [{"uri": ["/story"]}]


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
