"""Remark42 after its scripts ran."""

from moderation.extraction.readers.base import System

READER = System(
    name="remark42",
    markers=("remark42", "comment__body"),
    record="article.comment, .comment[id^=remark42__comment]",
    text=(".comment__text",),
    author=(".comment__username",),
    time=("a.comment__time", ".comment__time"),
    votes=(".comment__vote-value", ".comment__score-value", ".comment__info div[title]"),
    permalink=("a.comment__time[href]",),
    region=("#remark42", ".thread"),
    remove=".comment__actions, .comment__info",
    key=(("id", r"comment-([\w-]+)$"),),
    inner_parent=((".comment__info a[title]", "href", r"#remark42__comment-([\w-]+)$"),),
    indent="thread",
    requires=".comment__text",
)
