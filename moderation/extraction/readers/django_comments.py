"""Django's comments framework and django-comments-xtd/threadedcomments templates."""

from moderation.extraction.readers.base import System

READER = System(
    name="django",
    markers=tuple(f"id={quote}c{digit}" for quote in "\"'" for digit in range(1, 10)),
    record="dl#comments > dt[id^=c], div.comment[id^=c]",
    requires=".comment-text, .comment-content, .comment-body",
    text=(".comment-content", ".comment-text", ".comment-body", ".content"),
    author=(".comment-author", ".author", ".comment-user", ".user"),
    time=("time[datetime]", ".comment-date", ".date", ".submit-date"),
    permalink=("a.permalink[href]", "a[href*=#c]"),
    region=("#comments", ".comment-list"),
    remove=".comment-reply, .comment-actions",
    key=(("id", r"^c(\d+)$"),),
)
