"""A real Isso: what was posted over HTTP comes back from the page that Chromium shows, exactly."""

from __future__ import annotations

from datetime import datetime
from typing import Any

import pytest
from conversation import CONVERSATION, POST, STORY
from running_isso import LIKES, RunningIsso, in_isso_order, top_of

from moderation import extract


@pytest.fixture(scope="session")
def shown(isso: RunningIsso, browser: Any) -> str:
    """The page after Isso's script ran, as a browser saves it."""
    context = browser.new_context()
    try:
        page = context.new_page()
        page.goto(isso.url)
        page.wait_for_function(
            "n => document.querySelectorAll('.isso-comment').length >= n",
            arg=len(CONVERSATION),
            timeout=120_000,
        )
        return str(page.content())
    finally:
        context.close()


def test_the_page_gives_back_what_was_posted(isso: RunningIsso, shown: str) -> None:
    page = extract(shown, url=isso.url)
    said = in_isso_order()
    ids = {name: str(posted.id) for name, posted in isso.posted.items()}
    assert page.platform == "isso"
    assert page.warnings == ()
    assert page.declared_count == len(CONVERSATION)
    assert [c.id for c in page.comments] == [ids[s.name] for s in said]
    assert [c.author for c in page.comments] == [s.author for s in said]
    assert [c.text for c in page.comments] == [s.shown for s in said]
    assert [c.parent_id for c in page.comments] == [
        ids[top.name] if (top := top_of(s)) else None for s in said
    ]
    assert [c.permalink for c in page.comments] == [f"{isso.url}#isso-{ids[s.name]}" for s in said]
    assert [c.author_role for c in page.comments] == ["author" if s.by_author else None for s in said]
    assert [datetime.fromisoformat(c.time or "") for c in page.comments] == [
        isso.posted[s.name].created for s in said
    ]
    assert [[c.text[a:b] for a, b in c.quotes] for c in page.comments] == [
        [s.quoted] if s.quoted else [] for s in said
    ]
    assert {c.id: c.votes for c in page.comments}[ids[CONVERSATION[0].name]] == LIKES


def test_isso_itself_puts_replies_to_replies_under_the_first_comment(isso: RunningIsso) -> None:
    """What the test above expects of parents is Isso's own answer."""
    for said in CONVERSATION:
        top = top_of(said)
        assert isso.posted[said.name].parent == (isso.posted[top.name].id if top else None)


def test_the_article_holds_the_story_and_no_comment(isso: RunningIsso, shown: str) -> None:
    page = extract(shown, url=isso.url)
    assert page.title == POST
    assert all(paragraph in page.body for paragraph in STORY)
    assert not any(s.shown.splitlines()[0] in page.body for s in CONVERSATION)


def test_without_its_script_the_page_says_where_the_comments_are(isso: RunningIsso) -> None:
    page = extract(isso.source(), url=isso.url)
    assert page.comments == ()
    assert page.warnings == ("Isso embed detected, comments not in the page",)
