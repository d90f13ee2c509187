"""The small CSS that readers write: ``tag.class#id[attr^=value]``, descendants by space, children by ``>``,
alternatives by comma. Compiled once, to an XPath for any element and to steps for the look-ups of ``tree``.
"""

from __future__ import annotations

import re
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


@dataclass(frozen=True)
class Selector:
    """``paths``: alternatives, each a path of steps from the outermost to the element that is meant."""

    paths: tuple[tuple[Step, ...], ...]

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
