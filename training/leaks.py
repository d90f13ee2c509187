"""Which evaluation texts the training data already holds, near duplicates included.

A text has leaked when a training text is the same but for case, punctuation and spacing, or when most of its runs of
six words stand in the training data.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence

_WORD = re.compile(r"\w+")
#: Words in a run, and the share of a text's runs that makes it a near duplicate.
RUN = 6
SHARE = 0.5


def leaked(texts: Sequence[str], training: Iterable[str]) -> list[bool]:
    """For each of ``texts``, whether it stands in ``training``. Memory grows with ``texts``, not with ``training``."""
    runs = [_runs(t) for t in texts]
    wanted = {r for found in runs for r in found}
    seen: set[int] = set()
    for text in training:
        seen.update(r for r in _runs(text) if r in wanted)
    return [bool(found) and sum(r in seen for r in found) >= SHARE * len(found) for found in runs]


def _runs(text: str) -> set[int]:
    """Hashes of the runs of six words; of a shorter text, of all its words."""
    words = _WORD.findall(str(text).lower())
    if len(words) <= RUN:
        return {hash(tuple(words))} if words else set()
    return {hash(tuple(words[i : i + RUN])) for i in range(len(words) - RUN + 1)}
