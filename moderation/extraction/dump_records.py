"""Where one comment ends and the next begins, in lines of text without markup.

Three rhythms exist: a header line (name, time, or both) over each comment; a footer line under it; and bare names
between paragraphs, which only a declared count or a button row makes sure of.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, field
from itertools import pairwise

from moderation.extraction import line_roles as roles

_NUMBERS = re.compile(r"\d+")
MAX_NAME_WORDS = 7
MAX_NAME = 60
#: Attributions without any heading must be this many before they count as comments.
MIN_WITHOUT_HEADING = 3
TAIL_SHORT_LINES = 4
#: A longer one is an article in most cases, and adds nothing to the belief in its neighbours.
MAX_USUAL = 2500


@dataclass(slots=True)
class Chunk:
    """One comment: its name, time words and lines."""

    author: str = ""
    time: str | None = None
    lines: list[str] = field(default_factory=list)

    @property
    def size(self) -> int:
        return sum(len(line) for line in self.lines)


@dataclass(slots=True)
class Segment:
    """A reading of the lines from ``start`` on as comments."""

    start: int
    declared: int | None
    chunks: list[Chunk]
    score: float


@dataclass(slots=True)
class _Anchor:
    start: int
    end: int  # one past its last line
    name: str
    time: str | None
    stop: int | None = None  # where its comment ends, if that is known


def segments(lines: list[str], heading_at: int | None, declared: int | None) -> Iterator[Segment]:
    """Readings of what follows the heading at ``heading_at`` (of the whole text when None)."""
    first = 0 if heading_at is None else heading_at + 1
    anchors = _anchors(lines, first)
    if heading_at is None:
        anchors = [a for a in anchors if a.name and a.time]
        if len(anchors) < MIN_WITHOUT_HEADING:
            return
    anchored = 0
    if anchors:
        for chunks, start in (_headers(lines, anchors, first), _footers(lines, anchors, first)):
            if chunks:
                anchored = max(anchored, len(chunks))
                yield _segment(chunks, start if heading_at is None else heading_at, heading_at, declared)
    # Names alone are the weakest sign; where times or attributions already tell the comments apart they only mislead.
    told_apart = anchored >= 0.5 * declared if declared else anchored >= 2
    if heading_at is not None and not told_apart and (chunks := _bare_names(lines, first, declared)):
        yield _segment(chunks, heading_at, heading_at, declared)


def _segment(chunks: list[Chunk], start: int, heading_at: int | None, declared: int | None) -> Segment:
    _drop_repeated(chunks)
    chunks = _cut_at_endings(chunks)
    kept = [c for c in chunks if any(c.lines)]
    named = sum(bool(c.author) for c in kept)
    size = sum(_weight(c) for c in kept)
    score = size * (0.3 + named / max(1, len(kept))) if kept else 0.0
    if declared and kept:
        score *= 0.5 + min(len(kept), declared) / max(len(kept), declared)
    if heading_at is None:
        score = score * 0.6 if len(kept) >= MIN_WITHOUT_HEADING else 0.0
    if kept and not named and len(kept) == 1:
        score *= 0.3
    # A heading without a count may be a link in a menu; then two named comments are the least.
    if declared is None and named < 2:
        score = 0.0
    # Names and dates over nothing are a list of stories.
    if len(kept) < 0.5 * len(chunks):
        score = 0.0
    return Segment(start, declared, kept, score)


def _weight(chunk: Chunk) -> float:
    """What a chunk says for its segment: words for, an article or a menu in it against."""
    if chunk.size > MAX_USUAL:
        return -600.0
    lines = [line for line in chunk.lines if line]
    prose = sum(roles.is_prose(line) or roles.ends_sentence(line) for line in lines)
    if len(lines) >= 4 and prose < 0.34 * len(lines):
        return 0.0 if roles.is_prose(lines[0]) else -300.0
    return float(min(chunk.size, 600))


def _name_like(line: str) -> bool:
    return (
        0 < len(line) <= MAX_NAME
        and 1 <= roles.words(line) <= MAX_NAME_WORDS
        and not roles.is_action(line)
        and not roles.is_chrome(line)
        and not roles.is_end(line)
        and (not roles.ends_sentence(line) or roles.words(line) <= 2)
    )


def _previous(lines: list[str], at: int, low: int) -> int | None:
    """The nonblank line before ``at``, over at most one blank line."""
    for back in (at - 1, at - 2):
        if back < low:
            return None
        if lines[back]:
            return back
    return None


def _anchors(lines: list[str], first: int) -> list[_Anchor]:
    raw: list[_Anchor] = []
    for at in range(first, len(lines)):
        line = lines[at]
        if not line or len(line) > 200:
            continue
        if said := roles.attribution(line):
            raw.append(_Anchor(at, at + 1, said[0], said[1]))
        elif timed := roles.time_line(line):
            raw.append(_Anchor(at, at + 1, timed[0], timed[1]))
    if paired := _times_below(lines, raw):
        return paired
    found: list[_Anchor] = []
    for anchor in raw:
        last = found[-1] if found else None
        if (
            last
            and anchor.start - last.end <= 1
            and not (last.time and anchor.time)
            and not (last.name and anchor.name and last.time)
        ):
            # "Name says:" and the time on the next line are one header.
            last.end = anchor.end
            last.time = last.time or anchor.time
            last.name = last.name or anchor.name
            continue
        found.append(anchor)
    if not found:
        return []
    timed_share = sum(a.time is not None for a in found) / len(found)
    if timed_share >= 0.5:
        found = [a for a in found if a.time is not None]
    named = sum(bool(a.name) for a in found)
    if named < len(found) / 2:
        _names_around(lines, found, first)
    return found


def _times_below(lines: list[str], raw: list[_Anchor]) -> list[_Anchor]:
    """ "Name said:" over the words and the time under them: each time belongs to the name before it."""
    pairs = [
        (name, time)
        for name, time in pairwise(raw)
        if name.name and not name.time and time.time and not time.name and any(lines[name.end : time.start])
    ]
    names = sum(bool(a.name) and not a.time for a in raw)
    if not pairs or len(pairs) < 0.8 * names or len(pairs) * 2 < 0.8 * len(raw):
        return []
    for name, time in pairs:
        name.time, name.stop = time.time, time.start
    return [name for name, _ in pairs]


def _names_around(lines: list[str], anchors: list[_Anchor], first: int) -> None:
    """Times on lines of their own: the name stands on the line before, or else on the line after."""
    before = [_previous(lines, a.start, first) for a in anchors]
    fits_before = [b is not None and _name_like(lines[b]) for b in before]
    # At the foot of a comment the line before is the comment's own last line, alike in most cases not a name.
    if sum(fits_before) >= 0.8 * len(anchors):
        for anchor, at, fits in zip(anchors, before, fits_before, strict=True):
            if fits and at is not None and not anchor.name:
                anchor.name, anchor.start = lines[at].rstrip(":,"), at
        return
    after = [next((i for i in (a.end, a.end + 1) if i < len(lines) and lines[i]), None) for a in anchors]
    fits_after = [i is not None and _name_like(lines[i]) for i in after]
    if sum(fits_after) >= 0.8 * len(anchors) and len(anchors) > 1:
        for anchor, at, fits in zip(anchors, after, fits_after, strict=True):
            if fits and at is not None and not anchor.name:
                anchor.name, anchor.end = lines[at].rstrip(":,"), at + 1


def _headers(lines: list[str], anchors: list[_Anchor], first: int) -> tuple[list[Chunk], int]:
    chunks = []
    for at, anchor in enumerate(anchors):
        is_last = at + 1 == len(anchors)
        end = _tail_end(lines, anchor.end) if is_last else anchors[at + 1].start
        end = anchor.stop or end
        body = _trim(lines[anchor.end : end])
        chunks.append(Chunk(anchor.name, anchor.time, _without_menu(body) if is_last else body))
    return chunks, anchors[0].start


def _footers(lines: list[str], anchors: list[_Anchor], first: int) -> tuple[list[Chunk], int]:
    chunks: list[Chunk] = []
    start = first
    if any(a.stop for a in anchors):
        return [], 0
    if first == 0:
        # Without a heading nothing says where the first comment begins: its last paragraph block is all we know.
        start = anchors[0].start
        while start > 0 and anchors[0].start - start < 3:
            start -= 1
    for anchor in anchors:
        chunks.append(Chunk(anchor.name, anchor.time, _trim(lines[start : anchor.start])))
        start = anchor.end
    # A name on the first line of nearly every chunk, and none in the footers.
    heads = [c.lines[0] if c.lines else "" for c in chunks]
    if sum(not c.author for c in chunks) > len(chunks) / 2 and (
        sum(_name_like(h) for h in heads) >= 0.8 * len(chunks)
    ):
        for chunk in chunks:
            if chunk.lines and len(chunk.lines) > 1:
                chunk.author, chunk.lines = chunk.lines[0].rstrip(".:,"), _trim(chunk.lines[1:])
    # Prose after the last footer means the anchors stand over the comments, not under them.
    tail = _trim(lines[start : _tail_end(lines, start)])
    lead = sum(len(line) for line in chunks[0].lines) if chunks else 0
    if sum(len(line) for line in tail) > 40 or lead == 0:
        return [], 0
    return chunks, first


def _bare_names(lines: list[str], first: int, declared: int | None) -> list[Chunk]:
    """wpDiscuz without dates and the like: name, blank, paragraphs, buttons, next name."""
    at = first
    while at < len(lines) and (not lines[at] or roles.is_chrome(lines[at]) or roles.is_action(lines[at])):
        at += 1
    end = _tail_end(lines, at)
    starts: list[tuple[int, bool]] = []
    for i in range(at, end):
        if not _name_like(lines[i]):
            continue
        before = next((lines[j] for j in range(i - 1, at - 1, -1) if lines[j]), "")
        after_button = i == at or roles.is_action(before)
        alone = i == at or not lines[i - 1] or after_button
        follows = next((lines[j] for j in range(i + 1, end) if lines[j]), "")
        if alone and follows and not roles.is_action(follows) and (not starts or starts[-1][0] + 2 < i):
            starts.append((i, after_button))
    if not starts or starts[0][0] != at:
        return []
    sure = [i for i, after_button in starts if after_button]
    everything = [i for i, _ in starts]
    if declared:
        chosen = min((everything, sure), key=lambda c: abs(len(c) - declared))
        if not 0.5 * declared <= len(chosen) <= 1.5 * declared:
            return []
    else:
        if len(sure) < 3:
            return []
        chosen = sure
    return [
        Chunk(lines[i], None, _trim(lines[i + 1 : chosen[n + 1] if n + 1 < len(chosen) else end]))
        for n, i in enumerate(chosen)
    ]


def _tail_end(lines: list[str], start: int) -> int:
    """Where the last comment ends: at a form, at related stories, at the page's foot, or where prose runs dry."""
    short = 0
    first_short = start
    for at in range(start, len(lines)):
        line = lines[at]
        if not line:
            continue
        if roles.is_end(line) or (roles.heading(line)[0] and at > start):
            return at
        if roles.is_prose(line) or roles.ends_sentence(line):
            short = 0
            continue
        if _name_like(line) and at + 1 < len(lines) and not lines[at + 1]:
            following = next((i for i in lines[at + 1 : at + 4] if i), "")
            if roles.is_prose(following) or roles.ends_sentence(following):
                continue
        if not short:
            first_short = at
        short += 1
        if short >= TAIL_SHORT_LINES and all(not roles.is_prose(i) for i in lines[at : at + 6]):
            return first_short
    return len(lines)


