"""``report``: what was scored, ranked for a person: a table in a terminal or an HTML file."""

from __future__ import annotations

import heapq
import zlib
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import replace
from pathlib import Path

from moderation.batch.formats import Format
from moderation.batch.rows import Unreadable
from moderation.batch.scored import read_scored
from moderation.batch.textfile import TextFile
from moderation.commands.console import Console, ProgressBar, UsageError
from moderation.commands.models import load_policy, read_model
from moderation.commands.output import opened
from moderation.policy import Policy
from moderation.report import Failed, PageReport
from moderation.report.results import counted, rank_key
from moderation.sources import Failure
from moderation.sources.files import why
from moderation.types import Page, ScoredComment

_BY_ENDING = {".html": "html", ".htm": "html", ".txt": "table"}
#: Rows that are no scored comments are named up to so many of a file; then they are counted.
_NAMED = 5
#: Rows between two steps of the progress bar.
_SHOWN_EVERY = 500


def report_command(
    files: Sequence[str],
    *,
    format: str | None,
    output: str | None,
    worst: int,
    console: Console,
    input_format: Format | None = None,
    model: str | None = None,
    policy: str | None = None,
    community: str | None = None,
) -> int:
    """The ``worst`` comments of all ``files`` together, decided again where a policy is given."""
    chosen = format or _format_of(output)
    rules: Policy | None = None
    if policy is not None or community is not None or model is not None:
        rules = load_policy(policy, community, read_model(model).manifest)
    counts: Counter[str] = Counter()
    models: set[str] = set()

    def decided(bar: ProgressBar) -> Iterator[ScoredComment]:
        for scored in _read(files, input_format, console, bar):
            if rules is not None:
                scored = replace(scored, decision=rules.decide(scored.score))
            counts[scored.decision.action] += 1
            models.update((scored.score.model,) if scored.score.model else ())
            yield scored

    with console.bar(list(files)) as bar:
        # Ranked as they come: of a million rows only these are held. The number keeps the files' order among equals.
        entries = ((rank_key(scored), number, scored) for number, scored in enumerate(decided(bar)))
        ranked = heapq.nsmallest(worst, entries, key=lambda entry: entry[:2])
    shown = [scored for _, _, scored in sorted(ranked, key=lambda entry: entry[1])]
    note = None if len(shown) == counts.total() else f"The worst {len(shown):,} of {counted(counts)}"
    if note:
        console.notice(note)
    if len(models) > 1:
        console.notice(f"warning: scored by several models: {', '.join(sorted(models))}")
    if shown or not console.failures:
        _write(chosen, _by_source(shown), output, console, note)
    return console.exit_code


def _read(
    files: Sequence[str], format: Format | None, console: Console, bar: ProgressBar
) -> Iterator[ScoredComment]:
    rows = 0
    for name in files:
        broken = 0
        try:
            with TextFile(name) as file:
                for found in read_scored(file, format):
                    rows += 1
                    if rows % _SHOWN_EVERY == 0:
                        bar.update(name, file.position, file.size, rows)
                    if isinstance(found, ScoredComment):
                        yield found
                        continue
                    broken += 1
                    if broken <= _NAMED:
                        console.fail(found)
        except OSError as error:
            console.fail(Failure(name, why(error), error))
        except (Unreadable, EOFError, zlib.error) as error:
            console.fail(Failure(name, str(error), error))
        if broken > _NAMED:
            console.fail(Failure(name, f"{broken - _NAMED:,} more rows could not be read"))


def _by_source(shown: Sequence[ScoredComment]) -> list[PageReport]:
    """The comments under the page or file that each is from, in the order in which these came."""
    groups: dict[str, list[ScoredComment]] = {}
    for scored in shown:
        groups.setdefault(scored.source, []).append(scored)
    return [PageReport(Page(source), tuple(comments)) for source, comments in groups.items()]


def _write(
    format: str, reports: list[PageReport], output: str | None, console: Console, note: str | None
) -> None:
    with opened(output) as stream:
        if format == "table":
            from moderation.report.terminal import print_report

            print_report(reports, stream)
            return
        from moderation.report.html import render

        failed = [Failed(f.source, f.message) for f in console.failures]
        stream.writelines(render(reports, failures=failed, note=note))


def _format_of(output: str | None) -> str:
    if output is None or output == "-":
        return "table"
    try:
        return _BY_ENDING[Path(output).suffix.lower()]
    except KeyError:
        raise UsageError(f"{output}: name it .html or .txt, or choose with --format") from None
