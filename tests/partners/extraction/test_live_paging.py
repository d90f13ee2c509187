"""A real WordPress that spreads its comments over pages: the command reads them all, as one thread."""

from __future__ import annotations

from datetime import datetime

import pytest
from conversation import Said, in_page_order
from extracting import extracted
from filled_wordpress import CLASSIC, FilledWordPress

CASES = pytest.mark.parametrize(
    ("wordpress", "theme"),
    [
        ("wordpress-6.1", CLASSIC),
        ("wordpress-6.1", "twentytwentythree"),
        ("wordpress-6.6", "twentytwentyfour"),
    ],
    indirect=["wordpress"],
)


def author(said: Said) -> str:
    return said.author.replace(" <sailors>", "")


@CASES
@pytest.mark.parametrize("shown_first", ["oldest", "newest"])
def test_all_pages_are_one_thread(wordpress: FilledWordPress, theme: str, shown_first: str) -> None:
    wordpress.owner_sets(theme, page_comments=1, comments_per_page=1, default_comments_page=shown_first)
    page = extracted(wordpress.url)
    said = list(in_page_order())
    ids = {s.name: str(wordpress.ids[s.name]) for s in said}
    assert page["platform"] == "wordpress"
    assert [c["id"] for c in page["comments"]] == [ids[s.name] for s in said]
    assert [c["author"] for c in page["comments"]] == [author(s) for s in said]
    assert [c["text"] for c in page["comments"]] == [s.shown for s in said]
    assert [c["parent_id"] for c in page["comments"]] == [ids[s.under] if s.under else None for s in said]
    assert [datetime.fromisoformat(c["time"]) for c in page["comments"]] == [s.time for s in said]


@CASES
def test_one_page_says_that_there_are_more(wordpress: FilledWordPress, theme: str) -> None:
    wordpress.owner_sets(theme, page_comments=1, comments_per_page=1, default_comments_page="oldest")
    page = extracted(wordpress.url, "--comment-pages", "1")
    first = next(s for s in in_page_order() if s.under is None)
    assert [c["author"] for c in page["comments"] if c["parent_id"] is None] == [author(first)]
    assert any("further pages" in warning for warning in page["warnings"])
