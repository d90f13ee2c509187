"""Substack posts and notes."""

from moderation.extraction.readers.base import System

READER = System(
    name="substack",
    markers=("substack", "comment-body"),
    record="div.comment, .comment-list-item",
    text=(".comment-body",),
    author=(
        ".comment-meta .profile-name",
        ".commenter-name",
        ".comment-meta a[href*=substack]",
        ".comment-meta a",
    ),
    time=(
        "a[title][href*=comment]",
        ".comment-meta time[datetime]",
        ".comment-timestamp",
        "a[href*=/comment/]",
    ),
    votes=(".like-count", ".post-ufi-button .label"),
    permalink=("a[href*=/comment/]",),
    region=(".comments-page", ".comment-list", "#discussion"),
    remove=".comment-actions, .comment-meta",
    requires=".comment-meta .profile-name, .commenter-name, .comment-meta a[href*=substack], a[href*=/comment/]",
    key=(("id", r"comment-(\d+)"), ("id", r"(\d+)$")),
    indent="comment-list",
)
