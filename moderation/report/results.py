"""What the reports show: the comments of a page with their decisions, counted and put in order."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from moderation.policy import reason_label
from moderation.types import AIMED_FROM, TARGET_LABELS, Page, ScoredComment

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
    return counted(Counter(c.decision.action for c in comments))


def counted(counts: Counter[str]) -> str:
    """The same of comments that were counted by their decision."""
    total = counts.total()
    parts = [f"{total:,} comment" + ("" if total == 1 else "s")]
    parts += [f"{counts[action]:,} to {action}" for action in ("review", "reject") if counts[action]]
    if total and len(parts) == 1:
        parts.append("none to review")
    return ", ".join(parts)


def unjudged(scored: ScoredComment) -> str | None:
    """Why there is no score, or why the score did not count, in words; ``None`` when it did."""
    score = scored.score
    if not score.scores:
        return f"not scored: {score.error or 'no reason given'}"
    if scored.decision.action != "approve" and not scored.decision.reasons:
        return f"language {score.language or 'unknown'} is not moderated here"
    return None


def aimed_at(scored: ScoredComment) -> str | None:
    """The groups a held comment is likely aimed at, three at most, in words: "aimed at women, a religion"."""
    if scored.decision.action == "approve" or not scored.score.targets:
        return None
    likely = sorted(scored.score.targets.items(), key=lambda item: -item[1])
    names = [
        TARGET_LABELS.get(name, name.replace("_", " ")) for name, value in likely[:3] if value >= AIMED_FROM
    ]
    return f"aimed at {', '.join(names)}" if names else None


def why(scored: ScoredComment, most: int = 4) -> str:
    """The reasons in human words, worst first: "insult 0.97, toxicity 0.91"; empty when there are none."""
    reasons = scored.decision.reasons
    parts = [f"{reason_label(r.attribute)} {r.score:.2f}" for r in reasons[:most]]
    if len(reasons) > most:
        parts.append(f"{len(reasons) - most} more")
    parts += [words for words in (aimed_at(scored), unjudged(scored)) if words]
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
