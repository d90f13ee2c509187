"""One self-contained HTML file: the ranked comments, complete without its script, safe to open and send."""

from __future__ import annotations

import base64
import hashlib
from collections.abc import Iterable, Iterator
from functools import cache
from html import escape
from importlib.resources import files

from moderation.policy import reason_label
from moderation.report.cards import Placed, card, escaped, link
from moderation.report.histogram import histogram
from moderation.report.results import (
    DECISION_WORDS,
    Failed,
    PageReport,
    counts_line,
    headline,
    rank_key,
    threads,
)
from moderation.report.text import one_line
from moderation.types import ATTRIBUTES

_MANY_PAGES = 8


def render(
    reports: Iterable[PageReport], *, failures: Iterable[Failed] = (), note: str | None = None
) -> Iterator[str]:
    """The file in pieces, to be written one after the other as UTF-8.

    The comments of all pages are ranked together, so every report is read before the first comment is
    written; what is held is the comments, never the file. ``note`` is shown in the head.
    """
    pages = list(reports)
    failed = list(failures)
    placed, numbers = _place(pages)
    comments = [p.thread.scored for p in placed]
    style, script = _asset("report.css"), _asset("report.js")
    yield _start(counts_line(comments), style, script)
    yield _summary(pages, failed, counts_line(comments), note)
    tops = [top[1] for top in map(headline, comments) if top]
    yield _controls(histogram(tops))
    yield '<main id="list" aria-label="Comments">\n'
    for entry in placed:
        yield card(entry, numbers[entry.page], pages[entry.page].comments)
    yield f"</main>\n<script>{script}</script>\n</body>\n</html>\n"


def _place(pages: list[PageReport]) -> tuple[list[Placed], list[dict[int, int]]]:
    """Every comment with its number in the ranking, and for each page the numbers by position."""
    entries = []
    order = 0
    for number, report in enumerate(pages):
        for thread in threads(report.comments):
            entries.append((order, number, thread))
            order += 1
    entries.sort(key=lambda entry: (rank_key(entry[2].scored), entry[1], entry[2].position))
    numbers: list[dict[int, int]] = [{} for _ in pages]
    placed = []
    for rank, (order, page, thread) in enumerate(entries):
        numbers[page][thread.position] = rank
        name = _name(pages[page]) if len(pages) > 1 else None
        placed.append(Placed(rank, order, page, thread, name))
    return placed, numbers


@cache
def _asset(name: str) -> str:
    return (files("moderation.report") / "assets" / name).read_text(encoding="utf-8").replace("\r\n", "\n")


def _hash(content: str) -> str:
    return "sha256-" + base64.b64encode(hashlib.sha256(content.encode()).digest()).decode()


def _name(report: PageReport) -> str:
    return report.page.title or report.page.source


def _start(counts: str, style: str, script: str) -> str:
    # Only the two assets may act, by their hash: whatever a comment contains, the browser will not run it,
    # load anything for it, or send anything anywhere.
    policy = (
        f"default-src 'none'; style-src '{_hash(style)}'; script-src '{_hash(script)}'; "
        "base-uri 'none'; form-action 'none'"
    )
    return (
        '<!doctype html>\n<html lang="en">\n<head>\n<meta charset="utf-8">\n'
        f'<meta http-equiv="Content-Security-Policy" content="{policy}">\n'
        '<meta name="viewport" content="width=device-width, initial-scale=1">\n'
        '<meta name="referrer" content="no-referrer">\n<meta name="robots" content="noindex">\n'
        f"<title>{escape(counts)}</title>\n<style>{style}</style>\n</head>\n<body>\n"
    )


def _summary(pages: list[PageReport], failed: list[Failed], counts: str, note: str | None) -> str:
    models = sorted({c.score.model for report in pages for c in report.comments if c.score.model})
    about = [f"Model {escaped(', '.join(models))}"] if models else []
    if note:
        about.append(escaped(note))
    about.append("A score is how likely readers are to agree that the word applies, from 0 to 1.")
    entries = "".join(_page_entry(number, report) for number, report in enumerate(pages))
    listing = f'<ul class="pages">{entries}</ul>'
    if len(pages) > _MANY_PAGES:
        listing = f'<details class="more"><summary>{len(pages):,} pages</summary>{listing}</details>'
    if failed:
        lines = "".join(
            f'<li class="failure">{escape(one_line(f.source, 300))}: {escape(one_line(f.error, 300))}</li>'
            for f in failed
        )
        listing += f'<h2>Could not be read</h2><ul class="pages">{lines}</ul>'
    return (
        f'<header>\n<h1>Reader comments, worst first</h1>\n<p class="lead">{escape(counts)}</p>\n'
        f'<p class="soft">{" · ".join(about)}</p>\n{listing}\n</header>\n'
    )


def _page_entry(number: int, report: PageReport) -> str:
    page = report.page
    name = f'<span class="name">{escape(one_line(_name(report), 200))}</span>'
    address = link(page.url)
    if address:
        name = f'<a href="{address}" rel="noopener noreferrer">{name}</a>'
    about = [counts_line(report.comments)]
    if page.declared_count is not None and page.declared_count != len(report.comments):
        about.append(f"the page says it has {page.declared_count:,}")
    if page.platform:
        about.append(page.platform)
    if page.title:
        about.append(page.source)
    warnings = "".join(f'<li class="warning">{escape(one_line(w, 500))}</li>' for w in page.warnings)
    return (
        f'<li id="page-{number}">{name}<div class="soft">{escaped(" · ".join(about))}</div>'
        f"{f'<ul>{warnings}</ul>' if warnings else ''}</li>"
    )


def _controls(chart: str) -> str:
    options = '<option value="0">decision (worst reason)</option>' + "".join(
        f'<option value="{number}">{escape(reason_label(attribute))}</option>'
        for number, attribute in enumerate(ATTRIBUTES, start=1)
    )
    decisions = "".join(
        f'<label><input type="checkbox" name="{action}" checked><span class="badge {action}">'
        f"{word.capitalize()}</span></label>"
        for action, word in DECISION_WORDS.items()
    )
    return f"""<details id="filters" class="filters" hidden><summary>Filter and order</summary>
<form id="controls" class="controls" autocomplete="off">
<div class="column">
<label class="stack"><span class="label">Search text and names</span>
<input type="search" name="query"></label>
<fieldset><legend>Decision</legend>{decisions}</fieldset>
<fieldset><legend>Order</legend>
<label><input type="radio" name="view" value="ranked" checked>Worst first</label>
<label><input type="radio" name="view" value="thread">In their thread</label></fieldset>
<p class="last"><button type="reset">Show everything</button>
<span class="soft" id="keys" hidden><kbd>j</kbd> next, <kbd>k</kbd> previous comment</span></p>
</div>
<div class="column">
<label class="stack"><span class="label">Rank and filter by</span>
<select name="attribute">{options}</select></label>
<figure>{chart}<figcaption class="off">How many comments have which score: \
<span id="charted">decision (worst reason)</span>, square-root scale</figcaption></figure>
<label class="stack"><input type="range" name="least" min="0" max="1" step="0.01" value="0">
<span class="label">Score at least <output id="bound">0.00</output></span></label>
</div>
</form></details>
<p class="shown" id="shown" role="status"></p>
"""
