"""Joomla: JComments and Komento."""

from moderation.extraction.readers.base import System

READER = System(
    name="joomla",
    markers=("jcomments", "rbox", "kmt-", "komento"),
    record=".comments-list .comment-item, #comments-list > .rbox, div[id^=comment-item-], li.kmt-item, li[id^=kmt-]",
    text=(".comment-body", ".kmt-body", ".commentText", ".kmt-content"),
    author=(".comment-author", ".kmt-author", ".author-homepage"),
    time=(".comment-date", ".kmt-time time[datetime]", ".kmt-time", ".kmt-date"),
    votes=(".comments-vote span", ".kmt-like-counter"),
    permalink=("a.comment-anchor[href]", ".kmt-permalink a[href]", "a.kmt-permalink[href]"),
    region=("#jc", "#comments", "#section-kmt"),
    remove=".comments-buttons, .comments-vote, .comment-date, .kmt-control, .kmt-head",
    key=(("id", r"(\d+)$"),),
)
