"""Coral (Talk) after its scripts ran."""

from moderation.extraction.readers.base import System

READER = System(
    name="coral",
    markers=("coral-comment", "talk-stream-comment"),
    record=".coral-comment, .talk-stream-comment-wrapper",
    text=(".coral-comment-content", ".talk-stream-comment-content", ".coral-content"),
    author=(".coral-comment-username", ".talk-stream-comment-user-name"),
    time=(".coral-comment-timestamp", ".talk-stream-comment-published-date", "time[datetime]"),
    votes=(".coral-comment-reactButton", ".coral-reactionCount"),
    role=(".coral-userTag", ".coral-comment-userTag"),
    region=("#coral_thread", "#comments", ".coral-stream"),
    remove=".coral-comment-actionBar, .coral-comment-inReplyTo, .talk-stream-comment-footer",
    key=(("id", r"comment-([\w-]+)"), ("data-comment-id", r"([\w-]+)")),
    count=(".coral-counter",),
    inner_level=((".coral-indent", "class", r"coral-indent-(\d)\b"),),
)
