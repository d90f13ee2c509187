"""The article's body, looked for after the comment part has been taken out."""

from __future__ import annotations

import logging
from bisect import bisect_left
from collections.abc import Iterable

import trafilatura
from lxml import etree

from moderation.extraction.markup import Element
from moderation.extraction.tree import Tree

# trafilatura reports every page it finds nothing on; our callers get that as a warning of the page.
logging.getLogger("trafilatura").setLevel(logging.CRITICAL)


#: Fewer characters than this and the quick rules may have missed the article: the slower, more generous ones decide.
SHORT = 1000
_NO_ARTICLE = (
    "style",
    "link",
    "noscript",
    "iframe",
    "svg",
    "select",
    "option",
    "button",
    "input",
    "template",
)
_CODE = etree.XPath("descendant::script[not(contains(@type, 'ld+json'))]")
#: Boxes that may be menus, lists of other stories, tag clouds.
_BOXES = frozenset("div ul ol dl li table tbody tr td nav footer aside header section form center p".split())
#: A box with at least so many links that hold at least such a share of its text is no part of an article.
MIN_LINKS = 4
MAX_LINKED = 0.85


def cut(region: Iterable[Element], *, tails: bool = False) -> None:
    """Take elements out of their tree; words that follow them stay, unless ``tails``."""
    for element in region:
        parent = element.getparent()
        if parent is None:
            continue
        tail, before = element.tail, element.getprevious()
        if tail and not tails:
            if before is not None:
                before.tail = (before.tail or "") + tail
            else:
                parent.text = (parent.text or "") + tail
        parent.remove(element)


def strip(root: Element) -> None:
    """Take out what no article is made of, before it is copied again and again. JSON-LD may hold the article."""
    etree.strip_elements(root, *_NO_ARTICLE, with_tail=False)
    cut(_CODE(root))


def link_boxes(tree: Tree) -> list[Element]:
    """The outermost boxes that hold hardly anything but links."""
    text, linked, links = tree.text, tree.linked, tree.called("a")
    found = []
    stack = tree.children(0)
    while stack:
        at = stack.pop()
        start, end = tree.start[at], tree.end[at]
        mostly_links = linked[end] - linked[start] >= MAX_LINKED * max(1, text[end] - text[start])
        if tree.tags[at] in _BOXES and mostly_links:
            inside = bisect_left(links, tree.after[at]) - bisect_left(links, at)
            if inside >= MIN_LINKS:
                found.append(tree.elements[at])
                continue
        stack += tree.children(at)
    return found


def article(tree: Tree) -> str:
    """The article's text, paragraphs apart by a blank line; empty when there is none. Takes the tree apart."""
    strip(tree.root)
    if not tree.truncated:
        cut(link_boxes(tree))
    text = _extract(tree.root, fast=True, generous=False)
    if len(text) < SHORT:
        text = _extract(tree.root, fast=False, generous=True) or text
    return "\n\n".join(line for line in text.splitlines() if line.strip())


def _extract(root: Element, *, fast: bool, generous: bool) -> str:
    try:
        return trafilatura.extract(root, include_comments=False, fast=fast, favor_recall=generous) or ""
    except (ValueError, TypeError, AttributeError, RecursionError, etree.LxmlError):
        return ""
