"""A page in; its article and its reader comments out, apart from each other."""

from moderation.extraction.page import extract

__all__ = ["extract"]
