"""The same words about another group: what is hateful of one is hateful of any, and what is harmless stays so.

Sources name some groups mostly with hatred and others hardly at all, and a network learns a rate for each. A row that names
one group, named again with another, says that the group is not what decides. Sources: Lu et al., "Gender bias in neural
natural language processing", 2018; Garg et al., "Counterfactual fairness in text classification through robustness", AIES
2019.
"""

from __future__ import annotations

import random
import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace

from training.contrast import GROUPS
from training.data import Example, Source
from training.labels import TARGETS

NAN = float("nan")
#: Further names that are recognised, but not put in, and whom an attack on them attacks. Plurals alone: "a lesbian bar" and
#: "the migrant crisis" name a group as well, and nothing else fits their place.
_ALSO = {
    "females": "women", "wives": "women", "gays": "lgbtq", "homosexuals": "lgbtq", "transgender people": "lgbtq",
    "transgenders": "lgbtq", "blacks": "race", "black folks": "race", "african americans": "race", "asian people": "race",
    "arab people": "race", "latinos": "race", "hispanics": "race", "muslim people": "religion", "islamists": "religion",
    "illegals": "nationality", "illegal immigrants": "nationality", "chinese people": "nationality",
    "indians": "nationality", "disabled folks": "disability", "mentally disabled people": "disability",
}  # fmt: skip
_NAMED = {**_ALSO, **{plural.lower(): target for plural, _, _, target in GROUPS if plural != "Roma"}}
_TERM = re.compile(
    r"(?<![\w@#/-])(?:"
    + "|".join(sorted(map(re.escape, _NAMED), key=len, reverse=True))
    + r")(?![\w/-]|['’]s)",
    re.IGNORECASE,
)
#: The word before, where it makes another group of it: "black women", "non Jews".
_BEFORE = re.compile(
    r"\b(?:non|hispanic|latino|latina|chinese|japanese|korean|islamic|old|young|asian|american|"
    + "|".join(sorted({adjective.lower() for _, _, adjective, _ in GROUPS}))
    + r")\s+$",
    re.IGNORECASE,
)


def swapped(
    examples: Sequence[Example], sources: Mapping[str, Source], rng: random.Random
) -> Iterator[Example]:
    """``examples`` in their order; of those that name one group, the share that ``sources`` ask for name another."""
    for example in examples:
        source = sources.get(example.source)
        other = None
        if source is not None and source.swapped and rng.random() < source.swapped:
            other = about_another(example, rng)
        yield other or example


def about_another(example: Example, rng: random.Random) -> Example | None:
    """``example`` with the one group that it names replaced; None where it names none, or several."""
    found = list(_TERM.finditer(example.text))
    terms = {match.group().lower() for match in found}
    if len(terms) != 1 or any(_BEFORE.search(example.text, 0, match.start()) for match in found):
        return None
    old = _NAMED[terms.pop()]
    # Every kind of group alike, and not by how many names we have for it.
    target = rng.choice(sorted({t for *_, t in GROUPS}))
    new = rng.choice([plural for plural, _, _, t in GROUPS if t == target])

    def named(match: re.Match[str]) -> str:
        if match.group()[0].isupper():
            return new[0].upper() + new[1:]
        return new.lower() if example.text.islower() else new

    return replace(
        example,
        text=_TERM.sub(named, example.text),
        targets=_moved(example.targets, TARGETS.index(old), TARGETS.index(target)),
        toxic_chars=None,
        offence=NAN,
    )


def _moved(targets: tuple[float, ...], old: int, new: int) -> tuple[float, ...]:
    """An attack on ``old`` is one on ``new`` now; where none was seen, or nobody knows, there is nothing to move."""
    if old == new or not targets or not targets[old] >= 0.5:
        return targets
    moved = list(targets)
    moved[new], moved[old] = moved[old], 0.0
    return tuple(moved)
