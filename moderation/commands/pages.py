"""``extract`` and ``scan``: pages to records, tables and reports."""

from __future__ import annotations

import contextlib
import os
from collections.abc import Iterable, Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any, TextIO, cast

from moderation import __version__
from moderation.batch.asking import KEY_VARIABLE, systems
from moderation.batch.formats import Format, output_format
from moderation.batch.records import SCAN_KEYS, Encoder, encoder, flat_columns, to_json
from moderation.batch.scan import PageNotice, pages, scan
from moderation.commands.console import Console, Counter, UsageError
from moderation.commands.output import Records, is_terminal, opened, records
from moderation.report import Failed, PageReport
from moderation.sources import Ask, CacheError, Failure, Limits, is_address
from moderation.types import Page, ScoredComment

FORMATS = ("table", "jsonl", "csv", "tsv", "html")
_BY_ENDING = {".html": "html", ".htm": "html"}
#: Files in which comments stand row by row, and no page.
_TABLES = (".csv", ".tsv", ".jsonl")
_Event = PageNotice | ScoredComment


def extract_command(
    sources: Sequence[str],
    *,
    output: str | None,
    limits: Limits,
    console: Console,
    resume: bool = False,
    fetch_comments: bool = False,
) -> int:
    """One JSON line for each page, also for a page without comments."""
    job = {"command": "extract", "program": __version__, "fetched": fetch_comments}
    with (
        _cache_told(),
        records(output, job, resume=resume, console=console) as out,
        _counter(console, sources, output, out) as counter,
    ):
        for event in pages(sources, limits=limits, ask=_ask(fetch_comments), done=out.done):
            if isinstance(event, Failure):
                counter.failure()
                console.fail(event)
                continue
            counter.page(event.page.source)
            _warn(event.page, console)
            out.write(to_json(event.page.to_dict()) + "\n")
            out.page_done(event.page.source)
    return console.exit_code


def scan_command(
    sources: Sequence[str],
    *,
    format: str | None,
    output: str | None,
    limits: Limits,
    console: Console,
    resume: bool = False,
    fetch_comments: bool = False,
    model: str | None = None,
    threads: int | None = None,
    policy: str | None = None,
    community: str | None = None,
    show_all: bool = False,
    spreadsheet_safe: bool = False,
) -> int:
    """Scored comments as a ranked table, JSON lines, CSV or one HTML file."""
    from moderation.commands.models import load_policy, load_scorer  # `extract` needs no model runtime

    chosen = format or _format_of(output)
    if resume and chosen in ("table", "html"):
        raise UsageError(
            f"--resume needs --format jsonl, csv or tsv: a {chosen} is made of all pages at once"
        )
    scorer = load_scorer(model, threads)
    rules = load_policy(policy, community, scorer.manifest)

    def events(counter: Counter, done: Mapping[str, int] | None, *, warn: bool) -> Iterator[_Event]:
        found = scan(sources, scorer=scorer, policy=rules, limits=limits, ask=_ask(fetch_comments), done=done)
        return _told(_counted(found, counter), console, warn=warn)

    with _cache_told():
        if chosen in ("table", "html"):
            with opened(output) as stream, _counter(console, sources, output) as counter:
                # The table shows the warnings; a terminal that shows stderr beneath it needs them only once.
                shown = chosen == "table" and is_terminal(output)
                _write_report(chosen, events(counter, None, warn=not shown), stream, console, show_all)
            return console.exit_code
        job: dict[str, Any] = {
            "command": "scan",
            "fetched": fetch_comments,
            "program": __version__,
            "format": [chosen, spreadsheet_safe],
            "model": scorer.model,
            "policy": rules.to_dict(),
        }
        columns = flat_columns(SCAN_KEYS, scorer.attributes)
        encode = encoder(cast(Format, chosen), columns, spreadsheet_safe=spreadsheet_safe)
        with (
            records(output, job, resume=resume, console=console) as out,
            _counter(console, sources, output, out) as counter,
        ):
            _write_records(events(counter, out.done, warn=True), encode, out)
    return console.exit_code


