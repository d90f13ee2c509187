"""Commento and its successor Comentario after their scripts ran."""

from moderation.extraction.readers.base import System

READER = System(
    name="commento",
    markers=("commento-", "comentario-"),
    record="[id^=commento-comment-card-], .commento-card, [id^=comentario-] .comentario-card, .comentario-card",
    text=("[id^=commento-comment-text-]", ".commento-body", ".comentario-card-body", ".comentario-body"),
    author=("[id^=commento-comment-name-]", ".commento-name", ".comentario-name"),
    time=(
        "[id^=commento-comment-timeago-]",
        ".commento-timeago",
        ".comentario-subtitle a[title]",
        ".comentario-subtitle",
    ),
    votes=("[id^=commento-comment-score-]", ".commento-score", ".comentario-score"),
    permalink=(".comentario-subtitle a[href]",),
    region=("#commento", "comentario-comments"),
    remove=".commento-options, .commento-header, .comentario-toolbar, .comentario-card-header, .comentario-options",
    roles_by_child=((".comentario-name.comentario-moderator", "moderator"),),
    key=(("id", r"card-([0-9a-f-]+)$"),),
)
