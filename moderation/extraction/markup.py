"""Parsing HTML so that no page can hurt: bounded depth, bounded size, walks without recursion."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from typing import Any, Protocol

from lxml import etree, html

from moderation.extraction.selectors import Selector, compile_selector

#: Deeper nesting than this is flattened: real pages stay below 100, libxml2 drops what lies deeper than 2048, and
#: libraries downstream copy trees recursively.
MAX_DEPTH = 250
_TAG = re.compile(r"<(/?)([a-zA-Z][a-zA-Z0-9:-]{0,40})((?:[^>\"']|\"[^\"]*\"|'[^']*')*)>")
_VOID = frozenset("area base br col embed hr img input link meta param source track wbr frame".split())
_XML_DECLARATION = re.compile(r"^\s*<\?xml[^>]{0,300}\?>")

#: Class words of notices from other sites.
TRACKBACKS = frozenset(("pingback", "trackback", "pings", "ping"))

Element = Any


def is_trackback(element: Element) -> bool:
    """Another site's notice of a link, which themes print among the comments."""
    names = element.get("class")
    return bool(names) and not TRACKBACKS.isdisjoint(names.lower().split())


def parse(
    text: str, content: bytes | None = None, *, plain: bool = False
) -> tuple[Element | None, list[str]]:
    """Parse a page's text into an lxml tree no deeper than ``MAX_DEPTH``; returns (root or None, warnings).

    ``content``: the text in UTF-8, from those who have it. ``plain``: elements without the methods of
    ``lxml.html``, for those who hand none to trafilatura, which takes no others.
    """
    if declaration := _XML_DECLARATION.match(text):
        text, content = text[declaration.end() :], None
    if not text or text.isspace():
        return None, []
    root = _parse(_encoded(text) if content is None else content, plain=plain)
    if root is None:
        return None, ["markup could not be parsed"]
    if _too_deep(root):
        root = _parse(_encoded(flatten(text)), plain=plain)
        if root is None or _too_deep(root):
            return None, ["markup could not be parsed: nested too deeply"]
        return root, [f"elements nested deeper than {MAX_DEPTH} were flattened"]
    return root, []


#: One class for all elements: lxml's own look-up calls Python for each, and nobody here needs its form classes.
_ONE_CLASS = etree.ElementDefaultClassLookup(element=html.HtmlElement)
#: Made and freed faster than ``HtmlElement``, which has room for any attribute in each of a page's thousands.
_PLAIN_CLASS = etree.ElementDefaultClassLookup()


def text_content(element: Element) -> str:
    """All text in an element. The serializer gathers it in half the time of the XPath that lxml's method asks."""
    text: str = etree.tostring(element, method="text", encoding="unicode", with_tail=False)
    return text


def _encoded(text: str) -> bytes:
    return text.encode("utf-8", "replace")


def _parse(content: bytes, *, plain: bool) -> Element | None:
    parser = html.HTMLParser(
        encoding="utf-8",
        huge_tree=True,
        remove_comments=True,
        remove_pis=True,
        recover=True,
        collect_ids=False,  # a table that nobody here asks
    )
    parser.set_element_class_lookup(_PLAIN_CLASS if plain else _ONE_CLASS)
    try:
        root = html.document_fromstring(content, parser=parser)
    except (etree.ParserError, etree.XMLSyntaxError, ValueError, AssertionError):
        return None
    return root


#: One step for each level; libxml2 follows it far faster than any walk from Python.
_TOO_DEEP = etree.XPath("boolean(" + "/*" * (MAX_DEPTH + 1) + ")")


def _too_deep(root: Element) -> bool:
    return bool(_TOO_DEEP(root))


def flatten(text: str) -> str:
    """Drop the tags (never the words) of elements that open deeper than the limit."""
    limit = MAX_DEPTH - 20  # html, body, table bodies and the like that the parser adds
    stack: list[tuple[str, bool]] = []
    open_names: Counter[str] = Counter()
    kept = 0
    out: list[str] = []
    at = 0
    for tag in _TAG.finditer(text):
        out.append(text[at : tag.start()])
        at = tag.end()
        closing, name, rest = tag.group(1), tag.group(2).lower(), tag.group(3)
        if name in _VOID or rest.endswith("/"):
            out.append(tag.group(0))
        elif not closing:
            keep = kept < limit
            stack.append((name, keep))
            open_names[name] += 1
            kept += keep
            out.append(tag.group(0) if keep else "\n")
        elif open_names[name]:
            while stack:
                top, was_kept = stack.pop()
                open_names[top] -= 1
                kept -= was_kept
                if was_kept:
                    out.append(f"</{top}>")
                if top == name:
                    break
    out.append(text[at:])
    return "".join(out)


#: The pages being read in this thread or task, the innermost last: their numbered trees answer ``select``.
_reading: ContextVar[SelectsFromRoot | None] = ContextVar("reading", default=None)


class SelectsFromRoot(Protocol):
    root: Element

    def select(self, selector: Selector) -> list[Element]: ...


@contextmanager
def reading(tree: SelectsFromRoot) -> Iterator[None]:
    """While a page is read, ``select`` from its root uses the tree's look-ups instead of walking the page."""
    token = _reading.set(tree)
    try:
        yield
    finally:
        _reading.reset(token)


def select(element: Element, selector: str) -> list[Element]:
    """Descendants of ``element`` that match, in document order. ``selectors`` tells what a selector may say."""
    tree = _reading.get()
    if tree is not None and element is tree.root:
        return tree.select(compile_selector(selector))
    found: list[Element] = compile_selector(selector).xpath(element)
    return found
