"""Puts a table that a benchmark printed into the documentation, so that no figure is copied by hand.

A page marks the place with ``<!-- NAME -->`` and ``<!-- /NAME -->``, each on a line of its own.
"""

from __future__ import annotations

from pathlib import Path


def put(page: Path, name: str, text: str) -> None:
    """Replaces what stands between the marks of ``name``. Raises ValueError where a page lacks them."""
    start, end = f"<!-- {name} -->\n", f"<!-- /{name} -->"
    before, found, rest = page.read_text(encoding="utf-8").partition(start)
    _, closed, after = rest.partition(end)
    if not found or not closed:
        raise ValueError(f"{page}: no place marked {start.strip()} … {end}")
    page.write_text(f"{before}{start}\n{text.strip()}\n\n{end}{after}", encoding="utf-8")
