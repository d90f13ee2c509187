"""Comments invented for this project, labelled as they were written: what the public sources teach wrongly or not at all.

``written.tsv`` has a line per comment: how many of a hundred readers would call it toxic, an insult, profane, an attack on
a group, a threat; who is attacked (``-`` for nobody); and the comment, with the offending words in double brackets. The
themes: news, forums, identities, counter-speech, threats, disputes, sexism, implicit hate, short and long comments; jeers
that readers let pass, slights they do not, insults without a bad word, and the same words used harmlessly. A language
model wrote and labelled them.
"""

from __future__ import annotations

import csv
import re
from collections.abc import Iterator
from pathlib import Path

from training.labels import NO_TARGET, Labels

FILE = Path(__file__).parent / "written.tsv"
COLUMNS = ("toxicity", "insult", "profanity", "identity_attack", "threat")
#: Below these shares no group is attacked, and no word offends; above them, what is not marked is unknown.
_NOBODY, _NO_WORD = 0.3, 0.2
_MARKED = re.compile(r"\[\[(.*?)\]\]")


def rows(file: Path = FILE) -> Iterator[tuple[str, Labels]]:
    """Every comment without its brackets, with its labels. Raises ValueError for a line that is not as described."""
    with file.open(encoding="utf-8", newline="") as handle:
        for number, line in enumerate(csv.reader(handle, delimiter="\t", quoting=csv.QUOTE_NONE), start=1):
            try:
                *shares, attacked, marked = line
                values = {name: int(s) / 100 for name, s in zip(COLUMNS, shares, strict=True)}
                targets = _targets(attacked, values["identity_attack"])
            except (ValueError, KeyError) as error:
                raise ValueError(f"{file}, line {number}: {error}") from error
            text, chars = unmark(marked)
            known = chars or values["toxicity"] < _NO_WORD
            yield text, Labels(values, targets, chars if known else None)


def unmark(marked: str) -> tuple[str, list[int]]:
    """The text without double brackets, and the offsets of the characters that stood in them."""
    text, at = "", 0
    chars: list[int] = []
    for match in _MARKED.finditer(marked):
        text += marked[at : match.start()]
        chars += range(len(text), len(text) + len(match[1]))
        text += match[1]
        at = match.end()
    return text + marked[at:], chars


def _targets(attacked: str, identity_attack: float) -> dict[str, float]:
    if attacked == "-":
        return NO_TARGET if identity_attack < _NOBODY else {}
    names = attacked.split(",")
    unknown = sorted(set(names) - set(NO_TARGET))
    if unknown:
        raise KeyError(f"no target named {unknown[0]!r}")
    return {**NO_TARGET, **dict.fromkeys(names, 1.0)}
