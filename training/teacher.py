"""What a source does not say, filled in by a model: soft labels for its own texts (distillation).

A source that labels only its offensive rows teaches that its style offends, and one without labels teaches nothing.
Sources marked ``taught`` in sources.toml get a teacher's answer wherever their own label is missing. The teacher is any
model directory; ``--sources`` of ``training.train`` makes one from the sources that know their own rate.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path

import numpy as np

from moderation.scoring import Scorer
from moderation.types import ATTRIBUTES
from training.data import Example, read_sources

#: A teacher's answer between these is left out: there it is as likely to pass on an error as a fact.
CLEAN_BELOW, OFFENDS_ABOVE = 0.25, 0.9


def taught(examples: Sequence[Example], teacher: Path) -> list[Example]:
    """``examples`` with the missing attributes of taught sources filled in with the teacher's uncalibrated probabilities.

    Held-out rows are left as they are: what is measured on them must come from people.
    """
    names = {s.name for s in read_sources().values() if s.taught}
    asked = [
        e for e in examples if e.source in names and not e.held_out and any(a != a for a in e.attributes)
    ]
    if not asked:
        return list(examples)
    scorer = Scorer(teacher)
    logits = scorer.logits([e.text for e in asked])[:, : len(ATTRIBUTES)]
    scorer.close()
    sure = 1 / (1 + np.exp(-logits))
    answers = np.where((sure < CLEAN_BELOW) | (sure > OFFENDS_ABOVE), sure, np.nan).tolist()
    filled = {
        id(e): replace(
            e, attributes=tuple(b if a != a else a for a, b in zip(e.attributes, row, strict=True))
        )
        for e, row in zip(asked, answers, strict=True)
    }
    return [filled.get(id(e), e) for e in examples]
