"""A page saved as plain text: comments, authors and times from the rhythm of its lines and their wording."""

from __future__ import annotations

import re
from dataclasses import dataclass

from moderation.extraction import line_roles as roles
from moderation.extraction.dump_records import Segment, segments
from moderation.extraction.records import Found, Record, one_line
from moderation.extraction.rendering import arrow_quotes, merge
from moderation.extraction.times import iso

MAX_LINES = 400_000
MAX_HEADINGS = 12
#: Words that only one system prints; two of them name the platform.
_SIGNS: dict[str, tuple[str, ...]] = {
    "wpdiscuz": (
        "notify of",
        "inline feedbacks",
        "would love your thoughts",
        "view all comments",
        "most voted",
    ),
    "disqus": (
        "blog comments powered by disqus",
        "please enable javascript to view the comments powered by disqus",
    ),
}


@dataclass(frozen=True, slots=True)
class Dump:
    """What a text dump holds; ``found`` as a reader of markup would say it."""

    title: str | None
    body: str
    found: Found


def read(text: str) -> Dump:
    """Take a dump apart. Comments are only claimed under a heading or from several attributions."""
    lines = [line.strip() for line in text.replace("\r\n", "\n").replace("\r", "\n").split("\n")[:MAX_LINES]]
    found = Found(None)
    best = _best_segment(lines)
    end = len(lines)
    if best is not None:
        end = best.start
        found.platform = _platform(lines[max(0, best.start - 10) :])
        found.declared_count = best.declared
        found.records = [
            Record(
                key=f"c{number}",
                text=(words := "\n".join(chunk.lines).strip()),
                author=chunk.author or None,
                time=iso(chunk.time),
                time_text=one_line(chunk.time) or None,
                quotes=merge(arrow_quotes(words)),
            )
            for number, chunk in enumerate(best.chunks, 1)
        ]
    first, last = _body_range(lines, end)
    body = "\n".join(line for line in lines[first:last]).strip()
    return Dump(_title(lines, first), re.sub(r"\n{2,}", "\n\n", body), found)


def _best_segment(lines: list[str]) -> Segment | None:
    heads = [(at, roles.heading(line)) for at, line in enumerate(lines) if line and len(line) <= 160]
    starts = [(at, count) for at, (is_heading, count) in heads if is_heading]
    best: Segment | None = None
    # The last headings are the likeliest: counters at the top of a page only point down to the list.
    for at, count in starts[-MAX_HEADINGS:]:
        for candidate in segments(lines, at, count):
            if best is None or candidate.score > best.score:
                best = candidate
    for candidate in segments(lines, None, None):
        if best is None or candidate.score > best.score:
            best = candidate
    return best if best is not None and best.score > 0 else None


def _platform(lines: list[str]) -> str | None:
    shown = {line.lower().split(",")[0].rstrip(".:") for line in lines if len(line) < 100}
    text = "\n".join(shown)
    for name, signs in _SIGNS.items():
        hits = sum(sign in text for sign in signs)
        if hits >= 2 or (hits and len(signs) <= 2):
            return name
    return None


def _body_range(lines: list[str], end: int) -> tuple[int, int]:
    """First and one past the last line of the article: from prose to prose, over short gaps only."""
    prose = [at for at, line in enumerate(lines[:end]) if roles.is_prose(line) and roles.ends_sentence(line)]
    if not prose:
        return 0, 0
    runs: list[list[int]] = [[prose[0]]]
    for at in prose[1:]:
        between = [line for line in lines[runs[-1][-1] + 1 : at] if line]
        if len(between) <= 6 and not any(roles.is_end(line) for line in between):
            runs[-1].append(at)
        else:
            runs.append([at])
    weight = [sum(len(lines[at]) for at in run) for run in runs]
    # Neighbouring long runs are one article with a list or an advertisement in between.
    top = max(range(len(runs)), key=weight.__getitem__)
    low = high = top
    while low > 0 and weight[low - 1] > weight[top] * 0.2:
        low -= 1
    while high + 1 < len(runs) and weight[high + 1] > weight[top] * 0.2:
        high += 1
    return runs[low][0], runs[high][-1] + 1


def _title(lines: list[str], body_start: int) -> str | None:
    """A short line that the page's head repeats, or that the window title continues with the site's name."""
    head = [line for line in lines[:body_start] if line][:400]
    if not head:
        return None
    for at, line in enumerate(head):
        if (
            roles.words(line) >= 3
            and len(line) <= 200
            and not roles.is_prose(line)
            and line in head[at + 1 :]
        ):
            return line
    first = head[0]
    for line in head[1:]:
        if roles.words(line) >= 3 and first.startswith(line) and len(line) * 3 > len(first):
            return line
    return None
