"""Scored comments made by hand: what the reports show does not depend on a model."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

import pytest

from moderation.policy import Policy
from moderation.report import PageReport
from moderation.types import ATTRIBUTES, Comment, Page, Score, ScoredComment, Span

Make = Callable[..., ScoredComment]


def make_scored(
    text: str = "A calm word.",
    *,
    id: str = "c1",
    author: str | None = "Wren",
    parent: str | None = None,
    quotes: tuple[tuple[int, int], ...] = (),
    marked: Mapping[str, str] | None = None,
    error: str | None = None,
    language: str | None = "en",
    author_scores: Mapping[str, float] | None = None,
    targets: Mapping[str, float] | None = None,
    comment: Mapping[str, Any] | None = None,
    **scores: float,
) -> ScoredComment:
    """A comment as the scorer and the default policy would leave it. ``marked`` maps words to attributes."""
    spans = tuple(
        Span(text.index(words), text.index(words) + len(words), attribute, 0.9)
        for words, attribute in (marked or {}).items()
    )
    score = Score(
        scores=None if error else {attribute: scores.get(attribute, 0.01) for attribute in ATTRIBUTES},
        spans=spans,
        author_scores=author_scores,
        targets=targets,
        language=language,
        model="test-model-1.0",
        error=error,
    )
    mine = Comment(id=id, text=text, author=author, parent_id=parent, quotes=quotes, **(comment or {}))
    return ScoredComment("news.html", mine, score, Policy().decide(score))


@pytest.fixture
def scored() -> Make:
    return make_scored


@pytest.fixture
def discussion() -> PageReport:
    """Seven comments: one to reject, three to review, three fine; two replies, a quote, a hostile one."""
    quoting = "You pompous weasel, who elected you?\nThat tone helps nobody."
    comments = (
        make_scored("The new timetable works for me.", id="c1", author="Ines Okafor"),
        make_scored(
            "You pompous weasel, who elected you?",
            id="c2",
            author="Gravel",
            parent="c1",
            marked={"pompous weasel": "insult"},
            insult=0.96,
            toxicity=0.93,
        ),
        make_scored(quoting, id="c3", author="Tomasz", parent="c2", quotes=((0, 36),), toxicity=0.12),
        make_scored(
            "<script>document.title='owned'</script><img src=x onerror=\"document.title='owned'\">",
            id="c4",
            author='"><b onmouseover=alert(1)>x',
            toxicity=0.75,
            comment={"permalink": "javascript:document.title='owned'"},
        ),
        make_scored(
            "Los autobuses no llegan nunca.", id="c5", author="Lucía", language="es", error="language es"
        ),
        make_scored("As a deaf passenger I like the new signs.", id="c6", author=None, toxicity=0.06),
        make_scored("See you there.", id="c7", author="Dumb Vermin", author_scores={"insult": 0.94}),
    )
    page = Page(
        "news.html",
        title="Buses to run every ten minutes",
        platform="wordpress",
        url="https://news.example/buses",
        declared_count=9,
        warnings=("the page says 9 comments, 7 are in it",),
    )
    return PageReport(page, comments)
