"""A real Django site with the templates that its comment apps ship: what was posted comes back exactly."""

from __future__ import annotations

import json
import subprocess
from collections.abc import Iterator
from datetime import datetime
from pathlib import Path
from typing import Any

import pytest
from conversation import CONVERSATION, POST, STORY, Said
from environments import python_with

from moderation import extract

PROGRAM = Path(__file__).parent / "programs" / "django_pages.py"
PACKAGES = ("django-comments-xtd==2.10.13", "django<5.3")
URL = "https://gazette.example/ferry/"


@pytest.fixture(scope="module")
def site(tmp_path_factory: pytest.TempPathFactory) -> dict[str, Any]:
    comments = [
        {"name": s.name, "author": s.author, "text": s.shown, "under": s.under, "time": s.time.isoformat()}
        for s in CONVERSATION
    ]
    database = tmp_path_factory.mktemp("django") / "site.sqlite3"
    given = {"database": str(database), "comments": comments, "title": POST, "story": STORY}
    done = subprocess.run(
        [str(python_with(*PACKAGES)), str(PROGRAM)],
        input=json.dumps(given),
        capture_output=True,
        text=True,
        timeout=600,
    )
    assert done.returncode == 0, done.stderr[-3000:]
    return dict(json.loads(done.stdout))


def one_line(said: Said) -> str:
    """Both templates leave line breaks to the browser, which shows spaces."""
    return " ".join(said.shown.split())


def in_tree_order(under: str | None = None) -> Iterator[Said]:
    """Each comment before its replies, siblings as they were posted."""
    for said in CONVERSATION:
        if said.under == under:
            yield said
            yield from in_tree_order(said.name)


@pytest.mark.parametrize("template", ["tree", "list"])
def test_the_page_gives_back_what_was_posted(site: dict[str, Any], template: str) -> None:
    page = extract(site["pages"][template], url=URL)
    ids = {name: str(key) for name, key in site["ids"].items()}
    said = list(in_tree_order()) if template == "tree" else list(CONVERSATION)
    assert page.platform == "django"
    assert page.warnings == ()
    assert [c.id for c in page.comments] == [ids[s.name] for s in said]
    assert [c.author for c in page.comments] == [s.author for s in said]
    assert [c.text for c in page.comments] == [one_line(s) for s in said]
    # Django shows minutes, in the site's zone, which it does not name.
    times = [datetime.fromisoformat(c.time or "") for c in page.comments]
    assert times == [s.time.replace(second=0, tzinfo=None) for s in said]
    if template == "tree":
        assert [c.parent_id for c in page.comments] == [ids[s.under] if s.under else None for s in said]
        assert all((c.permalink or "").endswith(f"#c{c.id}") for c in page.comments)


@pytest.mark.parametrize("template", ["tree", "list"])
def test_the_article_holds_the_story_and_no_comment(site: dict[str, Any], template: str) -> None:
    page = extract(site["pages"][template], url=URL)
    assert page.title == POST
    assert all(paragraph in page.body for paragraph in STORY)
    assert not any(one_line(s) in page.body for s in CONVERSATION)
