"""What an operator does beside the running service: make and revoke keys, take suggestions out, forget a
person.

``add_commands`` puts them on a command line; each is also a plain function. They work on the store alone, so
they need neither the model nor a running service, and a running service notices within seconds.
"""

from __future__ import annotations

import argparse
import csv
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path
from typing import IO, Any

from moderation.server.keys import create_key, list_keys, revoke_key
from moderation.server.settings import Settings
from moderation.server.store import Store, StoreError, Suggestion, text_key
from moderation.types import ATTRIBUTES

#: What training reads: the text and a column for each attribute, blank where nobody said anything.
COLUMNS = ("text", *ATTRIBUTES, "community", "created_at")


@contextmanager
def opened(database: str | None = None) -> Iterator[Store]:
    """The store at a URL, by default the one the service uses. Raises StoreError."""
    store = Store(Settings.load({"database": database}).database)
    store.open()
    try:
        yield store
    finally:
        store.close()


def export_suggestions(
    store: Store, output: IO[str], *, since: datetime | None = None, community: str | None = None
) -> int:
    """Writes suggestions as CSV for ``training.train --data``; how many.

    Of several judgements of one text in one community the newest counts: moderators change their minds.
    """
    newest: dict[tuple[str | None, str], Suggestion] = {}
    for suggestion in store.suggestions(since=since, community=community):
        newest[suggestion.community, text_key(suggestion.text)] = suggestion
    writer = csv.DictWriter(output, COLUMNS, lineterminator="\n")
    writer.writeheader()
    for suggestion in newest.values():
        assert suggestion.created_at is not None
        scores = {name: suggestion.scores.get(name, "") for name in ATTRIBUTES}
        made = suggestion.created_at.isoformat(timespec="seconds")
        writer.writerow(
            {
                "text": suggestion.text,
                **scores,
                "community": suggestion.community or "",
                "created_at": made,
            }
        )
    return len(newest)


def add_commands(commands: Any) -> None:
    """Adds ``keys``, ``suggestions`` and ``forget``; each parser's ``administer`` default runs it."""
    keys = commands.add_parser("keys", help="make, list and revoke the service's API keys")
    keys.add_argument("action", choices=("create", "list", "revoke"))
    keys.add_argument("name", nargs="?", metavar="NAME", help="create: whose key; revoke: the key's id")
    keys.add_argument("--rate-limit", type=float, metavar="N", help="requests a second for this key")
    keys.set_defaults(administer=_keys)

    suggestions = commands.add_parser("suggestions", help="write what moderators suggested, as training data")
    suggestions.add_argument("--output", metavar="FILE", help="a CSV file; default: stdout")
    suggestions.add_argument("--since", type=_date, metavar="DATE", help="not before this day (2026-12-31)")
    suggestions.add_argument("--community", metavar="NAME", help="this community's only")
    suggestions.set_defaults(administer=_suggestions)

    forget = commands.add_parser("forget", help="remove a person's words from the store")
    forget.add_argument("--author", metavar="NAME", help="all suggestions by this author")
    forget.add_argument("--text", metavar="TEXT", help="all suggestions of this text; -: read it from stdin")
    forget.set_defaults(administer=_forget)

    for parser in (keys, suggestions, forget):
        parser.add_argument("--database", metavar="URL", help="the store; default: the service's own")


def administer(arguments: argparse.Namespace) -> int:
    """Runs a command that ``add_commands`` parsed; the exit code: 0 done, 1 failed, 2 wrong usage."""
    try:
        with opened(arguments.database) as store:
            return int(arguments.administer(store, arguments))
    except (StoreError, OSError, ValueError) as error:
        print(f"moderation: {error}", file=sys.stderr)
        return 2 if isinstance(error, ValueError) else 1


def _keys(store: Store, arguments: argparse.Namespace) -> int:
    if arguments.action == "list":
        for key in list_keys(store):
            state = "in force" if key.revoked_at is None else f"revoked {key.revoked_at:%Y-%m-%d}"
            limit = "" if key.rate_limit is None else f"  {key.rate_limit:g}/s"
            print(f"{key.id}  {key.created_at:%Y-%m-%d}  {state}{limit}  {key.name}")
        return 0
    if not arguments.name:
        raise ValueError(
            f"keys {arguments.action}: say {'whose' if arguments.action == 'create' else 'which'}"
        )
    if arguments.action == "create":
        key, secret = create_key(store, arguments.name, rate_limit=arguments.rate_limit)
        print(secret)
        print(f"Key {key.id} for {key.name}. It is shown this once, and kept as a hash.", file=sys.stderr)
        return 0
    try:
        revoke_key(store, arguments.name)
    except KeyError as error:
        print(f"moderation keys: {error.args[0]}", file=sys.stderr)
        return 1
    return 0


def _suggestions(store: Store, arguments: argparse.Namespace) -> int:
    wanted = {"since": arguments.since, "community": arguments.community}
    if arguments.output is None:
        count = export_suggestions(store, sys.stdout, **wanted)
    else:
        try:
            with Path(arguments.output).open("w", encoding="utf-8", newline="") as output:
                count = export_suggestions(store, output, **wanted)
        except OSError as error:
            raise ValueError(f"{arguments.output}: cannot be written: {error.strerror or error}") from error
    print(f"{count} suggestions", file=sys.stderr)
    return 0


def _forget(store: Store, arguments: argparse.Namespace) -> int:
    text = sys.stdin.read() if arguments.text == "-" else arguments.text
    if arguments.author is None and text is None:
        raise ValueError("forget: say --author or --text")
    count = store.forget(author=arguments.author, text=text)
    print(f"{count} suggestions removed", file=sys.stderr)
    return 0


def _date(value: str) -> datetime:
    try:
        return datetime.fromisoformat(value).replace(tzinfo=UTC)
    except ValueError:
        raise argparse.ArgumentTypeError(f"{value!r} is no date such as 2026-12-31") from None
