"""Microformats: ``h-cite`` and ``h-entry`` responses (webmentions)."""

from moderation.extraction.readers.base import System

READER = System(
    name="microformats",
    markers=("h-cite", "u-comment", "p-comment"),
    record=".u-comment, .p-comment, .h-cite.comment, .comments .h-cite, .comments .h-entry",
    text=(".e-content", ".p-content", ".p-summary"),
    author=(".p-author .p-name", ".p-author"),
    time=("time.dt-published[datetime]", ".dt-published"),
    permalink=("a.u-url[href]",),
    region=(".comments", "#comments"),
    key=(("id", r"([\w-]+)$"),),
)
