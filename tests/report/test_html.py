"""The HTML file: complete without its script, and nothing in a comment becomes markup."""

from __future__ import annotations

import base64
import hashlib
import re
from collections.abc import Callable

import pytest
from lxml import html as lxml_html

from moderation.report import Failed, PageReport
from moderation.report.cards import MOST_CHARACTERS, link
from moderation.report.histogram import BINS, histogram
from moderation.report.html import render
from moderation.types import ATTRIBUTE_LABELS, ATTRIBUTES, Page, ScoredComment

Make = Callable[..., ScoredComment]


def parse(*reports: PageReport, failures: tuple[Failed, ...] = ()) -> lxml_html.HtmlElement:
    return lxml_html.document_fromstring("".join(render(reports, failures=failures)))


def cards(tree: lxml_html.HtmlElement) -> list[lxml_html.HtmlElement]:
    return tree.xpath("//main/article")


def only(tree: lxml_html.HtmlElement, path: str) -> lxml_html.HtmlElement:
    (element,) = tree.xpath(path)
    return element


def page(*comments: ScoredComment, **about: object) -> PageReport:
    return PageReport(Page("news.html", **about), comments)


class TestContent:
    def test_every_comment_ranked_worst_first(self, discussion: PageReport) -> None:
        found = cards(parse(discussion))
        names = [card.xpath("string(.//*[contains(@class, 'author')])") for card in found]
        expected = [
            "Gravel",
            "Dumb Vermin",
            '"><b onmouseover=alert(1)>x',
            "Lucía",
            "Tomasz",
            "no name",
            "Ines Okafor",
        ]
        assert names == expected
        assert [card.get("data-d") for card in found] == ["reject"] + ["review"] * 3 + ["approve"] * 3

    def test_card_says_decision_score_reasons_and_limits(self, discussion: PageReport) -> None:
        card = cards(parse(discussion))[0]
        assert card.xpath("string(.//*[@class='badge reject'])") == "Reject"
        assert card.xpath("string(.//*[@class='score'])") == "0.96"
        why = card.xpath("string(.//*[@class='why'])")
        assert why == "insult 0.96 (limit 0.90) · toxicity 0.93 (limit 0.90)"

    def test_offending_words_are_marked(self, discussion: PageReport) -> None:
        mark = only(cards(parse(discussion))[0], ".//mark")
        assert mark.text == "pompous weasel"
        assert mark.get("title") == "insult 0.90"

    def test_a_flagged_name_is_marked(self, discussion: PageReport) -> None:
        card = cards(parse(discussion))[1]
        assert only(card, ".//bdi[@class='author flagged']").text == "Dumb Vermin"
        assert "user name: insult 0.94" in card.text_content()

    def test_quotes_are_quotes(self, discussion: PageReport) -> None:
        card = cards(parse(discussion))[4]
        assert only(card, ".//blockquote").text == "You pompous weasel, who elected you?"
        assert only(card, ".//blockquote").tail == "That tone helps nobody."

    def test_all_scores_are_there(self, discussion: PageReport) -> None:
        card = cards(parse(discussion))[0]
        line = card.xpath(".//p[@class='context']")[0].text_content()
        assert line.startswith(
            "Text toxicity 0.93 · severe toxicity 0.01 · hate speech (identity attack) 0.01"
        )
        assert all(ATTRIBUTE_LABELS[attribute] in line for attribute in ATTRIBUTES)
        assert card.get("data-v") == "0.9600,0.9300,0.0100,0.0100,0.9600,0.0100,0.0100"

    def test_what_was_not_scored_says_why_and_has_no_scores(self, discussion: PageReport) -> None:
        card = cards(parse(discussion))[3]
        assert "not scored: language es" in card.text_content()
        assert card.get("data-v") == "," * len(ATTRIBUTES)
        assert not card.xpath(".//details")

    def test_thread_context_links_both_ways(self, discussion: PageReport) -> None:
        tree = parse(discussion)
        gravel = cards(tree)[0]
        lines = [p.text_content() for p in gravel.xpath(".//p[@class='context'][a]")]
        assert lines[0] == "In reply to Ines Okafor: The new timetable works for me."
        assert lines[1].startswith("Reply by Tomasz: You pompous weasel")
        for target in gravel.xpath(".//p[@class='context']/a/@href"):
            assert tree.get_element_by_id(target[1:]) is not None
        assert gravel.get("data-parent") == cards(tree)[6].get("id")
        assert [card.get("data-o") for card in cards(tree)] == ["1", "6", "3", "4", "2", "5", "0"]

    def test_a_comment_with_very_many_replies_shows_a_few(self, scored: Make) -> None:
        replies = [scored(f"answer {n}", id=f"r{n}", parent="c1") for n in range(100)]
        card = parse(page(scored(toxicity=0.8), *replies)).get_element_by_id("c0")
        assert len(card.xpath(".//p[@class='context'][a]")) == 5
        assert "and 95 more" in card.text_content()

    def test_header_has_counts_page_warnings_and_failures(self, discussion: PageReport) -> None:
        tree = parse(discussion, failures=(Failed("x.html", "cannot be read"),))
        head = only(tree, "//header").text_content()
        for words in (
            "7 comments, 3 to review, 1 to reject",
            "Buses to run every ten minutes",
            "the page says it has 9",
            "the page says 9 comments, 7 are in it",
            "x.html: cannot be read",
            "Model test-model-1.0",
        ):
            assert words in head

    def test_pages_are_ranked_together_and_each_card_names_its_page(self, scored: Make) -> None:
        one = page(scored("a", toxicity=0.95), scored("b", id="c2"), title="One")
        two = page(scored("c", toxicity=0.97), title="Two")
        found = cards(parse(one, two))
        assert [card.xpath("string(.//*[@class='text'])") for card in found] == ["c", "a", "b"]
        assert found[0].xpath("string(.//a[@href='#page-1'])") == "Two"

    def test_no_comments_at_all(self) -> None:
        tree = parse(page())
        assert cards(tree) == []
        assert "0 comments" in only(tree, "//header").text_content()

    def test_a_very_long_text_is_cut_and_says_by_how_much(self, scored: Make) -> None:
        card = cards(parse(page(scored("x" * (MOST_CHARACTERS + 1234)))))[0]
        assert "1,234 more characters" in card.text_content()
        assert len(card.text_content()) < MOST_CHARACTERS + 500

    def test_can_be_written_as_utf8_whatever_the_text(self, scored: Make) -> None:
        wild = scored("half \ud83d pair \x00 \x1b \u202e", author="\udc00", error="\ud800")
        "".join(render([page(wild, title="\ud800", warnings=("\ud800",))])).encode("utf-8")


