"""The arguments of ``scan`` and ``extract``: which pages, how they are fetched, where the result goes."""

from __future__ import annotations

import argparse
from typing import TYPE_CHECKING, Any

from moderation.commands import values
from moderation.commands.arguments import (
    MEGABYTE,
    add_model_options,
    add_spreadsheet,
    command,
    model_options,
)

if TYPE_CHECKING:
    from moderation.commands.console import Console
    from moderation.sources import Limits

_SOURCE = "a file, a folder, a glob, a URL, or - for standard input"


def add_scan(commands: Any) -> None:
    parser = command(
        commands,
        "scan",
        "extract, score and rank the comments of pages",
        "  moderation scan page.html\n"
        "  moderation scan saved-pages/ 'more/*.html' --format jsonl > comments.jsonl\n"
        "  moderation scan https://example.org/story --output report.html\n"
        "  curl -s https://example.org/story | moderation scan -",
    )
    _add_sources(parser)
    parser.add_argument(
        "--format",
        choices=("table", "jsonl", "csv", "tsv", "html"),
        help="default: what the ending of --output says, otherwise a table",
    )
    parser.add_argument(
        "--output", metavar="FILE", help="write here instead of stdout (.jsonl, .csv, .html ...)"
    )
    _add_resume(parser)
    parser.add_argument(
        "--all", action="store_true", help="show every approved comment in the table, not only 20"
    )
    add_spreadsheet(parser)
    add_model_options(parser)
    _add_reading(parser)
    parser.set_defaults(run=_scan)


def _scan(arguments: argparse.Namespace, console: Console) -> int:
    from moderation.commands.pages import scan_command

    return scan_command(
        _sources(arguments),
        format=arguments.format,
        output=arguments.output,
        limits=_limits(arguments),
        console=console,
        resume=arguments.resume,
        fetch_comments=arguments.fetch_comments,
        show_all=arguments.all,
        spreadsheet_safe=arguments.spreadsheet_safe,
        **model_options(arguments),
    )


def add_extract(commands: Any) -> None:
    parser = command(
        commands,
        "extract",
        "article and comments of pages, without scores: one JSON line for each page",
        "  moderation extract page.html\n"
        "  moderation extract saved-pages/ --output pages.jsonl\n"
        "  moderation extract --urls-from urls.txt --cache pages-cache --output pages.jsonl --resume",
    )
    _add_sources(parser)
    parser.add_argument("--output", metavar="FILE", help="write here instead of stdout")
    _add_resume(parser)
    _add_reading(parser)
    parser.set_defaults(run=_extract)


def _extract(arguments: argparse.Namespace, console: Console) -> int:
    from moderation.commands.pages import extract_command

    return extract_command(
        _sources(arguments),
        output=arguments.output,
        limits=_limits(arguments),
        console=console,
        resume=arguments.resume,
        fetch_comments=arguments.fetch_comments,
    )


def _add_sources(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("sources", nargs="*", metavar="SOURCE", help=_SOURCE)
    parser.add_argument(
        "--urls-from", action="append", metavar="FILE", help="a file with a URL on each line; - for stdin"
    )


def _add_resume(parser: argparse.ArgumentParser) -> None:
    parser.add_argument(
        "--resume", action="store_true", help="go on with the unfinished job of this --output"
    )


def _sources(arguments: argparse.Namespace) -> list[str]:
    """All sources, the files of URLs read."""
    from moderation.commands.console import UsageError
    from moderation.sources import ListError, read_list

    lists = arguments.urls_from or []
    if not arguments.sources and not lists:
        raise UsageError("needs a SOURCE, or --urls-from FILE")
    if [*arguments.sources, *lists].count("-") > 1 and "-" in lists:
        raise UsageError("standard input can be read once only")
    try:
        return [*arguments.sources, *(url for name in lists for url in read_list(name))]
    except ListError as error:
        raise UsageError(f"--urls-from {error}") from error


def _add_reading(parser: argparse.ArgumentParser) -> None:
    group = parser.add_argument_group("reading")
    group.add_argument(
        "--max-bytes",
        type=values.size,
        metavar="SIZE",
        default=20 * MEGABYTE,
        help="largest page (default 20MB)",
    )
    group.add_argument(
        "--allow-private", action="store_true", help="fetch from private and loopback addresses too"
    )
    group.add_argument(
        "--timeout",
        type=values.seconds,
        metavar="SECONDS",
        default=60.0,
        help="for one address in all (default 60)",
    )
    group.add_argument(
        "--delay",
        type=values.seconds,
        metavar="SECONDS",
        default=1.0,
        help="between requests to one host (default 1)",
    )
    group.add_argument(
        "--hosts",
        type=values.count,
        metavar="N",
        default=8,
        help="how many hosts are asked at the same time, each with one request at a time (default 8)",
    )
    group.add_argument(
        "--comment-pages",
        type=values.count,
        metavar="N",
        default=10,
        help="how many pages of one URL's comments are read, the first included (default 10)",
    )
    group.add_argument(
        "--fetch-comments",
        action="store_true",
        help="ask WordPress, Isso, Discourse and Disqus for comments that are not in the page",
    )
    group.add_argument(
        "--cache",
        metavar="FOLDER",
        help="keep fetched pages here, and ask again only for what may have changed",
    )
    group.add_argument(
        "--user-agent", type=values.header, metavar="TEXT", help="how to introduce ourselves to servers"
    )


def _limits(arguments: argparse.Namespace) -> Limits:
    from moderation.sources import Limits

    return Limits(
        max_bytes=arguments.max_bytes,
        total_timeout=arguments.timeout,
        delay=arguments.delay,
        hosts=arguments.hosts,
        comment_pages=arguments.comment_pages,
        cache=arguments.cache,
        allow_private=arguments.allow_private,
        user_agent=arguments.user_agent,
    )
