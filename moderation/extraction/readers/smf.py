"""Simple Machines Forum and MyBB."""

from moderation.extraction.readers.base import System

READER = System(
    name="forum",
    markers=("post_wrapper", "postarea", "post_body scaleimages", 'id="posts"'),
    record=".post_wrapper, div.post[id^=post_], #forumposts div.windowbg, #forumposts div.windowbg2",
    text=("[id^=msg_] .inner", ".post .inner", ".inner", ".post_body"),
    author=(
        ".poster h4 a",
        ".poster h4",
        ".author_information .largetext a",
        ".author_information .largetext",
        ".author_information strong",
    ),
    time=(".keyinfo .smalltext", ".post_date", ".postinfo .smalltext"),
    permalink=(".keyinfo h5 a[href]", ".keyinfo a.smalltext[href]", ".post_head a[href*=#pid]"),
    role=(".poster .membergroup", ".author_information .smalltext"),
    remove=".signature, .moderatorbar, .quoteheader, .post_meta, .post_management_buttons",
    key=(("id", r"(\d+)$"),),
)
