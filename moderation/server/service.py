"""What the protocols share: the model, the policies, the queue, the store, and how they are exchanged while
running.
"""

from __future__ import annotations

import asyncio
import threading
from collections.abc import Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from typing import Any

from moderation.policy import Policies, Policy, PolicyError
from moderation.server.errors import ApiError
from moderation.server.keys import KeyRing
from moderation.server.metrics import Metrics
from moderation.server.pool import Item, Overloaded, ScorerPool, ScoringFailed, TooSlow
from moderation.server.settings import Settings, SettingsError
from moderation.server.store import Store, StoreError
from moderation.types import Score


class StartError(RuntimeError):
    """The model cannot be used; the message says why."""


class Service:
    """Everything a request needs. ``start`` must have returned before requests are answered.

    ``scorer`` is used instead of loading ``settings.model``, and then stays through a reload without a model.
    """

    def __init__(self, settings: Settings, scorer: Any = None) -> None:
        self.settings = settings
        self.metrics = Metrics()
        self.store = Store(settings.database)
        self.keys = KeyRing(self.store)
        self.policies = Policies()
        self.pool: ScorerPool | None = None
        self.pages = ThreadPoolExecutor(1, thread_name_prefix="pages")
        self.pages_waiting = 0
        self._given = scorer
        self._model = settings.model
        self._reloading = threading.Lock()

    def start(self) -> None:
        """Loads the model and the policies and opens the store. Raises what each of them raises."""
        with ThreadPoolExecutor(1) as beside:  # the database's library takes as long to load as the model
            opening = beside.submit(self.store.open)
            scorer = self._load_scorer(self._model)
            self.policies = self._load_policies(scorer)
            opening.result()
        self.keys.refresh()
        self.pool = ScorerPool(
            scorer,
            threads=self.settings.threads,
            capacity=self.settings.queue_size,
            bulk_capacity=self.settings.bulk_queue_size,
            cache_size=self.settings.cache_size,
        )
        self.metrics.watch(self.pool)

    def close(self) -> None:
        if self.pool is not None:
            self.pool.close()
        self.pages.shutdown()
        self.store.close()

    @property
    def scorer(self) -> Any:
        return self._pool().scorer

    @property
    def attributes(self) -> tuple[str, ...]:
        return tuple(self.scorer.attributes)

    @property
    def languages(self) -> tuple[str, ...]:
        return tuple(self.scorer.languages)

    def policy(self, community: str | None) -> Policy:
        return self.policies.get(community)

    async def score(self, item: Item) -> Score:
        """Raises ApiError 503 when the queue is full or the answer late, 500 when the scorer failed."""
        try:
            return await self._pool().score(item, seconds=self.settings.answer_seconds)
        except (Overloaded, TooSlow, ScoringFailed) as error:
            raise self._refusal(error) from None

    async def score_many(self, items: Sequence[Item]) -> list[Score]:
        """As ``score``, in the order of ``items``."""
        try:
            return await self._pool().score_many(items, seconds=self.settings.list_seconds)
        except (Overloaded, TooSlow, ScoringFailed) as error:
            raise self._refusal(error) from None

    async def reload(self, model: str | None = None) -> Mapping[str, Any]:
        """Reads the model (another one, if named), the policy file and the keys again, then exchanges them at
        once.

        When anything cannot be used, ApiError 400 says so and all stays as it was.
        """
        scorer, policies = await asyncio.to_thread(self._prepare, model)
        self._pool().swap(scorer)
        self.policies = policies
        return {"model": scorer.model}

    def _prepare(self, model: str | None) -> tuple[Any, Policies]:
        with self._reloading:
            try:
                name = self._model if model is None else model
                scorer = self.scorer if self._given is not None and model is None else self._load_model(name)
                policies = self._load_policies(scorer)
                self.keys.refresh()
            except (OSError, ValueError, RuntimeError, StoreError) as error:
                self.metrics.reloads.labels("failed").inc()
                raise ApiError(400, f"Nothing was changed: {error}") from None
            self._model = name
            if model is not None:
                self._given = None
            self.metrics.reloads.labels("done").inc()
            return scorer, policies

    def _load_scorer(self, model: str) -> Any:
        return self._given if self._given is not None else self._load_model(model)

    def _load_model(self, model: str) -> Any:
        from moderation.scoring import ModelError, Scorer

        try:
            scorer = Scorer(model or None, threads=1)
        except ModelError as error:
            raise StartError(str(error)) from None
        scorer.score("A first comment, so that nobody waits for the runtime to warm up.")
        return scorer

    def _load_policies(self, scorer: Any) -> Policies:
        path = self.settings.policy or None
        try:
            return Policies.load(path, model=getattr(scorer, "manifest", None))
        except PolicyError as error:
            raise SettingsError(f"policy: {error}") from None

    def _pool(self) -> ScorerPool:
        if self.pool is None:
            raise ApiError(503, "The service is still starting.", retry_after=1)
        return self.pool

    def _refusal(self, error: Exception) -> ApiError:
        if isinstance(error, ScoringFailed):
            self.metrics.refused.labels("failed").inc()
            return ApiError(500, "The text could not be scored.")
        reason = "full" if isinstance(error, Overloaded) else "late"
        self.metrics.refused.labels(reason).inc()
        return ApiError(503, "The service has more to score than it can; try again shortly.", retry_after=1)
