"""What travels between the stages: page → comments → scores → decisions.

Frozen dataclasses that know how to (de)serialise themselves and nothing else. The field names are the names in the
JSON output, so the documentation of one is the documentation of the other. Offsets are Python string offsets
(Unicode code points) of the text as given, end exclusive. Unknown is ``None``, never a guess.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict, dataclass, field
from typing import Any, Literal

#: Attribute names are the Perspective API's, in lower case.
ATTRIBUTES: tuple[str, ...] = (
    "toxicity",
    "severe_toxicity",
    "identity_attack",
    "insult",
    "profanity",
    "threat",
)

#: What people read instead of the attribute's name.
ATTRIBUTE_LABELS: Mapping[str, str] = {
    "toxicity": "toxicity",
    "severe_toxicity": "severe toxicity",
    "identity_attack": "hate speech (identity attack)",
    "insult": "insult",
    "profanity": "profanity",
    "threat": "threat",
}

#: What people read instead of the target's name: who a comment is aimed at.
TARGET_LABELS: Mapping[str, str] = {
    "women": "women",
    "lgbtq": "LGBTQ+ people",
    "race": "an ethnic group",
    "religion": "a religion",
    "nationality": "a nationality or migrants",
    "disability": "people with a disability",
    "politics": "a political camp",
}
#: The probability of a target from which on people are told of it.
AIMED_FROM = 0.5

Action = Literal["approve", "review", "reject"]


@dataclass(frozen=True, slots=True)
class Comment:
    """One reader comment as its box on the page shows it.

    ``text`` includes quoted words; ``quotes`` marks them as (start, end) offsets, and scoring leaves them out.
    ``time`` is ISO 8601 when the page gives an absolute time; ``time_text`` is what the page shows ("2 years ago").
    """

    id: str
    text: str
    parent_id: str | None = None
    author: str | None = None
    author_role: str | None = None
    time: str | None = None
    time_text: str | None = None
    quotes: tuple[tuple[int, int], ...] = ()
    votes: int | None = None
    permalink: str | None = None

    def to_dict(self) -> dict[str, Any]:
        return {
            "id": self.id,
            "parent_id": self.parent_id,
            "author": self.author,
            "author_role": self.author_role,
            "time": self.time,
            "time_text": self.time_text,
            "text": self.text,
            "quotes": [list(q) for q in self.quotes],
            "votes": self.votes,
            "permalink": self.permalink,
        }


@dataclass(frozen=True, slots=True)
class Page:
    """A page taken apart: the article's ``body`` and the readers' ``comments``.

    ``declared_count`` is how many comments the page says it has ("11 Comments"); it may differ from
    ``len(comments)`` when the rest is behind a script or on further pages, which ``warnings`` then says.
    """

    source: str
    comments: tuple[Comment, ...] = ()
    body: str = ""
    title: str | None = None
    url: str | None = None
    platform: str | None = None
    declared_count: int | None = None
    warnings: tuple[str, ...] = ()

    def to_dict(self) -> dict[str, Any]:
        return {
            "source": self.source,
            "url": self.url,
            "title": self.title,
            "platform": self.platform,
            "body": self.body,
            "declared_count": self.declared_count,
            "warnings": list(self.warnings),
            "comments": [c.to_dict() for c in self.comments],
        }


@dataclass(frozen=True, slots=True)
class Span:
    """Offending words: ``text[start:end]``, and how sure the model is that they carry ``attribute``."""

    start: int
    end: int
    attribute: str
    score: float


@dataclass(frozen=True, slots=True)
class Score:
    """What the model says of one text.

    ``scores`` maps each attribute to a calibrated probability in [0, 1]; it is ``None`` exactly when ``error`` says
    why (blank text, a language the model does not cover, a value that is not text). ``author_scores`` is set only
    when an author's name was given. ``targets`` maps each group the words may be aimed at to a probability.
    """

    scores: Mapping[str, float] | None
    spans: tuple[Span, ...] = ()
    author_scores: Mapping[str, float] | None = None
    targets: Mapping[str, float] | None = None
    language: str | None = None
    model: str | None = None
    error: str | None = None

    @property
    def toxicity(self) -> float | None:
        return None if self.scores is None else self.scores["toxicity"]

    def to_dict(self) -> dict[str, Any]:
        return {
            "scores": None if self.scores is None else dict(self.scores),
            "author_scores": None if self.author_scores is None else dict(self.author_scores),
            "spans": [asdict(s) for s in self.spans],
            "targets": None if self.targets is None else dict(self.targets),
            "language": self.language,
            "model": self.model,
            "error": self.error,
        }


@dataclass(frozen=True, slots=True)
class Reason:
    """Why a decision was taken: the attribute whose score reached the threshold."""

    attribute: str
    score: float
    threshold: float


@dataclass(frozen=True, slots=True)
class Decision:
    """What the community's policy makes of a score.

    ``reasons`` come worst first; they are empty for ``approve``, and for a text that was not scored (see ``Score.error``).
    """

    action: Action
    reasons: tuple[Reason, ...] = ()


@dataclass(frozen=True, slots=True)
class ScoredComment:
    """One line of ``scan``'s output: a comment, what the model said, what the policy decided."""

    source: str
    comment: Comment
    score: Score
    decision: Decision
    warnings: tuple[str, ...] = field(default=())

    def to_dict(self) -> dict[str, Any]:
        return {
            "source": self.source,
            "comment_id": self.comment.id,
            "parent_id": self.comment.parent_id,
            "author": self.comment.author,
            "time": self.comment.time,
            "text": self.comment.text,
            **self.score.to_dict(),
            "decision": self.decision.action,
            "reasons": [asdict(r) for r in self.decision.reasons],
        }
