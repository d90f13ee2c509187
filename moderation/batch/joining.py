"""Pages that belong together made one: a thread's comment pages, and what a comment system said when asked."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import fields, replace

from moderation.extraction.ids import Ids
from moderation.types import Comment, Page

#: How readers say that there is more than the page shows; once the rest was read it is no longer true.
_MORE = ("on further pages", "not in the page")


def joined(pages: Sequence[Page]) -> Page:
    """One page of the comment pages of a thread, in their order; all else is the first one's.

    A comment that several pages show is there once. Where two comments have the same id, which happens when the
    markup gives none, the later one gets another, and its replies follow it.
    """
    first = pages[0]
    if len(pages) == 1:
        return first
    comments: list[Comment] = []
    given = Ids()
    shown: dict[tuple[str, str | None, str], str] = {}
    for number, page in enumerate(pages, 1):
        names: dict[str, str] = {}
        for comment in page.comments:
            key = (comment.id, comment.author, comment.text)
            if (known := shown.get(key)) is not None:
                names[comment.id] = known
                continue
            name = given.unique(f"p{number}-{comment.id}" if comment.id in given else comment.id)
            names[comment.id] = shown[key] = name
            parent = names.get(comment.parent_id, comment.parent_id) if comment.parent_id else None
            comments.append(replace(comment, id=name, parent_id=parent))
    return replace(
        first,
        comments=tuple(comments),
        platform=next((page.platform for page in pages if page.platform), None),
        declared_count=max(
            (page.declared_count for page in pages if page.declared_count is not None), default=None
        ),
        warnings=_united(pages),
    )


def with_asked(page: Page, asked: Page) -> Page:
    """A page with the comments that its system gave when asked; the page's own say more of some of them.

    ``asked`` without comments leaves the page's own, and adds what went wrong.
    """
    if not asked.comments:
        return replace(page, warnings=_unique((*page.warnings, *asked.warnings)))
    shown = {comment.id: comment for comment in page.comments}
    merged = [_completed(comment, shown.pop(comment.id, None)) for comment in asked.comments]
    if len(shown) < len(page.comments) or len(asked.comments) < len(page.comments):
        merged += shown.values()  # a page with none of the ids names its comments in another way
    return replace(
        page,
        comments=tuple(merged),
        platform=asked.platform or page.platform,
        declared_count=page.declared_count if asked.declared_count is None else asked.declared_count,
        warnings=_unique((*without_more(page.warnings), *asked.warnings)),
    )


def without_more(warnings: Sequence[str]) -> tuple[str, ...]:
    """The warnings but those that more comments are elsewhere."""
    return tuple(warning for warning in warnings if not warning.endswith(_MORE))


def _completed(comment: Comment, shown: Comment | None) -> Comment:
    if shown is None:
        return comment
    missing = {
        field.name: getattr(shown, field.name)
        for field in fields(Comment)
        if getattr(comment, field.name) is None and getattr(shown, field.name) is not None
    }
    missing.pop("parent_id", None)  # the system knows best who answers whom
    return replace(comment, **missing)


def _united(pages: Sequence[Page]) -> tuple[str, ...]:
    return _unique(warning for page in pages for warning in without_more(page.warnings))


def _unique(warnings: Iterable[str]) -> tuple[str, ...]:
    return tuple(dict.fromkeys(warnings))
