"""Markup in, words out, and back to where they stood."""

from __future__ import annotations

from html import unescape

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from moderation.server.marked_up import readable
from moderation.server.utf16 import Utf16


@pytest.mark.parametrize(
    ("markup", "text"),
    [
        ("<p>one</p><p>two</p>", "one\ntwo\n"),
        ("a<br>b<br/>c", "a\nb\nc"),
        ("fish &amp; chips &#x1F600; &copy b", "fish & chips 😀 © b"),
        ("a<script>alert('b')</script>c<style>p{}</style>d", "acd"),
        ("a <b>bold</b> word", "a bold word"),
        ("1 < 2 and <3", "1 < 2 and <3"),
        ("a<!-- hidden -->b<![CDATA[x]]>c", "abc"),
        ("<![if x]>a", "a"),
        ("line\nbreak & <i>x</i>", "line\nbreak & x"),
    ],
)
def test_words_as_a_reader_sees_them(markup, text):
    assert readable(markup).text == text


PIECES = (
    *("<p>", "</p>", "<b>", "<script>", "</script>", "<a href='x\ny'>", "<!--", "-->", "<![a", "<?x", "</"),
    *("&amp;", "&#128512;", "&lt", "&#" + "9" * 5000 + ";", "<", ">", "&", ";", "\n", "fool", " ", "é", "😀"),
)
MARKUP = st.lists(st.sampled_from(PIECES) | st.text(max_size=5)).map("".join)


@given(MARKUP)
@example("<p>\n&#128512;</p>")
def test_no_markup_raises_and_every_character_is_found_again(markup):
    found = readable(markup)
    assert len(found.text) == len(found.starts) == len(found.ends)
    for character, start, end in zip(found.text, found.starts, found.ends, strict=True):
        assert 0 <= start <= end <= len(markup)
        source = markup[start:end]
        if source == "":
            assert character == "\n"
        elif source.startswith("&") and len(source) < 1000:
            assert character in unescape(source) or character in unescape(source + ";")
        elif len(source) < 1000:
            assert source == character
    assert list(found.starts) == sorted(found.starts)


@given(st.text(), st.data())
def test_utf16_offsets_lead_there_and_back(text, data):
    units = Utf16(text)
    assert units.length == len(text.encode("utf-16-le", "surrogatepass")) // 2
    offset = data.draw(st.integers(0, len(text)))
    assert units.from_python(offset) == len(text[:offset].encode("utf-16-le", "surrogatepass")) // 2
    assert units.to_python(units.from_python(offset)) == offset
