"""The queue in front of the scorer's threads."""

from __future__ import annotations

import asyncio

import pytest
from fake_scorer import FakeScorer

from moderation.server.pool import Item, Overloaded, ScorerPool, ScoringFailed, TooSlow


@pytest.fixture
def held():
    scorer = FakeScorer()
    scorer.gate.clear()
    return scorer


def run(coroutine):
    return asyncio.run(asyncio.wait_for(coroutine, 20))


async def until(condition):
    while not condition():
        await asyncio.sleep(0.005)


def test_texts_on_their_way_and_recent_texts_are_scored_once(held):
    async def work():
        pool = ScorerPool(held, threads=2)
        waiting = [asyncio.create_task(pool.score(Item("same"), seconds=9)) for _ in range(10)]
        other = asyncio.create_task(pool.score(Item("same", author="Ann"), seconds=9))
        await until(lambda: len(held.calls) == 2)
        held.gate.set()
        scores = await asyncio.gather(*waiting)
        assert all(score is scores[0] for score in scores)
        assert (await other).author_scores is not None
        await pool.score(Item("same"), seconds=9)
        assert held.calls == ["same", "same"]
        assert (pool.scored, pool.shared, pool.cache_hits) == (2, 9, 1)
        pool.close()

    run(work())


def test_a_full_queue_refuses_at_once_and_recovers_at_once(held):
    async def work():
        pool = ScorerPool(held, threads=1, capacity=3)
        waiting = [asyncio.create_task(pool.score(Item(str(n)), seconds=9)) for n in range(3)]
        await until(lambda: pool.waiting == 3)
        assert pool.full
        with pytest.raises(Overloaded):
            await pool.score(Item("one too many"), seconds=9)
        held.gate.set()
        await asyncio.gather(*waiting)
        assert pool.waiting == 0
        assert (await pool.score(Item("one too many"), seconds=9)).scores
        pool.close()

    run(work())


def test_what_nobody_waits_for_any_more_is_not_scored(held):
    async def work():
        pool = ScorerPool(held, threads=1)
        late = [asyncio.create_task(pool.score(Item(str(n)), seconds=0.05)) for n in range(5)]
        results = await asyncio.gather(*late, return_exceptions=True)
        assert all(isinstance(result, TooSlow) for result in results)
        held.gate.set()
        await until(lambda: pool.waiting == 0)
        assert held.calls == ["0"]
        assert (await pool.score(Item("3"), seconds=9)).scores
        pool.close()

    run(work())


def test_single_comments_go_before_lists_and_lists_are_not_starved(held):
    async def work():
        pool = ScorerPool(held, threads=1)
        many = asyncio.create_task(pool.score_many([Item(f"list {n}") for n in range(20)], seconds=9))
        await until(lambda: len(held.calls) == 1)
        singles = [asyncio.create_task(pool.score(Item(f"one {n}"), seconds=9)) for n in range(6)]
        await asyncio.sleep(0.05)
        held.gate.set()
        await asyncio.gather(many, *singles)
        order = [call.split()[0] for call in held.calls[1:]]
        assert order[:9].count("one") == 6
        assert "list" in order[:6]
        assert sorted(held.calls) == sorted([f"list {n}" for n in range(20)] + [f"one {n}" for n in range(6)])
        pool.close()

    run(work())


def test_a_single_comment_that_is_in_a_list_moves_to_the_front(held):
    async def work():
        pool = ScorerPool(held, threads=1)
        many = asyncio.create_task(pool.score_many([Item(str(n)) for n in range(20)], seconds=9))
        await until(lambda: len(held.calls) == 1)
        single = asyncio.create_task(pool.score(Item("19"), seconds=9))
        await asyncio.sleep(0.05)
        held.gate.set()
        await asyncio.gather(many, single)
        assert held.calls.index("19") <= 4
        assert len(held.calls) == 20
        pool.close()

    run(work())


def test_results_keep_the_order_of_the_list(held):
    held.gate.set()

    async def work():
        pool = ScorerPool(held, threads=3)
        texts = [f"you fool {n % 7}" if n % 3 else f"fine {n}" for n in range(60)]
        scores = await pool.score_many([Item(text) for text in texts], seconds=9)
        assert [score.toxicity > 0.5 for score in scores] == ["fool" in text for text in texts]
        pool.close()

    run(work())


def test_a_failure_reaches_everyone_who_waits_and_is_not_kept():
    scorer = FakeScorer()

    async def work():
        pool = ScorerPool(scorer, threads=1)
        results = await asyncio.gather(
            *(pool.score(Item("explode"), seconds=9) for _ in range(3)), return_exceptions=True
        )
        assert all(isinstance(result, ScoringFailed) for result in results)
        assert "explode" not in str(results[0])
        assert pool.waiting == 0
        with pytest.raises(ScoringFailed):
            await pool.score(Item("explode"), seconds=9)
        assert len(scorer.calls) == 2
        assert (await pool.score(Item("fine"), seconds=9)).scores
        pool.close()

    run(work())


def test_a_swap_loses_nothing_and_old_results_are_not_served(held):
    new = FakeScorer("fake-2.0")

    async def work():
        pool = ScorerPool(held, threads=1)
        before = [asyncio.create_task(pool.score(Item(str(n)), seconds=9)) for n in range(3)]
        await until(lambda: len(held.calls) == 1)
        pool.swap(new)
        after = asyncio.create_task(pool.score(Item("0"), seconds=9))
        await asyncio.sleep(0.02)
        held.gate.set()
        models = [score.model for score in await asyncio.gather(*before)]
        assert models == ["fake-1.0", "fake-2.0", "fake-2.0"]
        assert (await after).model == "fake-2.0"
        assert (await pool.score(Item("0"), seconds=9)).model == "fake-2.0"
        pool.close()

    run(work())


def test_the_event_loop_stays_free_while_texts_are_scored(held):
    async def work():
        pool = ScorerPool(held, threads=1)
        task = asyncio.create_task(pool.score(Item("slow"), seconds=9))
        await until(lambda: held.calls == ["slow"])
        turns = 0
        while turns < 100:
            await asyncio.sleep(0)
            turns += 1
        assert not task.done()
        held.gate.set()
        assert (await task).scores
        pool.close()

    run(work())


def test_the_cache_is_bounded_and_holds_no_text():
    scorer = FakeScorer()

    async def work():
        pool = ScorerPool(scorer, threads=1, cache_size=2)
        for text in ("alpha words", "beta words", "gamma words", "gamma words", "alpha words"):
            await pool.score(Item(text), seconds=9)
        assert scorer.calls == ["alpha words", "beta words", "gamma words", "alpha words"]
        assert "words" not in repr(pool._cache)
        assert not pool._jobs
        pool.close()

    run(work())


def test_items_that_differ_only_in_where_the_author_begins_are_different():
    assert Item("ab", "c").digest() != Item("a", "bc").digest()
    assert Item("a", None).digest() != Item("a", "").digest()
    assert Item("a", None, ((0, 1),)).digest() != Item("a").digest()
