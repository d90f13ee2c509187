"""How much each kind of evidence in ``features`` counts towards "these are the comments of the page".

A linear model, fitted by ``benchmarks/fit_weights.py`` so that the right set beats every other set of its page, and
"no comments" (score 0) on pages without. Positive speaks for comments.
"""

from __future__ import annotations

from moderation.extraction.features import NAMES

THRESHOLD = 0.0
WEIGHT: dict[str, float] = {
    "bias": -6.67,
    "many": 2.47,
    "two": 0.58,
    "one": -2.51,
    "time_any": 0.27,
    "time_one": 1.19,
    "time_crowd": 3.97,
    "author_any": -1.39,
    "author_one": 0.18,
    "author_crowd": 0.34,
    "avatar": -0.03,
    "reply_any": -1.81,
    "reply_one": 1.07,
    "reply_crowd": 0.17,
    "link": 1.53,
    "length": -2.61,
    "short": -1.18,
    "linked": -3.63,
    "linked_high": -0.81,
    "paragraphs": 0.45,
    "fields": 0.42,
    "strong_name": 3.16,
    "weak_name": -0.58,
    "part_name": 0.03,
    "other_name": -0.38,
    "article_name": 0.00,
    "strong_above": 1.91,
    "weak_above": 1.48,
    "other_above": -0.44,
    "inside_comment": 0.20,
    "heading_near": 0.90,
    "heading_inside": 0.55,
    "count_exact": 0.61,
    "count_close": 0.98,
    "share": 2.31,
    "early": -0.17,
    "late": 0.28,
    "kind_heads": -0.10,
    "kind_feet": -0.43,
    "kind_siblings": 0.48,
    "even_sizes": -0.35,
    "evidence": -0.22,
    "named_evidence": 0.65,
    "bare_single": -1.18,
    "form_after": 1.06,
    "table_tag": 1.59,
    "paragraph_tag": -0.14,
    "nested": 0.20,
    "good_single": 0.68,
    "strong_time": -2.05,
    "above_time": 0.34,
    "strong_author": 1.59,
    "prose": 0.63,
    "weak_evidence": -0.87,
    "own_level": -0.06,
    "strong_many": 0.98,
}
WEIGHTS: tuple[float, ...] = tuple(WEIGHT[name] for name in NAMES)
