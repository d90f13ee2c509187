"""Hyvor Talk after its scripts ran."""

from moderation.extraction.readers.base import System

READER = System(
    name="hyvor",
    markers=("hyvor-talk", "htw-"),
    record=".htw-comment, hyvor-talk-comments .comment",
    text=(".htw-comment-content", ".comment-content"),
    author=(".htw-comment-name", ".user-name"),
    time=("time[datetime]", ".htw-comment-time", ".comment-time"),
    votes=(".htw-vote-count", ".upvotes"),
    region=("hyvor-talk-comments", "#hyvor-talk-view"),
    remove=".htw-comment-footer, .comment-footer",
    key=(("id", r"(\d+)$"), ("data-id", r"(\d+)")),
)
