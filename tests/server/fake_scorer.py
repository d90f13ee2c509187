"""A scorer that is told by the text what to say: the tests are about the service, not about a model."""

from __future__ import annotations

import threading
import time

from moderation.types import ATTRIBUTES, Score, Span

WORDS = {
    "idiot": "insult",
    "fool": "insult",
    "damn": "profanity",
    "vermin": "identity_attack",
    "kill": "threat",
}


class FakeScorer:
    """Scores by WORDS. Counts its calls; ``gate`` holds every call until it is set; ``delay`` takes time."""

    attributes = ATTRIBUTES
    languages = ("en",)

    def __init__(self, model: str = "fake-1.0", *, delay: float = 0.0) -> None:
        self.model = model
        self.manifest = {"thresholds": {"toxicity": {"review": 0.6, "reject": 0.95}}}
        self.delay = delay
        self.calls: list[str] = []
        self.gate = threading.Event()
        self.gate.set()

    def score(self, text, *, author=None, quotes=(), language=None):
        self.calls.append(text)
        self.gate.wait(10)
        if self.delay:
            time.sleep(self.delay)
        if "explode" in text:
            raise ValueError(f"cannot score {text}")
        if not text.strip():
            return Score(scores=None, model=self.model, error="blank text")
        if "Übermut" in text and language is None:
            return Score(scores=None, language="de", model=self.model, error="language de is not covered")
        language = None if len(text) < 4 else "en"
        scores = dict.fromkeys(ATTRIBUTES, 0.01)
        spans = []
        for word, attribute in WORDS.items():
            start = text.lower().find(word)
            if start >= 0:
                scores[attribute] = 0.9
                scores["toxicity"] = 0.92
                for found in (attribute, "toxicity"):
                    spans.append(Span(start, start + len(word), found, 0.9))
        author_scores = None
        if author is not None:
            bad = any(word in author.lower() for word in WORDS)
            author_scores = dict.fromkeys(ATTRIBUTES, 0.95 if bad else 0.01)
        return Score(scores, tuple(spans), author_scores, None, language, self.model)

    def score_many(self, texts, *, authors=None, quotes=None):
        authors = authors or [None] * len(list(texts))
        return [self.score(text, author=author) for text, author in zip(texts, authors, strict=True)]
