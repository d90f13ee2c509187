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
    key=(("id", r"^c(\d+)"),),
    inner_key=((".comment-block", "id", r"^c(\d+)$"), (".datetime a[href]", "href", r"#c(\d+)$")),
    # What is shown depends on the blog's language and may name no zone; the link holds the very millisecond.
    inner_time=((".datetime a[href]", "href", r"[?&]showComment=(\d{13})\b"),),
    requires=".comment-block",
    count=("#comments h4", "#comments h3"),
    more=(".comments .loadmore a[target]",),
    roles_by_child=((".icon.blog-author", "author"),),
)
