"""Ghost's own comments (after their script ran) and Ghost Portal markup."""

from moderation.extraction.readers.base import System

READER = System(
    name="ghost",
    markers=("ghost-comments", "comments-ui", 'data-testid="comment'),
    record="[data-testid=comment-component], .ghost-comment, .gh-comment",
    text=("[data-testid=comment-content]", ".gh-comment-content", ".ghost-comment-content"),
    author=("[data-testid=member-name]", ".gh-comment-name", ".ghost-comment-author", "h4"),
    time=("time[datetime]", "[data-testid=commented-at]", ".gh-comment-time"),
    votes=("[data-testid=like-button]", ".gh-comment-likes"),
    region=("#ghost-comments-root", "[data-ghost-comments]", ".gh-comments"),
    key=(("id", r"([0-9a-f]{8,})$"),),
)
