"""A thread over several pages: which links are followed, and which lead somewhere else."""

from __future__ import annotations

import ipaddress
from dataclasses import replace

import pytest
from web_server import Server, answer, redirect

from moderation.sources import Document, Limits, addresses, read_all
from moderation.sources.paging import Walk

LOCAL = Limits(allow_private=True, delay=0, retries=0, timeout=10, total_timeout=30)
BASE = "https://example.org/2024/story/"


def page(inner: str, words: str = "") -> bytes:
    return (
        f"<html><body><article>{words}</article><div id='comments'>{inner}</div>"
        "<a rel='next' href='/2024/another-story/'>next story</a></body></html>"
    ).encode()


def followed(url: str, content: bytes) -> tuple[int | None, list[tuple[str, int | None]]]:
    walk = Walk(url, content)
    links = []
    while (link := walk.next()) is not None:
        links.append((link.url, link.number))
    return walk.number, links


@pytest.mark.parametrize(
    ("links", "number", "expected"),
    [
        # the oldest page first, with "newer" at its foot
        (
            '<div class="nav-next"><a href="/2024/story/comment-page-2/#comments">Newer</a></div>',
            1,
            [("comment-page-2/", 2)],
        ),
        # the newest first: the page is the last one
        (
            '<div class="nav-previous"><a href="/2024/story/comment-page-4/#comments">Older</a></div>',
            5,
            [("comment-page-4/", 4)],
        ),
        # numbered, the current one without a link
        (
            '<nav><span class="page-numbers current">2</span><a href="/2024/story/?cpage=1#comments">1</a>'
            '<a href="?cpage=3#comments">3</a></nav>',
            2,
            [("?cpage=1", 1), ("?cpage=3", 3)],
        ),
        ('<a href="/2024/story/comment-page-1/">1</a><a href="/2024/story/comment-page-2/">2</a>', 3, None),
        # permalinks of the comments that the page shows say which page it is; those of a sidebar do not
        (
            '<a href="/2024/story/comment-page-1/#comment-9">Ada on Rain</a>'
            '<a href="/2024/story/comment-page-1/#comment-8">Bo on Rain</a>'
            '<li id="comment-71"><a href="/2024/story/comment-page-3/#comment-71">at noon</a></li>'
            '<a href="/2024/story/comment-page-2/#comments">Older</a>',
            3,
            [("comment-page-2/", 2)],
        ),
        (
            '<a name="comment-71"></a><a href="/2024/story/?cpage=3#comment-71">at noon</a>'
            '<a href="/2024/story/?cpage=2#comments">Older</a>',
            3,
            [("?cpage=2", 2)],
        ),
        ('<p><a rel="next" href="?page=2">more comments</a></p>', None, [("?page=2", None)]),
    ],
)
def test_links_to_further_comment_pages(
    links: str, number: int | None, expected: list[tuple[str, int | None]] | None
) -> None:
    own, found = followed(BASE, page(links))
    assert own == number
    if expected is not None:
        assert found == [(BASE + link, n) for link, n in expected]


@pytest.mark.parametrize(
    "link",
    [
        "https://evil.example/2024/story/comment-page-2/",
        "/2024/other-story/comment-page-2/",  # "recent comments" in the sidebar
        "/2024/other-story/?cpage=2",
        "https://example.org:8443/2024/story/comment-page-2/",
        "javascript:next('/comment-page-2/')",
        "file:///2024/story/comment-page-2/",
        "/2024/story/comment-page-1/?replytocom=7#respond",  # the page itself, once more
        "/2024/story/",
    ],
)
def test_links_to_anywhere_else_are_left(link: str) -> None:
    content = page(
        f'<a rel="next" href="{link}">next</a>'
        '<p id="comment-1"><a href="/2024/story/comment-page-1/#comment-1">x</a></p>'
    )
    assert followed(BASE, content)[1] == []


