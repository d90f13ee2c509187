"""Reliability curves as one small SVG. Written by hand: it is dots and lines, and the same curves give the same bytes."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from xml.sax.saxutils import escape

from training.reliability import Bin, Curve

#: Pixels: the square of a panel, what is left around it for words, and the strip of bars below that shows the counts.
SIDE, LEFT, TOP, RIGHT, STRIP, BOTTOM = 200, 44, 30, 16, 34, 34
PER_ROW = 3
WIDTH, HEIGHT = LEFT + SIDE + RIGHT, TOP + SIDE + STRIP + BOTTOM

# A colour scheme of the viewer's may be dark: the picture brings its own paper.
_STYLE = (
    "text{font:11px sans-serif;fill:#222}.t{font-weight:bold;font-size:12px}.n{font-size:7px;text-anchor:middle}"
    ".m{text-anchor:middle}.e{text-anchor:end}.g{stroke:#ddd}.d{stroke:#888;stroke-dasharray:4 3}"
    ".c{stroke:#1f5fa8;stroke-width:1.5;fill:none}.p{fill:#1f5fa8}.b{fill:#b8cbe0}"
)


def draw(curves: Sequence[Curve], labels: Mapping[str, str]) -> str:
    """The curves as small panels, three in a row; ``labels`` says what people call an attribute."""
    rows = -(-len(curves) // PER_ROW)
    width, height = WIDTH * min(PER_ROW, len(curves)), HEIGHT * rows
    names = ", ".join(labels.get(c.attribute, c.attribute) for c in curves)
    parts = [
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {width} {height}" width="{width}" height="{height}" '
        'role="img">',
        f"<title>Reliability of {escape(names)}</title>",
        "<desc>Each panel: mean score of held-out texts against the share that readers found offending.</desc>",
        f"<style>{_STYLE}</style>",
        f'<rect width="{width}" height="{height}" fill="#fff"/>',
    ]
    for k, curve in enumerate(curves):
        x, y = WIDTH * (k % PER_ROW), HEIGHT * (k // PER_ROW)
        parts.append(f'<g transform="translate({x} {y})">')
        parts += _panel(curve, labels.get(curve.attribute, curve.attribute))
        parts.append("</g>")
    return "\n".join([*parts, "</svg>"]) + "\n"


def _x(share: float) -> str:
    return f"{LEFT + SIDE * share:.1f}"


def _y(share: float) -> str:
    return f"{TOP + SIDE * (1 - share):.1f}"


def _panel(curve: Curve, label: str) -> list[str]:
    parts = [f'<text class="t" x="{LEFT}" y="18">{escape(label)}</text>']
    for share in (0.0, 0.25, 0.5, 0.75, 1.0):
        parts.append(f'<path class="g" d="M{_x(0)} {_y(share)}H{_x(1)}M{_x(share)} {_y(0)}V{_y(1)}"/>')
        parts.append(f'<text class="e" x="{LEFT - 4}" y="{float(_y(share)) + 4:.1f}">{share:g}</text>')
        parts.append(f'<text class="m" x="{_x(share)}" y="{HEIGHT - 20}">{share:g}</text>')
    parts.append(f'<path class="d" d="M{_x(0)} {_y(0)}L{_x(1)} {_y(1)}"/>')
    line = "L".join(f"{_x(b.score)} {_y(b.observed)}" for b in curve.bins)
    whiskers = "".join(f"M{_x(b.score)} {_y(b.lower)}V{_y(b.upper)}" for b in curve.bins)
    parts.append(f'<path class="c" d="M{line}{whiskers}"/>')
    most = max(b.rows for b in curve.bins)
    for b in curve.bins:
        parts.append(f'<circle class="p" cx="{_x(b.score)}" cy="{_y(b.observed)}" r="3"/>')
        parts += _count(b, most)
    parts.append(f'<text class="m" x="{_x(0.5)}" y="{HEIGHT - 6}">score; bars: texts in each tenth</text>')
    parts.append(
        f'<text class="m" transform="translate(11 {_y(0.5)}) rotate(-90)">share that readers found offending</text>'
    )
    return parts


def _count(b: Bin, most: int) -> list[str]:
    """The bar of a bin under its panel, its number of rows above it."""
    floor, height = TOP + SIDE + STRIP, (STRIP - 12) * b.rows / most
    left, width = LEFT + SIDE * b.low, SIDE * (b.high - b.low)
    return [
        f'<rect class="b" x="{left + 1:.1f}" y="{floor - height:.1f}" width="{width - 2:.1f}" height="{height:.1f}"/>',
        f'<text class="n" x="{left + width / 2:.1f}" y="{floor - height - 2:.1f}">{b.rows}</text>',
    ]
