"""Files of URLs."""

from __future__ import annotations

import io
import sys
from pathlib import Path

import pytest

from moderation.sources import ListError, read_list


def test_each_address_once_in_order_and_comments_passed_over(tmp_path: Path) -> None:
    file = tmp_path / "urls.txt"
    file.write_bytes(
        b"\xef\xbb\xbf# stories\r\nhttps://b.example/x\r\n\r\n  http://a.example/ \nhttps://b.example/x\n"
    )
    assert read_list(str(file)) == ["https://b.example/x", "http://a.example/"]


@pytest.mark.parametrize("line", ["page.html", "file:///etc/passwd", "https:/broken", "/etc/passwd"])
def test_a_line_that_is_no_address_is_named(tmp_path: Path, line: str) -> None:
    """A list from somewhere else must not be able to name files of this machine."""
    file = tmp_path / "urls.txt"
    file.write_text(f"https://a.example/\n{line}\n")
    with pytest.raises(ListError, match="line 2"):
        read_list(str(file))


def test_a_missing_list_is_named(tmp_path: Path) -> None:
    with pytest.raises(ListError, match="missing"):
        read_list(str(tmp_path / "missing.txt"))


def test_standard_input(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sys, "stdin", io.TextIOWrapper(io.BytesIO(b"https://a.example/\n")))
    assert read_list("-") == ["https://a.example/"]