def test_rel_next_outside_the_comments_is_the_next_article() -> None:
    content = b"<html><body><nav><a rel=next href='/2024/story/2/'>next</a></nav></body></html>"
    assert followed(BASE, content)[1] == []


def test_hostile_markup_is_read_in_time() -> None:
    content = b"<div class=comments>" * 20_000 + b"<a rel=next href='?page=2'>x</a>" * 20_000
    assert len(followed(BASE, content)[1]) <= 1
    assert followed(BASE, b"comment-page-2\x00\xff\xfe")[1] == []


def thread(server: Server, pages: int) -> None:
    for number in range(1, pages + 1):
        links = [
            f'<a href="/s/comment-page-{n}/#comments">{n}</a>' for n in range(1, pages + 1) if n != number
        ]
        content = page(f"page {number}" + "".join(links))
        server.routes[f"/s/comment-page-{number}/"] = answer(content)
    server.routes["/s/"] = server.routes["/s/comment-page-1/"]


def only(server: Server, limits: Limits = LOCAL) -> Document:
    [found] = read_all([server.url("/s/")], limits=limits)
    assert isinstance(found, Document), found
    return found


def test_a_thread_comes_as_one_document(server: Server) -> None:
    thread(server, 4)
    found = only(server)
    assert found.number == 1 and [part.number for part in found.further] == [2, 3, 4]
    assert all(f"page {part.number}".encode() in part.content for part in found.further)
    assert len(server.paths) == 5 and found.notes == ()


def test_the_number_of_pages_is_limited_and_said(server: Server) -> None:
    thread(server, 9)
    found = only(server, replace(LOCAL, comment_pages=3))
    assert [part.number for part in found.further] == [2, 3]
    assert "--comment-pages" in found.notes[0]
    assert only(server, replace(LOCAL, comment_pages=1)).further == ()


def test_a_comment_page_that_fails_costs_only_itself(server: Server) -> None:
    thread(server, 3)
    server.routes["/s/comment-page-2/"] = answer(status=404)
    found = only(server)
    assert [part.number for part in found.further] == [3]
    assert "comment-page-2" in found.notes[0] and "404" in found.notes[0]


def test_a_comment_page_in_robots_txt_is_not_asked_for(server: Server) -> None:
    thread(server, 2)
    server.routes["/robots.txt"] = answer(
        b"User-agent: *\nDisallow: /s/comment-page\n", content_type="text/plain"
    )
    found = only(server)
    assert found.further == () and "robots.txt" in found.notes[0]
    assert server.paths == ["/robots.txt", "/s/"]


def test_a_comment_page_cannot_lead_to_a_private_address(
    server: Server, monkeypatch: pytest.MonkeyPatch
) -> None:
    real = addresses.is_public
    public = ipaddress.ip_address("127.0.0.1")  # plays the public internet
    monkeypatch.setattr(addresses, "is_public", lambda address: address == public or real(address))
    thread(server, 2)
    secret = Server(host="127.0.0.2")
    try:
        server.routes["/s/comment-page-2/"] = redirect(secret.url("/s/comment-page-2/"))
        found = only(server, replace(LOCAL, allow_private=False))
        assert found.further == () and "127.0.0.2 is a private address" in found.notes[0]
        assert secret.requests == []
    finally:
        secret.close()


def test_a_comment_page_that_leads_back_or_away_is_not_counted(server: Server) -> None:
    thread(server, 3)
    server.routes["/s/comment-page-2/"] = redirect("/s/")
    server.routes["/s/comment-page-3/"] = redirect("/elsewhere")
    server.routes["/elsewhere"] = answer(page("other words"))
    assert only(server).further == ()


def test_a_chain_without_end_ends(server: Server) -> None:
    for number in range(50):
        server.routes[f"/s/?page={number}"] = answer(
            page(f'<a rel="next" href="/s/?page={number + 1}">more</a>')
        )
    server.routes["/s/"] = server.routes["/s/?page=0"]
    assert len(only(server).further) == LOCAL.comment_pages - 1
