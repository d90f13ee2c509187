"""The public interfaces of a real WordPress and a real Isso: `--fetch-comments` brings back what was posted."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from datetime import datetime
from typing import Any

import pytest
from conversation import CONVERSATION, Said
from filled_wordpress import CLASSIC, FilledWordPress
from running_isso import LIKES, RunningIsso, top_of

PATIENCE = 600


def fetched(url: str, *options: str) -> dict[str, Any]:
    """What ``moderation extract --fetch-comments`` prints of one page."""
    clean = {key: value for key, value in os.environ.items() if not key.lower().endswith("_proxy")}
    command = [sys.executable, "-m", "moderation", "extract", url, "--allow-private", "--fetch-comments"]
    done = subprocess.run([*command, *options], capture_output=True, text=True, timeout=PATIENCE, env=clean)
    assert done.returncode == 0, done.stderr[-3000:]
    (line,) = done.stdout.splitlines()
    return dict(json.loads(line))


def by_id(page: dict[str, Any]) -> dict[str, dict[str, Any]]:
    assert len({c["id"] for c in page["comments"]}) == len(page["comments"]) == len(CONVERSATION)
    return {c["id"]: c for c in page["comments"]}


def quoted(comment: dict[str, Any]) -> list[str]:
    return [comment["text"][start:end] for start, end in comment["quotes"]]


def wordpress_name(said: Said) -> str:
    return said.author.replace(" <sailors>", "")


@pytest.mark.parametrize("wordpress", ["wordpress-6.1", "wordpress-6.6"], indirect=True)
def test_wordpress_gives_what_a_page_holds_back(wordpress: FilledWordPress) -> None:
    """The page shows one thread of several; its interface has them all."""
    wordpress.owner_sets(CLASSIC, page_comments=1, comments_per_page=1, default_comments_page="oldest")
    page = fetched(wordpress.url, "--comment-pages", "1")
    found = by_id(page)
    assert page["platform"] == "wordpress" and page["warnings"] == []
    assert page["declared_count"] == len(CONVERSATION)
    for said in CONVERSATION:
        comment = found[str(wordpress.ids[said.name])]
        assert comment["author"] == wordpress_name(said)
        assert comment["text"] == said.shown
        assert comment["parent_id"] == (str(wordpress.ids[said.under]) if said.under else None)
        assert datetime.fromisoformat(comment["time"]) == said.time
        assert quoted(comment) == ([said.quoted] if said.quoted else [])


def test_isso_gives_what_its_script_would_show(isso: RunningIsso) -> None:
    page = fetched(isso.url)
    found = by_id(page)
    assert page["platform"] == "isso" and page["warnings"] == []
    for said in CONVERSATION:
        posted = isso.posted[said.name]
        comment = found[str(posted.id)]
        top = top_of(said)
        assert comment["author"] == said.author
        assert comment["text"] == said.shown
        assert comment["parent_id"] == (str(isso.posted[top.name].id) if top else None)
        assert datetime.fromisoformat(comment["time"]) == posted.created
        assert comment["permalink"] == f"{isso.url}#isso-{posted.id}"
        assert quoted(comment) == ([said.quoted] if said.quoted else [])
    assert found[str(isso.posted[CONVERSATION[0].name].id)]["votes"] == LIKES
