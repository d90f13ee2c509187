"""An element to the text its box shows: paragraphs apart by a blank line, ``<br>`` a newline, quotes marked."""

from __future__ import annotations

import re
from collections.abc import Callable, Container
from dataclasses import dataclass

from moderation.extraction.markup import Element

PARAGRAPHS = frozenset(
    "p blockquote pre ul ol dl table h1 h2 h3 h4 h5 h6 figure hr article section fieldset".split()
)
LINES = frozenset("div li tr dt dd br header footer aside main nav address figcaption center".split())
#: Newlines around each.
_GAPS = dict.fromkeys(LINES - {"br"}, 1) | dict.fromkeys(PARAGRAPHS, 2)
HIDDEN = frozenset(
    "script style noscript template head svg select option textarea input button iframe object embed "
    "audio video canvas map math".split()
)
_TYPED = frozenset(("text", "email", "password", "search", "url"))
#: White space that is more, or other, than the one blank it becomes: single blanks stay as they are.
_BLANKS = " \t\r\n\f\v\u00a0\u2007\u202f"
_SPACE = re.compile(f"[{_BLANKS}]{{2,}}|[{_BLANKS[1:]}]")
_QUOTE_CLASS = re.compile(
    r"(?:^|[\s_-])(?:bbcode_?quote|quote(?:d|block|_?content|text|body|d-?text)?|bbc_(?:standard_)?quote|"
    r"bbCodeBlock--quote|quotation|gmail_quote|mw-blockquote)(?:$|[\s_-])",
    re.IGNORECASE,
)
#: Tags that a class can make a quote.
_QUOTE_TAGS = frozenset(("div", "p", "td", "table", "aside"))
_ARROW_LINE = re.compile(r"^(?:>|&gt;)[ \t]?.*(?:\n(?:>|&gt;).*)*", re.MULTILINE)
MAX_TEXT = 1_000_000


@dataclass(frozen=True, slots=True)
class Rendered:
    """``text``, and (start, end) of the words in it that quote somebody else."""

    text: str
    quotes: tuple[tuple[int, int], ...] = ()


def _is_called_quote(element: Element) -> bool:
    names = element.get("class")
    return bool(names) and bool(_QUOTE_CLASS.search(names))


class _Writer:
    """Collects words; breaks and spaces are only written when words follow."""

    def __init__(self) -> None:
        self.parts: list[str] = []
        self.length = 0
        self.gap = 0  # newlines owed
        self.space = False
        self.quotes: list[tuple[int, int]] = []
        self.quote_start: int | None = None
        self.quote_depth = 0

    def newline(self, count: int) -> None:
        if count > self.gap:
            self.gap = count

    def br(self) -> None:
        self.gap = min(2, self.gap + 1)
        self.space = False

    def write(self, text: str, keep_lines: bool = False) -> None:
        if keep_lines:
            lines = text.replace("\r\n", "\n").split("\n")
            for number, line in enumerate(lines):
                if number:
                    self.br()
                if line.strip():
                    self._put(line.rstrip())
            return
        if not text.strip(_BLANKS):
            self.space = self.space or bool(text)
            return
        body = _SPACE.sub(" ", text)
        if body[0] == " ":
            self.space = True
            body = body[1:]
        trailing = body[-1:] == " "
        self._put(body[:-1] if trailing else body)
        self.space = trailing

    def _put(self, words: str) -> None:
        if self.length:
            lead = "\n" * min(self.gap, 2) if self.gap else (" " if self.space else "")
            if lead:
                self.parts.append(lead)
                self.length += len(lead)
        if self.quote_depth and self.quote_start is None:
            self.quote_start = self.length
        self.parts.append(words)
        self.length += len(words)
        self.gap, self.space = 0, False

    def open_quote(self) -> None:
        self.newline(2)
        self.quote_depth += 1

    def close_quote(self) -> None:
        self.quote_depth -= 1
        if not self.quote_depth and self.quote_start is not None:
            self.quotes.append((self.quote_start, self.length))
            self.quote_start = None
        self.newline(2)


def render(
    element: Element,
    skip: Container[Element] | Callable[[Element], bool] = (),
    *,
    tail: bool = False,
) -> Rendered:
    """The text of ``element`` without the elements in ``skip``; walks without recursion.

    ``tail``: with the words between the element and its next sibling.
    """
    skipped = skip if callable(skip) else skip.__contains__
    out = _Writer()
    # (element, None to enter it; to leave it, whether it is a quote).
    stack: list[tuple[Element, bool | None]] = [(element, None)]
    pre = 0
    while stack and out.length < MAX_TEXT:
        node, quote = stack.pop()
        tag, inner = node.tag, node is not element
        if not isinstance(tag, str):
            if inner and node.tail:
                out.write(node.tail, pre > 0)
            continue
        gap = _GAPS.get(tag, 0)
        if quote is None:
            if inner and (
                tag in HIDDEN or skipped(node) or is_invisible(node) or (tag == "form" and _is_entry(node))
            ):
                if node.tail:
                    out.newline(1 if tag == "br" else gap)
                    out.write(node.tail, pre > 0)
                continue
            if gap:
                out.newline(gap)
            elif tag == "br":
                out.br()
            elif tag in ("td", "th"):
                out.space = True
            elif tag == "img":
                _emoji(node, out)
            quote = inner and (tag == "blockquote" or (tag in _QUOTE_TAGS and _is_called_quote(node)))
            if quote:
                out.open_quote()
            pre += tag == "pre"
            if text := node.text:
                out.write(text, pre > 0)
            if len(node):
                stack.append((node, quote))
                stack.extend([(child, None) for child in node.iterchildren(reversed=True)])
                continue
        pre -= tag == "pre"
        if quote:
            out.close_quote()
        if gap:
            out.newline(gap)
        if inner and (text := node.tail):
            out.write(text, pre > 0)
    if tail and element.tail:
        out.write(element.tail)
    if out.quote_start is not None:
        out.quotes.append((out.quote_start, out.length))
    text = "".join(out.parts)
    return Rendered(text, merge(out.quotes + arrow_quotes(text)))


def _is_entry(node: Element) -> bool:
    """Of a form, whether it is there to write something into; others wrap what is to be read, some of them whole pages."""
    return any(
        field.tag == "textarea" or (field.get("type") or "text").lower() in _TYPED
        for field in node.iter("textarea", "input")
    )


def _emoji(node: Element, out: _Writer) -> None:
    names = (node.get("class") or "").lower()
    alt = node.get("alt") or ""
    if alt and len(alt) <= 12 and ("emoji" in names or "smil" in names or "emoticon" in names):
        out.write(alt)


def is_invisible(node: Element) -> bool:
    """Not shown, by attribute or by its own style."""
    if node.get("hidden") is not None:
        return True
    style = node.get("style")
    return bool(style) and "display:none" in style.replace(" ", "").lower()


def arrow_quotes(text: str) -> list[tuple[int, int]]:
    """Lines that begin with ``>``, the way mail quotes."""
    return [m.span() for m in _ARROW_LINE.finditer(text)] if ">" in text else []


def merge(spans: list[tuple[int, int]]) -> tuple[tuple[int, int], ...]:
    """Spans in order, none empty, none overlapping."""
    merged: list[tuple[int, int]] = []
    for start, end in sorted(spans):
        if merged and start <= merged[-1][1]:
            merged[-1] = (merged[-1][0], max(end, merged[-1][1]))
        elif start < end:
            merged.append((start, end))
    return tuple(merged)