class TestSafety:
    def test_comments_add_no_element_and_no_attribute_of_their_own(self, discussion: PageReport) -> None:
        tree = parse(discussion)
        assert len(tree.xpath("//script")) == 1
        assert tree.xpath("//img | //iframe | //object | //b[@onmouseover] | //link | //base") == []
        assert [a for e in tree.iter() for a in e.attrib if a.startswith("on") or a == "style"] == []

    @pytest.mark.parametrize("field", ["source", "title", "url", "platform", "warnings"])
    def test_what_the_page_says_of_itself_is_escaped_too(self, field: str) -> None:
        hostile = "\"'><script>alert(1)</script>"
        value = (hostile,) if field == "warnings" else hostile
        tree = parse(PageReport(Page(**{"source": "s", field: value})), failures=(Failed(hostile, hostile),))
        assert len(tree.xpath("//script")) == 1

    @pytest.mark.parametrize("field", ["author", "author_role", "time", "time_text", "permalink", "id"])
    def test_every_field_of_a_comment_is_escaped(self, scored: Make, field: str) -> None:
        hostile = "\"'><script>alert(1)</script>"
        options = {field: hostile} if field in ("author", "id") else {"comment": {field: hostile}}
        reply = scored(
            id="reply", parent=hostile if field == "id" else "c1", error=hostile, targets={hostile: 1}
        )
        tree = parse(page(scored(toxicity=0.9, targets={hostile: 1.0}, **options), reply))
        assert len(tree.xpath("//script")) == 1
        assert tree.xpath("//@*[contains(., '<script>')]") == []

    @pytest.mark.parametrize(
        ("address", "allowed"),
        [
            ("https://news.example/a?b=1&c=2#d", True),
            ("HTTP://news.example/", True),
            ("javascript:alert(1)", False),
            (" javascript:alert(1)", False),
            ("java\nscript:alert(1)", False),
            ("data:text/html,x", False),
            ("//news.example/x", False),
            ("http://[broken", False),
            ("", False),
            (None, False),
        ],
    )
    def test_only_web_addresses_become_links(self, address: str | None, allowed: bool) -> None:
        assert (link(address) is not None) is allowed

    def test_the_policy_allows_these_two_assets_and_nothing_else(self, discussion: PageReport) -> None:
        text = "".join(render([discussion]))
        policy = re.search(r'http-equiv="Content-Security-Policy" content="([^"]+)"', text)
        assert policy
        for element in ("style", "script"):
            (content,) = re.findall(rf"<{element}>(.*?)</{element}>", text, re.DOTALL)
            digest = base64.b64encode(hashlib.sha256(content.encode()).digest()).decode()
            assert f"{element}-src 'sha256-{digest}'" in policy[1]
        assert "default-src 'none'" in policy[1]
        assert "unsafe" not in policy[1]
        assert text.index("Content-Security-Policy") < text.index("<title>")

    def test_nothing_is_loaded_from_anywhere(self, discussion: PageReport) -> None:
        tree = parse(discussion)
        assert tree.xpath("//@src | //link/@href | //@srcset | //@action") == []
        assert "url(" not in only(tree, "//style").text
        assert "@import" not in only(tree, "//style").text


class TestHistogram:
    def test_counts_every_score_in_its_bin(self) -> None:
        tree = lxml_html.fragment_fromstring(histogram([0.0, 0.01, 0.5, 0.99, 1.0]))
        titles = [t.text for t in tree.xpath(".//rect/title")]
        assert len(titles) == BINS
        assert titles[0] == "0.00 to 0.05: 2"
        assert titles[10] == "0.50 to 0.55: 1"
        assert titles[19] == "0.95 to 1.00: 2"
        heights = [float(h) for h in tree.xpath(".//rect/@height")]
        assert heights[0] == heights[19] > heights[10] > heights[1] == 0

    def test_no_scores_no_bars(self) -> None:
        assert set(lxml_html.fragment_fromstring(histogram([])).xpath(".//rect/@height")) == {"0.0"}
