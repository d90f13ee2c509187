"""Livefyre as it was printed into pages."""

from moderation.extraction.readers.base import System

READER = System(
    name="livefyre",
    markers=("fyre-comment",),
    record="article.fyre-comment-article, .fyre-comment-wrapper",
    text=(".fyre-comment",),
    author=(".fyre-comment-username", ".fyre-comment-user"),
    time=(".fyre-comment-date time[datetime]", "time.fyre-comment-date", ".fyre-comment-date"),
    votes=(".fyre-comment-like-count",),
    permalink=("a.fyre-comment-permalink[href]",),
    role=(".fyre-comment-moderator", ".fyre-comment-tag"),
    region=(".fyre-widget", ".fyre"),
    remove=".fyre-comment-footer, .fyre-comment-head",
    key=(("data-message-id", r"(\w+)"), ("id", r"(\d+)$")),
    count=(".fyre-stream-stats",),
)
