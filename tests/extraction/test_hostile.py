"""Pages made to hurt: an answer, never an exception, never a hang."""

from __future__ import annotations

import time

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from moderation.extraction import extract, tree
from moderation.extraction.markup import MAX_DEPTH, flatten, parse
from moderation.extraction.page import extract_comments
from moderation.types import Page

SLOW = settings(max_examples=25, deadline=None, suppress_health_check=[HealthCheck.too_slow])


def list_of(n: int) -> str:
    items = "".join(
        f'<li class="comment" id="comment-{i}"><cite class="fn">Ann {i}</cite>'
        f'<div class="comment-content"><p>Late again, boat number {i}.</p></div></li>'
        for i in range(n)
    )
    return f'<html><body><p>Article.</p><ol class="commentlist">{items}</ol></body></html>'


@pytest.mark.parametrize("tag", ["div", "b", "blockquote", "table><tr><td", "ul><li", "font"])
def test_a_hundred_thousand_levels(tag: str) -> None:
    names = tag.split("><")
    deep = 100_000 // len(names)
    page = "<html><body>" + f"<{tag}>" * deep + "the innermost words" + "</p>" * 10 + "<p>the last words</p>"
    root, warnings = parse(page)
    assert root is not None
    words = " ".join(root.itertext())
    assert "the innermost words" in words
    assert "the last words" in words
    assert warnings == [f"elements nested deeper than {MAX_DEPTH} were flattened"]


def test_comments_beside_a_deep_trap_are_still_found() -> None:
    trap = "<div>" * 100_000 + "</div>" * 100_000
    page = extract(list_of(3).replace("<p>Article.</p>", trap))
    assert [c.text for c in page.comments] == [f"Late again, boat number {i}." for i in range(3)]
    assert any("flattened" in w for w in page.warnings)


def test_flatten_keeps_every_word_and_closes_what_it_opened() -> None:
    flat = flatten("<div>" * 1000 + "a<br>b" + "</div>" * 1000 + "<p>c</p></p></i>")
    assert flat.count("<div>") == flat.count("</div>") < MAX_DEPTH
    assert [w in flat for w in "abc"] == [True] * 3


def test_two_thousand_comments_all_come_out() -> None:
    page = extract(list_of(2_000))
    assert len(page.comments) == 2_000
    assert page.comments[-1].text == "Late again, boat number 1999."


def test_a_hundred_thousand_comments_come_out_in_time_that_grows_with_them() -> None:
    """A hang detector, not a benchmark: what is quadratic takes hours here."""
    started = time.process_time()
    page = extract_comments(list_of(100_000))
    assert len(page.comments) == 100_000
    assert page.comments[-1].text == "Late again, boat number 99999."
    assert time.process_time() - started < 120


def test_look_ups_and_searches_agree_on_a_page_too_large_to_number(monkeypatch: pytest.MonkeyPatch) -> None:
    whole = extract(list_of(50)).comments
    monkeypatch.setattr(tree, "MAX_ELEMENTS", 20)
    assert extract(list_of(50)).comments == whole


def test_replies_nested_in_replies_keep_their_parents() -> None:
    depth = 60
    nested = ""
    for i in reversed(range(depth)):
        nested = (
            f'<li class="comment" id="comment-{i}"><cite class="fn">A{i}</cite><div class="comment-content"><p>Reply {i}'
            f"</p></div><ul class='children'>{nested}</ul></li>"
        )
    page = extract(f"<html><body><ol class='commentlist'>{nested}</ol></body></html>")
    assert [c.parent_id for c in page.comments] == [None, *map(str, range(depth - 1))]


def test_an_entity_bomb_stays_small() -> None:
    entities = "".join(f'<!ENTITY a{i} "{f"&a{i - 1};" * 10}">' for i in range(1, 12))
    page = extract(f'<!DOCTYPE html [<!ENTITY a0 "boom">{entities}]><html><body><p>&a11;</p></body></html>')
    assert len(page.body) < 10_000


def test_entities_are_not_fetched_from_files() -> None:
    page = extract(
        '<!DOCTYPE html [<!ENTITY x SYSTEM "file:///etc/hostname">]><html><body><p>a &x; b</p></body></html>'
    )
    assert "root" not in page.body


def test_a_page_of_links_only() -> None:
    page = extract(
        "<html><body>" + "".join(f'<a href="/{i}">story {i}</a> ' for i in range(2_000)) + "</body></html>"
    )
    assert page.comments == ()


@pytest.mark.parametrize("cut", range(200, 3000, 311))
def test_a_truncated_page_gives_what_is_there(cut: int) -> None:
    page = extract(list_of(20)[:cut])
    for comment in page.comments:
        assert comment.text.startswith("Late again"[: len(comment.text)])


@pytest.mark.parametrize(
    "content",
    [
        "<", "<<<<<<", "<!--" * 1000, "<html", "</html>", "<![CDATA[" * 100, "<p" + " a" * 50_000, "<" * 100_000,
        "&" * 100_000, "<a href='" + "x" * 500_000, "<script>" * 1000, "<title>" * 1000, "\ufeff<html>", "<plaintext>x",
        "<!DOCTYPE" * 500, "<select><option>" * 5000, "<svg><style><img src=x>" * 500, "<frameset><frame>" * 300,
        "<textarea>" + "<p>x</p>" * 100, '<div class="' + "comment " * 50_000 + '">x</div>',
    ],
)  # fmt: skip
def test_broken_markup(content: str) -> None:
    assert isinstance(extract(content, source="x.html"), Page)


PIECES = st.sampled_from(
    ["<li class=comment id=comment-1>", "</li>", "<ol>", "</ol>", "<p>", "</p>", "words ", "2 Comments", "March 5, 2024",
     "<cite class=fn>Ann</cite>", "<div class='comment-content'>", "</div>", "<blockquote>", "</blockquote>", "<br>",
     "<table><tr><td>", "</table>", "Reply", "<form><textarea>", "</textarea></form>", "<a href='#comment-1'>x</a>",
     "<time datetime='2024-13-45T99:99'>", "</time>", "\x00", "&#x0;", "&#1114112;", "<!-- -->", "<?xml ?>", "\ud800",
     "<script type='application/ld+json'>{\"@type\":\"Comment\",\"text\":\"x\"", "</script>", "<dl><dt>", "<dd>",
     "<div style='margin-left:99999999999px'>", "<li class='wpd-comment' id='wpd-comm-1_1'>", "<tr class='comtr' id=1>",
     "<div class='ind' indent='99999999999999999999'>"]
)  # fmt: skip


@SLOW
@given(st.lists(PIECES, max_size=60))
def test_any_mix_of_markup(pieces: list[str]) -> None:
    page = extract("<html><body>" + "".join(pieces), source="fuzz.html", url="http://example.org/a")
    assert not any("failed" in w for w in page.warnings)
    for comment in page.comments:
        assert all(0 <= a < b <= len(comment.text) for a, b in comment.quotes)
        assert comment.parent_id != comment.id
    assert len({c.id for c in page.comments}) == len(page.comments)


@SLOW
@given(st.binary(max_size=400))
def test_any_bytes(content: bytes) -> None:
    assert isinstance(extract(content), Page)
    assert isinstance(extract(b"<html><body><p>" + content, content_type="text/html; charset=utf-8"), Page)


@SLOW
@given(st.text(max_size=400))
def test_any_text(content: str) -> None:
    assert isinstance(extract(content, source="x.txt"), Page)


def test_only_text_and_bytes_are_taken() -> None:
    with pytest.raises(TypeError, match="str or bytes, not int"):
        extract(3)  # type: ignore[arg-type]
