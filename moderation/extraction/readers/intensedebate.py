"""IntenseDebate as its scripts and its importers print it."""

from moderation.extraction.readers.base import System

READER = System(
    name="intensedebate",
    markers=("idc-c", "idc-comment", "IDComment"),
    record="div.idc-c",
    text=(".idc-c-t-inner", "[id^=IDComment-CommentText]", ".idc-c-t"),
    author=(".idc-c-h-inner .idc-i a", "[id^=IDCommentAuthor]", ".idc-c-h a", ".idc-username"),
    time=(".idc-time-rep a[title]", ".idc-time", ".idc-c-h .idc-time"),
    votes=(".idc-v-total", ".idc-vote-total"),
    permalink=("a.idc-time[href]", ".idc-time a[href]"),
    region=("#idc-container", "#IDCommentsHead"),
    remove=".idc-c-m, .idc-c-h, .idc-v",
    key=(("id", r"(\d+)$"),),
)
