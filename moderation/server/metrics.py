"""Figures for Prometheus: counts and times, no texts, no names, labels from fixed sets."""

from __future__ import annotations

from typing import TYPE_CHECKING

from prometheus_client import (
    CollectorRegistry,
    Counter,
    Gauge,
    Histogram,
    disable_created_metrics,
    generate_latest,
)
from prometheus_client.core import CounterMetricFamily
from prometheus_client.process_collector import ProcessCollector
from prometheus_client.registry import Collector

if TYPE_CHECKING:
    from collections.abc import Iterator

    from moderation.server.pool import ScorerPool

CONTENT_TYPE = "text/plain; version=0.0.4; charset=utf-8"
disable_created_metrics()
_SECONDS = (0.002, 0.005, 0.01, 0.02, 0.05, 0.1, 0.2, 0.5, 1, 2, 5, 10)


class Metrics:
    """One registry for each application, so that tests and embedders can have several in a process."""

    def __init__(self) -> None:
        self.registry = CollectorRegistry()
        self.requests = Counter(
            "moderation_requests", "Requests answered", ("route", "status"), registry=self.registry
        )
        self.seconds = Histogram(
            "moderation_request_seconds",
            "Time to answer",
            ("route",),
            buckets=_SECONDS,
            registry=self.registry,
        )
        self.in_flight = Gauge(
            "moderation_requests_in_flight", "Requests being answered", registry=self.registry
        )
        self.refused = Counter(
            "moderation_refused", "Texts not scored: queue full, answer late, scorer failed", ("reason",),
            registry=self.registry,
        )  # fmt: skip
        self.limited = Counter(
            "moderation_rate_limited", "Requests over a rate limit", registry=self.registry
        )
        self.suggestions = Counter(
            "moderation_suggestions_stored", "Suggestions stored", registry=self.registry
        )
        self.reloads = Counter("moderation_reloads", "Model exchanges", ("result",), registry=self.registry)
        ProcessCollector(registry=self.registry)

    def watch(self, pool: ScorerPool) -> None:
        waiting = Gauge(
            "moderation_queue_length", "Texts taken on and not yet scored", registry=self.registry
        )
        waiting.set_function(lambda: float(pool.waiting))
        self.registry.register(_PoolCounters(pool))

    def text(self) -> bytes:
        return generate_latest(self.registry)


class _PoolCounters(Collector):
    """The queue counts for itself, on the event loop; this reads its numbers when asked."""

    def __init__(self, pool: ScorerPool) -> None:
        self._pool = pool

    def collect(self) -> Iterator[CounterMetricFamily]:
        for name, meaning, value in (
            ("scored", "Texts the model scored", self._pool.scored),
            ("cache_hits", "Texts answered from recent results", self._pool.cache_hits),
            ("shared", "Texts that were already being scored for someone else", self._pool.shared),
        ):
            yield CounterMetricFamily(f"moderation_texts_{name}", meaning, value=value)
