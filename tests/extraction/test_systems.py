"""Every known system's markup, invented by us: the same three comments must come out of all of them."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

import pytest

from moderation.extraction import extract
from moderation.extraction.readers import LAST_READERS, READERS

FOLDER = Path(__file__).parent / "fixtures" / "systems"
AUTHORS = ["Mara Quill", "Tomás Reyes", "Ines Hollow"]
TEXTS = [
    "The ferry was late again.\n\nSecond week running.",
    "Which one, the ten o’clock?",
    "Thanks for the report & the photos!",
]
TIMES = ["2024-03-05T09:15:00", "2024-03-05T10:02:00", "2024-03-06T18:40:00"]
EPOCHS = [int(datetime.fromisoformat(t + "+00:00").timestamp() * 1000) for t in TIMES]
NOTHING = (None, None, None)


@dataclass(frozen=True)
class Shown:
    """What a fixture shows beside authors, times and texts, which are the same in all of them."""

    platform: str | None
    #: Does the second comment answer the first?
    nested: bool = False
    votes: tuple[int | None, ...] = NOTHING
    ids: tuple[str, ...] = ("101", "102", "103")
    roles: tuple[str | None, ...] = NOTHING
    #: A comment's address, with ``{id}``, its number ``{n}`` or its time ``{epoch}`` in milliseconds in it.
    link: str = ""
    #: Does the page say that it has three?
    declared: bool = False


HERE = "https://gazette.example"
AUTHOR_ANSWERS = (None, "author", None)
VOTES = (4, 1, 0)
UNNAMED = ("c1", "c2", "c3")
GHOST = tuple(f"65e6f0a1b2c3d4e5f6a7b8c{n}" for n in (1, 2, 3))
SYSTEMS: dict[str, Shown] = {
    **{
        name: Shown(
            "blogger",
            nested=True,
            roles=AUTHOR_ANSWERS,
            link=HERE + "/ferry.html?showComment={epoch}#c{n}",
            declared=True,
        )
        for name in ("blogger", "blogger_2012")
    },
    "comentario": Shown("commento", nested=True, votes=VOTES, roles=(None, "moderator", None)),
    "commento": Shown("commento", nested=True, votes=VOTES),
    "coral": Shown(
        "coral",
        nested=True,
        votes=(4, 1, None),
        ids=tuple(f"7c1e0001-aaaa-4bbb-8ccc-000000000{n}" for n in (101, 102, 103)),
        roles=(None, "Staff", None),
        declared=True,
    ),
    "cusdis": Shown("cusdis", nested=True, ids=UNNAMED, roles=(None, "MOD", None)),
    "cusdis_2021": Shown("cusdis", nested=True, ids=UNNAMED, roles=(None, "MOD", None)),
    "discourse": Shown("discourse", votes=VOTES, ids=("1", "2", "3")),
    "disqus": Shown("disqus", nested=True, link=HERE + "/ferry#comment-{n}"),
    "django": Shown(
        "django", nested=True, roles=(None, "moderator", None), link=HERE + "/comments/cr/7/1/#c{n}"
    ),
    "django_list": Shown("django"),
    "drupal": Shown("drupal", nested=True, roles=AUTHOR_ANSWERS, link=HERE + "/comment/{n}#comment-{n}"),
    "facebook": Shown("facebook"),
    "ghost": Shown(
        "ghost", nested=True, votes=VOTES, ids=GHOST, link=HERE + "/ferry/#ghost-comments-{id}", declared=True
    ),
    "ghost_2023": Shown("ghost", nested=True, votes=VOTES, ids=UNNAMED, declared=True),
    "hackernews": Shown("hackernews", nested=True, link=HERE + "/item?id={n}"),
    "hyvor": Shown("hyvor", nested=True, votes=VOTES, link="https://talk.hyvor.com/comment/{n}"),
    "intensedebate": Shown("intensedebate", nested=True, votes=VOTES),
    "isso": Shown(
        "isso",
        nested=True,
        votes=VOTES,
        roles=AUTHOR_ANSWERS,
        link=HERE + "/ferry#isso-{n}",
        declared=True,
    ),
    "jcomments": Shown("joomla", link=HERE + "/ferry#comment-{n}"),
    "komento": Shown("joomla", votes=VOTES, link=HERE + "/ferry#comment-{n}"),
    "livefyre": Shown("livefyre", nested=True, votes=VOTES),
    "medium": Shown(
        "medium",
        votes=(4, 1, None),
        ids=tuple(f"1a2b3c4d5e6{n}" for n in (1, 2, 3)),
        link=HERE + "/ferry-{id}?source=responses",
    ),
    "microformats": Shown(
        "microformats", nested=True, ids=("w-101", "w-102", "w-103"), link="https://people.example/notes/{n}"
    ),
    "microformats_h_entry": Shown(
        "microformats", ids=("c1", "c3", "c4"), link="https://people.example/notes/{n}"
    ),
    "movable_type": Shown("movabletype", nested=True, link=HERE + "/ferry#comment-{n}", declared=True),
    "mybb": Shown("mybb", roles=("Deckhand",) * 3, link=HERE + "/forum/showthread.php?tid=1&pid={n}#pid{n}"),
    "openweb": Shown("openweb", votes=VOTES, ids=("m101", "m102", "m103")),
    "phpbb": Shown("phpbb", roles=("Deckhand",) * 3, link=HERE + "/ferry#p{n}"),
    "reddit": Shown(
        "reddit",
        nested=True,
        votes=VOTES,
        roles=AUTHOR_ANSWERS,
        link="https://old.reddit.example/r/ferry/comments/1/x/{n}/",
    ),
    "remark42": Shown("remark42", nested=True, votes=VOTES, link=HERE + "/ferry#remark42__comment-{n}"),
    "schema_json_ld": Shown("schema.org", nested=True, votes=VOTES, declared=True),
    "schema_microdata": Shown("schema.org", nested=True, votes=VOTES),
    "schema_rdfa": Shown(
        "schema.org",
        nested=True,
        votes=VOTES,
        ids=("remark-101", "remark-102", "remark-103"),
        link=HERE + "/ferry#{id}",
    ),
    "smf": Shown("smf", roles=("Crew",) * 3, link=HERE + "/forum/index.php?msg={n}"),
    "smf_2_0": Shown("smf", roles=("Crew",) * 3, link=HERE + "/forum/index.php?topic=1.msg{n}#msg{n}"),
    "substack": Shown("substack", nested=True, votes=VOTES, link=HERE + "/p/ferry/comment/{n}"),
    "typepad": Shown(
        "movabletype",
        ids=tuple(f"6a00d8341c{n}" for n in (101, 102, 103)),
        link=HERE + "/ferry.html?cid={id}#comment-{id}",
    ),
    "unknown_definition_list": Shown(None),
    "unknown_footers": Shown(None),
    "unknown_table": Shown(None),
    "vbulletin": Shown("vbulletin", roles=("Captain",) * 3, link=HERE + "/showthread.php?t=1&p={n}#post{n}"),
    "viafoura": Shown("viafoura", votes=VOTES),
    **{
        name: Shown(
            "wordpress",
            nested=True,
            roles=AUTHOR_ANSWERS,
            link=HERE + "/ferry/#comment-{n}",
            declared=True,
        )
        for name in ("wordpress", "wordpress_blocks", "wordpress_div", "wordpress_div_xhtml")
    },
    **{
        name: Shown(
            "wpdiscuz",
            nested=True,
            votes=VOTES,
            roles=("Guest",) * 3,
            link=HERE + "/ferry/#comment-{n}",
            declared=True,
        )
        for name in ("wpdiscuz", "wpdiscuz_5")
    },
    "wpdiscuz_layout_3": Shown(
        "wpdiscuz",
        nested=True,
        votes=VOTES,
        roles=("Guest", "Author", "Guest"),
        link=HERE + "/ferry/#comment-{n}",
        declared=True,
    ),
    "xenforo": Shown("xenforo", roles=("Member",) * 3, link=HERE + "/threads/ferry.1/post-{n}"),
    "youtube": Shown("youtube", votes=VOTES, link=HERE + "/watch?v=x&lc={n}", declared=True),
}
#: Hacker News titles hold only the day here, YouTube shows relative times only.
TIME_FORM = {"hackernews": 10, "youtube": 0}
DOCUMENTATION = Path(__file__).parents[2] / "docs" / "extraction.md"


def test_every_fixture_is_listed() -> None:
    assert {p.stem for p in FOLDER.glob("*.html")} == set(SYSTEMS)


@pytest.mark.parametrize("name", sorted(SYSTEMS))
def test_comments_of(name: str) -> None:
    shown = SYSTEMS[name]
    path = FOLDER / f"{name}.html"
    page = extract(path.read_bytes(), source=str(path), url=f"{HERE}/ferry")
    first, second, third = page.comments
    assert page.platform == shown.platform
    assert [c.author for c in page.comments] == AUTHORS
    assert [c.text for c in page.comments] == TEXTS
    assert all(c.quotes == () for c in page.comments)
    assert [first.parent_id, second.parent_id, third.parent_id] == [
        None,
        first.id if shown.nested else None,
        None,
    ]
    size = TIME_FORM.get(name, 19)
    assert [(c.time or "")[:size] for c in page.comments] == [t[:size] for t in TIMES]
    assert tuple(c.votes for c in page.comments) == shown.votes
    assert tuple(c.author_role for c in page.comments) == shown.roles
    if shown.platform:  # what unknown markup gives away differs from theme to theme
        assert tuple(c.id for c in page.comments) == shown.ids
        assert page.declared_count == (3 if shown.declared else None)
        links = [
            shown.link.format(id=i, n=n, epoch=epoch) or None
            for i, n, epoch in zip(shown.ids, (101, 102, 103), EPOCHS, strict=True)
        ]
        assert [c.permalink for c in page.comments] == links


@pytest.mark.parametrize("name", sorted(SYSTEMS))
def test_the_article_holds_no_comment(name: str) -> None:
    page = extract((FOLDER / f"{name}.html").read_bytes(), source=name + ".html")
    assert "Passengers had asked for later boats" in page.body
    assert "ferry was late again" not in page.body
    assert "Thanks for the report" not in page.body
    assert page.title == "Harbour ferry timetable changes"


def listed_systems() -> dict[str, tuple[str, str]]:
    """Platform → (its line's name, what it was checked on), from the documentation's table."""
    table = DOCUMENTATION.read_text(encoding="utf-8").partition("## Systems")[2].partition("\n## ")[0]
    lines = [line.strip("|").split("|") for line in table.splitlines() if line.startswith("|")]
    rows = [[cell.strip() for cell in line] for line in lines]
    return {cells[1].strip("`"): (cells[0], cells[2]) for cells in rows if cells[1].startswith("`")}


def test_every_reader_is_in_the_documentation() -> None:
    assert set(listed_systems()) == {reader.name for reader in (*READERS, *LAST_READERS)}


def test_what_the_documentation_calls_checked_is_checked() -> None:
    checked = {shown.platform for shown in SYSTEMS.values()} | {"feed"}  # those are in test_feeds.py
    live = "".join(
        p.name for p in (Path(__file__).parents[1] / "partners" / "extraction").glob("test_live_*.py")
    )
    for platform, (name, how) in listed_systems().items():
        assert ("fixture" in how) == (platform in checked), name
        assert ("live" in how) == (f"test_live_{platform}.py" in live), name
        assert how, name


def test_the_title_is_the_story_s_where_the_only_h1_is_the_site_s() -> None:
    story = "<p>" + "The harbour company has published a new timetable for the winter months. " * 4 + "</p>"
    page = (
        "<html><head><title>{}</title></head><body><h1>The Gazette</h1><h2>Ferry times</h2>{}</body></html>"
    )
    assert extract(page.format("Ferry times – The Gazette", story)).title == "Ferry times"
    assert extract(page.format("The Gazette", story)).title == "The Gazette"
