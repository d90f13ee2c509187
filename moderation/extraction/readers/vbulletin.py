"""vBulletin 3 to 5."""

from moderation.extraction.readers.base import System

READER = System(
    name="vbulletin",
    markers=("postbit", "vbulletin", "post_message_", "b-post"),
    record="li.postbit, li.postbitlegacy, li.postcontainer, table[id^=post], li.b-post, div.postbit",
    text=(
        "[id^=post_message_] .postcontent",
        "[id^=post_message_]",
        "blockquote.postcontent",
        ".js-post__content-text",
        ".b-post__content",
        ".postcontent",
    ),
    author=(
        ".username strong",
        "a.bigusername",
        ".bigusername",
        ".username",
        ".b-userinfo .author a",
        ".author a",
    ),
    time=(".postdate .date", ".b-post__timestamp time[datetime]", "time[datetime]", ".thead", ".date"),
    permalink=("a.postcounter[href]", "a[id^=postcount][href]", "a.b-post__count[href]"),
    role=(".usertitle",),
    remove=".signature, .signaturecontainer, .after_content, .lastedited, .b-post__signature, .postfoot",
    key=(("id", r"(\d+)$"), ("data-node-id", r"(\d+)")),
)
