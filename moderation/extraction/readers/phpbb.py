"""phpBB 3 (prosilver) and its older table layout."""

from moderation.extraction.readers.base import System

READER = System(
    name="phpbb",
    markers=("postbody", "phpbb", "postprofile"),
    record="div.post[id^=p], div.post.has-profile",
    text=(".content",),
    author=(
        ".postprofile .username",
        ".postprofile .username-coloured",
        ".author .username",
        ".author .username-coloured",
        ".author strong",
        ".author a[href*=memberlist]",
    ),
    time=(".author time[datetime]", "p.author time", "p.author"),
    permalink=("h3 a[href*=#p]", "p.author a[href*=#p]"),
    role=(".profile-rank",),
    remove=".signature, .notice, .post-buttons, .attachbox, .back2top",
    key=(("id", r"^p(\d+)"),),
    requires=".postbody",
)
