"""What an option's text means: sizes, seconds, counts, encodings. Each raises argparse's own error type."""

from __future__ import annotations

import argparse
import codecs

_UNITS = {"": 1, "b": 1, "kb": 1000, "mb": 1_000_000, "gb": 1_000_000_000}


def size(text: str) -> int:
    """Bytes: a number, or one with kB, MB or GB."""
    number = text.strip().lower().replace("_", "").replace(",", "")
    unit = number.lstrip("0123456789.").strip()
    try:
        size = int(float(number[: len(number) - len(unit)] if unit else number) * _UNITS[unit])
    except (KeyError, ValueError, OverflowError):
        raise argparse.ArgumentTypeError(f"{text!r} is no size; write 20000000 or 20MB") from None
    if size <= 0:
        raise argparse.ArgumentTypeError("must be more than 0")
    return size


def seconds(text: str) -> float:
    try:
        value = float(text)
    except ValueError:
        raise argparse.ArgumentTypeError(f"{text!r} is no number of seconds") from None
    if not 0 <= value < 1e6:
        raise argparse.ArgumentTypeError("must be between 0 and 1000000")
    return value


def count(text: str) -> int:
    if not text.isdecimal() or not 0 < int(text[:5]) <= 1024:
        raise argparse.ArgumentTypeError("must be a whole number from 1 to 1024")
    return int(text)


def header(text: str) -> str:
    """A header's value: printable ASCII."""
    if not text.strip() or not text.isascii() or not text.isprintable():
        raise argparse.ArgumentTypeError("must be printable ASCII, and not blank")
    return text.strip()


def encoding(text: str) -> str:
    try:
        b"a".decode(text, "replace")  # refuses what is a codec but no text encoding, such as base64
        return codecs.lookup(text).name
    except (LookupError, ValueError):
        raise argparse.ArgumentTypeError(f"{text!r} is no known encoding") from None
