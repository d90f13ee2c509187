"""Django's comments framework and django-comments-xtd/threadedcomments templates."""

from moderation.extraction.readers.base import System

READER = System(
    name="django",
    markers=("comment-list", 'id="c', "id='c", "comment-content", "django"),
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
