"""Isso after its scripts ran."""

from moderation.extraction.readers.base import System

READER = System(
    name="isso",
    markers=("isso-comment",),
    record=".isso-comment",
    text=(".isso-text", ".text"),
    author=(".isso-author", ".author"),
    time=("time[datetime]", ".isso-permalink"),
    votes=(".isso-votes", ".votes"),
    permalink=("a.isso-permalink[href]", ".isso-permalink[href]", ".isso-permalink a[href]"),
    region=("#isso-thread",),
    remove=".isso-comment-footer, .isso-comment-header, .isso-postbox",
    key=(("id", r"isso-(\d+)"),),
    roles_by_class=(("isso-is-page-author", "author"),),
    count=(".isso-thread-heading",),
    more=(".isso-comment-loader a",),
)
