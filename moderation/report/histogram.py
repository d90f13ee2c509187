"""How the scores are spread, as an inline SVG."""

from __future__ import annotations

import math
from collections.abc import Iterable

BINS = 20
_BAR = 24
_HEIGHT = 70


def histogram(scores: Iterable[float]) -> str:
    """An SVG of scores in [0, 1] in 20 bins.

    Heights are on a square-root scale: a site has a hundred calm comments for every bad one, and it is the
    few that matter.
    """
    counts = [0] * BINS
    for score in scores:
        counts[min(max(int(score * BINS), 0), BINS - 1)] += 1
    most = math.sqrt(max(1, *counts))
    parts = [
        f'<svg class="chart" viewBox="0 0 {BINS * _BAR} {_HEIGHT + 16}" data-height="{_HEIGHT}" role="img"'
        ' aria-labelledby="charted">'
    ]
    for number, count in enumerate(counts):
        height = math.sqrt(count) / most * _HEIGHT
        x, y = number * _BAR + 1, _HEIGHT - height
        parts.append(
            f'<rect x="{x}" y="{y:.1f}" width="{_BAR - 2}" height="{height:.1f}">'
            f"<title>{number / BINS:.2f} to {(number + 1) / BINS:.2f}: {count}</title></rect>"
        )
    end = BINS * _BAR
    parts.append(f'<line x1="0" y1="{_HEIGHT}" x2="{end}" y2="{_HEIGHT}"/>')
    for anchor, x, label in (("start", 0, "0"), ("middle", end // 2, "0.5"), ("end", end, "1")):
        parts.append(f'<text x="{x}" y="{_HEIGHT + 13}" text-anchor="{anchor}">{label}</text>')
    parts.append("</svg>")
    return "".join(parts)
