"""WordPress's own comment list: ``wp_list_comments`` in HTML5 and XHTML form, and the block theme's template."""

from moderation.extraction.readers.base import System

READER = System(
    name="wordpress",
    markers=("comment-body", "commentlist", "comment-list", "wp-block-comment", "comment-content"),
    record="li[id^=comment-], li[id^=li-comment-], .wp-block-comment-template li, li.comment, "
    "div.comment[class*=depth-]",
    text=(
        ".comment-content",
        ".wp-block-comment-content",
        ".comment-text",
        ".comment-body .comment-entry",
        ".comment-body",
        # Before HTML5, lists made of ``div`` have no box for the words alone.
        "div.comment[class*=depth-]",
    ),
    author=(".fn", ".wp-block-comment-author-name", ".comment-author"),
    time=(
        "time[datetime]",
        ".comment-metadata",
        ".wp-block-comment-date",
        ".commentmetadata",
        ".comment-meta",
    ),
    votes=(".comment-votes", ".cmt-vote"),
    permalink=(
        ".comment-metadata a[href*=#comment-]",
        ".commentmetadata a[href*=#comment-]",
        ".comment-meta a[href*=#comment-]",
        ".wp-block-comment-date a[href]",
    ),
    region=(".wp-block-comments", "#comments", ".comment-list", ".commentlist"),
    remove=".comment-author, .comment-meta, .commentmetadata, .reply, .comment-awaiting-moderation, .says, "
    ".comment-metadata, .comment-respond, .sharedaddy, .comment-likes, .edit-link",
    key=(("id", r"comment-(\d+)"),),
    roles_by_class=(("bypostauthor", "author"),),
    count=(".comments-title", ".wp-block-comments-title", "#comments-title"),
    more=(
        ".comment-navigation a",
        ".comments-pagination a",
        ".wp-block-comments-pagination a",
        ".nav-previous a[href*=comment-page]",
    ),
)
