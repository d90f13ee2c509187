"""Hacker News: one table row a comment, depth as the width of an image or an attribute."""

from moderation.extraction.readers.base import System

READER = System(
    name="hackernews",
    markers=("athing comtr", "commtext"),
    record="tr.comtr",
    text=(".commtext", ".comment"),
    author=("a.hnuser",),
    time=(".age[title]", ".age"),
    permalink=(".age a[href]",),
    region=("table.comment-tree",),
    remove=".reply, .navs",
    key=(("id", r"^(\d+)$"),),
    depth=((".ind[indent]", "indent", 1), (".ind img[width]", "width", 40)),
)
