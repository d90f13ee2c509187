"""What the reports show: the comments of a page with their decisions, counted and put in order."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from itertools import islice

from moderation.policy import reason_label
from moderation.types import Page, Score, ScoredComment

#: Shown to people instead of the decision's name.
DECISION_WORDS: Mapping[str, str] = {"reject": "reject", "review": "review", "approve": "approved"}
_SEVERITY = {"reject": 2, "review": 1, "approve": 0}


@dataclass(frozen=True, slots=True)
class PageReport:
    """One page and its comments in the page's order. Of ``page`` the reports show everything but the
    comments."""

    page: Page
    comments: tuple[ScoredComment, ...] = ()


@dataclass(frozen=True, slots=True)
class Failed:
    """An input nothing could be had from, and why."""

    source: str
    error: str


@dataclass(frozen=True, slots=True)
class Threaded:
    """A comment in its place in the discussion. ``position`` counts along the page; ``depth`` is 0 for no
    parent."""

    scored: ScoredComment
    position: int
    depth: int
    parent: int | None
    replies: tuple[int, ...]


def headline(scored: ScoredComment) -> tuple[str, float] | None:
    """The (attribute, score) a comment is ranked by: its worst reason, or else toxicity."""
    if scored.decision.reasons:
        reason = scored.decision.reasons[0]
        return reason.attribute, reason.score
    scores = scored.score.scores
    if not scores:
        return None
    if "toxicity" in scores:
        return "toxicity", scores["toxicity"]
    return max(scores.items(), key=lambda item: item[1])


def rank_key(scored: ScoredComment) -> tuple[int, float]:
    """Sorts worst first: by decision, then by score; what could not be scored comes last within its
    decision."""
    top = headline(scored)
    return -_SEVERITY[scored.decision.action], -top[1] if top else 1.0


def counts_line(comments: Iterable[ScoredComment]) -> str:
    """ "11 comments, 3 to review, 2 to reject"."""
    counts = Counter(c.decision.action for c in comments)
    total = counts.total()
    parts = [f"{total:,} comment" + ("" if total == 1 else "s")]
    parts += [f"{counts[action]:,} to {action}" for action in ("review", "reject") if counts[action]]
    if total and len(parts) == 1:
        parts.append("none to review")
    return ", ".join(parts)


def unscored_reason(score: Score) -> str | None:
    """Why there is no score, in words; ``None`` when there is one."""
    return None if score.scores else f"not scored: {score.error or 'no reason given'}"


def why(scored: ScoredComment, most: int = 4) -> str:
    """The reasons in human words, worst first: "insult 0.97, toxicity 0.91"; empty for an approved
    comment."""
    parts = [f"{reason_label(r.attribute)} {r.score:.2f}" for r in islice(scored.decision.reasons, most)]
    more = len(scored.decision.reasons) - most
    if more > 0:
        parts.append(f"{more} more")
    unscored = unscored_reason(scored.score)
    if unscored:
        parts.append(unscored)
    elif scored.decision.action != "approve" and not parts:
        parts.append(f"language {scored.score.language}: not moderated here")
    return ", ".join(parts)


def threads(comments: Sequence[ScoredComment]) -> list[Threaded]:
    """The comments as a discussion, parents before their replies, otherwise in the page's order.

    A reply whose parent is missing or its own descendant stands on its own.
    """
    index: dict[str, int] = {}
    for position, scored in enumerate(comments):
        index.setdefault(scored.comment.id, position)
    parents: list[int | None] = []
    awaited: set[int] = set()  # named as a parent before its own turn: only these can close a circle
    children: list[list[int]] = [[] for _ in comments]
    for position, scored in enumerate(comments):
        parent = index.get(scored.comment.parent_id) if scored.comment.parent_id is not None else None
        if parent == position or (position in awaited and _descends(parent, position, parents)):
            parent = None
        parents.append(parent)
        if parent is not None:
            children[parent].append(position)
            if parent > position:
                awaited.add(parent)
    ordered: list[Threaded] = []
    stack = [(position, 0) for position in reversed(range(len(comments))) if parents[position] is None]
    while stack:
        position, depth = stack.pop()
        ordered.append(
            Threaded(comments[position], position, depth, parents[position], tuple(children[position]))
        )
        stack += [(child, depth + 1) for child in reversed(children[position])]
    return ordered


def _descends(start: int | None, ancestor: int, parents: list[int | None]) -> bool:
    """Whether ``start`` hangs below ``ancestor`` already. Only earlier positions have a parent yet."""
    position = start
    while position is not None:
        if position == ancestor:
            return True
        position = parents[position] if position < len(parents) else None
    return False
