"""Parsing HTML so that no page can hurt: bounded depth, bounded size, walks without recursion."""

from __future__ import annotations

import re
from collections import Counter
from functools import lru_cache
from typing import Any

from lxml import etree, html

#: Deeper nesting than this is flattened: real pages stay below 100, libxml2 drops what lies deeper than 2048, and
#: libraries downstream copy trees recursively.
MAX_DEPTH = 250
_TAG = re.compile(r"<(/?)([a-zA-Z][a-zA-Z0-9:-]{0,40})((?:[^>\"']|\"[^\"]*\"|'[^']*')*)>")
_VOID = frozenset("area base br col embed hr img input link meta param source track wbr frame".split())
_XML_DECLARATION = re.compile(r"^\s*<\?xml[^>]{0,300}\?>")
_SELECTOR = re.compile(r"([.#]?)([a-zA-Z_][\w-]*|\*)|\[([\w:-]+)(?:([*^$~|]?=)[\"']?([^\"'\]]*)[\"']?)?\]")

_TRACKBACKS = frozenset(("pingback", "trackback", "pings", "ping"))

Element = Any


def is_trackback(element: Element) -> bool:
    """Another site's notice of a link, which themes print among the comments."""
    names = element.get("class")
    return bool(names) and not _TRACKBACKS.isdisjoint(names.lower().split())


def parse(text: str) -> tuple[Element | None, list[str]]:
    """Parse a page's text into an lxml tree no deeper than ``MAX_DEPTH``; returns (root or None, warnings)."""
    text = _XML_DECLARATION.sub("", text, count=1)
    if not text.strip():
        return None, []
    root = _parse(text)
    if root is None:
        return None, ["markup could not be parsed"]
    if _too_deep(root):
        root = _parse(flatten(text))
        if root is None or _too_deep(root):
            return None, ["markup could not be parsed: nested too deeply"]
        return root, [f"elements nested deeper than {MAX_DEPTH} were flattened"]
    return root, []


def _parse(text: str) -> Element | None:
    parser = html.HTMLParser(
        encoding="utf-8", huge_tree=True, remove_comments=True, remove_pis=True, recover=True
    )
    try:
        root = html.document_fromstring(text.encode("utf-8", "replace"), parser=parser)
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


@lru_cache(maxsize=1024)
def compile_selector(selector: str) -> etree.XPath:
    """A small CSS: ``tag.class#id[attr^=value]``, descendants by space, children by ``>``, alternatives by comma.

    Raises ``ValueError`` for anything else: selectors are our data, never the page's.
    """
    paths = []
    for alternative in selector.split(","):
        path, axis = "", "descendant::"
        for part in alternative.split():
            if part == ">":
                axis = "child::"
                continue
            path += ("/" if path else "") + axis + _step(part)
            axis = "descendant::"
        if not path:
            raise ValueError(f"empty selector in {selector!r}")
        paths.append(path)
    return etree.XPath(" | ".join(paths))


def _step(part: str) -> str:
    tag, conditions, at = "*", [], 0
    while at < len(part):
        match = _SELECTOR.match(part, at)
        if not match:
            raise ValueError(f"bad selector {part!r}")
        at = match.end()
        mark, word, attribute, operator, value = match.groups()
        if attribute:
            conditions.append(_condition(attribute, operator, value))
        elif mark == ".":
            conditions.append(f"contains(concat(' ', normalize-space(@class), ' '), ' {word} ')")
        elif mark == "#":
            conditions.append(f"@id = '{word}'")
        else:
            tag = word
    return tag + "".join(f"[{c}]" for c in conditions)


def _condition(attribute: str, operator: str | None, value: str | None) -> str:
    if not operator:
        return f"@{attribute}"
    forms = {
        "=": f"@{attribute} = '{value}'",
        "*=": f"contains(@{attribute}, '{value}')",
        "^=": f"starts-with(@{attribute}, '{value}')",
        "~=": f"contains(concat(' ', normalize-space(@{attribute}), ' '), ' {value} ')",
    }
    if operator not in forms:
        raise ValueError(f"operator {operator} is not supported")
    return forms[operator]


def select(element: Element, selector: str) -> list[Element]:
    """Descendants of ``element`` that match, in document order."""
    found: list[Element] = compile_selector(selector)(element)
    return found
