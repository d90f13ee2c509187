"""Blogger: the block with threads (since 2012), and the older ``dl`` of ``dt``/``dd`` in its two forms."""

from moderation.extraction.readers.base import System

READER = System(
    name="blogger",
    markers=("comment-thread", "comment-block", "comment-replies"),
    record="li.comment",
    text=(".comment-content",),
    author=(".comment-header .user", "cite.user", ".user"),
    time=(".datetime", ".comment-timestamp"),
    permalink=(".datetime a[href]",),
    region=("#comments", "#comment-holder"),
    remove=".comment-actions, .comment-header",
    key=(("id", r"^c(\d+)"), ("id", r"(\d+)$")),
    requires=".comment-block",
    count=("#comments h4", "#comments h3"),
    more=(".comments .loadmore a[target]",),
    roles_by_child=((".icon.blog-author", "author"),),
)
