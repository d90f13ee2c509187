"""Comments behind a system's interface, fetched from real servers that answer as the systems document it."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from interfaces import (
    LOCAL,
    THREAD,
    WORDPRESS,
    as_json,
    asked,
    html,
    isso_comment,
    queries,
    wordpress_comment,
)
from sources.web_server import Server, answer

from moderation.extraction.apis import disqus

# --- WordPress


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


# --- Isso


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


# --- which one is asked


def test_a_blog_that_shows_another_system_may_have_the_comments_itself(server: Server) -> None:
    server.routes["/story"] = answer(html(WORDPRESS.format(""), THREAD))
    server.routes["/wp-json/wp/v2/comments"] = as_json(lambda query: [wordpress_comment(7)])
    page = asked(server.url("/story"))
    assert [c.id for c in page.comments] == ["7"] and page.platform == "wordpress"
    assert [w for w in page.warnings if "embed detected" in w] == []
    assert any("MODERATION_DISQUS_KEY" in w for w in page.warnings)


def test_a_saved_page_is_asked_for_by_its_canonical_address(server: Server, tmp_path: Path) -> None:
    head = f"<link rel='canonical' href='{server.url('/story')}'><script data-isso='{server.url('/isso/')}'></script>"
    (tmp_path / "saved.html").write_bytes(html(head, "<section id='isso-thread'></section>"))
    server.routes["/isso/"] = as_json(lambda query: {"replies": [isso_comment(1)]})
    page = asked(str(tmp_path / "saved.html"))
    assert [c.text for c in page.comments] == ["Words of 1."]
    assert queries(server, "/isso/") == [{"uri": ["/story"]}]
