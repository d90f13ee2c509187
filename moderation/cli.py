"""The command line: argument parsing only; each command calls one function of ``moderation.commands``."""

from __future__ import annotations

import argparse
import contextlib
import io
import os
import sys
from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

from moderation import __version__
from moderation.commands import values
from moderation.commands.arguments import (
    EXIT_CODES,
    MEGABYTE,
    add_model_options,
    add_spreadsheet,
    command,
    model_options,
)
from moderation.commands.page_arguments import add_extract, add_scan

if TYPE_CHECKING:
    from moderation.commands.console import Console

_ADMINISTRATION = {
    "keys": "make, list and revoke the service's API keys",
    "suggestions": "write what moderators suggested to the service, as training data",
    "forget": "remove a person's words from the service's store",
}


def main(argv: Sequence[str] | None = None) -> int:
    """Runs one command and returns its exit code; prints no traceback unless asked with ``--debug``."""
    try:
        _speak_utf8()
        words = list(sys.argv[1:] if argv is None else argv)
        parser = build_parser(administration=bool(words) and words[0] in _ADMINISTRATION)
        arguments = parser.parse_args(words)
        if "run" not in arguments:
            parser.print_help(sys.stderr)
            return 2
        return _run(arguments)
    except KeyboardInterrupt:
        with contextlib.suppress(OSError, ValueError):
            print("interrupted", file=sys.stderr)
        return 130


def _run(arguments: argparse.Namespace) -> int:
    from moderation.commands.console import Console, UsageError

    console = Console(debug=getattr(arguments, "debug", False), quiet=getattr(arguments, "quiet", False))
    try:
        code: int = arguments.run(arguments, console)
        sys.stdout.flush()
        return code
    except UsageError as error:
        console.say(f"moderation {arguments.command}: {error}")
        _trace(console, error)
        return 2
    except BrokenPipeError:
        # The reader of the pipe has seen enough (`| head`). Python would complain once more when it exits.
        with contextlib.suppress(OSError, ValueError):
            os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        return console.exit_code
    except Exception as error:
        console.say(f"moderation {arguments.command}: {_unexpected(error, arguments)}")
        _trace(console, error)
        return 1


def build_parser(*, administration: bool = False) -> argparse.ArgumentParser:
    """The parser of all commands.

    The options of those that administer the service's store need the ``serve`` extra, and time to load: they are
    there with ``administration`` only.
    """
    parser = argparse.ArgumentParser(
        prog="moderation",
        description="Takes reader comments out of pages and scores them for toxicity and hate speech.",
        epilog="examples:\n"
        "  moderation scan page.html                 the page's comments, worst first\n"
        "  moderation scan https://example.org/story --output report.html\n"
        "  moderation score comments.csv --output scored.csv\n"
        "  moderation report scored.csv --output report.html\n"
        f"\n{EXIT_CODES}\nEach command has its own help: moderation scan --help",
        formatter_class=argparse.RawDescriptionHelpFormatter,
        allow_abbrev=False,
    )
    parser.add_argument("--version", action="version", version=f"moderation {__version__}")
    commands = parser.add_subparsers(title="commands", metavar="COMMAND", dest="command")
    add_scan(commands)
    add_extract(commands)
    _add_score(commands)
    _add_report(commands)
    _add_serve(commands)
    _add_model(commands)
    _add_policy(commands)
    _add_administration(commands, administration)
    return parser


def _add_score(commands: Any) -> None:
    parser = command(
        commands,
        "score",
        "score the rows of CSV, TSV, JSON lines and text files, each also .gz",
        "  moderation score comments.csv --output scored.csv\n"
        "  moderation score dump.jsonl.gz --text-column body --author-column user --output out.jsonl.gz\n"
        "  moderation score huge.csv --output scored.csv --resume   goes on after a kill\n"
        '  moderation score lines.txt | grep \'"decision": "reject"\'',
    )
    parser.add_argument("files", nargs="+", metavar="FILE", help=".csv, .tsv, .jsonl, .txt, each also .gz; -")
    parser.add_argument(
        "--text-column",
        metavar="NAME",
        help="the column (or its number) with the text; default: guessed, and said",
    )
    parser.add_argument("--author-column", metavar="NAME", help="a column with user names, to be scored too")
    parser.add_argument(
        "--output",
        metavar="FILE",
        help="its ending names the format: .jsonl, .csv, .tsv, also .gz; default: stdout",
    )
    parser.add_argument(
        "--resume", action="store_true", help="go on with the unfinished job of this --output"
    )
    parser.add_argument(
        "--input-format",
        choices=("csv", "tsv", "jsonl", "txt"),
        help="where the name does not tell the format",
    )
    parser.add_argument(
        "--no-header", action="store_true", help="the CSV has no header: column_1, column_2 ..."
    )
    parser.add_argument(
        "--encoding", type=values.encoding, help="default: UTF-8, and Windows-1252 where it is not"
    )
    parser.add_argument(
        "--max-bytes",
        type=values.size,
        metavar="SIZE",
        default=20 * MEGABYTE,
        help="longest row (default 20MB)",
    )
    add_spreadsheet(parser)
    add_model_options(parser)
    parser.set_defaults(run=_score)


def _score(arguments: argparse.Namespace, console: Console) -> int:
    from moderation.batch.rows import RowOptions
    from moderation.commands.score import score_command

    return score_command(
        arguments.files,
        options=RowOptions(
            text_column=arguments.text_column,
            author_column=arguments.author_column,
            format=arguments.input_format,
            encoding=arguments.encoding,
            header=not arguments.no_header,
            max_row=arguments.max_bytes,
        ),
        output=arguments.output,
        resume=arguments.resume,
        console=console,
        spreadsheet_safe=arguments.spreadsheet_safe,
        **model_options(arguments),
    )


