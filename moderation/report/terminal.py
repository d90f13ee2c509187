"""The ranked table in a terminal: worst first, readable without colour and in 80 columns."""

from __future__ import annotations

import sys
from collections.abc import Iterable
from typing import Any, TextIO, cast

from rich.box import ASCII2, SIMPLE_HEAD
from rich.cells import cell_len, set_cell_size
from rich.console import Console
from rich.table import Table
from rich.text import Text

from moderation.policy import AUTHOR_PREFIX
from moderation.report.results import (
    DECISION_WORDS,
    PageReport,
    counts_line,
    headline,
    rank_key,
    why,
)
from moderation.report.text import Piece, neutral, one_line, pieces
from moderation.types import ScoredComment

_STYLES = {"reject": "bold red", "review": "yellow", "approve": "green"}
_SPAN_STYLE = "bold red underline"
_FIXED_COLUMNS = 22  # decision, score and the gaps between the three columns
_TEXT_LINES = 4
_PLAIN = str.maketrans("…·", ".-")  # our own punctuation, for streams that are not Unicode
_CONTEXT = 60  # characters kept before the first offending word when the text has to be cut


def print_page(console: Console, report: PageReport, *, approved_rows: int | None = 20) -> None:
    """One page: its name, counts and warnings, then its comments, worst first.

    Every comment to review or reject is shown, and ``approved_rows`` of the approved ones (``None`` for all).
    Text that does not fit in four lines is cut around its worst words.
    """
    page = report.page
    ascii_only = not (console.encoding or "").lower().startswith("utf")
    width = console.width
    console.print()
    name = one_line(page.source, width)
    console.print(Text(name, style="bold"), soft_wrap=True)
    about = " · ".join(one_line(part, width) for part in (page.title, page.platform) if part)
    if about:
        console.print(Text(about), style="dim")
    console.print(Text(counts_line(report.comments)))
    for warning in page.warnings:
        console.print(Text("! " + one_line(warning, 4 * width)), style="yellow")
    ranked = sorted(report.comments, key=rank_key)
    flagged = sum(c.decision.action != "approve" for c in ranked)
    shown = ranked if approved_rows is None else ranked[: flagged + approved_rows]
    if shown:
        console.print(_table(shown, console, ascii_only))
    if len(shown) < len(ranked):
        console.print(Text(f"... and {len(ranked) - len(shown):,} more approved comments"), style="dim")


def print_report(
    reports: Iterable[PageReport], file: TextIO | None = None, *, approved_rows: int | None = 20
) -> None:
    """Each page as it comes, to ``file`` or stdout; colour only where the terminal has it and wants it.

    What the stream's encoding cannot express is written as ``?``.
    """
    stream = cast(TextIO, _Encodable(file or sys.stdout))
    console = Console(file=stream, highlight=False, markup=False, emoji=False)
    for report in reports:
        print_page(console, report, approved_rows=approved_rows)


class _Encodable:
    """A text stream that takes every character: comments are in all scripts, terminals are not."""

    def __init__(self, stream: TextIO) -> None:
        self._stream = stream

    def __getattr__(self, name: str) -> Any:
        return getattr(self._stream, name)

    def write(self, text: str) -> int:
        encoding = self._stream.encoding or "utf-8"
        if not encoding.lower().startswith("utf"):
            text = text.translate(_PLAIN)
        return self._stream.write(text.encode(encoding, "replace").decode(encoding))


def _table(ranked: list[ScoredComment], console: Console, ascii_only: bool) -> Table:
    table = Table(box=ASCII2 if ascii_only else SIMPLE_HEAD, expand=True, show_edge=False, pad_edge=False)
    table.add_column("Decision", no_wrap=True, min_width=8)
    table.add_column("Score", no_wrap=True, justify="right", min_width=5)
    table.add_column("Comment", ratio=1, overflow="fold")
    width = max(console.width - _FIXED_COLUMNS, 20)
    coloured = console.color_system is not None and not console.no_color
    by_id = {c.comment.id: c for c in ranked}
    for scored in ranked:
        action = scored.decision.action
        word, style = DECISION_WORDS[action], _STYLES[action]
        top = headline(scored)
        if action == "approve":
            row = _author(scored)
            row.append(": ", style="dim")
            row.append_text(_body(scored, max(width - cell_len(row.plain), 10), coloured, ascii_only))
        else:
            text = _body(scored, width * _TEXT_LINES, coloured, ascii_only)
            row = Text("\n").join([*_head(scored, by_id, width), *([text] if text else []), Text()])
        table.add_row(
            Text(word.upper() if action == "reject" else word, style),
            Text("-" if top is None else f"{top[1]:.2f}", style),
            row,
        )
    return table


