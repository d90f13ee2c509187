"""Times as pages write them: absolute ones become ISO 8601, relative ones are only recognised."""

from __future__ import annotations

import re
from datetime import UTC, datetime

from moderation.extraction.vocabulary import MONTHS, RELATIVE_TIME, RELATIVE_WORDS

_ISO = re.compile(
    r"\b(\d{4})-(\d{2})-(\d{2})(?:[T ](\d{2}):(\d{2})(?::(\d{2})(?:\.\d{1,9})?)?\s*(Z|UTC|GMT|[+-]\d{2}:?\d{2})?)?"
)
_MONTH = "|".join(sorted(map(re.escape, MONTHS), key=len, reverse=True))
_NAMED_FIRST = re.compile(
    rf"(?<![^\W\d_])({_MONTH})\.?\s+(\d{{1,2}})(?:st|nd|rd|th)?,?\s+(?:of\s+)?(\d{{4}})", re.IGNORECASE
)
_NAMED_SECOND = re.compile(
    rf"\b(\d{{1,2}})(?:st|nd|rd|th|er|\.|º)?\s*(?:of\s+|de\s+|-)?({_MONTH})\.?(?:\s+(?:de|del)\s+|[\s,-]+)(\d{{4}})",
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
_RELATIVE = re.compile("|".join(RELATIVE_TIME), re.IGNORECASE)
_LETTERS = re.compile(r"[^\s\d.,:;()\[\]|/\"'-]+")
_DIGITS = re.compile(r"\d")
_M = re.compile(r"\d\s?[ap]\.?m", re.IGNORECASE)
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
    date, rest = _date(text)
    if date is None:
        return None
    hour, minute, second = _clock(rest)
    return _stamp(*date, hour, minute, second)


def _date(text: str) -> tuple[tuple[int, int, int] | None, str]:
    if found := _NAMED_FIRST.search(text):
        date = int(found[3]), MONTHS[found[1].lower()], int(found[2])
    elif found := _NAMED_SECOND.search(text):
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


def find_time(text: str) -> tuple[int, int] | None:
    """Where in a short text a time stands, absolute or relative: (start, end), or None."""
    spans = []
    for pattern in _worth_trying(text):
        if found := pattern.search(text):
            spans.append(found.span())
            break
    if ":" in text or "h" in text or _M.search(text):
        for pattern in (_CLOCK, _HOUR):
            if found := pattern.search(text):
                spans.append(found.span())
                break
    if not spans:
        return None
    start, end = min(s for s, _ in spans), max(e for _, e in spans)
    return (start, end) if end - start <= 60 else spans[0]


def _worth_trying(text: str) -> list[re.Pattern[str]]:
    """The big alternations are slow and most texts hold no time; words tell which can match at all."""
    words = _LETTERS.findall(text.lower())
    patterns = []
    digits = _DIGITS.search(text) is not None
    if digits:
        patterns.append(_ISO)
        if not _MONTH_WORDS.isdisjoint(words):
            patterns += [_NAMED_FIRST, _NAMED_SECOND]
        patterns += [_CJK, _NUMERIC]
    if not RELATIVE_WORDS.isdisjoint(words) or _UNSPACED_RELATIVE.search(text):
        patterns.append(_RELATIVE)
    if digits and not _MONTH_WORDS.isdisjoint(words):
        patterns.append(_NAMED_NO_YEAR)
    return patterns


def tells_day(words: str) -> bool:
    """More than a clock or "today": a date, or a relative time with a number."""
    if iso(words) is not None or _NAMED_NO_YEAR.search(words) or _NUMERIC.search(words):
        return True
    found = _RELATIVE.search(words)
    return found is not None and len(found.group(0).split()) + (not found.group(0).isascii()) > 1


def has_time(text: str) -> bool:
    return find_time(text) is not None
