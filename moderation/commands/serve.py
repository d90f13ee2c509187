"""``serve``: the HTTP service, for those who installed it."""

from __future__ import annotations

import argparse
import importlib.util

from moderation.commands.console import UsageError

_NEEDED = ("fastapi", "uvicorn", "sqlalchemy", "alembic", "prometheus_client")


def missing() -> list[str]:
    """What of the ``serve`` extra is not installed."""
    return [name for name in _NEEDED if importlib.util.find_spec(name) is None]


def refuse() -> int:
    """Raises a :class:`UsageError` that says what to install."""
    names = ", ".join(missing())
    raise UsageError(f"the service needs {names}: install it with pip install 'comment-moderation[serve]'")


def serve_command(arguments: argparse.Namespace) -> int:
    """Serves until stopped. Raises :class:`UsageError` when the ``serve`` extra is missing."""
    if missing():
        refuse()
    from moderation.server import Settings, SettingsError, run

    try:
        settings = Settings.from_arguments(arguments)
    except SettingsError as error:
        raise UsageError(str(error)) from error
    return run(settings)
