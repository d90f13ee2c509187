"""What ships in data/samples: complete, labelled, taken apart as written, and shown without harm."""

from __future__ import annotations

import csv
import tomllib
from itertools import pairwise
from pathlib import Path

import pytest
from lxml import html as lxml_html

from moderation.extraction import extract
from moderation.policy import Policy
from moderation.report import PageReport
from moderation.report.html import render
from moderation.types import Page, Score, ScoredComment

ROOT = Path(__file__).parents[2]
SAMPLES = ROOT / "data" / "samples"
LABELS = ("toxicity", "insult", "profanity", "identity_attack", "threat")
AUTHORS = [
    ("Margit Solheim", None),
    ("RiverRat77", "101"),
    ("Deepak Raman", "102"),
    ("Harbour Lamp", None),
    ("Samira K.", None),
    ("TrueAlderhavener", "105"),
    ("Joseph Amadi", "106"),
    ("k3rbcr4wler", None),
    ("Bobby <Tables>", None),
    ("Bastien Roux", None),
    ("LawnKing", None),
    ("Edda from the bakery", "111"),
    ("MayorIsAFatBastard", None),
    ("Walter Holm", None),
    ("Margit Solheim", "114"),
    ("Jürgen Tiedemann", None),
]


def page(name: str) -> Page:
    return extract((SAMPLES / name).read_bytes(), source=name)


def rows(name: str) -> list[dict[str, str]]:
    with (SAMPLES / name).open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


class TestPage:
    def test_every_comment_is_found_in_its_place(self) -> None:
        found = page("news_page.html")
        assert [(c.author, c.parent_id) for c in found.comments] == AUTHORS
        assert found.declared_count == len(AUTHORS)
        assert found.warnings == ()

    def test_the_article_is_apart_from_the_comments(self) -> None:
        found = page("news_page.html")
        assert found.title is not None and found.title.startswith("Mill Street closes to cars in April")
        assert "eleven votes to eight" in found.body
        assert not any(comment.text in found.body for comment in found.comments)

    def test_nothing_around_the_comments_is_taken_for_one(self) -> None:
        texts = " ".join(comment.text for comment in page("news_page.html").comments)
        for words in ("Support us", "Email*", "sewing machines", "Imprint", "Most Voted", "Reply"):
            assert words not in texts

    def test_the_quote_is_known_as_a_quote(self) -> None:
        answer = page("news_page.html").comments[2]
        ((start, end),) = answer.quotes
        assert answer.text[start:end].strip() == "Nobody cares about your pram, you brainless cow."

    def test_the_text_dump_holds_the_same_comments(self) -> None:
        written = [(c.author, "".join(c.text.split())) for c in page("news_page.html").comments]
        found = [(c.author, "".join(c.text.split())) for c in page("news_page.txt").comments]
        assert [comment for comment in found if comment in written] == written

    def test_its_hostile_comment_stays_text_in_the_report(self) -> None:
        found = page("news_page.html")
        score = Score(scores={"toxicity": 0.8})
        scored = tuple(ScoredComment(found.source, c, score, Policy().decide(score)) for c in found.comments)
        tree = lxml_html.document_fromstring("".join(render([PageReport(found, scored)])))
        assert len(tree.xpath("//main/article")) == len(AUTHORS)
        assert len(tree.xpath("//script")) == 1
        assert tree.xpath("//main//script | //img") == []
        assert 'document.title="got you"' in tree.text_content()


class TestLabelled:
    @pytest.mark.parametrize(("name", "least"), [("comments.csv", 40), ("gate_comments.csv", 300)])
    def test_labels_are_complete_and_agree_with_each_other(self, name: str, least: int) -> None:
        found = rows(name)
        assert len(found) >= least
        for row in found:
            assert row["text"].strip()
            assert {row[label] for label in LABELS} <= {"0", "1"}
            if "1" in (row["insult"], row["identity_attack"], row["threat"]):
                assert row["toxicity"] == "1", row["text"]

    def test_no_text_is_there_twice_in_any_sample(self) -> None:
        texts = sorted(
            row["text"].casefold() for name in ("comments.csv", "gate_comments.csv") for row in rows(name)
        )
        assert not [one for one, other in pairwise(texts) if one == other]

    def test_the_gate_has_enough_of_everything_to_measure(self) -> None:
        found = rows("gate_comments.csv")
        counts = {label: sum(row[label] == "1" for row in found) for label in LABELS}
        assert counts["toxicity"] >= 120
        assert len(found) - counts["toxicity"] >= 150
        assert all(count >= 25 for count in counts.values())
        # Swearing that attacks nobody is there, so that a word list cannot pass for a model.
        assert sum(row["profanity"] == "1" and row["toxicity"] == "0" for row in found) >= 8


class TestReadme:
    text = (ROOT / "data" / "README.md").read_text(encoding="utf-8")

    def test_every_sample_is_described_with_its_true_size(self) -> None:
        for file in SAMPLES.iterdir():
            assert f"`{file.name}`" in self.text
        gate = rows("gate_comments.csv")
        toxic = sum(row["toxicity"] == "1" for row in gate)
        assert f"| `gate_comments.csv` | {len(gate)} comments with labels ({toxic} toxic)" in self.text
        assert f"| `comments.csv` | {len(rows('comments.csv'))} comments" in self.text
        assert f"with {len(AUTHORS)} reader comments" in self.text

    def test_every_training_source_is_described_with_its_address(self) -> None:
        sources = tomllib.loads((ROOT / "training" / "sources.toml").read_text(encoding="utf-8"))
        lines = self.text.splitlines()
        for name, source in sources.items():
            (line,) = [line for line in lines if line.startswith("| ") and f"`{name}`" in line]
            assert source["url"] in line
