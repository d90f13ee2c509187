"""Ghost's own comments, inside their frame after their script ran."""

from moderation.extraction.readers.base import System

READER = System(
    name="ghost",
    markers=('data-testid="comment-component"', "gh-comment-content"),
    record="[data-testid=comment-component]",
    # Until 2024 the words' paragraphs stood in a ``p``, which any parser closes before them.
    text=("div[data-testid=comment-content]", "div.mt"),
    author=("h4",),
    time=("a[title][href*=#ghost-comments-]", "span[title]"),
    votes=("[data-testid=like-button]", "[data-testid=like-count]"),
    permalink=("a[title][href*=#ghost-comments-]",),
    region=("#ghost-comments-root", "[data-ghost-comments]"),
    key=(("id", r"^([0-9a-f]{24})$"),),
    inner_key=(("a[title][href*=#ghost-comments-]", "href", r"#ghost-comments-([0-9a-f]{24})$"),),
    inner_parent=(("a[data-testid=comment-in-reply-to]", "href", r"#(?:ghost-comments-)?([0-9a-f]{24})$"),
                  ("a[href^=#]", "href", r"^#([0-9a-f]{24})$")),
    count=("[data-testid=count]",),
    more=("[data-testid=pagination-component]", "[data-testid=replies-pagination]"),
)  # fmt: skip
