"""One comment as a piece of HTML. All that came from the page or its readers passes through ``escape``."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from html import escape
from itertools import groupby
from urllib.parse import urlsplit

from moderation.policy import AUTHOR_PREFIX, reason_label
from moderation.report.results import DECISION_WORDS, Threaded, aimed_at, headline, unjudged
from moderation.report.text import Piece, neutral, one_line, pieces
from moderation.types import ATTRIBUTES, ScoredComment

#: What a report shows of one comment; the rest is counted, not shown.
MOST_CHARACTERS = 10_000
_LONG = 1_500  # from here on the text scrolls in its box, and the box must be reachable by keyboard
_DEEPEST = 6
_MOST_REPLIES = 5
_EXCERPT = 240


@dataclass(frozen=True, slots=True)
class Placed:
    """A comment to be drawn: its number in the ranking, in the thread order, and where it stands."""

    number: int
    order: int
    page: int
    thread: Threaded
    page_name: str | None = None


def escaped(text: str) -> str:
    """Neutralised and escaped, for element content and quoted attributes alike."""
    return escape(neutral(text), quote=True)


def link(address: str | None) -> str | None:
    """The address, escaped, if it is one a browser may follow from a report: http or https; else ``None``."""
    if not address:
        return None
    try:
        parts = urlsplit(address)
    except ValueError:
        return None
    return escaped(address) if parts.scheme.lower() in ("http", "https") and parts.netloc else None


def card(placed: Placed, numbers: Mapping[int, int], comments: Sequence[ScoredComment]) -> str:
    """The comment's article. ``numbers`` maps positions in ``comments``, its page, to ranking numbers."""
    thread = placed.thread
    scored = thread.scored
    action = scored.decision.action
    top = headline(scored)
    values = ["" if top is None else f"{top[1]:.4f}"]
    scores = scored.score.scores or {}
    values += [f"{scores[a]:.4f}" if a in scores else "" for a in ATTRIBUTES]
    parent = "" if thread.parent is None else f"c{numbers[thread.parent]}"
    return "".join(
        [
            f'<article class="card {action} d{min(thread.depth, _DEEPEST)}" id="c{placed.number}"',
            f' tabindex="-1" data-d="{action}" data-v="{",".join(values)}"',
            f' data-o="{placed.order}" data-page="{placed.page}"',
            f' data-parent="{parent}"><div class="head"><span class="badge {action}">',
            DECISION_WORDS[action].capitalize(),
            f'</span><span class="score">{"–" if top is None else f"{top[1]:.2f}"}</span>',
            _author(scored),
            _meta(placed),
            "</div>",
            _why(scored),
            _text(scored),
            '<div class="foot">',
            _scores(scored),
            _context(thread, numbers, comments),
            "</div></article>\n",
        ]
    )


def _author(scored: ScoredComment) -> str:
    if not scored.comment.author:
        return '<span class="author none">no name</span>'
    flagged = any(r.attribute.startswith(AUTHOR_PREFIX) for r in scored.decision.reasons)
    name = escape(one_line(scored.comment.author, 80))
    return f'<bdi class="author{" flagged" if flagged else ""}">{name}</bdi>'


def _meta(placed: Placed) -> str:
    comment = placed.thread.scored.comment
    parts = [escape(one_line(p, 60)) for p in (comment.author_role, comment.time_text or comment.time) if p]
    if comment.votes is not None:
        parts.append(f"{comment.votes:+d} votes" if comment.votes else "0 votes")
    address = link(comment.permalink)
    if address:
        parts.append(f'<a href="{address}" rel="noopener noreferrer">on the site</a>')
    if placed.page_name is not None:
        name = escape(one_line(placed.page_name, 60))
        parts.append(f'<a class="to-page" href="#page-{placed.page}">{name}</a>')
    return f'<span class="meta">{" · ".join(parts)}</span>' if parts else ""


def _why(scored: ScoredComment) -> str:
    parts = [
        f"{escape(reason_label(r.attribute))} <b>{r.score:.2f}</b> (limit {r.threshold:.2f})"
        for r in scored.decision.reasons
    ]
    parts += [escaped(words) for words in (aimed_at(scored), unjudged(scored), *scored.warnings) if words]
    return f'<p class="why">{" · ".join(parts)}</p>' if parts else ""


def _text(scored: ScoredComment) -> str:
    text = scored.comment.text
    if not text.strip():
        return '<div class="text"><span class="none">no text</span></div>'
    run = pieces(text, scored.score.spans, scored.comment.quotes, limit=MOST_CHARACTERS)
    parts: list[str] = []
    after_quote = False
    for quoted, group in groupby(run, key=lambda piece: piece.quoted):
        inner = "".join(_piece(piece) for piece in group)
        # A quote is a block of its own: line breaks next to it would only add empty lines.
        if quoted:
            if parts:
                parts[-1] = parts[-1].rstrip("\n")
            inner = inner.strip("\n")
            parts.append(f"<blockquote>{inner}</blockquote>")
        else:
            parts.append(inner.lstrip("\n") if after_quote else inner)
        after_quote = quoted
    if len(text) > MOST_CHARACTERS:
        parts.append(f'<span class="cut"> … {len(text) - MOST_CHARACTERS:,} more characters</span>')
    reachable = ' tabindex="0"' if len(text) > _LONG else ""
    return f'<div class="text" dir="auto"{reachable}>{"".join(parts)}</div>'


def _piece(piece: Piece) -> str:
    shown = escaped(piece.text)
    if piece.span is None:
        return shown
    label = escape(f"{reason_label(piece.span.attribute)} {piece.span.score:.2f}", quote=True)
    return f'<mark title="{label}">{shown}</mark>'


def _scores(scored: ScoredComment) -> str:
    """Every score in words. One paragraph, not a table: with thousands of comments each element counts."""
    lines = []
    for lead, scores in (("Text", scored.score.scores), ("User name", scored.score.author_scores)):
        if scores:
            listed = " · ".join(f"{reason_label(a)} {scores[a]:.2f}" for a in ATTRIBUTES if a in scores)
            lines.append(f'<p class="context"><b>{lead}</b> {escape(listed)}</p>')
    return f"<details><summary>All scores</summary>{''.join(lines)}</details>" if lines else ""


def _context(thread: Threaded, numbers: Mapping[int, int], comments: Sequence[ScoredComment]) -> str:
    """The comment it answers and the first answers to it, each with a link to its own place."""
    if thread.parent is None and not thread.replies:
        return ""
    label, parts = [], []
    if thread.parent is not None:
        label.append("what it answers")
        parts.append(_excerpt("In reply to", thread.parent, numbers, comments))
    if thread.replies:
        count = len(thread.replies)
        label.append(f"{count:,} {'reply' if count == 1 else 'replies'}")
        parts += [_excerpt("Reply by", r, numbers, comments) for r in thread.replies[:_MOST_REPLIES]]
        if count > _MOST_REPLIES:
            parts.append(f'<p class="context soft">and {count - _MOST_REPLIES:,} more</p>')
    summary = " and ".join(label)
    return f"<details><summary>Thread: {summary}</summary>{''.join(parts)}</details>"


def _excerpt(lead: str, position: int, numbers: Mapping[int, int], comments: Sequence[ScoredComment]) -> str:
    comment = comments[position].comment
    author = escape(one_line(comment.author, 40)) if comment.author else "no name"
    return (
        f'<p class="context">{lead} <a href="#c{numbers[position]}"><bdi>{author}</bdi></a>: '
        f"<bdi>{escape(one_line(comment.text, _EXCERPT))}</bdi></p>"
    )
