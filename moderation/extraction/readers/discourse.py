"""Discourse: topics, server-side crawler view and the page after its scripts."""

from moderation.extraction.readers.base import System

READER = System(
    name="discourse",
    markers=("topic-body", "crawler-post", "crawler-linkback", "discourse"),
    record=".crawler-post, .topic-post, div[itemtype*=DiscussionForumPosting][id^=post_]",
    text=(
        ".cooked",
        ".post[itemprop=text]",
        ".post[itemprop=articleBody]",
        "[itemprop=text]",
        "[itemprop=articleBody]",
        ".post",
    ),
    author=(
        "[itemprop=author] [itemprop=name]",
        ".creator [itemprop=name]",
        ".names .username",
        ".names .full-name",
    ),
    time=("time.post-time", "time[itemprop=datePublished]", ".relative-date[data-time]", "time[datetime]"),
    votes=("[itemprop=interactionStatistic] .post-likes", ".post-likes"),
    permalink=("a.post-date[href]", "a.post-link[href]", "[itemprop=position] a[href]"),
    role=(".user-title",),
    remove=".post-menu-area, .crawler-linkback-list, .meta, .quote-controls",
    key=(("id", r"post_(\d+)"), ("data-post-id", r"(\d+)")),
    count=(".topic-category .posts-count",),
)
