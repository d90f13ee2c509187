"""Which format a file has, by its ending."""

from __future__ import annotations

from pathlib import PurePath
from typing import Literal

Format = Literal["csv", "tsv", "jsonl", "txt"]

INPUT_ENDINGS: dict[str, Format] = {
    ".csv": "csv",
    ".tsv": "tsv",
    ".tab": "tsv",
    ".jsonl": "jsonl",
    ".ndjson": "jsonl",
    ".txt": "txt",
    ".text": "txt",
}
OUTPUT_ENDINGS: dict[str, Format] = {k: v for k, v in INPUT_ENDINGS.items() if v != "txt"}


def input_format(name: str) -> Format | None:
    """The format an input's name says, ``.gz`` aside; ``None`` when it says none."""
    return INPUT_ENDINGS.get(_ending(name))


def output_format(name: str) -> tuple[Format, bool]:
    """The format an output's name says, and whether it is packed; raises ValueError naming the choices."""
    found = OUTPUT_ENDINGS.get(_ending(name))
    if found is None:
        endings = ", ".join(OUTPUT_ENDINGS)
        raise ValueError(f"{name}: the ending names the format: {endings}, each also with .gz")
    return found, name.lower().endswith(".gz")


def _ending(name: str) -> str:
    return PurePath(name.lower().removesuffix(".gz")).suffix
