"""Which interface a page's comments are behind, and its answer as a page of comments."""

from __future__ import annotations

from moderation.extraction.apis.base import Asked, Get, Interface, Unreachable
from moderation.extraction.apis.discourse import Discourse
from moderation.extraction.apis.disqus import Disqus
from moderation.extraction.apis.isso import Isso
from moderation.extraction.apis.wordpress import WordPress
from moderation.extraction.decoding import decode
from moderation.extraction.markup import parse
from moderation.extraction.records import Found, to_comments
from moderation.types import Page


def ask(
    content: bytes,
    get: Get,
    *,
    url: str | None = None,
    source: str = "",
    links: str | None = None,
    content_type: str | None = None,
    encoding: str | None = None,
    disqus_key: str | None = None,
) -> Page | None:
    """The comments of a page, from the first system it names that has some; ``None`` when it names none.

    ``links`` is the Link header that came with the page. What went wrong is in the warnings of the answer, which
    then may have no comments. Raises nothing but what ``get`` raises beyond :class:`Unreachable`.
    """
    text = decode(content, declared=encoding, content_type=content_type).text
    root, _ = parse(text)
    if root is None:
        return None
    page = Asked(text, root, url, links or "")
    # Blogs that embed another system keep their own interface, often with copies of the comments: it comes last.
    systems: tuple[Interface, ...] = (Disqus(disqus_key), Isso(), Discourse(), WordPress())
    answer: Found | None = None
    warnings: list[str] = []
    for system in systems:
        place = system.find(page)
        if place is None:
            continue
        try:
            found = system.read(place, page, get)
        except Unreachable as error:
            found = Found(None)
            warnings.append(f"{system.name} could not be asked for its comments: {error}")
        warnings += found.warnings
        if answer is None or found.records:
            answer = found
        if found.records:
            break
    if answer is None:
        return None
    return Page(
        source=source,
        url=url,
        platform=answer.platform,
        comments=to_comments(answer.records, page.address),
        declared_count=answer.declared_count,
        warnings=tuple(warnings),
    )
