"""schema.org ``Comment`` as microdata and RDFa in the markup."""

from moderation.extraction.readers.base import System

READER = System(
    name="schema.org",
    markers=("schema.org/Comment", "schema.org/UserComments", "schema:Comment", 'typeof="Comment"'),
    record="[itemtype*=schema.org/Comment], [itemtype*=schema.org/UserComments], [typeof*=Comment]",
    text=(
        "[itemprop=text]",
        "[itemprop=commentText]",
        "[itemprop=description]",
        "[itemprop=articleBody]",
        "[property*=text]",
        "[property*=commentText]",
    ),
    author=(
        "[itemprop=author] [itemprop=name]",
        "[itemprop=creator] [itemprop=name]",
        "[itemprop=author]",
        "[itemprop=creator]",
        "[property*=author] [property*=name]",
        "[property*=creator] [property*=name]",
        "[property*=author]",
        "[property*=creator]",
    ),
    time=(
        "[itemprop=dateCreated]",
        "[itemprop=datePublished]",
        "[itemprop=commentTime]",
        "[property*=dateCreated]",
        "[property*=datePublished]",
        "[property*=commentTime]",
        "time[datetime]",
    ),
    votes=("[itemprop=upvoteCount]", "[property*=upvoteCount]"),
    permalink=(
        "a[itemprop=url][href]",
        "link[itemprop=url][href]",
        "a[itemprop=replyToUrl][href]",
        "a[property*=url][href]",
    ),
    key=(
        ("id", r"(\d+)\D*$"),
        ("itemid", r"#?(?:comment-)?([\w-]+)$"),
        ("resource", r"#?(?:comment-)?([\w-]+)$"),
    ),
)
