"""Unknown markup: what is a comment list and what only looks like one; and what the facade promises."""

from __future__ import annotations

import pytest

from moderation.extraction import extract
from moderation.extraction.markup import compile_selector, parse, reading, select
from moderation.extraction.page import extract_comments
from moderation.extraction.tree import Tree

ARTICLE = (
    "<article><h1>Harbour ferry timetable changes</h1><p>The harbour company has published a new timetable for the "
    "winter months, with fewer crossings in the evening and one more in the early morning.</p><p>Passengers had asked "
    "for later boats. The company says that the crews could not be found, and that it will look at it.</p></article>"
)


def page(rest: str, head: str = "") -> str:
    return f"<html><head><title>Ferry</title>{head}</head><body>{ARTICLE}{rest}</body></html>"


def record(n: int, words: str, kids: str = "") -> str:
    return (
        f'<div class="reader-comment" id="rc-{n}"><span class="username">Reader {n}</span> '
        f'<span class="date">March {n}, 2024 at 9:15 am</span><div class="words"><p>{words}</p></div>'
        f'<a href="#rc-{n}">Reply</a>{kids}</div>'
    )


WORDS = [
    "The boat was late again, and nobody knew why.",
    "Which boat do you mean?",
    "The one at ten, as always.",
]


def test_nested_replies_name_their_parent() -> None:
    nested = record(1, WORDS[0], record(2, WORDS[1], record(3, WORDS[2])))
    comments = extract(page(f'<div class="comments"><h3>3 Comments</h3>{nested}</div>')).comments
    assert [(c.id, c.parent_id, c.author, c.text) for c in comments] == [
        ("1", None, "Reader 1", WORDS[0]),
        ("2", "1", "Reader 2", WORDS[1]),
        ("3", "2", "Reader 3", WORDS[2]),
    ]


def test_indented_replies_name_their_parent() -> None:
    boxes = "".join(
        record(n, words).replace('id="rc', f'style="margin-left:{indent}px" id="rc')
        for n, words, indent in zip((1, 2, 3), WORDS, (0, 20, 20), strict=True)
    )
    comments = extract(page(f'<div class="comments">{boxes}</div>')).comments
    assert [c.parent_id for c in comments] == [None, "1", "1"]


@pytest.mark.parametrize(
    "rest",
    [
        '<div class="sidebar"><h3>Recent comments</h3><ul class="recentcomments">'
        + "".join(f'<li class="recentcomment"><a href="/{n}#comment-{n}">Reader {n}</a> on <a href="/{n}">x</a></li>'
                for n in range(6))
        + "</ul></div>",
        '<ul class="related">' + "".join(f'<li><a href="/s{n}">A story about boat {n}</a> March {n}, 2024</li>'
                for n in range(1, 9)) + "</ul>",
        '<form id="commentform"><h3>Leave a comment</h3><p>Your email address will not be published.</p>'
        '<input name="author"><textarea name="comment"></textarea></form>',
        '<ol class="commentlist"><li class="pingback" id="comment-9">Pingback: <a href="http://x.example">Elsewhere</a></li></ol>'
        '<div id="respond" class="comment-respond"><h3>Leave a Reply</h3><form id="commentform" class="comment-form">'
        '<p class="comment-notes"><span>Your email address will not be published.</span> '
        '<span>Required fields are marked *</span></p><p class="comment-form-author"><label>Name *</label><input></p>'
        '<p class="comment-form-comment"><label>Comment *</label><textarea name="comment"></textarea></p>'
        '<p class="comment-form-cookies-consent"><input type="checkbox"><label>Save my name, email, '
        'and website in this browser for the next time I comment.</label>'
        "</p></form></div>",
        '<div class="tagcloud">' + "".join(f'<a href="/tag/{n}">boats {n}</a> ' for n in range(30)) + "</div>",
        '<ol class="commentlist"><li class="pingback" id="comment-9">Pingback: <a href="http://x.example">Elsewhere</a> '
        "March 5, 2024 at 9:15 am [...] an excerpt of a page elsewhere [...]</li></ol>",
    ],
    ids=["recent comments", "related stories", "form", "notes of a form", "tag cloud", "pingback"],
)  # fmt: skip
def test_what_only_looks_like_comments(rest: str) -> None:
    assert extract(page(rest)).comments == ()


