"""Django's comments framework (a list of ``dt`` and ``dd``) and django-comments-xtd, by the templates they ship."""

from moderation.extraction.readers.base import System

READER = System(
    name="django",
    markers=tuple(f"id={quote}c{digit}" for quote in "\"'" for digit in range(1, 10)),
    record="dl#comments > dt[id^=c], div.comment[id^=c]",
    requires="dl#comments > dt[id^=c], .comment-header, .comment-text, .comment-content, .comment-body",
    text=(".content", ".comment-content", ".comment-text", ".comment-body"),
    text_next="dd",
    author=(
        ".comment-header a[target=_new]",
        ".comment-header span",
        ".comment-author",
        ".comment-user",
        "dl#comments > dt",
    ),
    # "March 5, 2024, 9:15 a.m. - Ann": the time in any language, but with a digit in it, then the name.
    author_pattern=r"^.{0,40}?\d.{0,40}? - (.+)$",
    time=(
        "time[datetime]",
        ".comment-header span",
        ".comment-date",
        ".submit-date",
        "dl#comments > dt",
    ),
    time_pattern=r"^(.{0,40}?\d.{0,40}?) - ",
    permalink=("a.permalink[href]", "a[href*=#c]"),
    roles_by_child=((".comment-header .badge", "moderator"),),
    region=("#comments", ".comment-list"),
    remove=".comment-reply, .comment-actions",
    key=(("id", r"^c(\d+)$"),),
)
