"""Medium responses as its server prints them."""

from moderation.extraction.readers.base import System

READER = System(
    name="medium",
    markers=("responsesStream", "streamItem--postPreview", 'data-testid="responses', "js-responsesStream"),
    record=".responsesStream .streamItem, [data-testid=response], .js-responsesStream .streamItem--postPreview",
    text=(".postArticle-content", "[data-testid=response-body]", ".section-inner", "pre"),
    author=(
        ".postMetaInline-authorLockup a",
        "[data-testid=response-author]",
        "a[data-action=show-user-card]",
        "a[href*=/@]",
    ),
    time=("time[datetime]", ".postMetaInline time", "[data-testid=response-date]"),
    votes=("[data-action=show-recommends]", ".js-actionMultirecommendCount"),
    permalink=("a.link--darken[href]", "a[href*=responses]"),
    region=(".responsesStream", "[data-testid=responses]"),
    remove=".postActionsBar, .u-clearfix",
)
