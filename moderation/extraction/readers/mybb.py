"""MyBB 1.6 and 1.8."""

from moderation.extraction.readers.base import System

READER = System(
    name="mybb",
    markers=("post_body", "author_information"),
    record="div.post[id^=post_], table[id^=post_]",
    text=(".post_body",),
    author=(
        ".author_information .largetext a",
        ".author_information .largetext",
        ".author_information strong",
    ),
    time=(".post_date",),
    permalink=(".post_head a[href*=#pid]", "a[href*=#pid]"),
    role=(".author_information .smalltext",),
    remove=".signature, .post_meta, .post_management_buttons, .edited_post",
    key=(("id", r"^post_(\d+)$"),),
    requires=".author_information",
)
