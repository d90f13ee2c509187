"""A file with many addresses, one on each line."""

from __future__ import annotations

import sys
from pathlib import Path

_MAX_LINE = 10_000


class ListError(ValueError):
    """The list cannot be read, or a line of it is no address."""


def read_list(name: str) -> list[str]:
    """The http(s) addresses in a text file, each once, in their order; ``-`` is standard input.

    Blank lines and lines that begin with ``#`` are passed over. Raises :class:`ListError`, which names the line.
    """
    try:
        content = sys.stdin.buffer.read() if name == "-" else Path(name).read_bytes()
    except (OSError, ValueError) as error:
        raise ListError(f"{name}: cannot be read: {getattr(error, 'strerror', None) or error}") from error
    found: dict[str, None] = {}
    for number, line in enumerate(content.decode("utf-8-sig", "replace").splitlines(), 1):
        address = line.strip()
        if not address or address.startswith("#"):
            continue
        if not address.lower().startswith(("http://", "https://")) or len(address) > _MAX_LINE:
            raise ListError(f"{name}, line {number}: is no http:// or https:// address")
        found[address] = None
    return list(found)
