"""YouTube comment sections saved from a browser."""

from moderation.extraction.readers.base import System

READER = System(
    name="youtube",
    markers=("ytd-comment",),
    record="ytd-comment-view-model, ytd-comment-renderer",
    text=("#content-text",),
    author=("#author-text",),
    time=(".published-time-text", "#published-time-text"),
    votes=("#vote-count-middle",),
    permalink=(".published-time-text a[href]", "#published-time-text a[href]"),
    region=("ytd-comments", "#comments"),
    key=(("data-id", r"([\w-]+)"),),
    count=("#count .count-text", "ytd-comments-header-renderer #count"),
)
