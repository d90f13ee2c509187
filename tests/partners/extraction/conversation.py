"""One conversation in several scripts, as people type it into two systems and as every system shows it."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

#: When the first comment of the conversation was written.
START = datetime(2024, 3, 5, 9, 15, 7, tzinfo=UTC)
POST = "Harbour ferry timetable changes"
STORY = (
    "The harbour company has published a new timetable for the winter months, with fewer crossings in the evening "
    "and one more in the early morning.",
    "Passengers had asked for later boats. The company says that the crews could not be found, and that it will "
    "look at the matter again in spring.",
)


@dataclass(frozen=True)
class Said:
    """A comment: ``shown`` is what its box shows, ``html`` and ``markdown`` are what is typed to make it so.

    ``minutes`` after the start it was written; ``under`` names the comment that it answers.
    """

    name: str
    author: str
    minutes: int
    shown: str
    under: str | None = None
    html: str = ""
    markdown: str = ""
    #: Words of ``shown`` that quote somebody else.
    quoted: str = ""
    #: Written by the author of the post, logged in.
    by_author: bool = False

    @property
    def time(self) -> datetime:
        return START + timedelta(minutes=self.minutes)

    @property
    def email(self) -> str:
        return f"{self.name}@example.org"


#: In the order in which they are posted, which is not the order of their times.
CONVERSATION = (
    Said("late", "Mara Quill", 0, "The ferry was late again.\n\nSecond week running, and nobody says why."),
    Said("which", "Дарья Ветрова", 12, "А какой рейс?\nУтренний или вечерний?", under="late"),
    Said(
        "ten",
        "Jürgen Weiß",
        30,
        "It’s the one at “ten”, as always…",
        under="which",
        html='It\'s the one at "ten", as always...',
    ),
    Said("after", "ليلى حداد", 41, "هل يوجد قارب آخر بعد الساعة ١٠ مساءً؟\n\nشكرًا لكم.", under="ten"),
    Said("sooner", "陈小雨", 9, "我等了四十分钟。船还是没有来！", under="late"),
    Said(
        "markup",
        "Ann & Ben <sailors>",
        55,
        "Write <b>late</b> & the page says &amp; twice: 1 < 2 > 0.",
        html="Write &lt;b&gt;late&lt;/b&gt; &amp; the page says &amp;amp; twice: 1 &lt; 2 &gt; 0.",
    ),
    Said(
        "quoting",
        "Tomás 🚢 Reyes",
        61,
        "The ferry was late again.\n\nQuite so. 👍🏽 👨‍👩‍👧‍👦 waited, and one of us was asleep.",
        under="markup",
        html="<blockquote>The ferry was late again.</blockquote>\n\n"
        "<em>Quite</em> so. 👍🏽 👨‍👩‍👧‍👦 waited, and <strong>one</strong> of us was asleep.",
        markdown="> The ferry was late again.\n\n"
        "*Quite* so. 👍🏽 👨‍👩‍👧‍👦 waited, and **one** of us was asleep.",
        quoted="The ferry was late again.",
    ),
    Said("early", "नेहा शर्मा", 3, "नाव समय पर क्यों नहीं आती?"),
    Said("answer", "The Gazette", 70, "We have asked the company.", under="markup", by_author=True),
    Said("hebrew", "דנה לוי", 90, "תודה על הכתבה, ועל התמונות."),
)


def by_name(name: str | None) -> Said | None:
    return next((said for said in CONVERSATION if said.name == name), None)


def in_page_order(
    comments: tuple[Said, ...] = CONVERSATION, under: str | None = None, newest_first: bool = False
) -> Iterator[Said]:
    """Each comment before its replies, siblings by their times."""
    for said in sorted(comments, key=lambda s: s.minutes, reverse=newest_first):
        if said.under == under:
            yield said
            yield from in_page_order(comments, said.name, newest_first)
