"""Pages in, scored comments out, as a stream of events: what was found, what it scored, what failed."""

from __future__ import annotations

import os
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from moderation.batch.joining import joined, with_asked
from moderation.extraction import extract
from moderation.policy import Policy
from moderation.sources import Ask, Document, Failure, Limits, read_all
from moderation.types import Comment, Page, ScoredComment

if TYPE_CHECKING:
    from moderation.scoring import Scorer

#: Comments scored together: enough work for all cores, and a page of 100,000 still streams.
_CHUNK = 512

#: What all pages of a thread have their part in; the rest is the page's that was asked for.
_OF_THREAD = ("comments", "platform", "declared_count", "warnings")

Sources = str | os.PathLike[str] | Iterable[str | os.PathLike[str]]


@dataclass(frozen=True, slots=True)
class PageNotice:
    """A page was taken apart; its scored comments follow, in the page's order."""

    page: Page


def pages(
    sources: Sources,
    *,
    limits: Limits | None = None,
    ask: Ask | None = None,
    done: Mapping[str, int] | None = None,
) -> Iterator[PageNotice | Failure]:
    """Each page of each source, one in memory at a time. A page that fails costs no other page anything.

    URLs that follow one another are fetched at the same time and come as they arrive. With ``ask``, such as
    :func:`moderation.batch.asking.systems` gives, comment systems are asked for what is not in the page. ``done``
    says how many times each source was dealt with before; so many are left out.
    """
    for found in read_all(_specs(sources), limits=limits, ask=ask, done=done):
        yield found if isinstance(found, Failure) else _taken_apart(found)


def scan(
    sources: Sources,
    *,
    scorer: Scorer | None = None,
    policy: Policy | None = None,
    limits: Limits | None = None,
    ask: Ask | None = None,
    done: Mapping[str, int] | None = None,
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
    for event in pages(sources, limits=limits, ask=ask, done=done):
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
        page = _thread(document)
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
    if document.asked is not None:
        page = with_asked(page, document.asked)
    return PageNotice(replace(page, warnings=(*page.warnings, *document.notes)) if document.notes else page)


def _thread(document: Document) -> Page:
    """The document's page with its further comment pages, the comments in the order of these."""
    page = _page(document)
    if not document.further:
        return page
    parts = [document, *document.further]
    pages = [page, *map(_page, document.further)]
    if all(part.number is not None for part in parts):
        # The page asked for may be the last one: many blogs show the newest comments first.
        order = sorted(range(len(parts)), key=lambda at: parts[at].number or 0)
        pages = [pages[at] for at in order]
    whole = joined(pages)
    return replace(page, **{name: getattr(whole, name) for name in _OF_THREAD})


def _page(document: Document) -> Page:
    return extract(
        document.content,
        url=document.url,
        source=document.source,
        content_type=document.content_type,
        encoding=document.encoding,
    )


def _specs(sources: Sources) -> Iterable[str]:
    if isinstance(sources, str | os.PathLike):
        return [os.fspath(sources)]
    return (os.fspath(source) for source in sources)