@pytest.mark.parametrize(
    "markup, name",
    [
        ('<div id="disqus_thread"></div>', "Disqus"),
        ('<section id="isso-thread"></section>', "Isso"),
        ('<script src="https://giscus.app/client.js"></script>', "Giscus"),
        ('<div class="fb-comments" data-href="x"></div>', "Facebook comments"),
    ],
)
def test_embeds_are_said(markup: str, name: str) -> None:
    result = extract(page(markup))
    assert result.comments == ()
    assert result.warnings == (f"{name} embed detected, comments not in the page",)


def test_an_embed_with_a_counter_says_how_many() -> None:
    result = extract(page('<a href="/x#disqus_thread">34 Comments</a><div id="disqus_thread"></div>'))
    assert result.declared_count == 34
    assert result.warnings == ("Disqus embed detected, 34 declared, comments not in the page",)


def test_quoted_parents_are_marked() -> None:
    boxes = record(1, WORDS[0]) + record(2, f"</p><blockquote>{WORDS[0]}</blockquote><p>{WORDS[1]}")
    second = extract(page(f'<div class="comments">{boxes}</div>')).comments[1]
    assert [second.text[a:b] for a, b in second.quotes] == [WORDS[0]]
    assert second.text.endswith(WORDS[1])


def test_a_reader_that_fails_costs_a_warning_only(monkeypatch: pytest.MonkeyPatch) -> None:
    from moderation.extraction import page as facade
    from moderation.extraction.readers.base import Document

    class Broken:
        name = "broken"

        def detect(self, page: Document) -> bool:
            return True

        def read(self, page: Document) -> None:
            raise KeyError("unforeseen")

    monkeypatch.setattr(facade, "READERS", (Broken(), *facade.READERS))
    result = extract(page('<div class="comments">' + record(1, WORDS[0]) + record(2, WORDS[1]) + "</div>"))
    assert result.warnings == ("reader broken failed: KeyError",)
    assert len(result.comments) == 2


def test_the_kind_of_content_is_decided() -> None:
    text = "Home\n\nA line with <b>no</b> markup worth the name, but it says what it says, at some length."
    assert "<b>no</b>" in extract(text, source="a.txt").body
    assert extract("<p>Words in a paragraph.</p>", source="").title is None
    assert extract(page(""), content_type="text/html; charset=utf-8", source="x.txt").title is not None


def test_an_empty_page_says_so() -> None:
    assert extract("").warnings == ("the page is empty",)
    assert extract(b"  \n").warnings == ("the page is empty",)


def test_links_that_run_something_are_no_permalinks() -> None:
    box = record(1, WORDS[0]).replace('href="#rc-1"', 'href="javascript:alert(1)//#comment-1"')
    (comment,) = extract(
        page(f'<div class="comments"><h3>1 comment</h3>{box}</div>'), url="https://a.example/"
    ).comments
    assert comment.permalink is None


def test_comments_alone_are_the_same_comments() -> None:
    markup = page('<div class="comments">' + record(1, WORDS[0]) + record(2, WORDS[1]) + "</div>")
    alone = extract_comments(markup)
    assert alone.comments == extract(markup).comments
    assert alone.body == ""


@pytest.mark.parametrize("selector", ["div:hover", "a ~ b", "[a$=b]", "", "a,", "div[x=y"])
def test_selectors_that_are_not_ours_are_refused(selector: str) -> None:
    with pytest.raises(ValueError):
        compile_selector(selector)


def test_selectors() -> None:
    root, _ = parse('<div id=a class="x y"><p data-n="12"><b class=y>1</b></p></div><p class=y>2</p>')
    assert [e.tag for e in select(root, ".y")] == ["div", "b", "p"]
    assert [e.text for e in select(root, "div b, body > p")] == ["1", "2"]
    assert len(select(root, "p[data-n^=1]")) == 1
    assert select(root, "div#a.x.y > b") == []


@pytest.mark.parametrize(
    "selector",
    [".y", "p", "#a", "div b, body > p", "p[data-n^=1]", "[data-n]", "[id^=comment-]", "li[id^=comment-] .y", "div > .y",
     ".x .y b", "ul.x > li, [itemtype*=Comment]", "html", "*", ".absent b", "body li > b", "[class~=y]", "b[id=c2]"],
)  # fmt: skip
def test_look_ups_find_what_a_search_of_the_page_finds(selector: str) -> None:
    markup = (
        '<div id=a class="x y"><p data-n="12"><b class=y>1</b></p><ul class="x"><li id=comment-1 class=y><b>2</b></li>'
        '<li id="comment-2"><span class=y><b id=c2>3</b></span><div class=x><i class=y><b>4</b></i></div></li></ul></div>'
        '<p class=y itemType="http://schema.org/Comment">5</p>'
    )
    root, _ = parse(markup)
    searched = select(root, selector)
    with reading(Tree(root, markup.encode())):
        assert select(root, selector) == searched


