"""What the commands' arguments have in common: how a command is made, and the groups of options they share."""

from __future__ import annotations

import argparse
from typing import Any

from moderation.commands import values

EXIT_CODES = (
    "Exit codes: 0 done; 1 some input failed (each named on stderr, the rest delivered); 2 wrong usage."
)
MEGABYTE = 1_000_000


def command(commands: Any, name: str, help: str, examples: str) -> argparse.ArgumentParser:
    """A command's parser, with the options that all of them take."""
    parser: argparse.ArgumentParser = commands.add_parser(
        name,
        help=help,
        description=help[0].upper() + help[1:] + ".",
        epilog=f"examples:\n{examples}\n\n{EXIT_CODES}",
        formatter_class=argparse.RawDescriptionHelpFormatter,
        allow_abbrev=False,
    )
    parser.add_argument("--debug", action="store_true", help="show the traceback of every error")
    parser.add_argument(
        "--quiet", action="store_true", help="no warnings and no progress on stderr, errors only"
    )
    return parser


def add_spreadsheet(parser: argparse.ArgumentParser) -> None:
    parser.add_argument(
        "--spreadsheet-safe",
        action="store_true",
        help="in CSV and TSV, put ' before texts that a spreadsheet would run as a formula",
    )


def add_model_options(parser: argparse.ArgumentParser) -> None:
    group = parser.add_argument_group("model and policy")
    group.add_argument("--model", metavar="MODEL", help="a model's name or folder; default: the bundled one")
    group.add_argument("--threads", type=values.count, metavar="N", help="default: one for each core")
    group.add_argument(
        "--policy", metavar="FILE", help="thresholds and actions, TOML; default: the model's own"
    )
    group.add_argument("--community", metavar="NAME", help="which community of the policy file")


def model_options(arguments: argparse.Namespace) -> dict[str, Any]:
    return {name: getattr(arguments, name) for name in ("model", "threads", "policy", "community")}
