"""Hyvor Talk after its script ran, where what it shows was saved with the page."""

from moderation.extraction.readers.base import System

READER = System(
    name="hyvor",
    markers=("hyvor-talk", "htw-"),
    record="hyvor-talk-comments .comment, #hyvor-talk-view .comment, .htw-comment",
    text=(".comment-content", ".htw-comment-content"),
    author=(".comment-user-name", ".htw-comment-name"),
    time=("a.comment-time", ".comment-time", ".htw-comment-time"),
    votes=(".votes .vote-number", ".htw-vote-count"),
    permalink=("a.comment-time[href]",),
    role=(".comment-user-badge",),
    region=("hyvor-talk-comments", "#hyvor-talk-view"),
    remove=".comment-actions, .comment-tags",
    key=(("id", r"(\d+)$"), ("data-id", r"(\d+)")),
    inner_key=(("a.comment-time", "href", r"/comment/(\d+)"),),
)
