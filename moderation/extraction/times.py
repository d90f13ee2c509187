"""Times as pages write them: absolute ones become ISO 8601, relative ones are only recognised."""

from __future__ import annotations

import re
from collections.abc import Iterable
from datetime import UTC, datetime
from functools import lru_cache

from moderation.extraction.vocabulary import MONTHS, RELATIVE_TIME, RELATIVE_WORDS

_ISO = re.compile(
    r"\b(\d{4})-(\d{2})-(\d{2})(?:[T ](\d{2}):(\d{2})(?::(\d{2})(?:\.\d{1,9})?)?\s*(Z|UTC|GMT|[+-]\d{2}:?\d{2})?)?"
)
_MONTH = "|".join(sorted(map(re.escape, MONTHS), key=len, reverse=True))
#: Any word may stand where the month stands: looking it up is far faster than an alternation of all months.
_NAMED_FIRST = re.compile(
    r"(?<![^\W\d_])([^\W\d_]{2,14})\.?\s+(\d{1,2})(?:st|nd|rd|th)?,?\s+(?:of\s+)?(\d{4})", re.IGNORECASE
)
_NAMED_SECOND = re.compile(
    r"\b(\d{1,2})(?:st|nd|rd|th|er|\.|º)?\s*(?:of\s+|de\s+|-)?([^\W\d_]{2,14})\.?(?:\s+(?:de|del)\s+|[\s,-]+)(\d{4})",
    re.IGNORECASE,
)
_NAMED_NO_YEAR = re.compile(
    rf"(?<![^\W\d_])(?:{_MONTH})\.?\s+\d{{1,2}}(?:st|nd|rd|th)?\b|\b\d{{1,2}}(?:st|nd|rd|th|\.)?\s+(?:{_MONTH})(?![^\W\d_])",
    re.IGNORECASE,
)
_CJK = re.compile(r"(\d{4})\s*[年년]\s*(\d{1,2})\s*[月월]\s*(\d{1,2})\s*[日일]")
_NUMERIC = re.compile(r"\b(\d{1,4})([./-])(\d{1,2})\2(\d{2,4})\b")
_CLOCK = re.compile(
    r"\b(\d{1,2})(?:[:h]|\.(?=\d{2}\s?[ap]\.?m))(\d{2})(?::(\d{2}))?\s*(?:([ap])\.?m\b\.?)?(?!\d|:\d)",
    re.IGNORECASE,
)
_HOUR = re.compile(r"\b(1[0-2]|[1-9])\s*([ap])\.?m\b", re.IGNORECASE)
_RELATIVE = [re.compile(pattern, re.IGNORECASE) for pattern in RELATIVE_TIME]
#: Word that a relative time needs → the patterns that hold it.
_RELATIVE_BY_WORD = {
    word: [at for at, pattern in enumerate(RELATIVE_TIME) if word in pattern] for word in RELATIVE_WORDS
}
_RELATIVE_UNSPACED = [at for at, pattern in enumerate(RELATIVE_TIME) if re.search("[前전ท]", pattern)]
_LETTERS = re.compile(r"[^\s\d.,:;()\[\]|/\"'-]+")
#: The same for texts that are all ASCII, many times as fast: no table of Unicode is asked.
_ASCII_LETTERS = re.compile("[^\\t-\\r\\x1c- 0-9.,:;()\\[\\]|/\"'-]+")
_ASCII_DIGIT = re.compile("[0-9]")
_DIGITS = re.compile(r"\d")
_PARTED = re.compile(r"\d[./-]\d")
_DIGIT = re.compile(r"[\d٠-٩۰-۹]")
#: Every clock holds one of these; telling that there is none is faster than looking for a clock.
_CLOCK_SIGN = re.compile(r"\d(?:[:h.]\d|\s*[ap]\.?m)", re.IGNORECASE)
_UNSPACED_RELATIVE = re.compile("[前전]|ที่แล้ว|ที่ผ่านมา")
_MONTH_WORDS = frozenset(MONTHS)
_EPOCH = re.compile(r"^\d{10}(?:\d{3})?$")


def iso(text: str | None) -> str | None:
    """The absolute time in ``text`` as ISO 8601 (date, minutes or seconds, zone only when given); None if unsure.

    ``03/04/2012`` stays None: nobody can tell its month.
    """
    if not text:
        return None
    text = text.strip()[:200]
    if _EPOCH.match(text):
        seconds = int(text[:10])
        return datetime.fromtimestamp(seconds, UTC).isoformat()
    if found := _ISO.search(text):
        year, month, day, hour, minute, second, zone = found.groups()
        if hour is None:
            hour, minute, second = _clock(text[found.end() :])
        stamp = _stamp(int(year), int(month), int(day), hour, minute, second)
        if stamp and zone and hour:
            zone = (
                "+00:00"
                if zone in ("Z", "UTC", "GMT")
                else zone
                if ":" in zone
                else zone[:3] + ":" + zone[3:]
            )
            stamp += zone
        return stamp
    if not _DIGITS.search(text):
        return None
    date, rest = _date(text)
    if date is None:
        return None
    hour, minute, second = _clock(rest)
    return _stamp(*date, hour, minute, second)


def _with_month(pattern: re.Pattern[str], group: int, text: str) -> re.Match[str] | None:
    """The first match whose ``group`` is the name of a month."""
    at = 0
    while found := pattern.search(text, at):
        if found[group].lower() in MONTHS:
            return found
        at = found.start() + 1
    return None


