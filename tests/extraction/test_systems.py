"""Every known system's markup, invented by us: the same three comments must come out of all of them."""

from __future__ import annotations

from pathlib import Path

import pytest

from moderation.extraction import extract

FOLDER = Path(__file__).parent / "fixtures" / "systems"
AUTHORS = ["Mara Quill", "Tomás Reyes", "Ines Hollow"]
TEXTS = [
    "The ferry was late again.\n\nSecond week running.",
    "Which one, the ten o’clock?",
    "Thanks for the report & the photos!",
]
TIMES = ["2024-03-05T09:15:00", "2024-03-05T10:02:00", "2024-03-06T18:40:00"]

#: fixture → (platform, does the second comment answer the first, are there votes)
SYSTEMS: dict[str, tuple[str | None, bool, bool]] = {
    "blogger": ("blogger", True, False),
    "commento": ("commento", True, True),
    "coral": ("coral", False, True),
    "discourse": ("discourse", False, True),
    "disqus": ("disqus", True, False),
    "django": ("django", False, False),
    "drupal": ("drupal", True, False),
    "facebook": ("facebook", False, False),
    "hackernews": ("hackernews", True, False),
    "intensedebate": ("intensedebate", True, True),
    "isso": ("isso", True, True),
    "jcomments": ("joomla", False, False),
    "komento": ("joomla", False, True),
    "livefyre": ("livefyre", True, True),
    "microformats": ("microformats", False, False),
    "openweb": ("openweb", False, True),
    "phpbb": ("phpbb", False, False),
    "reddit": ("reddit", True, True),
    "remark42": ("remark42", True, True),
    "schema_json_ld": ("schema.org", True, True),
    "schema_microdata": ("schema.org", True, True),
    "schema_rdfa": ("schema.org", False, False),
    "substack": ("substack", True, True),
    "unknown_definition_list": (None, False, False),
    "unknown_footers": (None, False, False),
    "unknown_table": (None, False, False),
    "vbulletin": ("vbulletin", False, False),
    "viafoura": ("viafoura", False, True),
    "wordpress": ("wordpress", True, False),
    "wordpress_blocks": ("wordpress", True, False),
    "wpdiscuz": ("wpdiscuz", True, True),
    "wpdiscuz_5": ("wpdiscuz", True, True),
    "xenforo": ("xenforo", False, False),
    "youtube": ("youtube", False, True),
}
#: Hacker News titles hold only the day here, YouTube shows relative times only.
TIME_FORM = {"hackernews": 10, "youtube": 0}


def test_every_fixture_is_listed() -> None:
    assert {p.stem for p in FOLDER.glob("*.html")} == set(SYSTEMS)


@pytest.mark.parametrize("name", sorted(SYSTEMS))
def test_comments_of(name: str) -> None:
    platform, nested, voted = SYSTEMS[name]
    path = FOLDER / f"{name}.html"
    page = extract(path.read_bytes(), source=str(path), url="https://gazette.example/ferry")
    first, second, third = page.comments
    assert page.platform == platform
    assert [c.author for c in page.comments] == AUTHORS
    assert [c.text for c in page.comments] == TEXTS
    assert all(c.quotes == () for c in page.comments)
    assert [second.parent_id, first.parent_id, third.parent_id] == [first.id if nested else None, None, None]
    size = TIME_FORM.get(name, 19)
    assert [(c.time or "")[:size] for c in page.comments] == [t[:size] for t in TIMES]
    assert [c.votes for c in page.comments] == ([4, 1, 0] if voted else [None] * 3)
    assert all(c.permalink is None or c.permalink.startswith("https://") for c in page.comments)


@pytest.mark.parametrize("name", sorted(SYSTEMS))
def test_the_article_holds_no_comment(name: str) -> None:
    page = extract((FOLDER / f"{name}.html").read_bytes(), source=name + ".html")
    assert "Passengers had asked for later boats" in page.body
    assert "ferry was late again" not in page.body
    assert "Thanks for the report" not in page.body
    assert page.title == "Harbour ferry timetable changes"
