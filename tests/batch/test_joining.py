"""Pages made one: the comments of all of them, each once, the replies with their parents."""

from __future__ import annotations

from moderation.batch.joining import joined, with_asked
from moderation.batch.scan import PageNotice, pages
from moderation.sources import Document
from moderation.types import Comment, Page


def test_a_comment_that_two_pages_show_is_there_once_and_its_replies_find_it() -> None:
    pinned = Comment("1", "Pinned words.", author="Ada")
    whole = joined(
        [
            Page("s", (pinned, Comment("2", "Two.", parent_id="1"))),
            Page("s", (pinned, Comment("3", "Three.", parent_id="1"))),
        ]
    )
    assert [(c.id, c.parent_id) for c in whole.comments] == [("1", None), ("2", "1"), ("3", "1")]


def test_ids_that_mean_nothing_are_made_different_with_their_replies() -> None:
    one = Page("s", (Comment("c1", "First."), Comment("c2", "Answer.", parent_id="c1")))
    two = Page("s", (Comment("c1", "Second."), Comment("c2", "Another answer.", parent_id="c1")))
    whole = joined([one, two])
    assert len({c.id for c in whole.comments}) == 4
    by_text = {c.text: c for c in whole.comments}
    assert by_text["Another answer."].parent_id == by_text["Second."].id != "c1"
    assert by_text["Answer."].parent_id == "c1"


def test_that_there_is_more_is_no_longer_said() -> None:
    warning = "wordpress: more comments behind a button or on further pages"
    whole = joined([Page("s", warnings=(warning, "NUL bytes removed")), Page("s", warnings=(warning,))])
    assert whole.warnings == ("NUL bytes removed",)


def test_a_document_of_several_pages_is_one_page_in_the_order_of_its_threads() -> None:
    def html(*comments: tuple[int, str]) -> bytes:
        items = "".join(
            f'<li id="comment-{n}" class="comment"><div class="comment-author"><b class="fn">Ada</b></div>'
            f'<div class="comment-content"><p>{text}</p></div></li>'
            for n, text in comments
        )
        return (
            "<html><body><article><p>It rained for three days in the valley.</p></article>"
            f'<div id="comments"><ol class="comment-list">{items}</ol></div></body></html>'
        ).encode()

    newest = html((5, "Five is the newest of all."), (6, "Six was written at night."))
    oldest = html((1, "One was here first."), (2, "Two came later on."), (5, "Five is the newest of all."))
    further = Document("u", oldest, "text/html", "https://e.org/s/comment-page-1/", number=1)
    document = Document(
        "u", newest, "text/html", "https://e.org/s/", number=2, further=(further,), notes=("a note",)
    )
    from moderation.batch import scan

    notice = scan._taken_apart(document)
    assert isinstance(notice, PageNotice)
    assert [c.id for c in notice.page.comments] == ["1", "2", "5", "6"]
    assert notice.page.url == "https://e.org/s/" and notice.page.warnings[-1] == "a note"
    assert list(pages([])) == []


def test_what_a_system_says_when_asked_wins_and_the_page_completes_it() -> None:
    page = Page(
        "s",
        (Comment("1", "One…", author="Ada", author_role="author", votes=3), Comment("9", "Only here.")),
        warnings=("Isso embed detected, 2 declared, comments not in the page",),
    )
    asked = Page(
        "s", (Comment("1", "One in full."), Comment("2", "Two.", parent_id="1")), platform="wordpress"
    )
    whole = with_asked(page, asked)
    assert [(c.id, c.text) for c in whole.comments] == [
        ("1", "One in full."),
        ("2", "Two."),
        ("9", "Only here."),
    ]
    assert whole.comments[0].author_role == "author" and whole.comments[0].votes == 3
    assert whole.warnings == () and whole.platform == "wordpress"


def test_a_page_that_numbers_its_comments_itself_does_not_double_them() -> None:
    page = Page("s", (Comment("c1", "One."), Comment("c2", "Two.")))
    asked = Page("s", (Comment("71", "One."), Comment("72", "Two.")))
    assert [c.id for c in with_asked(page, asked).comments] == ["71", "72"]


def test_a_system_that_does_not_answer_leaves_the_page_its_own() -> None:
    page = Page("s", (Comment("1", "One."),), warnings=("a",))
    assert with_asked(page, Page("s", warnings=("cannot be asked",))) == Page(
        "s", page.comments, warnings=("a", "cannot be asked")
    )
