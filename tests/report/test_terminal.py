"""The table a moderator reads in a terminal."""

from __future__ import annotations

import io
from collections.abc import Callable
from dataclasses import replace

import pytest
from rich.console import Console

from moderation.report import PageReport
from moderation.report.terminal import print_page, print_report
from moderation.types import Page, ScoredComment

Make = Callable[..., ScoredComment]


def shown(report: PageReport, width: int = 80, *, colour: bool = False, **options: int | None) -> str:
    console = Console(
        file=io.StringIO(), width=width, force_terminal=colour, color_system="standard" if colour else None
    )
    print_page(console, report, **options)
    return console.file.getvalue()


def page(*comments: ScoredComment) -> PageReport:
    return PageReport(Page("news.html"), comments)


def test_names_the_page_its_counts_and_its_warnings(discussion: PageReport) -> None:
    lines = shown(discussion).splitlines()
    assert "news.html" in lines
    assert "Buses to run every ten minutes · wordpress" in lines
    assert "7 comments, 3 to review, 1 to reject" in lines
    assert "! the page says 9 comments, 7 are in it" in lines


def test_worst_first(discussion: PageReport) -> None:
    output = shown(discussion)
    order = ["Gravel", "Dumb Vermin", "onmouseover", "Lucía", "Tomasz", "(no name)", "Ines Okafor: "]
    places = [output.index(name) for name in order]
    assert places == sorted(places)


def test_decision_score_reason_and_reply_are_there(discussion: PageReport) -> None:
    output = shown(discussion)
    assert "REJECT      0.96   Gravel, reply to Ines Okafor" in output
    assert "insult 0.96, toxicity 0.93" in output
    assert "user name: insult 0.94" in output
    assert "not scored: language es" in output


def test_offending_words_are_marked_without_colour(discussion: PageReport) -> None:
    assert "You »pompous weasel«, who elected you?" in shown(discussion)


def test_colour_marks_the_words_themselves(discussion: PageReport) -> None:
    coloured = shown(discussion, colour=True)
    assert "\x1b[1;4;31mpompous weasel\x1b[0m" in coloured
    assert "»" not in coloured


def test_quoted_words_are_shown_as_quoted(discussion: PageReport) -> None:
    assert "Tomasz: [quote: You pompous weasel, who elected you?]" in shown(discussion, width=120)


@pytest.mark.parametrize("width", [40, 80, 132])
def test_no_line_is_wider_than_the_terminal(discussion: PageReport, scored: Make, width: int) -> None:
    long = scored("word " * 400, id="long", author="N" * 90, toxicity=0.8)
    output = shown(replace(discussion, comments=(*discussion.comments, long)), width=width)
    assert max(map(len, output.splitlines())) <= width


def test_a_long_text_is_cut_around_its_worst_words(scored: Make) -> None:
    text = "calm " * 300 + "you utter clown " + "calm " * 300
    output = shown(page(scored(text, marked={"utter clown": "insult"}, insult=0.95)))
    assert "»utter clown«" in output
    assert output.count("calm") < 60
    assert "…calm" in output


def test_text_cannot_drive_the_terminal_or_the_renderer(scored: Make) -> None:
    hostile = "\x1b]0;owned\x07\x1b[2J [bold red]x[/] [/nonsense] \u202eevil\u202c :smile: \x9b5m"
    report = PageReport(
        Page("\x1b[2Jpage", title="[red]\x1b[5m", warnings=("[/oops] \x1b[1m",)),
        (scored(hostile, author="\x1b[31m[bold]", toxicity=0.95),),
    )
    output = shown(report)
    assert not {"\x1b", "\x07", "\x9b", "\u202e", "\u202c"} & set(output)
    assert "[bold red]x[/] [/nonsense]" in output
    assert ":smile:" in output
    assert "[/oops]" in output


def test_approved_comments_are_counted_beyond_a_limit_flagged_ones_never(scored: Make) -> None:
    report = page(
        *(scored(f"calm {n}", id=f"a{n}") for n in range(30)),
        *(scored(f"bad {n}", id=f"b{n}", toxicity=0.95) for n in range(30)),
    )
    output = shown(report, approved_rows=5)
    assert output.count("REJECT") == 30
    assert output.count("approved  ") == 5
    assert "... and 25 more approved comments" in output
    assert shown(report, approved_rows=None).count("approved  ") == 30


def test_a_page_without_comments_has_no_table() -> None:
    output = shown(PageReport(Page("empty.html", warnings=("no comments found",))))
    assert "0 comments" in output
    assert "no comments found" in output
    assert "Decision" not in output


def test_an_empty_comment_and_no_name_are_shown(scored: Make) -> None:
    output = shown(page(scored("", author=None, error="blank", language=None)))
    assert "review         -   (no name)" in output
    assert "not scored: blank" in output


def test_a_stream_that_is_not_unicode_still_gets_everything(discussion: PageReport) -> None:
    raw = io.BytesIO()
    stream = io.TextIOWrapper(raw, encoding="ascii")
    print_report([discussion], stream)
    stream.flush()
    output = raw.getvalue().decode("ascii")
    assert "You *pompous weasel*, who elected you?" in output
    assert "Luc?a" in output
    assert "Buses to run every ten minutes - wordpress" in output


def test_every_page_is_printed(discussion: PageReport, capsys: pytest.CaptureFixture[str]) -> None:
    print_report(iter([discussion, PageReport(Page("other.html"))]))
    captured = capsys.readouterr()
    assert "news.html" in captured.out
    assert "other.html" in captured.out
    assert captured.err == ""
