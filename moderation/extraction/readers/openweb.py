"""OpenWeb (Spot.IM) after its scripts ran, without its shadow tree."""

from moderation.extraction.readers.base import System

READER = System(
    name="openweb",
    markers=("spcv_", "data-spot-im", "data-openweb"),
    record="[data-spot-im-class=message-view], .spcv_root-message",
    text=(
        "[data-spot-im-class=message-text]",
        ".spcv_message-text",
        ".components-MessageContent-components-text",
    ),
    author=("[data-spot-im-class=message-username]", ".spcv_username", ".src-components-Username"),
    time=("[data-spot-im-class=message-timestamp]", ".spcv_message-timestamp", "time[datetime]"),
    votes=("[data-spot-im-class=message-likes]", ".spcv_number-of-votes"),
    region=("[data-spot-im-class=conversation-root]", ".spcv_conversation"),
    key=(("data-message-id", r"([\w-]+)"), ("id", r"([\w-]+)$")),
)
