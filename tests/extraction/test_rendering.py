"""What the commenter's box shows: paragraphs, line breaks, quotes with exact offsets."""

from __future__ import annotations

import pytest

from moderation.extraction.markup import parse, select
from moderation.extraction.rendering import Rendered, render


def shown(markup: str) -> Rendered:
    root, _ = parse(f"<html><body><section>{markup}</section></body></html>")
    return render(select(root, "section")[0])


@pytest.mark.parametrize(
    "markup, text",
    [
        ("<p>One</p><p>Two</p>", "One\n\nTwo"),
        ("One<br>Two", "One\nTwo"),
        ("One<br><br>Two", "One\n\nTwo"),
        ("One<br><br><br><br>Two", "One\n\nTwo"),
        ("<div>One</div><div>Two</div>", "One\nTwo"),
        ("<ul><li>One</li><li>Two</li></ul>", "One\nTwo"),
        ("One <b>bold</b> word", "One bold word"),
        ("  One\n   two\t three ", "One two three"),
        ("One&nbsp;two", "One two"),
        ("<pre>a  b\n  c</pre>", "a  b\n  c"),
        ("One<script>x()</script> two<style>y</style>", "One two"),
        ("One <img class='wp-smiley' alt='🙂'> two", "One 🙂 two"),
        ("One <img class='photo' alt='a boat'> two", "One two"),
        ("a<span style='display: none'>trap</span> b", "a b"),
        ("&amp;lt; &lt;b&gt;", "&lt; <b>"),
        ("mixed 中文 العربية", "mixed 中文 العربية"),
        ("", ""),
    ],
)
def test_text(markup: str, text: str) -> None:
    assert shown(markup).text == text


@pytest.mark.parametrize(
    "markup, quoted",
    [
        ("<blockquote><p>You said this</p></blockquote><p>No.</p>", ["You said this"]),
        ("<p>Before</p><blockquote>a<blockquote>b</blockquote></blockquote><p>After</p>", ["a\n\nb"]),
        ("<div class='quote'>theirs</div>mine", ["theirs"]),
        ("<div class='bbCodeBlock--quote'>theirs</div>mine", ["theirs"]),
        ("&gt; theirs<br>&gt; still theirs<br>mine", ["> theirs\n> still theirs"]),
        ("5 &gt; 3 is mine", []),
        ("<p class='unquoted'>mine</p>", []),
        ("<blockquote></blockquote>mine", []),
    ],
)
def test_quotes(markup: str, quoted: list[str]) -> None:
    result = shown(markup)
    assert [result.text[a:b] for a, b in result.quotes] == quoted


def test_the_box_itself_is_no_quote() -> None:
    root, _ = parse("<html><body><blockquote class='postcontent'>my own words</blockquote></body></html>")
    assert render(select(root, "blockquote")[0]).quotes == ()
