"""Simple Machines Forum 2.0 and 2.1."""

from moderation.extraction.readers.base import System

READER = System(
    name="smf",
    markers=("post_wrapper",),
    record=".post_wrapper",
    text=("[id^=msg_].inner", ".post .inner", ".inner"),
    # A dot that says whether the member is online stands before the name, in a link of its own.
    author=(".poster h4 a[href*=action=profile]", ".poster h4"),
    time=(".postinfo a.smalltext", ".keyinfo .smalltext"),
    permalink=(".postinfo a.smalltext[href]", ".keyinfo h5 a[href]"),
    role=(".poster .membergroup",),
    remove=".signature, .moderatorbar, .quoteheader, .under_message",
    inner_key=(("[id^=msg_].inner", "id", r"^msg_(\d+)$"),),
    requires=".post_wrapper .poster",
)
