"""Comments in HTML: the words a reader sees, each traceable to where it stands in the markup."""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from dataclasses import dataclass
from html import unescape
from html.parser import HTMLParser

#: Elements that end a line of text, so that "<p>one</p><p>two</p>" does not become "onetwo".
_BLOCKS = frozenset(
    (
        *("address", "article", "aside", "blockquote", "br", "dd", "div", "dl", "dt", "figure", "footer"),
        *("h1", "h2", "h3", "h4", "h5", "h6", "header", "hr", "li", "ol", "p", "pre", "section"),
        *("table", "td", "th", "tr", "ul"),
    )
)
_UNSEEN = frozenset(("script", "style", "template", "noscript", "title"))


@dataclass(frozen=True, slots=True)
class Readable:
    """What is left of a comment without its markup; character ``i`` stands at ``[starts[i],
    ends[i])`` in it.
    """

    text: str
    starts: tuple[int, ...]
    ends: tuple[int, ...]

    def source_span(self, start: int, end: int) -> tuple[int, int]:
        """``text[start:end]``, which must not be empty, as offsets of the markup."""
        return self.starts[start], self.ends[end - 1]

    def text_span(self, start: int, end: int) -> tuple[int, int]:
        """The stretch of ``text`` that stands within ``[start, end)`` of the markup; it may be empty."""
        first = bisect_left(self.starts, start)
        return first, max(first, bisect_right(self.ends, end))


class _Reader(HTMLParser):
    def __init__(self, markup: str) -> None:
        super().__init__(convert_charrefs=False)
        self._markup = markup
        self._lines = [0]
        for number, character in enumerate(markup):
            if character == "\n":
                self._lines.append(number + 1)
        self._unseen = 0
        self.characters: list[str] = []
        self.starts: list[int] = []
        self.ends: list[int] = []
        self.feed(markup)
        self.close()

    def _here(self) -> int:
        line, column = self.getpos()
        return self._lines[line - 1] + column

    def _add(self, text: str, start: int, end: int) -> None:
        if self._unseen == 0:
            for character in text:
                self.characters.append(character)
                self.starts.append(start)
                self.ends.append(end)

    def handle_data(self, data: str) -> None:
        here = self._here()
        for number, character in enumerate(data, start=here):
            self._add(character, number, number + 1)

    def handle_entityref(self, name: str) -> None:
        self._reference(f"&{name}")

    def handle_charref(self, name: str) -> None:
        self._reference(f"&#{name}")

    def _reference(self, source: str) -> None:
        here = self._here()
        end = here + len(source)
        try:
            text = unescape(source + ";")
        except ValueError:  # a number of thousands of digits
            text = "\ufffd"
        self._add(text, here, end + self._markup.startswith(";", end))

    def parse_marked_section(self, i: int, report: bool = True) -> int:
        # The standard library raises AssertionError on "<![anything"; browsers take it for a comment.
        return self.parse_bogus_comment(i)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        if tag in _UNSEEN:
            self._unseen += 1
        elif tag in _BLOCKS:
            self._break()

    def handle_startendtag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        if tag in _BLOCKS:
            self._break()

    def handle_endtag(self, tag: str) -> None:
        if tag in _UNSEEN:
            self._unseen = max(0, self._unseen - 1)
        elif tag in _BLOCKS:
            self._break()

    def _break(self) -> None:
        if self.characters and self.characters[-1] != "\n":
            here = self._here()
            self._add("\n", here, here)


def readable(markup: str) -> Readable:
    """The text of an HTML comment; never raises on bad markup."""
    reader = _Reader(markup)
    return Readable("".join(reader.characters), tuple(reader.starts), tuple(reader.ends))
