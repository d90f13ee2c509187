"""Real feeds of comments, WordPress's and Isso's: what was posted comes back from them exactly."""

from __future__ import annotations

from datetime import datetime

import pytest
from conversation import CONVERSATION, Said
from filled_wordpress import FilledWordPress
from running_isso import RunningIsso, top_of

from moderation import extract

EVERY_VERSION = pytest.mark.parametrize("wordpress", ["wordpress-6.1", "wordpress-6.6"], indirect=True)


def newest_first() -> list[Said]:
    return sorted(CONVERSATION, key=lambda said: said.minutes, reverse=True)


@EVERY_VERSION
@pytest.mark.parametrize("kind", ["rss2", "atom"])
def test_wordpress(wordpress: FilledWordPress, kind: str) -> None:
    page = extract(wordpress.feed(kind), url=wordpress.url, content_type="application/xml")
    ids = {said.name: str(wordpress.ids[said.name]) for said in CONVERSATION}
    # A trackback is an entry like any other in WordPress's feeds.
    comments = [c for c in page.comments if c.author != "Elsewhere"]
    said = newest_first()
    assert page.platform == "feed"
    assert page.body == ""
    assert [c.id for c in comments] == [ids[s.name] for s in said]
    assert [c.author for c in comments] == [s.author.replace(" <sailors>", "") for s in said]
    assert [c.text for c in comments] == [s.shown for s in said]
    assert [datetime.fromisoformat(c.time or "") for c in comments] == [s.time for s in said]
    assert [c.permalink for c in comments] == [wordpress.link(s) for s in said]
    assert [c.parent_id for c in comments] == [ids[s.under] if s.under else None for s in said]
    assert [[c.text[a:b] for a, b in c.quotes] for c in comments] == [
        [s.quoted] if s.quoted else [] for s in said
    ]


def test_isso(isso: RunningIsso) -> None:
    page = extract(isso.feed(), url=isso.url)
    ids = {name: str(posted.id) for name, posted in isso.posted.items()}
    said = {ids[s.name]: s for s in CONVERSATION}
    comments = {c.id: c for c in page.comments}
    assert page.platform == "feed"
    assert set(comments) == set(said)
    for key, comment in comments.items():
        top = top_of(said[key])
        assert comment.author == said[key].author
        assert comment.text == said[key].shown
        assert comment.parent_id == (ids[top.name] if top else None)
        assert comment.permalink == f"{isso.url}#isso-{key}"
        time = datetime.fromisoformat(comment.time or "")
        assert time.replace(microsecond=0) == isso.posted[said[key].name].created
