"""Lines around a comment's words that the page printed: buttons, dates, "Name says:", and what all comments share."""

from __future__ import annotations

import re
from collections import Counter

from moderation.extraction import line_roles as roles
from moderation.extraction.drafts import Draft
from moderation.extraction.records import MAX_NAME
from moderation.extraction.rendering import Rendered, merge
from moderation.extraction.times import iso

_GLUE = frozenset(
    "says said say writes wrote on at by posted comment comments from in the am pm est edt pst pdt gmt utc and # | "
    "permalink reply link edit quote commented date time um uhr le à el alle em op schrieb sagt dit dice responds "
    "responded replied adds am author name to of a is more report flag like new".split()
)  # fmt: skip
#: "replied to comment from Ann", "In reply to Ann": the page's words, about whom is in ``parent_id``.
_REPLY_TO = re.compile(r"^\W*(?:in )?(?:reply|replied|replying|response) to\b[^.!?]{1,80}\W*$", re.IGNORECASE)
#: "Reader Comments (1)", but not "Comments are worth more than thoughts".
_COUNT = re.compile(r"\d\W*$")
_WORDS = re.compile(r"[^\W_]+")


def clean(drafts: list[Draft], rendered: list[Rendered]) -> list[Rendered]:
    """Take out what most members share, then buttons and bylines from both ends; bylines fill what is unknown."""
    n = len(drafts)
    shared = Counter(line for body in rendered for line in {x.strip() for x in body.text.split("\n")} if line)
    constant = {line for line, count in shared.items() if n >= 3 and count >= max(3, 0.5 * n)}
    out = []
    for draft, body in zip(drafts, rendered, strict=True):
        lines = body.text.split("\n")
        keep = [line.strip() not in constant for line in lines]
        low, high = 0, len(lines)
        while low < high and (not keep[low] or _is_byline(lines[low], draft)):
            keep[low] = False
            low += 1
        # The line that ended the first search is no byline from below either.
        while high > low + 1 and (not keep[high - 1] or _is_byline(lines[high - 1], draft)):
            keep[high - 1] = False
            high -= 1
        out.append(cut_lines(body, lines, keep))
    return out


def _is_byline(line: str, draft: Draft) -> bool:
    line = line.strip()
    if not line:
        return True
    if roles.is_action(line) and not (len(line) > 3 and line.isalpha() and draft.author is None):
        return True
    if _REPLY_TO.match(line) or (len(line) <= 160 and _COUNT.search(line) and roles.heading(line)[0]):
        return True
    if _is_glue(line, 8):
        return True
    if draft.author and len(line) <= len(draft.author) + 14 and draft.author.lower() in line.lower():
        rest = line.lower().replace(draft.author.lower(), " ")
        if _is_glue(rest, len(rest)):
            return True
    if len(line) > 140:
        return False
    said = roles.attribution(line) or roles.time_line(line)
    if said and (said[1] or not draft.author):
        if not draft.author and said[0] and roles.words(said[0]) <= 6:
            draft.author = said[0][:MAX_NAME]
        if not draft.time_text and said[1]:
            draft.time, draft.time_text = iso(said[1]), said[1]
        return True
    return False


def _is_glue(line: str, most: int) -> bool:
    """No more than so many words, all of which say nothing alone; most lines are done at their first word."""
    for count, found in enumerate(_WORDS.finditer(line), 1):
        word = found[0].lower()
        if count > most or not (word in _GLUE or word.isdigit()):
            return False
    return True


def cut_lines(body: Rendered, lines: list[str], keep: list[bool]) -> Rendered:
    """Only the lines to keep, quotes moved along."""
    if all(keep):
        return body
    text: list[str] = []
    quotes: list[tuple[int, int]] = []
    at = length = 0
    blank = False
    for line, kept in zip(lines, keep, strict=True):
        if kept and (line or (length and not blank)):
            if text:
                length += 1
            for a, b in body.quotes:
                a, b = max(a, at), min(b, at + len(line))
                if a < b:
                    quotes.append((a - at + length, b - at + length))
            text.append(line)
            length += len(line)
            blank = not line
        at += len(line) + 1
    joined = "\n".join(text).rstrip()
    # Neighbouring lines of one quote grow together again.
    spans: list[tuple[int, int]] = []
    for a, b in quotes:
        b = min(b, len(joined))
        if spans and not joined[spans[-1][1] : a].strip():
            spans[-1] = (spans[-1][0], b)
        else:
            spans.append((a, b))
    return Rendered(joined, merge(spans))
