"""Cusdis after its scripts ran (inside its frame)."""

from moderation.extraction.readers.base import System

READER = System(
    name="cusdis",
    markers=("cusdis",),
    record=".cusdis-comment, #cusdis_thread .comment",
    text=(".cusdis-comment-content", ".markdown-body", ".content"),
    author=(".cusdis-comment-author", ".nickname", ".author"),
    time=("time[datetime]", ".cusdis-comment-time", ".time"),
    region=("#cusdis_thread",),
    remove=".cusdis-comment-actions",
)
