"""Disqus as its servers and old plugins print it into the page (``noscript`` lists, ``dsq-`` markup)."""

from moderation.extraction.readers.base import System

READER = System(
    name="disqus",
    markers=("dsq-comment", "post-message", "dsq-"),
    record="li[id^=dsq-comment-], li.post[id^=post-], div.dsq-comment",
    text=("[id^=dsq-comment-message-]", ".dsq-comment-message", ".post-message", ".dsq-comment-body"),
    author=("[id^=dsq-author-user-]", "[id^=dsq-cite-] a", ".dsq-commenter-name", "cite", ".author"),
    time=(
        ".dsq-header-time a[title]",
        ".dsq-header-time",
        ".dsq-comment-header-time",
        ".post-meta .time-ago",
        ".post-meta a[title]",
    ),
    votes=(".dsq-comment-like-count", ".vote-up .count"),
    permalink=(".dsq-header-time a[href]", ".post-meta a[href*=comment]"),
    region=("#disqus_thread", "#dsq-content", "#comments"),
    remove=".dsq-comment-footer, .dsq-comment-header, .post-menu, footer",
    key=(("id", r"(\d+)$"),),
    count=("#dsq-num-posts", ".dsq-comment-count"),
)
