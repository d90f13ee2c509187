"""Real WordPress pages: what was posted over HTTP comes back from the page exactly."""

from __future__ import annotations

from datetime import datetime
from typing import Any

import pytest
from conversation import CONVERSATION, POST, STORY, Said, by_name, in_page_order
from filled_wordpress import CLASSIC, FilledWordPress

from moderation import extract
from moderation.types import Page

#: How a theme may have WordPress print its list: options of ``php/test-layouts.php``.
CLASSIC_LISTS: dict[str, dict[str, Any]] = {
    "li": {},
    "li before HTML5": {"test_xhtml": 1},
    "div": {"test_comment_style": "div"},
    "div before HTML5": {"test_xhtml": 1, "test_comment_style": "div"},
}
CASES = [
    *(
        pytest.param(version, CLASSIC, options, id=f"{version}-{CLASSIC}-{name}")
        for version in ("wordpress-6.1", "wordpress-6.6")
        for name, options in CLASSIC_LISTS.items()
    ),
    *(
        pytest.param(version, theme, {}, id=f"{version}-{theme}")
        for version, themes in {
            "wordpress-6.1": ("twentytwentytwo", "twentytwentythree"),
            # Playground leaves out the patterns of which this build's twentytwentythree is made.
            "wordpress-6.6": ("twentytwentytwo", "twentytwentyfour"),
        }.items()
        for theme in themes
    ),
]
TWO_THEMES = pytest.mark.parametrize(
    ("wordpress", "theme"),
    [
        ("wordpress-6.1", CLASSIC),
        ("wordpress-6.1", "twentytwentythree"),
        ("wordpress-6.6", CLASSIC),
        ("wordpress-6.6", "twentytwentyfour"),
    ],
    indirect=["wordpress"],
)
EVERY_LAYOUT = pytest.mark.parametrize(("wordpress", "theme", "options"), CASES, indirect=["wordpress"])


def extracted(wordpress: FilledWordPress, theme: str, **options: Any) -> Page:
    return extract(wordpress.page(theme, options), url=wordpress.url)


def author(said: Said) -> str:
    # WordPress itself takes what looks like a tag out of names.
    return said.author.replace(" <sailors>", "")


@EVERY_LAYOUT
def test_the_page_gives_back_what_was_posted(
    wordpress: FilledWordPress, theme: str, options: dict[str, Any]
) -> None:
    page = extracted(wordpress, theme, **options)
    said = list(in_page_order())
    assert page.platform == "wordpress"
    assert page.warnings == ()
    assert [c.id for c in page.comments] == [str(wordpress.ids[s.name]) for s in said]
    assert [c.author for c in page.comments] == [author(s) for s in said]
    assert [c.text for c in page.comments] == [s.shown for s in said]
    assert [c.parent_id for c in page.comments] == [
        str(wordpress.ids[s.under]) if s.under else None for s in said
    ]
    assert [c.permalink for c in page.comments] == [wordpress.link(s) for s in said]
    assert [c.author_role for c in page.comments] == ["author" if s.by_author else None for s in said]
    assert [[c.text[a:b] for a, b in c.quotes] for c in page.comments] == [
        [s.quoted] if s.quoted else [] for s in said
    ]
    times = [datetime.fromisoformat(c.time or "") for c in page.comments]
    if options.get("test_xhtml"):  # the page shows the site's clock, to the minute, and no zone
        assert times == [wordpress.local(s).replace(second=0) for s in said]
    else:
        assert times == [s.time for s in said]


@EVERY_LAYOUT
def test_the_article_holds_the_story_and_no_comment(
    wordpress: FilledWordPress, theme: str, options: dict[str, Any]
) -> None:
    page = extracted(wordpress, theme, **options)
    assert page.title == POST
    for paragraph in STORY:
        assert paragraph in page.body
    for said in CONVERSATION:
        assert said.shown.splitlines()[0] not in page.body
    for other in ("Boats, and how they are late", "Nobody has approved this yet", "email address", "Reply"):
        assert other not in page.body


@TWO_THEMES
def test_newest_first(wordpress: FilledWordPress, theme: str) -> None:
    page = extracted(wordpress, theme, comment_order="desc")
    newest = [s for s in in_page_order(newest_first=True) if s.under is None]
    shown = [c for c in page.comments if c.parent_id is None]
    assert [c.author for c in shown] == [author(s) for s in newest]
    assert len(page.comments) == len(CONVERSATION)


@TWO_THEMES
def test_a_page_of_many_says_that_there_are_more(wordpress: FilledWordPress, theme: str) -> None:
    page = extracted(wordpress, theme, page_comments=1, comments_per_page=2, default_comments_page="oldest")
    threads = [s for s in in_page_order() if s.under is None][:2]
    assert [c.author for c in page.comments if c.parent_id is None] == [author(s) for s in threads]
    assert page.declared_count == len(CONVERSATION) + 1  # WordPress counts the trackback too
    assert page.warnings == ("wordpress: more comments behind a button or on further pages",)


def test_every_reply_of_the_conversation_has_its_parent() -> None:
    """The conversation itself: a slip in it would make the tests above check less."""
    assert {s.under for s in CONVERSATION if s.under} <= {s.name for s in CONVERSATION}
    assert len(list(in_page_order())) == len(CONVERSATION)
    assert max(depth(s) for s in CONVERSATION) == 4
    assert [s.minutes for s in CONVERSATION] != sorted(s.minutes for s in CONVERSATION)


def depth(said: Said) -> int:
    above = by_name(said.under)
    return 1 + depth(above) if above else 1