def _ask(wanted: bool) -> Ask | None:
    """Who asks comment systems for their comments, if that is wanted; the key is the environment's secret."""
    return systems(disqus_key=os.environ.get(KEY_VARIABLE)) if wanted else None


def _write_report(
    format: str, events: Iterator[_Event], out: TextIO, console: Console, show_all: bool
) -> None:
    if format == "table":
        from moderation.report.terminal import print_report

        print_report(_reports(events), out, approved_rows=None if show_all else 20)
        return
    from moderation.report.html import render

    # All pages are read before anything is written; only then are the failures known.
    reports: list[PageReport] = []
    try:
        reports.extend(_reports(events))
    finally:  # when stopped, the report has the pages that were done
        failed = [Failed(failure.source, failure.message) for failure in console.failures]
        if reports or failed:
            out.writelines(render(reports, failures=failed))


def _write_records(events: Iterable[_Event], encode: Encoder, out: Records) -> None:
    if out.fresh:
        out.write(encode.head().decode("utf-8"))
    left = 0
    for event in events:
        if isinstance(event, PageNotice):
            left = len(event.page.comments)
            if not left:
                out.page_done(event.page.source)
            continue
        out.write(encode.encode(event.to_dict()).decode("utf-8"))
        left -= 1
        if not left:  # said at once: the next page may be long in coming
            out.page_done(event.source)


@contextlib.contextmanager
def _cache_told() -> Iterator[None]:
    try:
        yield
    except CacheError as error:
        raise UsageError(f"--cache {error}") from error


@contextlib.contextmanager
def _counter(
    console: Console, sources: Sequence[str], output: str | None, out: Records | None = None
) -> Iterator[Counter]:
    """How far the job is. How many pages a folder or an archive has is not known beforehand; of URLs it is."""
    total = len(sources) if all(is_address(source) for source in sources) else None
    done = out.done.total() if out is not None else 0
    with console.counter(hidden=is_terminal(output), total=total, done=done) as counter:
        yield counter


def _counted(events: Iterable[_Event | Failure], counter: Counter) -> Iterator[_Event | Failure]:
    for event in events:
        if isinstance(event, Failure):
            counter.failure()
        elif isinstance(event, PageNotice):
            counter.page(event.page.source)
        elif isinstance(event, ScoredComment):
            counter.comment(event.source)
        yield event


def _told(events: Iterable[_Event | Failure], console: Console, *, warn: bool) -> Iterator[_Event]:
    """The events without the failures, which are told, as warnings are."""
    for event in events:
        if isinstance(event, Failure):
            console.fail(event)
            continue
        if isinstance(event, PageNotice) and warn:
            _warn(event.page, console)
        yield event


def _warn(page: Page, console: Console) -> None:
    for warning in page.warnings:
        console.warn(page.source, warning)
    if not page.comments and not page.warnings:
        table = page.source.lower().removesuffix(".gz").endswith(_TABLES)
        hint = "; `moderation score` reads a table with a comment in each row" if table else ""
        console.warn(page.source, "no comments found" + hint)


def _reports(events: Iterable[_Event]) -> Iterator[PageReport]:
    """Each page with its comments, as soon as they are all scored."""
    page: Page | None = None
    comments: list[ScoredComment] = []
    for event in events:
        if isinstance(event, ScoredComment):
            comments.append(event)
            continue
        if page is not None:
            yield PageReport(page, tuple(comments))
        page, comments = event.page, []
    if page is not None:
        yield PageReport(page, tuple(comments))


def _format_of(output: str | None) -> str:
    """The format that the name of the output says; a table for standard output."""
    if output is None or output == "-":
        return "table"
    ending = Path(output).suffix.lower()
    if ending in _BY_ENDING:
        return _BY_ENDING[ending]
    if ending == ".txt":
        return "table"
    with contextlib.suppress(ValueError):
        format, packed = output_format(output)
        if not packed:
            return format
    raise UsageError(f"{output}: name it .jsonl, .csv, .tsv, .html or .txt, or choose with --format")
