"""How much each kind of evidence in ``features`` counts towards "these are the comments of the page".

A linear model, fitted by ``benchmarks/fit_weights.py`` so that the right set beats every other set of its page, and
"no comments" (score 0) on pages without. Positive speaks for comments.
"""

from __future__ import annotations

from moderation.extraction.features import NAMES

THRESHOLD = 0.0
WEIGHT: dict[str, float] = {
    "bias": -4.32,
    "many": 2.34,
    "two": 0.35,
    "one": -0.94,
    "time_any": -0.58,
    "time_one": 0.95,
    "time_crowd": 2.86,
    "author_any": -0.11,
    "author_one": 0.05,
    "author_crowd": 0.15,
    "avatar": 0.16,
    "reply_any": -1.46,
    "reply_one": 0.73,
    "reply_crowd": -0.12,
    "link": 1.30,
    "length": -1.80,
    "short": -1.26,
    "linked": -2.99,
    "linked_high": -1.14,
    "paragraphs": 0.41,
    "fields": 0.00,
    "strong_name": 1.02,
    "weak_name": 0.02,
    "part_name": 0.13,
    "other_name": -0.81,
    "article_name": -0.55,
    "strong_above": 1.90,
    "weak_above": 1.75,
    "other_above": -0.22,
    "inside_comment": 0.14,
    "heading_near": 0.70,
    "heading_inside": 0.59,
    "count_exact": 0.51,
    "count_close": 0.93,
    "share": 1.77,
    "early": -0.28,
    "late": -0.59,
    "kind_heads": -0.10,
    "kind_feet": -0.28,
    "kind_siblings": -0.08,
    "even_sizes": -0.58,
    "evidence": -0.08,
    "named_evidence": 0.71,
    "bare_single": -1.22,
    "form_after": 0.00,
    "table_tag": 0.45,
    "paragraph_tag": -0.14,
    "nested": 0.01,
}
WEIGHTS: tuple[float, ...] = tuple(WEIGHT[name] for name in NAMES)
