"""Text in, calibrated scores out: fast on a plain CPU, and the same alone as in any company.

One text a run, one single-threaded session, as many Python threads as cores: the runtime releases the interpreter
lock, nothing is padded, and dynamic quantisation never sees two texts at once.
"""

from __future__ import annotations

import os
from collections.abc import Iterable, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt
import onnxruntime as ort
from tokenizers import Tokenizer

from moderation.scoring.language import COUNTS_AS, detect
from moderation.scoring.model import Calibration, Manifest, load
from moderation.scoring.normalise import normalise
from moderation.scoring.spans import TokenScore, merge
from moderation.types import Score, Span

#: Longer texts are refused with an error rather than holding up everybody else; a 100,000-character text takes seconds.
MAX_CHARACTERS = 200_000
#: Tokens two neighbouring windows share.
OVERLAP = 32
#: So many windows of a long text count, those with the highest scores.
WORST = 2
#: No word is marked in a text less toxic than this: a reason for nothing only confuses.
MARKED_FROM = 0.3
#: Texts handed to a thread at a time.
_CHUNK = 16

Quotes = Sequence[tuple[int, int]]
_Job = tuple[str, tuple[tuple[int, int], ...], str | None]


class Scorer:
    """Scores texts with one model. Thread-safe; build one and share it.

    ``model`` is a directory or the name of an installed model, the bundled one by default; ``threads`` is how many
    cores ``score_many`` uses (default: all). Raises :class:`moderation.scoring.ModelError` when the model cannot be
    used. Files are checked against their hashes at start.
    """

    def __init__(self, model: str | Path | None = None, *, threads: int | None = None) -> None:
        loaded = load(model)
        self.path: Path = loaded.path
        self.manifest: Manifest = loaded.manifest
        self.model: str = loaded.manifest.model
        self.attributes: tuple[str, ...] = loaded.manifest.attributes
        self.languages: tuple[str, ...] = loaded.manifest.languages
        self.threads = max(1, threads or available_cores())
        options = ort.SessionOptions()
        options.intra_op_num_threads = 1
        options.inter_op_num_threads = 1
        options.log_severity_level = 3
        self._session = ort.InferenceSession(
            str(self.path / "model.onnx"), options, providers=["CPUExecutionProvider"]
        )
        self._tokenizer = Tokenizer.from_file(str(self.path / "tokenizer.json"))
        self._tokenizer.no_padding()
        self._tokenizer.no_truncation()
        self._cls, self._sep = self._tokenizer.encode("").ids
        self._pool = (
            ThreadPoolExecutor(self.threads, thread_name_prefix="score") if self.threads > 1 else None
        )

    def score(
        self, text: object, *, author: str | None = None, quotes: Quotes = (), language: str | None = None
    ) -> Score:
        """Scores one text; the same as ``score_many([text])[0]``.

        ``language`` is what the caller knows the text's language to be: it is not looked for then.
        """
        if language is None or not isinstance(text, str):
            return self.score_many([text], authors=[author], quotes=[quotes])[0]
        return self._one((text, _pairs(quotes), author), language)

    def score_many(
        self,
        texts: Iterable[object],
        *,
        authors: Sequence[str | None] | None = None,
        quotes: Sequence[Quotes] | None = None,
    ) -> list[Score]:
        """Scores many texts, in their order; identical ones are computed once.

        ``authors`` (names, or None) are scored as texts of their own; ``quotes`` are (start, end) offsets of words
        that are not the author's and are left out. Both are as long as ``texts`` or absent. A bad item gets
        ``Score(scores=None, error=...)`` and costs no other item anything. Raises ValueError when lengths differ.
        """
        items = list(texts)
        for name, other in (("authors", authors), ("quotes", quotes)):
            if other is not None and len(other) != len(items):
                raise ValueError(f"{len(other)} {name} for {len(items)} texts")
        jobs = [
            (t, _pairs(quotes[i]) if quotes else (), authors[i] if authors else None)
            for i, t in enumerate(items)
        ]
        done: dict[Any, Score] = {}
        todo = list(dict.fromkeys(j for j in jobs if isinstance(j[0], str)))
        if self._pool is None or len(todo) <= 1:
            results = [self._one(j) for j in todo]  # type: ignore[arg-type]
        else:
            size = max(1, min(_CHUNK, -(-len(todo) // self.threads)))
            chunks = [todo[i : i + size] for i in range(0, len(todo), size)]
            results = [
                s for part in self._pool.map(lambda c: [self._one(j) for j in c], chunks) for s in part
            ]  # type: ignore[arg-type]
        done = dict(zip(todo, results, strict=True))
        return [
            done[j]
            if isinstance(j[0], str)
            else Score(None, model=self.model, error=f"not text but {type(j[0]).__name__}")
            for j in jobs
        ]

    def close(self) -> None:
        """Ends the threads; scoring after this is an error."""
        if self._pool is not None:
            self._pool.shutdown()

    def _one(self, job: _Job, stated: str | None = None) -> Score:
        text, quotes, author = job
        try:
            names = self._author(author)
            return self._text(text, quotes, names, stated)
        except Exception as error:  # one bad item must never fail the rest
            return Score(None, model=self.model, error=f"could not be scored: {type(error).__name__}")

    def _author(self, author: str | None) -> Mapping[str, float] | None:
        if not isinstance(author, str) or not author.strip():
            return None
        return self._run(author[:500])[0]

    def _text(
        self, text: str, quotes: Quotes, names: Mapping[str, float] | None, stated: str | None
    ) -> Score:
        def failed(why: str, language: str | None = None) -> Score:
            return Score(None, author_scores=names, language=language, model=self.model, error=why)

        if not text.strip():
            return failed("blank text")
        if len(text) > MAX_CHARACTERS:
            return failed(f"text of {len(text)} characters is longer than {MAX_CHARACTERS}")
        own, places = without(text, quotes)
        if not own.strip():
            return failed("nothing but quoted words")
        language = stated or detect(own)
        if language is not None and language not in self.languages:
            covered = ", ".join(self.languages)
            return failed(f"language {language!r} is not covered by this model ({covered})", language)
        scores, targets, tokens = self._run(own)
        spans: tuple[Span, ...] = ()
        if scores["toxicity"] >= MARKED_FROM:
            spans = merge(tokens, own, places, len(text), self.manifest.span_threshold)
        return Score(
            scores=scores,
            spans=spans,
            author_scores=names,
            targets=targets,
            language=language or COUNTS_AS,
            model=self.model,
        )

    def logits(self, texts: Sequence[str]) -> npt.NDArray[np.float64]:
        """Raw logits, [texts, attributes + targets], for calibration: nothing is refused, nothing rounded."""
        run = lambda t: self._raw(t)[0]  # noqa: E731
        rows = self._pool.map(run, texts) if self._pool else map(run, texts)
        return np.array(list(rows)).reshape(len(texts), -1)

    def _run(self, text: str) -> tuple[dict[str, float], dict[str, float], list[TokenScore]]:
        """Calibrated attributes, calibrated targets, and token scores with offsets into ``text``."""
        logits, tokens = self._raw(text)
        names = (*self.attributes, *self.manifest.targets)
        scores = {n: self._calibrated(n, x) for n, x in zip(names, logits, strict=True)}
        return (
            {n: scores[n] for n in self.attributes},
            {n: scores[n] for n in self.manifest.reported_targets},
            tokens,
        )

    def _raw(self, text: str) -> tuple[npt.NDArray[np.float64], list[TokenScore]]:
        """Logits of attributes and targets, and token scores.

        A text longer than the model reads at once is scored in overlapping windows; see :func:`together`.
        """
        norm = normalise(text)
        encoding = self._tokenizer.encode(norm.text, add_special_tokens=False)
        ids = encoding.ids
        size = self.manifest.max_length - 2
        logits, lengths = [], []
        marks = np.full(len(ids), -np.inf)
        for start in range(0, max(1, len(ids) - OVERLAP), size - OVERLAP):
            window = [self._cls, *ids[start : start + size], self._sep]
            attributes, targets, tokens = self._session.run(
                None, {"input_ids": np.array([window], dtype=np.int64)}
            )
            logits.append(np.concatenate((attributes[0], targets[0])).astype(np.float64))
            lengths.append(len(window))
            marks[start : start + size] = np.maximum(marks[start : start + size], tokens[0][1:-1])
        return together(np.array(logits), np.array(lengths)), [
            TokenScore(*norm.original_span(a, b), float(p))
            for (a, b), p in zip(encoding.offsets, _logistic(marks), strict=True)
            if b > a
        ]

    def _calibrated(self, name: str, logit: float) -> float:
        return round(calibrate(float(logit), self.manifest.calibration[name]), 4)


def available_cores() -> int:
    """Cores this process may use, which in a container is fewer than the machine has."""
    if hasattr(os, "sched_getaffinity"):
        return len(os.sched_getaffinity(0))
    return os.cpu_count() or 1


def _pairs(quotes: Quotes) -> tuple[tuple[int, int], ...]:
    """Ranges as a hashable key, whatever sequences they came in."""
    return tuple((start, end) for start, end in quotes)


def together(logits: npt.NDArray[np.float64], lengths: npt.NDArray[np.int_]) -> npt.NDArray[np.float64]:
    """One logit per output for a text, from ``logits`` [windows, outputs] and the windows' ``lengths`` in tokens.

    The mean odds of the worst two, weighted by length. The worst alone would make every long text look ruder than it
    is, since one window among several is easily misread; the mean of all would let an insult hide in enough padding. Of
    two, padding takes no more than log 2 from a logit where the windows are of one length.
    """
    if len(logits) == 1:
        only: npt.NDArray[np.float64] = logits[0]
        return only
    worst = np.argsort(-logits, axis=0)[:WORST]
    odds = np.exp(np.take_along_axis(logits, worst, axis=0))
    mean: npt.NDArray[np.float64] = (lengths[worst] * odds).sum(axis=0) / lengths[worst].sum(axis=0)
    return np.log(mean)


def calibrate(logit: float, knots: Calibration) -> float:
    """Raw logit → calibrated probability in [0, 1]; see :class:`Calibration`."""
    x, y = knots.x, knots.y
    i = min(max(int(np.searchsorted(x, logit)) - 1, 0), len(x) - 2)
    slope = (y[i + 1] - y[i]) / (x[i + 1] - x[i])
    return float(_logistic(np.float64(y[i] + slope * (logit - x[i]))))


def _logistic(x: Any) -> Any:
    return 1 / (1 + np.exp(-np.clip(x, -50, 50)))


def without(text: str, quotes: Quotes) -> tuple[str, list[int] | None]:
    """``text`` without the quoted ranges, and each remaining character's place in the original (None: unchanged)."""
    if not quotes:
        return text, None
    gone: set[int] = set()
    for start, end in quotes:
        gone.update(range(max(0, start), min(len(text), end)))
    places = [i for i in range(len(text)) if i not in gone]
    return "".join(text[i] for i in places), places
