"""Drupal 6 to 11: ``.comment`` with ``.submitted``, replies in ``.indented`` beside their parent."""

from moderation.extraction.readers.base import System

READER = System(
    name="drupal",
    markers=(
        "comment-wrapper",
        "js-comment",
        "comment__content",
        "comment-new",
        "data-comment-user-id",
        "drupal",
    ),
    record="article[id^=comment-], .js-comment, div.comment[typeof*=Comment], "
    ".comment-wrapper div.comment, #comments div.comment, #comments article.comment",
    text=(
        ".field--name-comment-body",
        ".field-name-comment-body",
        ".comment__content",
        ".comment-text .content",
        ".content",
    ),
    author=(
        ".comment__author [typeof*=Person]",
        ".comment__author .username",
        ".username",
        "[rel~=sioc:has_creator]",
        ".comment__author",
    ),
    time=(
        ".comment__time",
        "time[datetime]",
        "[property*=dc:date][content]",
        ".submitted",
        ".comment__submitted",
    ),
    permalink=("a.permalink[href]", "a[rel=bookmark][href*=comment]", "h3 a[href*=#comment-]"),
    region=("#comments", ".comment-wrapper", "section.comments"),
    remove=".links, .comment__links, .user-signature, .submitted, .comment__meta, .new",
    key=(("id", r"comment-(\d+)"), ("about", r"/comment/(\d+)")),
    indent="indented",
    roles_by_class=(("by-node-author", "author"), ("comment-by-node-author", "author")),
    requires=".submitted, .comment__submitted, .comment__meta, [rel~=sioc:has_creator], .js-comment, [typeof*=Comment]",
)
