"""XenForo 1 and 2."""

from moderation.extraction.readers.base import System

READER = System(
    name="xenforo",
    markers=("js-post", "messageList", "message-body", "xenforo", "XenForo"),
    record="article.message[data-content], li.message[id^=post-], li.message[data-author], article.comment.js-comment",
    text=(
        ".message-body .bbWrapper",
        ".messageText",
        ".message-content .bbWrapper",
        ".comment-body .bbWrapper",
        ".bbWrapper",
    ),
    author=(
        ".message-name .username",
        ".message-name",
        ".userText .username",
        ".messageUserInfo .username",
        "a.username",
        ".username",
    ),
    time=(
        "time.u-dt[datetime]",
        ".message-attribution time[datetime]",
        ".DateTime[title]",
        ".DateTime",
        "abbr.DateTime",
    ),
    votes=(".js-voteCount",),
    permalink=(".message-attribution a[href*=post-]", "a.datePermalink[href]", "a.hashPermalink[href]"),
    role=(".userTitle", "em.userTitle"),
    remove=".message-signature, .signature, .message-lastEdit, .attachedFiles, .message-attachments, "
    ".bbCodeBlock-expandLink, .quoteExpand, .messageMeta",
    key=(("data-content", r"(\d+)$"), ("id", r"(\d+)$")),
    roles_by_class=(("message--staff", "staff"), ("staff", "staff")),
)
