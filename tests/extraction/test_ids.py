"""Ids are given out once, whatever a page says."""

from __future__ import annotations

from moderation.extraction.ids import Ids
from moderation.extraction.records import Record, to_comments


def test_a_repeated_name_is_numbered():
    ids = Ids()
    assert [ids.unique(name) for name in ("a", "a", "b", "a")] == ["a", "a-2", "b", "a-3"]


def test_a_number_that_is_taken_is_passed_over():
    ids = Ids()
    assert [ids.unique(name) for name in ("a-2", "a", "a", "a", "a-2")] == ["a-2", "a", "a-3", "a-4", "a-2-2"]


def test_a_page_where_every_comment_has_one_id_is_read_in_linear_time():
    comments = to_comments([Record("same", f"words {i}") for i in range(100_000)], None)
    assert len({c.id for c in comments}) == 100_000
    assert comments[-1].id == "same-100000"
