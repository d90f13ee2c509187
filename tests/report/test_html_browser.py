"""The HTML report in a real Chromium: filters, thread view, and a hostile comment that does nothing."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from moderation.report import PageReport
from moderation.report.html import render

pytestmark = pytest.mark.partners

CHROMIUM = "/usr/bin/chromium"
ARGUMENTS = ["--no-sandbox", "--disable-gpu", "--disable-quic", "--disable-background-networking"]


@pytest.fixture(scope="module")
def browser() -> Iterator[Any]:
    # Imported here: collecting the tests needs no browser. A missing partner is a failure, not a skip.
    from playwright.sync_api import sync_playwright

    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=CHROMIUM, args=ARGUMENTS)
        yield browser
        browser.close()


class Opened:
    """A report in a tab, with everything that must not happen written down."""

    def __init__(self, browser: Any, path: Path, **options: Any) -> None:
        self.context = browser.new_context(**options)
        self.page = self.context.new_page()
        self.page.set_default_timeout(60_000)
        self.answered: list[str] = []
        self.refused: dict[str, str | None] = {}
        self.dialogs: list[str] = []
        self.errors: list[str] = []
        self.page.on("requestfinished", lambda request: self.answered.append(request.url))
        self.page.on("requestfailed", lambda request: self.refused.update({request.url: request.failure}))
        self.page.on("dialog", lambda dialog: (self.dialogs.append(dialog.message), dialog.dismiss()))
        self.page.on("pageerror", lambda error: self.errors.append(str(error)))
        self.page.on("console", lambda message: self.errors.append(message.text))
        self.page.goto(path.as_uri())

    def authors(self) -> list[str]:
        return self.page.locator(".card:visible .author").all_text_contents()

    def wait_for(self, cards: int) -> None:
        """Until so many comments are shown. The report's policy forbids Playwright's usual way to wait."""
        from playwright.sync_api import expect

        expect(self.page.locator(".card:not([hidden])")).to_have_count(cards, timeout=60_000)

    def choose(self, **values: str) -> None:
        for name, value in values.items():
            self.page.locator(f"select[name={name}]").select_option(label=value)


@pytest.fixture
def report(tmp_path: Path, discussion: PageReport) -> Path:
    path = tmp_path / "report.html"
    path.write_text("".join(render([discussion])), encoding="utf-8")
    return path


@pytest.fixture
def opened(browser: Any, report: Path) -> Iterator[Opened]:
    tab = Opened(browser, report)
    yield tab
    tab.context.close()


HOSTILE = '"><b onmouseover=alert(1)>x'
RANKED = ["Gravel", "Dumb Vermin", HOSTILE, "Lucía", "Tomasz", "no name", "Ines Okafor"]


def test_opens_ranked_with_everything_shown_and_no_complaint(opened: Opened) -> None:
    assert opened.authors() == RANKED
    assert opened.page.locator("#shown").text_content() == "All 7 comments shown."
    assert opened.errors == []


def test_filters_by_decision_score_attribute_and_words(opened: Opened) -> None:
    page = opened.page
    page.get_by_label("Approved").uncheck()
    assert opened.authors() == RANKED[:4]
    assert page.locator("#shown").text_content() == "4 of 7 comments shown."
    page.get_by_label("Score at least").fill("0.95")
    opened.wait_for(1)
    assert opened.authors() == ["Gravel"]
    assert page.locator("#bound").text_content() == "0.95"
    page.get_by_role("button", name="Show everything").click()
    opened.wait_for(7)
    page.get_by_label("Search text and names").fill("TONE helps")
    opened.wait_for(1)
    assert opened.authors() == ["Tomasz"]
    assert opened.errors == []


def test_an_attribute_ranks_filters_and_redraws_the_histogram(opened: Opened) -> None:
    opened.choose(attribute="insult")
    assert opened.authors()[0] == "Gravel"
    assert opened.authors()[-1] == "Lucía"  # not scored
    assert opened.page.locator(".chart rect title").first.text_content() == "0.00 to 0.05: 5"
    opened.page.get_by_label("Score at least").fill("0.5")
    opened.wait_for(1)
    assert opened.page.locator(".chart rect.out").count() == 10
    assert opened.authors() == ["Gravel"]


def test_thread_view_puts_replies_under_what_they_answer(opened: Opened) -> None:
    page = opened.page
    page.get_by_label("In their thread").check()
    order = ["Ines Okafor", "Gravel", "Tomasz", HOSTILE, "Lucía", "no name", "Dumb Vermin"]
    assert opened.authors() == order
    assert page.locator("main h2").text_content() == "Buses to run every ten minutes"
    lefts = [card.bounding_box()["x"] for card in page.locator(".card").all()[:3]]
    assert lefts[0] < lefts[1] < lefts[2]
    # A filter keeps the comments that the found ones answer, and shows that they are only context.
    page.get_by_label("Search text and names").fill("helps nobody")
    opened.wait_for(3)
    assert opened.authors() == order[:3]
    assert page.locator(".card.passed-over").count() == 2
    assert page.locator("#shown").text_content() == "1 of 7 comments shown."
    page.get_by_role("button", name="Show everything").click()
    opened.wait_for(7)
    assert opened.authors() == RANKED


def test_a_hostile_comment_does_nothing(opened: Opened, report: Path) -> None:
    page = opened.page
    title = page.title()
    page.locator(".card", has_text="onmouseover").hover()
    page.locator(".card", has_text="onmouseover").click()
    page.get_by_label("In their thread").check()
    page.get_by_label("Search text and names").fill("<script>")
    opened.wait_for(1)
    assert "document.title='owned'" in page.locator(".card:visible .text").text_content()
    assert page.title() == title == "7 comments, 3 to review, 1 to reject"
    assert opened.dialogs == []
    assert opened.answered == [report.as_uri()]
    assert opened.refused == {}
    assert page.locator("main img, main script, main b[onmouseover]").count() == 0


def test_even_markup_that_got_through_would_be_stopped(browser: Any, tmp_path: Path, report: Path) -> None:
    """The positive control: with the escaping taken away, the content security policy still holds."""
    text = report.read_text(encoding="utf-8")
    attack = (
        "<script>document.title='owned'</script><img src='https://evil.example/x.png'"
        " onerror=\"document.title='owned'\"><p id='styled' style='color: rgb(1, 2, 3)'>x</p>"
    )
    assert "</main>" in text
    broken = tmp_path / "broken.html"
    broken.write_text(text.replace("</main>", attack + "</main>"), encoding="utf-8")
    tab = Opened(browser, broken)
    assert tab.page.title() != "owned"
    assert tab.page.evaluate("getComputedStyle(document.getElementById('styled')).color") != "rgb(1, 2, 3)"
    blocked = [message for message in tab.errors if "Content Security Policy" in message]
    assert len(blocked) >= 3
    assert tab.answered == [broken.as_uri()]
    assert tab.refused == {"https://evil.example/x.png": "csp"}
    tab.context.close()


def test_keys_move_between_comments_and_links_unhide_their_target(opened: Opened) -> None:
    page = opened.page
    page.keyboard.press("j")
    page.keyboard.press("j")
    assert page.evaluate("document.activeElement.id") == "c1"
    page.keyboard.press("k")
    assert page.evaluate("document.activeElement.id") == "c0"
    page.get_by_label("Approved").uncheck()
    page.locator("#c0 details", has_text="Thread").locator("summary").click()
    page.locator("#c0 .context a", has_text="Ines Okafor").click()
    opened.wait_for(7)


def test_without_javascript_the_ranking_is_complete(browser: Any, report: Path) -> None:
    tab = Opened(browser, report, java_script_enabled=False)
    assert tab.authors() == RANKED
    assert tab.page.locator("#filters").is_hidden()
    assert tab.page.locator("#c0", has_text="severe toxicity").locator("details p").first.is_hidden()
    tab.page.locator("#c0 details").first.locator("summary").click()
    assert tab.page.locator("#c0 details p").first.is_visible()
    tab.context.close()


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_fits_a_phone_in_light_and_dark(browser: Any, report: Path, scheme: str) -> None:
    tab = Opened(browser, report, viewport={"width": 390, "height": 844}, color_scheme=scheme)
    page = tab.page
    assert page.locator("#controls").is_hidden()  # the comments come first on a small screen
    page.locator("#filters > summary").click()
    page.get_by_label("In their thread").check()
    assert page.evaluate("document.documentElement.scrollWidth") == 390
    ground, ink = page.evaluate(
        "[getComputedStyle(document.body).backgroundColor, getComputedStyle(document.body).color]"
    )
    brightness = [sum(map(int, colour[4:-1].split(","))) for colour in (ground, ink)]
    assert (brightness[0] < brightness[1]) is (scheme == "dark")
    tab.context.close()


def test_five_thousand_comments_stay_usable(browser: Any, tmp_path: Path, discussion: PageReport) -> None:
    from dataclasses import replace

    comments = [
        replace(scored, comment=replace(scored.comment, id=f"{n}-{scored.comment.id}", parent_id=None))
        for n in range(715)
        for scored in discussion.comments
    ]
    path = tmp_path / "many.html"
    with path.open("w", encoding="utf-8") as file:
        file.writelines(render([replace(discussion, comments=tuple(comments))]))
    tab = Opened(browser, path)
    assert tab.page.locator("#shown").text_content() == "All 5005 comments shown."
    tab.page.locator("input[name=query]").fill("helps nobody")
    tab.wait_for(715)
    tab.page.locator("input[value=thread]").check()
    assert tab.page.locator("#shown").text_content() == "715 of 5005 comments shown."
    assert tab.errors == []
    tab.context.close()
