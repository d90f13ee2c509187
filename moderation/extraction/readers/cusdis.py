"""Cusdis inside its frame after its script ran: with utility classes now, with names of its own until 2021."""

from moderation.extraction.readers.base import System

READER = System(
    name="cusdis",
    markers=("cusdis",),
    record="#root div.my-4, .cusdis-padding, div.cusdis-indicator",
    text=(".cusdis-comment-content", "div.text-gray-500.my-2"),
    author=(".cusdis-comment-nickname", "div.items-center > div.font-medium"),
    time=(".cusdis-comment-date", "div.text-gray-500.text-sm"),
    role=(".cusdis-mod", "div.items-center > div.bg-gray-200"),
    region=("#root", ".comment-main", "#cusdis_thread"),
    key=(("id", r"([\w-]+)$"),),
    requires=".cusdis-comment-content, #root div.text-gray-500.my-2",
)