def _add_report(commands: Any) -> None:
    parser = command(
        commands,
        "report",
        "rank what score or scan wrote, as a table or an HTML file",
        "  moderation report scored.csv\n"
        "  moderation report scored.jsonl.gz --output report.html --worst 500\n"
        "  moderation report monday.csv tuesday.csv --policy site.toml   other thresholds, no new scoring",
    )
    parser.add_argument(
        "files", nargs="+", metavar="FILE", help="output of score or scan: .jsonl, .csv, .tsv, also .gz; -"
    )
    parser.add_argument(
        "--format",
        choices=("table", "html"),
        help="default: what the ending of --output says, otherwise a table",
    )
    parser.add_argument("--output", metavar="FILE", help="write here instead of stdout (.html, .txt)")
    parser.add_argument(
        "--input-format", choices=("csv", "tsv", "jsonl"), help="where the name does not tell the format"
    )
    parser.add_argument(
        "--worst", type=values.count, metavar="N", default=1000, help="show so many (default 1000)"
    )
    group = parser.add_argument_group(
        "to decide again", "without these the decisions in the files are shown; scores stay as they are"
    )
    group.add_argument("--policy", metavar="FILE", help="thresholds and actions, TOML")
    group.add_argument("--community", metavar="NAME", help="which community of the policy file")
    group.add_argument("--model", metavar="MODEL", help="whose thresholds hold where the file has none")
    parser.set_defaults(run=_report)


def _report(arguments: argparse.Namespace, console: Console) -> int:
    from moderation.commands.report import report_command

    return report_command(
        arguments.files,
        format=arguments.format,
        output=arguments.output,
        worst=arguments.worst,
        input_format=arguments.input_format,
        console=console,
        model=arguments.model,
        policy=arguments.policy,
        community=arguments.community,
    )


def _add_serve(commands: Any) -> None:
    from moderation.server import add_arguments

    parser = command(
        commands,
        "serve",
        "the HTTP service: Perspective's and OpenAI's protocols, and a plain one",
        "  moderation serve\n  moderation serve --host 0.0.0.0 --port 8080",
    )
    add_arguments(parser)
    parser.set_defaults(run=_serve)


def _serve(arguments: argparse.Namespace, console: Console) -> int:
    from moderation.commands.serve import serve_command

    return serve_command(arguments)


def _add_model(commands: Any) -> None:
    parser = command(
        commands,
        "model",
        "list, verify and describe the models found",
        "  moderation model                 the models found\n"
        "  moderation model verify          check every file of every model against its hash\n"
        "  moderation model card            the model card: data, figures, limits\n"
        "  moderation model thresholds path/to/model",
    )
    parser.add_argument("action", nargs="?", choices=("list", "verify", "card", "thresholds"), default="list")
    parser.add_argument(
        "model", nargs="?", metavar="MODEL", help="a model's name or folder; default: the bundled one"
    )
    parser.set_defaults(run=_model)


def _model(arguments: argparse.Namespace, console: Console) -> int:
    from moderation.commands.model import model_command

    return model_command(arguments.action, arguments.model, console=console)


def _add_policy(commands: Any) -> None:
    parser = command(
        commands,
        "policy",
        "check a policy file, or show the thresholds in force with a model",
        "  moderation policy check site.toml\n  moderation policy show site.toml --community sports",
    )
    parser.add_argument("action", choices=("check", "show"))
    parser.add_argument(
        "file",
        nargs="?",
        metavar="FILE",
        help="a TOML file; show without one: what holds without a policy file",
    )
    parser.add_argument("--community", metavar="NAME", help="show this community's policy")
    parser.add_argument(
        "--model",
        metavar="MODEL",
        help="show: whose thresholds hold where the file has none; default: the bundled one",
    )
    parser.set_defaults(run=_policy)


def _policy(arguments: argparse.Namespace, console: Console) -> int:
    from moderation.commands.policy import policy_command

    return policy_command(
        arguments.action, arguments.file, arguments.community, arguments.model, console=console
    )


def _add_administration(commands: Any, loaded: bool) -> None:
    from moderation.commands import serve

    if loaded and not serve.missing():
        from moderation.server.administration import add_commands, administer

        add_commands(commands)
        for name in _ADMINISTRATION:
            commands.choices[name].set_defaults(run=lambda arguments, console: administer(arguments))
        return
    for name, help in _ADMINISTRATION.items():
        parser = commands.add_parser(name, help=help, add_help=not loaded)
        parser.add_argument("words", nargs=argparse.REMAINDER, help=argparse.SUPPRESS)
        parser.set_defaults(run=lambda arguments, console: serve.refuse())


def _speak_utf8() -> None:
    """UTF-8 on stdout and stderr whatever the locale says: data must not depend on it."""
    for stream in (sys.stdout, sys.stderr):
        if isinstance(stream, io.TextIOWrapper):
            stream.reconfigure(encoding="utf-8", errors="backslashreplace", newline="\n")


def _unexpected(error: Exception, arguments: argparse.Namespace) -> str:
    """One line that names the error and what was being worked on."""
    inputs = getattr(arguments, "sources", None) or getattr(arguments, "files", None) or []
    names = ", ".join(inputs[:3]) + (" ..." if len(inputs) > 3 else "")
    detail = str(error).splitlines()[0][:300] if str(error).strip() else "no details"
    place = f" while working on {names}" if names else ""
    return f"unexpected {type(error).__name__}{place}: {detail} (--debug shows where)"


def _trace(console: Console, error: BaseException) -> None:
    if console.debug:
        console.trace(error)
