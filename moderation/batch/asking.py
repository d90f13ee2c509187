"""The comment system behind a page asked for its comments, through the web as pages are fetched."""

from __future__ import annotations

from collections.abc import Mapping

from moderation.extraction.apis import KEY_VARIABLE, Reply, Unreachable, ask
from moderation.sources import Ask, Document, Get, Refused
from moderation.types import Page

__all__ = ["KEY_VARIABLE", "systems"]


def systems(*, disqus_key: str | None = None) -> Ask:
    """Asks whichever system a page names; its limits, rules and addresses are held against those of pages."""

    def asked(document: Document, get: Get) -> Page | None:
        def fetch(address: str, secret: Mapping[str, str] | None = None) -> Reply:
            try:
                answer = get(address, secret)
            except Refused as refused:
                raise Unreachable(str(refused), refused.status) from refused
            return Reply(answer.content, {name.lower(): value for name, value in answer.headers.items()})

        try:
            return ask(
                document.content,
                fetch,
                url=document.url,
                source=document.source,
                links=document.links,
                content_type=document.content_type,
                encoding=document.encoding,
                disqus_key=disqus_key,
            )
        except (MemoryError, RecursionError, ValueError, TypeError, LookupError, AttributeError) as error:
            # A server's answer is hostile input; should it find a way, the page keeps what it has.
            said = f"the comment system's answer could not be read ({type(error).__name__})"
            return Page(source=document.source, warnings=(said,))

    return asked
