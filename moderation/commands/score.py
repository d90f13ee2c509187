"""``score``: files of comments to files of scores."""

from __future__ import annotations

import sys
from collections.abc import Sequence
from pathlib import Path

from moderation.batch.output import OutputError, progress_of
from moderation.batch.rows import RowOptions
from moderation.batch.score import Listener, Summary, score_files
from moderation.commands.console import Console, UsageError
from moderation.commands.models import load_policy, load_scorer


def score_command(
    files: Sequence[str],
    *,
    options: RowOptions,
    output: str | None,
    resume: bool,
    console: Console,
    model: str | None = None,
    threads: int | None = None,
    policy: str | None = None,
    community: str | None = None,
    spreadsheet_safe: bool = False,
) -> int:
    """The rows of all files with their scores, into ``output`` or as JSON lines on stdout."""
    target = None if output in (None, "-") else Path(str(output))
    if resume and target is None:
        raise UsageError("--resume needs --output FILE: what went to stdout cannot be gone on with")
    scorer = load_scorer(model, threads)
    rules = load_policy(policy, community, scorer.manifest)
    try:
        with console.bar(list(files)) as bar:
            summary = score_files(
                files,
                scorer=scorer,
                policy=rules,
                output=target,
                stdout=sys.stdout.buffer if target is None else None,
                options=options,
                resume=resume,
                spreadsheet_safe=spreadsheet_safe,
                listener=Listener(console.fail, console.notice, bar.update),
            )
    except (OutputError, ValueError) as error:
        raise UsageError(str(error)) from error
    except KeyboardInterrupt:
        if target is not None and progress_of(target).exists():
            console.say(f"stopped; what is done is kept: the same command with --resume completes {target}")
        elif target is not None:
            console.say("stopped before the first rows were kept: nothing to go on with")
        raise
    _told(summary, target, console)
    return console.exit_code


def _told(summary: Summary, target: Path | None, console: Console) -> None:
    where = "" if target is None else f" in {target}"
    resumed = f" ({summary.resumed_rows:,} of them before)" if summary.resumed_rows else ""
    unscored = f", {summary.unscored:,} without scores (see their error)" if summary.unscored else ""
    console.notice(f"{summary.rows + summary.resumed_rows:,} rows{resumed}{where}{unscored}")
