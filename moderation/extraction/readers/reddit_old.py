"""Reddit's old layout."""

from moderation.extraction.readers.base import System

READER = System(
    name="reddit",
    markers=("thing id-t1_", 'data-type="comment"', "nestedlisting"),
    record="div.comment.thing, div.thing[data-type=comment], div.thing[id^=thing_t1_]",
    text=(".usertext-body .md", ".usertext-body"),
    author=("a.author", ".tagline em"),
    time=(".tagline time[datetime]", ".tagline time"),
    votes=(".score.unvoted", ".score"),
    permalink=("a.bylink[data-event-action=permalink]", "a.bylink[href]", ".flat-list a.first[href]"),
    roles_by_child=(
        (".userattrs .admin", "admin"),
        (".userattrs .moderator", "moderator"),
        (".userattrs .submitter", "author"),
    ),
    region=(".commentarea .sitetable", ".nestedlisting"),
    key=(("id", r"t1_(\w+)$"), ("data-fullname", r"t1_(\w+)")),
    more=(".morecomments a",),
)