def _without_menu(lines: list[str]) -> list[str]:
    """The last comment without the short lines that follow its last sentence: the page's foot begins there."""
    prose = [at for at, line in enumerate(lines) if roles.is_prose(line) or roles.ends_sentence(line)]
    if not prose or sum(bool(line) for line in lines[prose[-1] + 1 :]) < 2:
        return lines
    return lines[: prose[-1] + 1]


def _trim(lines: list[str]) -> list[str]:
    """Without the buttons, counters and blanks at both ends."""
    low, high = 0, len(lines)
    while low < high and (not lines[low] or roles.is_action(lines[low])):
        low += 1
    while high > low and (
        not lines[high - 1] or roles.is_action(lines[high - 1]) or roles.is_chrome(lines[high - 1])
    ):
        high -= 1
    return lines[low:high]


def _cut_at_endings(chunks: list[Chunk]) -> list[Chunk]:
    """Nothing after a form, related stories or the page's foot is a comment's; one such line ends the comments."""
    ends = [next((at for at, line in enumerate(c.lines) if roles.is_end(line)), None) for c in chunks]
    hit = [n for n, at in enumerate(ends) if at is not None]
    if not hit:
        return chunks
    for n in hit:
        chunks[n].lines = _trim(chunks[n].lines[: ends[n]])
    # A form under every comment ends nothing.
    if len(hit) >= max(3, 0.5 * len(chunks)):
        return chunks
    # One that stands between comments may be a comment's own words; what comes after decides.
    for n in hit:
        rest = chunks[n + 1 :]
        if len(rest) <= max(2, 0.3 * len(chunks)) or n == 0:
            return chunks[: n + 1]
    return chunks


def _drop_repeated(chunks: list[Chunk]) -> None:
    """A line that most comments share was printed by the page, not written by people."""
    if len(chunks) < 3:
        return
    shared = Counter(line for c in chunks for line in {_shape(line) for line in c.lines} if line)
    constant = {line for line, n in shared.items() if n >= max(3, 0.5 * len(chunks))}
    if constant:
        for chunk in chunks:
            chunk.lines = _trim([line for line in chunk.lines if _shape(line) not in constant])


def _shape(line: str) -> str:
    """A line with its numbers blotted out: "Report comment 391" and "Report comment 392" are one line."""
    return _NUMBERS.sub("#", line)
