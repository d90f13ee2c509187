"""Pages in, scored comments out, as a stream of events: what was found, what it scored, what failed."""

from __future__ import annotations

import os
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import TYPE_CHECKING

from moderation.extraction import extract
from moderation.policy import Policy
from moderation.sources import Document, Failure, Limits, read_all
from moderation.types import Comment, Page, ScoredComment

if TYPE_CHECKING:
    from moderation.scoring import Scorer

#: Comments scored together: enough work for all cores, and a page of 100,000 still streams.
_CHUNK = 512

Sources = str | os.PathLike[str] | Iterable[str | os.PathLike[str]]


@dataclass(frozen=True, slots=True)
class PageNotice:
    """A page was taken apart; its scored comments follow, in the page's order."""

    page: Page


def pages(sources: Sources, *, limits: Limits | None = None) -> Iterator[PageNotice | Failure]:
    """Each page of each source, one in memory at a time. A page that fails costs no other page anything."""
    for found in read_all(_specs(sources), limits=limits):
        yield found if isinstance(found, Failure) else _taken_apart(found)


def scan(
    sources: Sources,
    *,
    scorer: Scorer | None = None,
    policy: Policy | None = None,
    limits: Limits | None = None,
) -> Iterator[PageNotice | ScoredComment | Failure]:
    """Extracts, scores and decides: for each page a :class:`PageNotice`, then its comments in their order.

    ``sources`` is a path, a folder, a glob, a URL, ``-``, or several of them. Without a scorer the bundled
    model is loaded; without a policy the built-in one with that model's thresholds holds. Authors' names are
    scored too; quoted words are not. What cannot be read is a :class:`~moderation.sources.Failure` among the
    events.
    """
    if scorer is None:
        from moderation.scoring import Scorer  # `pages` alone needs no model runtime

        scorer = Scorer()
    policy = policy or Policy.load(model=scorer.manifest)
    for event in pages(sources, limits=limits):
        yield event
        if isinstance(event, PageNotice):
            yield from score_page(event.page, scorer, policy)


def score_page(page: Page, scorer: Scorer, policy: Policy) -> Iterator[ScoredComment]:
    """A page's comments with scores and decisions, in the page's order."""
    for start in range(0, len(page.comments), _CHUNK):
        yield from _scored(page, page.comments[start : start + _CHUNK], scorer, policy)


def _scored(
    page: Page, comments: tuple[Comment, ...], scorer: Scorer, policy: Policy
) -> Iterator[ScoredComment]:
    scores = scorer.score_many(
        [comment.text for comment in comments],
        authors=[comment.author for comment in comments],
        quotes=[comment.quotes for comment in comments],
    )
    for comment, score in zip(comments, scores, strict=True):
        yield ScoredComment(page.source, comment, score, policy.decide(score))


def _taken_apart(document: Document) -> PageNotice | Failure:
    try:
        page = extract(
            document.content,
            url=document.url,
            source=document.source,
            content_type=document.content_type,
            encoding=document.encoding,
        )
    except (
        MemoryError,
        RecursionError,
        ValueError,
        TypeError,
        LookupError,
        AttributeError,
        OSError,
    ) as error:
        # Extraction promises not to raise. Should a page find a way, it is that page's misfortune alone.
        return Failure(document.source, f"could not be taken apart ({type(error).__name__})", error)
    return PageNotice(page)


def _specs(sources: Sources) -> Iterable[str]:
    if isinstance(sources, str | os.PathLike):
        return [os.fspath(sources)]
    return (os.fspath(source) for source in sources)
