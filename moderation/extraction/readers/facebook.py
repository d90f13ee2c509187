"""The Facebook comments plugin (inside its frame) and the list it prints for crawlers."""

from moderation.extraction.readers.base import System

READER = System(
    name="facebook",
    markers=("fbFeedbackPost", "UFIComment", "fb-comments", "postContainer"),
    record=".fbFeedbackPost, .UFIComment, div.postContainer",
    text=(".postText", ".UFICommentBody", "._30o4", ".commentBody"),
    author=("a.profileName", ".profileName", ".UFICommentActorName", ".UFICommentActor"),
    time=("abbr[data-utime]", "abbr[title]", "abbr.timestamp", "abbr"),
    votes=(".UFICommentLikeButton", ".likeCount"),
    permalink=("a.uiLinkSubtle[href]",),
    remove=".action_links, .fbUpDownVoteOption, .UFICommentActions",
    key=(("id", r"(\d+)$"),),
)
