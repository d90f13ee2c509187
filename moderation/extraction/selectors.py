"""The small CSS that readers write: ``tag.class#id[attr^=value]``, descendants by space, children by ``>``,
alternatives by comma. Compiled once, to an XPath for any element and to steps for the look-ups of ``tree``.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property, lru_cache

from lxml import etree

_STEP = re.compile(r"([.#]?)([a-zA-Z_][\w-]*|\*)|\[([\w:-]+)(?:([*^$~|]?=)[\"']?([^\"'\]]*)[\"']?)?\]")


@dataclass(frozen=True, slots=True)
class Condition:
    """An attribute and what it must hold; no operator: it must be there."""

    attribute: str
    operator: str
    value: str

    def holds(self, found: str | None) -> bool:
        if found is None:
            return False
        match self.operator:
            case "":
                return True
            case "=":
                return found == self.value
            case "*=":
                return self.value in found
            case "^=":
                return found.startswith(self.value)
            case _:
                return self.value in found.split()

    @property
    def xpath(self) -> str:
        name, value = f"@{self.attribute}", f"'{self.value}'"
        forms = {
            "": name,
            "=": f"{name} = {value}",
            "*=": f"contains({name}, {value})",
            "^=": f"starts-with({name}, {value})",
            # The first test is cheap and nearly always enough.
            "~=": f"contains({name}, {value}) and "
            f"contains(concat(' ', normalize-space({name}), ' '), ' {self.value} ')",
        }
        return forms[self.operator]


@dataclass(frozen=True, slots=True)
class Step:
    """One element of a path. ``child``: directly below the step in front of it, not just somewhere below."""

    child: bool
    tag: str
    classes: tuple[str, ...]
    identity: str
    conditions: tuple[Condition, ...]

    @property
    def xpath(self) -> str:
        conditions = [Condition("class", "~=", name).xpath for name in self.classes]
        conditions += [f"@id = '{self.identity}'"] if self.identity else []
        conditions += [c.xpath for c in self.conditions]
        return f"{'child' if self.child else 'descendant'}::{self.tag}" + "".join(
            f"[{c}]" for c in conditions
        )


#: Steps from the outermost element to the one that is meant.
Path = tuple[Step, ...]


@dataclass(frozen=True)
class Selector:
    """``paths``: alternatives."""

    paths: tuple[Path, ...]

    @cached_property
    def names(self) -> tuple[frozenset[str], ...]:
        """For each alternative the class names that it needs: a page without one of them is done."""
        return tuple(frozenset(name for step in path for name in step.classes) for path in self.paths)

    @cached_property
    def xpaths(self) -> list[etree.XPath]:
        """One for each alternative: libxml2 takes quadratic time to unite large answers."""
        return [etree.XPath("/".join(step.xpath for step in path)) for path in self.paths]

    @cached_property
    def xpath(self) -> etree.XPath:
        return etree.XPath(" | ".join("/".join(step.xpath for step in path) for path in self.paths))


class SelectorIndex:
    """Named selectors that are asked of every page, by the class names they need: most pages have none of those.

    ``by_class``: class name → (name, path, all class names the path needs); ``others``: (name, path) of the
    alternatives that need no class.
    """

    def __init__(self, selectors: Mapping[str, Selector]) -> None:
        self.names = frozenset(selectors)
        self.by_class: dict[str, list[tuple[str, Path, frozenset[str]]]] = {}
        self.others: list[tuple[str, Path]] = []
        for name, selector in selectors.items():
            for path, needed in zip(selector.paths, selector.names, strict=True):
                if needed:
                    # The longest name is the one that fewest pages use for something else.
                    key = max(needed, key=lambda word: (len(word), word))
                    self.by_class.setdefault(key, []).append((name, path, needed))
                else:
                    self.others.append((name, path))


@lru_cache(maxsize=2048)
def compile_selector(selector: str) -> Selector:
    """Raises ``ValueError`` for what is not in the small CSS: selectors are our data, never the page's."""
    paths = []
    for alternative in selector.split(","):
        steps: list[Step] = []
        child = False
        for part in alternative.split():
            if part == ">":
                child = True
                continue
            steps.append(_step(part, child))
            child = False
        if not steps:
            raise ValueError(f"empty selector in {selector!r}")
        paths.append(tuple(steps))
    return Selector(tuple(paths))


def _step(part: str, child: bool) -> Step:
    tag, identity, at = "*", "", 0
    classes: list[str] = []
    conditions: list[Condition] = []
    while at < len(part):
        match = _STEP.match(part, at)
        if not match:
            raise ValueError(f"bad selector {part!r}")
        at = match.end()
        mark, word, attribute, operator, value = match.groups()
        if attribute:
            if operator not in (None, "=", "*=", "^=", "~="):
                raise ValueError(f"operator {operator} is not supported")
            conditions.append(Condition(attribute, operator or "", value or ""))
        elif mark == ".":
            classes.append(word)
        elif mark == "#":
            identity = word
        else:
            tag = word
    return Step(child, tag, tuple(classes), identity, tuple(conditions))
