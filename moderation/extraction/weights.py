"""How much each kind of evidence in ``features`` counts towards "these are the comments of the page".

A linear model, fitted by ``benchmarks/fit_weights.py`` so that the right set beats every other set of its page, and
"no comments" (score 0) on pages without. Positive speaks for comments.
"""

from __future__ import annotations

from moderation.extraction.features import NAMES

THRESHOLD = 0.0
WEIGHT: dict[str, float] = {
    "bias": -6.13,
    "many": 1.76,
    "two": 0.58,
    "one": -1.66,
    "time_any": -0.60,
    "time_one": 1.47,
    "time_crowd": 3.97,
    "author_any": -1.16,
    "author_one": -0.08,
    "author_crowd": -0.10,
    "avatar": 0.05,
    "reply_any": -1.68,
    "reply_one": 0.86,
    "reply_crowd": 0.00,
    "link": 1.41,
    "length": -2.34,
    "short": -1.13,
    "linked": -3.67,
    "linked_high": -0.73,
    "paragraphs": 0.52,
    "fields": 0.53,
    "strong_name": 2.79,
    "weak_name": -0.47,
    "part_name": 0.02,
    "other_name": -0.84,
    "article_name": 0.08,
    "strong_above": 1.75,
    "weak_above": 1.28,
    "other_above": -0.24,
    "inside_comment": 0.26,
    "heading_near": 0.73,
    "heading_inside": 0.60,
    "count_exact": 0.63,
    "count_close": 0.85,
    "share": 2.42,
    "early": -0.19,
    "late": 0.13,
    "kind_heads": 0.02,
    "kind_feet": -0.09,
    "kind_siblings": 0.41,
    "even_sizes": -0.39,
    "evidence": -0.19,
    "named_evidence": 0.88,
    "bare_single": -1.04,
    "form_after": 1.10,
    "table_tag": 1.29,
    "paragraph_tag": -0.10,
    "nested": 0.20,
    "good_single": 0.97,
    "strong_time": -1.63,
    "above_time": 0.65,
    "strong_author": 1.62,
    "prose": 0.43,
    "weak_evidence": -1.07,
    "own_level": -0.18,
    "strong_many": 1.48,
}
WEIGHTS: tuple[float, ...] = tuple(WEIGHT[name] for name in NAMES)
