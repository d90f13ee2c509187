"""``extract`` and ``scan``: pages to records, tables and reports."""

from __future__ import annotations

import contextlib
import os
import sys
import tempfile
from collections.abc import Iterable, Iterator, Sequence
from pathlib import Path
from typing import TextIO, cast

from moderation.batch.formats import Format, output_format
from moderation.batch.records import SCAN_KEYS, Encoder, encoder, flat_columns, to_json
from moderation.batch.scan import PageNotice, pages, scan
from moderation.commands.console import Console, Counter, UsageError
from moderation.report import Failed, PageReport
from moderation.sources import Failure, Limits
from moderation.types import Page, ScoredComment

FORMATS = ("table", "jsonl", "csv", "tsv", "html")
_BY_ENDING = {".html": "html", ".htm": "html"}


def extract_command(sources: Sequence[str], *, output: str | None, limits: Limits, console: Console) -> int:
    """One JSON line for each page, also for a page without comments."""
    with _opened(output) as out, console.counter(hidden=out.isatty()) as counter:
        for event in pages(sources, limits=limits):
            if isinstance(event, Failure):
                console.fail(event)
            else:
                counter.page(event.page.source)
                _warn(event.page, console)
                out.write(to_json(event.page.to_dict()) + "\n")
                out.flush()
    return console.exit_code


def scan_command(
    sources: Sequence[str],
    *,
    format: str | None,
    output: str | None,
    limits: Limits,
    console: Console,
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
    scorer = load_scorer(model, threads)
    rules = load_policy(policy, community, scorer)
    with _opened(output) as out, console.counter(hidden=out.isatty()) as counter:
        # The table shows the pages' warnings; a terminal that shows stderr beneath it needs them only once.
        shown = chosen == "table" and out.isatty()
        events = _told(
            _counted(scan(sources, scorer=scorer, policy=rules, limits=limits), counter),
            console,
            warn=not shown,
        )
        if chosen == "table":
            from moderation.report.terminal import print_report

            print_report(_reports(events), out, approved_rows=None if show_all else 20)
        elif chosen == "html":
            from moderation.report.html import render

            # All pages are read before anything is written; only then are the failures known.
            reports: list[PageReport] = []
            try:
                reports.extend(_reports(events))
            finally:  # when stopped, the report has the pages that were done
                failed = [Failed(failure.source, failure.message) for failure in console.failures]
                if reports or failed:
                    out.writelines(render(reports, failures=failed))
        else:
            columns = flat_columns(SCAN_KEYS, scorer.attributes)
            encode = encoder(cast(Format, chosen), columns, spreadsheet_safe=spreadsheet_safe)
            _write_records(events, encode, out)
    return console.exit_code


def _write_records(events: Iterable[PageNotice | ScoredComment], encode: Encoder, out: TextIO) -> None:
    out.write(encode.head().decode("utf-8"))
    for event in events:
        if isinstance(event, ScoredComment):
            out.write(encode.encode(event.to_dict()).decode("utf-8"))
            out.flush()


def _counted(
    events: Iterable[PageNotice | ScoredComment | Failure], counter: Counter
) -> Iterator[PageNotice | ScoredComment | Failure]:
    for event in events:
        if isinstance(event, PageNotice):
            counter.page(event.page.source)
        elif isinstance(event, ScoredComment):
            counter.comment(event.source)
        yield event


def _told(
    events: Iterable[PageNotice | ScoredComment | Failure], console: Console, *, warn: bool
) -> Iterator[PageNotice | ScoredComment]:
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
        console.warn(page.source, "no comments found")


def _reports(events: Iterable[PageNotice | ScoredComment]) -> Iterator[PageReport]:
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


@contextlib.contextmanager
def _opened(output: str | None) -> Iterator[TextIO]:
    """Standard output, or a file that appears under its name when it is whole.

    When the command is stopped or fails half-way, what was written until then is put there all the same.
    """
    if output is None or output == "-":
        yield sys.stdout
        return
    path = Path(output)
    if path.is_dir():
        raise UsageError(f"{output}: is a folder")
    if path.exists() and not path.is_file():
        with path.open("w", encoding="utf-8", newline="") as device:
            yield device
        return
    try:
        handle, name = tempfile.mkstemp(prefix=f".{path.name}.", suffix=".partial", dir=path.parent)
    except OSError as error:
        raise UsageError(f"{output}: cannot be written: {error.strerror or error}") from error
    temporary = Path(name)
    try:
        with os.fdopen(handle, "w", encoding="utf-8", newline="") as file:
            yield file
    except BaseException:
        if temporary.stat().st_size:
            _put(temporary, path)
        else:
            temporary.unlink()
        raise
    _put(temporary, path)


def _put(temporary: Path, path: Path) -> None:
    # mkstemp makes files that only their owner may read; a new file has the rights that others here have.
    mask = os.umask(0)
    os.umask(mask)
    temporary.chmod(path.stat().st_mode & 0o777 if path.exists() else 0o666 & ~mask)
    temporary.replace(path)
