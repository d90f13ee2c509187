"""Viafoura after its scripts ran."""

from moderation.extraction.readers.base import System

READER = System(
    name="viafoura",
    markers=("vf-comment", "vf3-comment"),
    record=".vf-comment-container, .vf3-comment, article.vf-comment",
    text=(".vf-comment-html", ".vf3-comment__content", ".vf-comment-content"),
    author=(".vf-comment-header__user", ".vf3-comment__user-name", ".vf-user-name"),
    time=("time[datetime]", ".vf-comment-header__time", ".vf3-comment__time"),
    votes=(".vf-like-count", ".vf3-comment__likes"),
    region=(".viafoura", ".vf-comments"),
    remove=".vf-comment-footer, .vf3-comment__actions",
)