def _date(text: str) -> tuple[tuple[int, int, int] | None, str]:
    if found := _with_month(_NAMED_FIRST, 1, text):
        date = int(found[3]), MONTHS[found[1].lower()], int(found[2])
    elif found := _with_month(_NAMED_SECOND, 2, text):
        date = int(found[3]), MONTHS[found[2].lower()], int(found[1])
    elif found := _CJK.search(text):
        date = int(found[1]), int(found[2]), int(found[3])
    elif found := _NUMERIC.search(text):
        first, mark, second, third = int(found[1]), found[2], int(found[3]), int(found[4])
        if len(found[1]) == 4:
            date = first, second, third
        elif len(found[4]) == 4 and mark == ".":
            date = third, second, first  # dots: day first, everywhere
        elif len(found[4]) == 4 and first > 12:
            date = third, second, first
        elif (len(found[4]) == 4 and second > 12) or (len(found[4]) == 4 and first == second):
            date = third, first, second
        else:
            return None, text
    else:
        return None, text
    return date, text[: found.start()] + " " + text[found.end() :]


def _clock(text: str) -> tuple[str | None, str | None, str | None]:
    if found := _CLOCK.search(text):
        hour, minute, second, half = found.groups()
    elif found := _HOUR.search(text):
        hour, minute, second, half = found[1], "00", None, found[2]
    else:
        return None, None, None
    number = int(hour)
    if half:
        number = number % 12 + (12 if half.lower() == "p" else 0)
    return f"{number:02d}", minute, second


def _stamp(
    year: int, month: int, day: int, hour: str | None, minute: str | None, second: str | None
) -> str | None:
    try:
        stamp = datetime(year, month, day, int(hour or 0), int(minute or 0), int(second or 0))
    except ValueError:
        return None
    if hour is None:
        return stamp.date().isoformat()
    return stamp.isoformat(timespec="seconds")


def maybe_time(text: str) -> bool:
    """Cheap, for most texts hold no time: a digit, or a word that relative times need."""
    if text.isascii():
        return _ASCII_DIGIT.search(text) is not None or not RELATIVE_WORDS.isdisjoint(text.lower().split())
    return (
        _DIGIT.search(text) is not None
        or not RELATIVE_WORDS.isdisjoint(text.lower().split())
        or _UNSPACED_RELATIVE.search(text) is not None
    )


def find_time(text: str) -> tuple[int, int] | None:
    """Where in a short text a time stands, absolute or relative: (start, end), or None."""
    return _find_short(text) if len(text) <= _SHORT else _find(text)


def _find(text: str) -> tuple[int, int] | None:
    if text.isascii():
        words, digits = _ASCII_LETTERS.findall(text.lower()), _ASCII_DIGIT.search(text) is not None
        if not digits and RELATIVE_WORDS.isdisjoint(words):
            return None  # most texts: no clock without a digit, and no other script
    else:
        words, digits = _LETTERS.findall(text.lower()), _DIGITS.search(text) is not None
    named = digits and not _MONTH_WORDS.isdisjoint(words)
    span = _find_day(text, named) if digits else None
    span = span or _find_relative(text, words)
    if span is None and named and (found := _NAMED_NO_YEAR.search(text)):
        span = found.span()
    clock = None
    if _CLOCK_SIGN.search(text) and (found := _CLOCK.search(text) or _HOUR.search(text)):
        clock = found.span()
    if span is None or clock is None:
        return span or clock
    start, end = min(span[0], clock[0]), max(span[1], clock[1])
    return (start, end) if end - start <= 60 else span


def _find_day(text: str, named: bool) -> tuple[int, int] | None:
    """A date with its year; only those patterns are tried that can match at all."""
    found = _ISO.search(text) if "-" in text else None
    if not found and named:
        found = _with_month(_NAMED_FIRST, 1, text) or _with_month(_NAMED_SECOND, 2, text)
    if not found and not text.isascii():
        found = _CJK.search(text)
    if not found and _PARTED.search(text):
        found = _NUMERIC.search(text)
    return found.span() if found else None


def _find_relative(text: str, words: Iterable[str]) -> tuple[int, int] | None:
    """The first relative time; each word on the line names the few patterns that can match."""
    there, unspaced = (
        RELATIVE_WORDS.intersection(words),
        not text.isascii() and _UNSPACED_RELATIVE.search(text),
    )
    if not there and not unspaced:
        return None
    worth = {at for word in there for at in _RELATIVE_BY_WORD[word]}
    if unspaced:
        worth.update(_RELATIVE_UNSPACED)
    spans = [found.span() for at in sorted(worth) if (found := _RELATIVE[at].search(text))]
    return min(spans, key=lambda span: span[0], default=None)


#: Pages ask for the same short texts again and again: from boxes in boxes, and on page after page of a site.
_SHORT = 160
_find_short = lru_cache(maxsize=16384)(_find)


def tells_day(words: str) -> bool:
    """More than a clock or "today": a date, or a relative time with a number."""
    if iso(words) is not None or _NAMED_NO_YEAR.search(words) or _NUMERIC.search(words):
        return True
    span = _find_relative(words, _LETTERS.findall(words.lower()))
    if span is None:
        return False
    relative = words[slice(*span)]
    return len(relative.split()) + (not relative.isascii()) > 1


def has_time(text: str) -> bool:
    return find_time(text) is not None
