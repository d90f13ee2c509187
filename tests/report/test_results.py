"""Ranking, counting and threading."""

from __future__ import annotations

import random
from collections.abc import Callable

import pytest

from moderation.report.results import counts_line, headline, rank_key, threads, why
from moderation.types import ScoredComment

Make = Callable[..., ScoredComment]


class TestRanking:
    def test_by_decision_then_score_then_unscored(self, scored: Make) -> None:
        expected = [
            scored(id="reject", threat=0.91),
            scored(id="sure name", author_scores={"insult": 0.97}),
            scored(id="profane", profanity=0.95),
            scored(id="toxic", toxicity=0.8),
            scored(id="blank", error="blank"),
            scored(id="mild", toxicity=0.5),
            scored(id="calm", toxicity=0.1),
        ]
        shuffled = random.Random(4).sample(expected, len(expected))
        assert [c.comment.id for c in sorted(shuffled, key=rank_key)] == [c.comment.id for c in expected]

    def test_headline_is_the_worst_reason_else_toxicity(self, scored: Make) -> None:
        assert headline(scored(insult=0.95, toxicity=0.92)) == ("insult", 0.95)
        assert headline(scored(insult=0.3, toxicity=0.2)) == ("toxicity", 0.2)
        assert headline(scored(error="blank")) is None


class TestCounts:
    @pytest.mark.parametrize(
        ("actions", "line"),
        [
            ([], "0 comments"),
            ([0.1], "1 comment, none to review"),
            ([0.1, 0.8, 0.95], "3 comments, 1 to review, 1 to reject"),
            ([0.95, 0.95], "2 comments, 2 to reject"),
        ],
    )
    def test_line(self, scored: Make, actions: list[float], line: str) -> None:
        assert counts_line(scored(toxicity=value) for value in actions) == line


class TestWhy:
    def test_reasons_in_human_words_worst_first(self, scored: Make) -> None:
        assert (
            why(scored(identity_attack=0.95, toxicity=0.8))
            == "hate speech (identity attack) 0.95, toxicity 0.80"
        )

    def test_many_reasons_are_counted(self, scored: Make) -> None:
        every = scored(toxicity=0.99, insult=0.98, threat=0.97, identity_attack=0.96, severe_toxicity=0.95)
        assert why(every).endswith("hate speech (identity attack) 0.96, 1 more")

    def test_what_was_not_scored_says_so(self, scored: Make) -> None:
        assert why(scored(error="blank")) == "not scored: blank"

    def test_target_is_named_only_for_held_comments(self, scored: Make) -> None:
        targets = {"women": 0.8, "religion": 0.1, "politics": 0.7, "people_of_the_coast": 0.6}
        held = scored(identity_attack=0.95, targets=targets)
        words = "women, a political camp, people of the coast"
        assert why(held) == f"hate speech (identity attack) 0.95, aimed at {words}"
        assert why(scored(targets=targets)) == ""


class TestThreads:
    @staticmethod
    def order(comments: list[ScoredComment]) -> list[tuple[str, int]]:
        return [(t.scored.comment.id, t.depth) for t in threads(comments)]

    def test_parents_come_before_their_replies(self, scored: Make) -> None:
        comments = [
            scored(id="a"),
            scored(id="b"),
            scored(id="a1", parent="a"),
            scored(id="a11", parent="a1"),
        ]
        assert self.order(comments) == [("a", 0), ("a1", 1), ("a11", 2), ("b", 0)]
        first = threads(comments)[0]
        assert (first.position, first.parent, first.replies) == (0, None, (2,))

    def test_a_reply_may_stand_before_its_parent(self, scored: Make) -> None:
        assert self.order([scored(id="r", parent="p"), scored(id="p")]) == [("p", 0), ("r", 1)]

    def test_a_missing_parent_makes_a_root(self, scored: Make) -> None:
        assert self.order([scored(id="r", parent="gone")]) == [("r", 0)]

    def test_circles_are_cut_and_nobody_is_lost(self, scored: Make) -> None:
        circle = [scored(id="a", parent="c"), scored(id="b", parent="a"), scored(id="c", parent="b")]
        assert sorted(self.order(circle)) == [("a", 1), ("b", 2), ("c", 0)]
        assert self.order([scored(id="a", parent="a")]) == [("a", 0)]

    def test_repeated_ids_all_stay(self, scored: Make) -> None:
        twins = [scored("one", id="x"), scored("two", id="x"), scored("three", id="y", parent="x")]
        assert [t.scored.comment.text for t in threads(twins)] == ["one", "three", "two"]

    def test_a_very_deep_thread_is_no_problem(self, scored: Make) -> None:
        chain = [scored(id=str(n), parent=str(n - 1) if n else None) for n in range(5_000)]
        assert threads(chain)[-1].depth == 4_999
        assert len(threads(chain[::-1])) == 5_000

    def test_random_parents_keep_everybody_once(self, scored: Make) -> None:
        generator = random.Random(7)
        for _ in range(50):
            ids = [str(n) for n in range(12)]
            comments = [scored(id=n, parent=generator.choice([*ids, None])) for n in ids]
            result = threads(comments)
            assert sorted(t.position for t in result) == list(range(12))
            seen: set[int] = set()
            for thread in result:
                assert thread.parent is None or thread.parent in seen
                seen.add(thread.position)
