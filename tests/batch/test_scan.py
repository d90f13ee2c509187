"""Pages to events: every page announced, every comment scored and decided, every failure an event."""

from __future__ import annotations

from pathlib import Path

import pytest
from sample_page import PAGE
from word_scorer import WordScorer

from moderation.batch import scan as scanning
from moderation.batch.scan import PageNotice, pages, scan
from moderation.policy import Policy
from moderation.sources import Failure, Limits
from moderation.types import Comment, Page, ScoredComment


@pytest.fixture
def page(tmp_path: Path) -> Path:
    path = tmp_path / "rain.html"
    path.write_text(PAGE)
    return path


def test_a_page_is_announced_and_its_comments_follow_scored_and_decided(page: Path) -> None:
    notice, first, second = scan(page, scorer=WordScorer(), policy=Policy())
    assert isinstance(notice, PageNotice) and notice.page.title == "Rain"
    assert isinstance(first, ScoredComment) and isinstance(second, ScoredComment)
    assert (first.comment.author, first.decision.action) == ("Ada", "approve")
    assert second.comment.text == "You idiot, it never rains there."
    assert second.decision.action == "reject"
    assert second.score.author_scores is not None and second.score.author_scores["insult"] == 0.95
    assert first.source == str(page)


def test_quoted_words_are_handed_to_the_scorer_as_quotes(monkeypatch: pytest.MonkeyPatch, page: Path) -> None:
    comments = (
        Comment("1", "You idiot said who? I disagree.", quotes=((0, 19),)),
        Comment("2", "You idiot", author=""),
    )
    monkeypatch.setattr(scanning, "extract", lambda *_, **__: Page(source="x", comments=comments))
    _, first, second = scan(page, scorer=WordScorer(), policy=Policy())
    assert isinstance(first, ScoredComment) and isinstance(second, ScoredComment)
    assert first.decision.action == "approve" and first.score.spans == ()
    assert second.decision.action == "reject"


def test_a_page_with_very_many_comments_is_scored_in_parts(
    monkeypatch: pytest.MonkeyPatch, page: Path
) -> None:
    comments = tuple(Comment(str(n), f"comment {n}") for n in range(1300))
    monkeypatch.setattr(scanning, "extract", lambda *_, **__: Page(source="x", comments=comments))
    scorer = WordScorer()
    events = scan(page, scorer=scorer, policy=Policy())
    next(events)
    next(events)
    assert len(scorer.seen) < 1300
    rest = list(events)
    assert [e.comment.id for e in rest if isinstance(e, ScoredComment)] == [str(n) for n in range(1, 1300)]


def test_a_page_that_breaks_extraction_costs_no_other_page(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    for name in ("a.html", "b.html", "c.html"):
        (tmp_path / name).write_text(PAGE)
    real = scanning.extract

    def fragile(content: bytes, **options: object) -> Page:
        if str(options["source"]).endswith("b.html"):
            raise RecursionError("too deep")
        return real(content, **options)

    monkeypatch.setattr(scanning, "extract", fragile)
    events = list(pages(tmp_path))
    assert [type(event) for event in events] == [PageNotice, Failure, PageNotice]
    failure = events[1]
    assert isinstance(failure, Failure) and "RecursionError" in failure.message
    assert isinstance(failure.error, RecursionError)


def test_one_bad_page_among_a_hundred_good_ones(tmp_path: Path) -> None:
    for n in range(100):
        (tmp_path / f"{n:03}.html").write_text(PAGE)
    (tmp_path / "050b.html").write_bytes(b"\x89PNG\r\n\x1a\n" + bytes(100))
    (tmp_path / "051b.html").write_bytes(b"")
    events = list(scan([tmp_path, tmp_path / "nope"], scorer=WordScorer(), policy=Policy()))
    assert sum(isinstance(event, PageNotice) for event in events) == 100
    assert sum(isinstance(event, ScoredComment) for event in events) == 200
    assert [Path(e.source).name for e in events if isinstance(e, Failure)] == [
        "050b.html",
        "051b.html",
        "nope",
    ]


def test_limits_reach_the_sources(page: Path) -> None:
    [event] = pages([page], limits=Limits(max_bytes=100))
    assert isinstance(event, Failure) and "--max-bytes" in event.message


def test_the_address_and_declared_encoding_reach_the_extraction(monkeypatch: pytest.MonkeyPatch) -> None:
    from moderation.sources import Document

    document = Document("u", "<p>naïve</p>".encode("latin-1"), "text/html", "https://e.org/x", "latin-1")
    monkeypatch.setattr(scanning, "read_all", lambda *_, **__: iter([document]))
    [event] = pages(["u"])
    assert isinstance(event, PageNotice)
    assert event.page.url == "https://e.org/x" and "naïve" in event.page.body
