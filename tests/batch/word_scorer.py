"""A scorer with the interface of the real one that knows three words, for tests of what surrounds it."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from types import MappingProxyType

from moderation.types import ATTRIBUTES, Score, Span

WORDS = {"idiot": ("insult", 0.95), "idiots": ("insult", 0.95), "damn": ("profanity", 0.6)}


class WordScorer:
    model = "fake-1.0"
    attributes = ATTRIBUTES
    languages = ("en",)
    manifest = MappingProxyType({"name": "fake", "thresholds": {}})

    def __init__(self, model: object = None, *, threads: int | None = None) -> None:
        self.seen: list[object] = []
        self.quotes_seen: list[object] = []

    def score(self, text: object, *, author: str | None = None, quotes: object = ()) -> Score:
        self.seen.append(text)
        self.quotes_seen.append(quotes)
        if not isinstance(text, str):
            return Score(scores=None, error="not text", model=self.model)
        if not text.strip():
            return Score(scores=None, error="blank", model=self.model)
        mine = text
        for start, end in quotes or ():
            mine = mine[:start] + " " * (end - start) + mine[end:]
        return Score(
            scores=_scores(mine),
            spans=tuple(_spans(mine)),
            author_scores=None if author is None else _scores(author),
            language="en",
            model=self.model,
        )

    def score_many(
        self,
        texts: Iterable[object],
        *,
        authors: Sequence[str | None] | None = None,
        quotes: Sequence[Sequence[tuple[int, int]]] | None = None,
    ) -> list[Score]:
        texts = list(texts)
        return [
            self.score(
                text,
                author=authors[i] if authors is not None else None,
                quotes=quotes[i] if quotes is not None else (),
            )
            for i, text in enumerate(texts)
        ]


def _spans(text: str) -> Iterable[Span]:
    lowered = text.lower()
    for word, (attribute, score) in WORDS.items():
        at = lowered.find(word)
        if at >= 0:
            yield Span(at, at + len(word), attribute, score)


def _scores(text: str) -> dict[str, float]:
    scores = dict.fromkeys(ATTRIBUTES, 0.01)
    for span in _spans(text):
        scores[span.attribute] = max(scores[span.attribute], span.score)
        scores["toxicity"] = max(scores["toxicity"], round(span.score - 0.02, 2))
    return scores
