"""Movable Type 4 and later, and TypePad, which prints who wrote a comment and when in one line below it."""

from moderation.extraction.readers.base import Document, System
from moderation.extraction.records import Found


def _own_links(page: Document, found: Found) -> None:
    """A reply's line links to the comment it answers before it links to itself."""
    for record in found.records:
        if record.permalink and record.permalink.endswith(f"#comment-{record.parent}"):
            record.permalink = f"#comment-{record.key}"


READER = System(
    name="movabletype",
    markers=("comment-footer", "asset-meta"),
    record="div.comment[id^=comment-], li.comment[id^=comment-]",
    text=(".comment-content", ".comment-body"),
    author=(".byline .author", ".comment-footer"),
    author_pattern=r"^(?:Posted by:?|By)\s+(.{1,120}?)\s*(?:\||\b(?:at|on)\b\s+(?=\w+ \d))",
    time=(".byline abbr.published[title]", ".comment-footer a[href*=#comment-]", ".comment-footer"),
    permalink=(
        ".byline > a[href*=#comment-]",
        ".comment-footer a[href*=#comment-]",
    ),
    region=("#comments", ".comments"),
    remove=".comment-footer, .comment-header, .comment-reply, .comment-reply-link, .user-pic",
    key=(("id", r"^comment-(\w+)$"),),
    inner_parent=((".byline a[href*=#comment-]", "href", r"#comment-(\w+)$"),),
    requires=".comment-header .byline, .comment .comment-footer",
    count=(".comments-header",),
    more=("#comment-nav a",),
    refine=_own_links,
)
