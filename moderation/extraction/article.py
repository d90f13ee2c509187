"""The article's body, looked for after the comment part has been taken out."""

from __future__ import annotations

import logging
from collections.abc import Iterable

import trafilatura
from lxml import etree

from moderation.extraction.markup import Element

# trafilatura reports every page it finds nothing on; our callers get that as a warning of the page.
logging.getLogger("trafilatura").setLevel(logging.CRITICAL)


#: Fewer characters than this and the quick rules may have missed the article: the slower, more generous ones decide.
SHORT = 1000


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


def article(root: Element) -> str:
    """The article's text, paragraphs apart by a blank line; empty when there is none."""
    text = _extract(root, fast=True, generous=False)
    if len(text) < SHORT:
        text = _extract(root, fast=False, generous=True) or text
    return "\n\n".join(line for line in text.splitlines() if line.strip())


def _extract(root: Element, *, fast: bool, generous: bool) -> str:
    try:
        return trafilatura.extract(root, include_comments=False, fast=fast, favor_recall=generous) or ""
    except (ValueError, TypeError, AttributeError, RecursionError, etree.LxmlError):
        return ""