def test_menus_are_no_part_of_the_article() -> None:
    menu = "".join(f'<li><a href="/{n}">Story number {n} of this week</a></li>' for n in range(12))
    body = "".join(f"<p>{words} {words} {words}</p>" for words in WORDS)
    article = extract(f"<html><body><div><ul>{menu}</ul></div><div>{body}</div></body></html>").body
    assert all(words in article for words in WORDS)
    assert "Story number 3" not in article


LONG_WORDS = [
    f"{words} That is at least how I heard it on the quay, the {n} of us who still wait there."
    for n, words in enumerate(WORDS * 2, 11)
]
LONE = "The quay lights have been out since Tuesday, and nobody at the harbour office picks up the telephone."


@pytest.mark.parametrize(
    ("rest", "author"),
    [
        (f'<div class="comment odd"><b>Odile Farr</b> <span>on <a href="/c/5023">March 5, 2024, 10:14 AM</a> said:</span>'
         f"<p>{LONE}</p></div>", "Odile Farr"),
        (f'<h4>1 comment</h4><div class="usercomment"><a class="user" href="/u/7">Odile Farr</a>'
         f'<a href="#comment-77">link</a><p>{LONE}</p></div>', "Odile Farr"),
        (f'<div id="comments"><h3>Comments</h3><dl><dt><i>March 5, 2024 at 6:55 pm</i> Odile Farr says:</dt>'
         f"<dd><p>{LONE}</p></dd></dl></div>", None),
    ],
    ids=["dated and linked", "counted", "definition list"],
)  # fmt: skip
def test_a_comment_that_stands_alone(rest: str, author: str | None) -> None:
    (comment,) = extract(page(rest)).comments
    assert LONE in comment.text
    assert author is None or comment.author == author


def test_prose_with_anchors_under_a_heading() -> None:
    boxes = "<hr>".join(
        f'<div class="Normal"><a name="comment{n}"></a>{words}<p class="foot">posted on March {n}, 2024 at 9:46 AM by '
        f'<a href="http://{n}.example" rel="nofollow">Writer {n}</a></p></div>'
        for n, words in enumerate(LONG_WORDS, 3)
    )
    comments = extract(page(f'<div class="post"><h3>COMMENTS</h3>{boxes}</div>')).comments
    assert [c.text for c in comments] == LONG_WORDS
    assert [c.author for c in comments] == [f"Writer {n}" for n in range(3, 3 + len(LONG_WORDS))]


def test_what_is_not_shown_is_not_what_was_said() -> None:
    boxes = "".join(
        record(n, words).replace(
            "<p>", f'<span style="display: none">v1/context/{"9" * 200}/{n}</span><p>', 1
        )
        for n, words in enumerate(WORDS, 1)
    )
    assert [c.text for c in extract(page(f'<div class="comments">{boxes}</div>')).comments] == list(WORDS)


def test_words_about_the_past_are_no_time_of_the_comment() -> None:
    """Where the comments before held no time, a remark that names one is a remark."""
    undated = [
        record(n, f"The ferry was full on crossing {n}, so we waited.").replace(
            f"March {n}, 2024 at 9:15 am", "a regular"
        )
        for n in range(1, 29)
    ]
    late = undated[-1].replace("on crossing 28, so we waited.", "3 years ago, when I last went.")
    comments = extract(page(f'<div class="comments">{"".join([*undated[:-1], late])}</div>')).comments
    assert len(comments) == 28
    assert comments[-1].text == "The ferry was full 3 years ago, when I last went."
    assert {c.time_text for c in comments} == {None}


def test_names_in_unusual_places_are_found_among_many() -> None:
    """Most comments name their author in one place; the one that does so elsewhere is not left without a name."""
    usual = [record(n, f"The ferry was full on crossing {n}, so we waited.") for n in range(1, 12)]
    other = usual[-1].replace(
        '<span class="username">Reader 11</span>', '<a class="author guest" href="/who/ada">Ada</a>'
    )
    boxes = "".join([*usual[:8], other, other.replace("Ada", "Ben"), other.replace("Ada", "Cleo")])
    comments = extract(page(f'<div class="comments">{boxes}</div>')).comments
    assert [c.author for c in comments] == [*(f"Reader {n}" for n in range(1, 9)), "Ada", "Ben", "Cleo"]
