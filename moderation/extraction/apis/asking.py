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
    """The comments of a page, from the system it names; ``None`` when it names none that can be asked.

    ``links`` is the Link header that came with the page. What went wrong is in the warnings of the answer, which
    then may have no comments. Raises nothing but what ``get`` raises beyond :class:`Unreachable`.
    """
    text = decode(content, declared=encoding, content_type=content_type).text
    root, _ = parse(text)
    if root is None:
        return None
    page = Asked(text, root, url, links or "")
    # Blogs often embed another system and keep their own interface: the embedded one has the comments.
    systems: tuple[Interface, ...] = (Disqus(disqus_key), Isso(), Discourse(), WordPress())
    for system in systems:
        place = system.find(page)
        if place is None:
            continue
        try:
            found = system.read(place, page, get)
        except Unreachable as error:
            found = Found(None, warnings=[f"{system.name} could not be asked for its comments: {error}"])
        return Page(
            source=source,
            url=url,
            platform=found.platform,
            comments=to_comments(found.records, page.address),
            declared_count=found.declared_count,
            warnings=tuple(found.warnings),
        )
    return None
