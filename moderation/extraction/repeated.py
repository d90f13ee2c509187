"""Unknown markup."""

from moderation.extraction.readers.base import Document
from moderation.extraction.records import Found


def read(page: Document) -> Found | None:
    return None
