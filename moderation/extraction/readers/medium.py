"""Medium's responses as its servers printed them until 2019; since then a script loads them."""

from moderation.extraction.readers.base import System

READER = System(
    name="medium",
    markers=("responsesStream", "responsesWrapper"),
    record=".responsesStream .streamItem, .js-responsesStream .streamItem",
    text=(".postArticle-content .section-inner", ".postArticle-content", ".section-inner"),
    author=(".postMetaInline-authorLockup a[data-action=show-user-card]", ".postMetaInline-authorLockup a"),
    time=(".postMetaInline time[datetime]", "time[datetime]", ".postMetaInline time"),
    votes=("[data-action=show-recommends]", ".js-actionMultirecommendCount"),
    permalink=(".postMetaInline a[data-action=open-post]", ".postArticle-readMore a[href]"),
    region=(".responsesStream", ".js-responsesStream"),
    remove=".postActionsBar, .postMetaInline",
    key=(("data-post-id", r"([0-9a-f]+)"),),
    inner_key=(
        ("[data-post-id]", "data-post-id", r"^([0-9a-f]+)$"),
        (".postMetaInline a[data-action=open-post]", "href", r"-([0-9a-f]{10,12})(?:\?|$)"),
    ),
)
