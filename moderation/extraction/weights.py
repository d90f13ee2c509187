"""How much each kind of evidence in ``features`` counts towards "these are the comments of the page".

A linear model: the right set should beat every other set of its page, and "no comments" (score 0) on pages without.
Positive speaks for comments.
"""

from __future__ import annotations

from moderation.extraction.features import NAMES

THRESHOLD = 0.0
WEIGHT: dict[str, float] = {
    "bias": -6.00,
    "many": 1.50,
    "two": -0.30,
    "one": -0.50,
    "time_any": 1.50,
    "time_one": 1.50,
    "time_crowd": -1.00,
    "author_any": 1.00,
    "author_one": 0.00,
    "author_crowd": -0.50,
    "avatar": 0.50,
    "reply_any": 1.00,
    "reply_one": 0.50,
    "reply_crowd": 0.00,
    "link": 0.70,
    "length": 1.50,
    "short": -0.50,
    "linked": -2.00,
    "linked_high": -1.00,
    "paragraphs": 0.00,
    "fields": -1.00,
    "strong_name": 2.00,
    "weak_name": 0.70,
    "part_name": -0.70,
    "other_name": -1.50,
    "article_name": -1.00,
    "strong_above": 1.20,
    "weak_above": 0.50,
    "other_above": -1.00,
    "inside_comment": -1.00,
    "heading_near": 1.00,
    "heading_inside": -0.30,
    "count_exact": 1.50,
    "count_close": 0.50,
    "share": 1.00,
    "early": -1.00,
    "late": 0.00,
    "kind_heads": 0.00,
    "kind_feet": 0.00,
    "kind_siblings": 0.00,
    "even_sizes": 0.00,
    "evidence": 1.00,
    "named_evidence": 2.00,
    "bare_single": -2.00,
    "form_after": 0.00,
    "table_tag": 0.00,
    "paragraph_tag": -1.00,
    "nested": 0.00,
}
WEIGHTS: tuple[float, ...] = tuple(WEIGHT[name] for name in NAMES)
