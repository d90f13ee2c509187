"""Pages saved as plain text: the rhythm of headers, footers and bare names, in many languages; and no comments at all."""

from __future__ import annotations

import pytest

from moderation.extraction import extract

ARTICLE = (
    "Harbour ferry timetable changes\n\n"
    "The harbour company has published a new timetable for the winter months, with fewer crossings in the evening.\n\n"
    "“The crews could not be found,” said Jonna Weir, who speaks for the company. “We will look at it in spring.”\n\n"
    "Passengers had asked for later boats, and a petition with four hundred names was handed in on Monday.\n"
)
FIRST = "The boat was late again, and nobody at the pier could tell us why it was."
SECOND = "Which boat do you mean, the one at ten?\n\nThe later one was on time when I took it last week."
THIRD = "Thanks for the photos!"


def comments(text: str) -> list[tuple[str | None, str]]:
    page = extract(text, source="saved.txt")
    return [(c.author, c.text) for c in page.comments]


EXPECTED = [("Mara Quill", FIRST), ("Tomás", SECOND), ("harbour_rat", THIRD)]


@pytest.mark.parametrize(
    "heading, header, footer",
    [
        ("3 Comments", "{name} says:\nMarch {day}, 2024 at 9:15 am", "Reply"),
        ("3 Responses to “Harbour ferry”", "{name}\nMarch {day}, 2024 at 9:15 am", "Reply\nReport abuse"),
        ("Comments (3)", "On March {day}, 2024 at 9:15am, {name} said...", "Like | Reply | Share"),
        ("Reader comments", "{name} • 2 years ago", "3\nReply\nShare ›"),
        ("3 comments:", "{name} said...", "March {day}, 2024 9:15 AM"),
        ("3 Kommentare", "{name} sagt:\n{day}. März 2024 um 17:40 Uhr", "Antworten"),
        ("3 commentaires", "{name} a écrit :\nle {day} mars 2024 à 17h40", "Répondre"),
        ("3 comentarios", "{name} dice:\n{day} de marzo de 2024 a las 17:40", "Responder"),
        ("3 commenti", "{name} ha detto:\n{day} marzo 2024 alle 17:40", "Rispondi"),
        ("3 comentários", "{name} disse:\n{day} de março de 2024 às 17:40", "Responder"),
        ("3 reacties", "{name} schreef:\n{day} maart 2024 om 17:40", "Beantwoorden"),
        ("3 kommentarer", "{name} skriver:\n{day} mars 2024 kl. 17:40", "Svara"),
        ("3 komentarze", "{name} pisze:\n{day} marca 2024 o 17:40", "Odpowiedz"),
        ("3 komentáře", "{name} napsal:\n{day}. března 2024, 17:40", "Odpovědět"),
        ("3 комментария", "{name} пишет:\n{day} марта 2024 в 17:40", "Ответить"),
        ("3 коментарі", "{name} пише:\n{day} березня 2024, 17:40", "Відповісти"),
        ("3 yorum", "{name} dedi ki:\n{day} Mart 2024, 17:40", "Yanıtla"),
        ("3 komentar", "{name} berkata:\n{day} Maret 2024 17:40", "Balas"),
        ("3 hozzászólás", "{name}\n2024-03-0{day} 17:40", "Válasz"),
        ("3 σχόλια", "{name} λέει:\n{day} Μαρτίου 2024 17:40", "Απάντηση"),
        ("3 件のコメント", "{name}\n2024年3月{day}日 17:40", "返信"),
        ("3 条评论", "{name}\n2024年3月{day}日 17:40", "回复"),
        ("댓글 3", "{name}\n2024년 3월 {day}일 17:40", "답글"),
    ],
)
def test_headers_in_many_languages(heading: str, header: str, footer: str) -> None:
    parts = [
        f"{header.format(name=name, day=day)}\n\n{text}\n\n{footer.format(day=day)}"
        for day, (name, text) in enumerate(EXPECTED, 4)
    ]
    assert comments(f"{ARTICLE}\n{heading}\n\n" + "\n\n".join(parts) + "\n\nPrivacy policy\n") == EXPECTED


def test_footers_under_each_comment() -> None:
    parts = [f"{text}\n\nPosted by {name} on March {day}, 2024 at 9:15 am | permalink | Reply" for day, (name, text)
             in enumerate(EXPECTED, 4)]  # fmt: skip
    assert (
        comments(f"{ARTICLE}\nComments (3)\n\n" + "\n\n".join(parts) + "\n\nLeave a Reply\n\nName\nEmail\n")
        == EXPECTED
    )


WPDISCUZ_HEAD = "Subscribe\nNotify of\nguest\n{n} Comments\nOldest\nNewest Most Voted\nInline Feedbacks\nView all comments\n"
WPDISCUZ_FOOT = "{n}\n0\nWould love your thoughts, please comment.x\n()\nx"


def test_bare_names_between_paragraphs() -> None:
    parts = [f"{name}\n\n{text}\n" for name, text in [*EXPECTED, ("the boats are awful", THIRD)]]
    body = "\n".join([parts[0], "hash\nhashed", *parts[1:3], "hash\nhashed", parts[3]]).replace(
        "hashed\n\n", "hashed\n"
    )
    page = extract(
        ARTICLE + "\n" + WPDISCUZ_HEAD.format(n=4) + body + "\n" + WPDISCUZ_FOOT.format(n=4), source="a.txt"
    )
    assert [(c.author, c.text) for c in page.comments] == [*EXPECTED, ("the boats are awful", THIRD)]
    assert (page.platform, page.declared_count) == ("wpdiscuz", 4)
    assert page.body.startswith("The harbour company")
    assert page.body.endswith("handed in on Monday.")


def test_an_article_with_quotes_holds_no_comments() -> None:
    page = extract(ARTICLE + "\nShare this article\n", source="story.txt")
    assert page.comments == ()
    assert page.declared_count is None
    assert page.body.split() == " ".join(ARTICLE.split("\n")[2:]).split()


def test_menus_and_story_lists_are_no_comments() -> None:
    menu = "Home\nNews\nSport\nComments 12\n\nLatest stories\n" + "\n".join(
        f"Boat number {n} repaired\nMarch {n}, 2024\n" for n in range(1, 9)
    )
    assert comments(menu + "\n" + ARTICLE + "\nMost read\nFerry runs aground\nPier closed\n") == []


def test_the_form_after_the_comments_is_no_comment() -> None:
    text = f"{ARTICLE}\n1 Comment\n\nMara Quill says:\nMarch 5, 2024 at 9:15 am\n\n{FIRST}\n\nReply\n\n"
    text += "Leave a Reply\n\nYour email address will not be published.\nName *\nEmail *\nNotify me of follow-up comments\n"
    assert comments(text) == EXPECTED[:1]


def test_times_and_quoted_lines() -> None:
    text = f"{ARTICLE}\n1 Comment\n\nMara says:\nMarch 5, 2024 at 9:15 am\n\n"
    text += "> Passengers had asked\nSo did I, twice over, last year.\n"
    (comment,) = extract(text, source="x.txt").comments
    assert (comment.time, comment.time_text) == ("2024-03-05T09:15:00", "March 5, 2024 at 9:15 am")
    assert [comment.text[a:b] for a, b in comment.quotes] == ["> Passengers had asked"]


@pytest.mark.parametrize(
    "text", ["", " \n\n ", "x", "\n" * 5000, "Comments\n" * 500, "3 Comments", "a says:\n" * 2000]
)
def test_odd_dumps_do_no_harm(text: str) -> None:
    page = extract(text, source="odd.txt")
    assert page.source == "odd.txt"