def _author(scored: ScoredComment) -> Text:
    if not scored.comment.author:
        return Text("(no name)", style="dim", end="")
    flagged = any(r.attribute.startswith(AUTHOR_PREFIX) for r in scored.decision.reasons)
    head = Text()
    head.append(one_line(scored.comment.author, 30), style=_SPAN_STYLE if flagged else "bold")
    return head


def _head(scored: ScoredComment, by_id: dict[str, ScoredComment], width: int) -> list[Text]:
    """Author, time and parent on one line; the reasons below."""
    comment = scored.comment
    head = _author(scored)
    extra = []
    if comment.author_role:
        extra.append(one_line(comment.author_role, 15))
    when = comment.time_text or comment.time
    if when:
        extra.append(one_line(when, 25))
    if comment.parent_id is not None and comment.parent_id in by_id:
        parent = by_id[comment.parent_id].comment.author
        extra.append(f"reply to {one_line(parent, 20)}" if parent else "a reply")
    if extra:
        head.append(", " + ", ".join(extra), style="dim")
    head.truncate(width, overflow="ellipsis")
    reasons = one_line(why(scored), 2 * width)
    return [head, Text(reasons, style=_STYLES[scored.decision.action])]


def _body(scored: ScoredComment, room: int, coloured: bool, ascii_only: bool) -> Text:
    """The text cut to ``room`` cells, with the offending words marked and quotes in brackets."""
    approved = scored.decision.action == "approve"
    text = scored.comment.text
    start = _cut_at(scored, room)
    # Twice the room, for blanks fold and some characters go; the rest of a very long text is never looked at.
    run = pieces(text, scored.score.spans, scored.comment.quotes, limit=start + 2 * room + 200)
    shown = [_shift(piece) for piece in _from(run, start)]
    opening, closing = ("*", "*") if ascii_only else ("»", "«")
    ellipsis = "..." if ascii_only else "…"
    result = Text(ellipsis if start else "")
    for piece in shown:
        words = piece.text
        if piece.span:
            result.append(words if coloured else opening + words + closing, style=_SPAN_STYLE)
        elif piece.quoted:
            result.append(f"[quote: {words.strip()}] ", style="dim italic")
        else:
            result.append(words, style="dim" if approved else "")
    result.rstrip()
    if cell_len(result.plain) > room:
        keep = len(set_cell_size(result.plain, max(room - len(ellipsis), 1)))
        result = result[:keep]
        result.rstrip()
        result.append(ellipsis)
    return result


def _cut_at(scored: ScoredComment, room: int) -> int:
    """Where the shown part starts: at the beginning, unless the worst words would then be out of sight."""
    text, spans = scored.comment.text, scored.score.spans
    if len(text) <= room or not spans:
        return 0
    worst = max(spans, key=lambda span: span.score)
    if worst.end <= room:
        return 0
    start = max(worst.start - _CONTEXT, 0)
    return text.find(" ", start, worst.start) + 1 or start


def _from(run: list[Piece], start: int) -> list[Piece]:
    result = []
    position = 0
    for piece in run:
        end = position + len(piece.text)
        if end > start:
            result.append(Piece(piece.text[max(start - position, 0) :], piece.span, piece.quoted))
        position = end
    return result


def _shift(piece: Piece) -> Piece:
    """Neutralised and on one line; the blanks at its edges stay, for they separate it from its neighbours."""
    words = neutral(piece.text)
    inner = " ".join(words.split())
    before = " " if words[:1].isspace() else ""
    after = " " if words[-1:].isspace() and inner else ""
    return Piece(before + inner + after, piece.span, piece.quoted)
