"""The scorer as an HTTP service.

``run(settings)`` serves until it is told to stop; ``create_app(settings)`` gives the ASGI application, for
people who bring their own server. Both need the ``serve`` extra. ``Settings`` and ``add_arguments`` need
nothing beyond the standard library, so that a command line can show its help without loading a web framework.
"""

from __future__ import annotations

import importlib
from typing import TYPE_CHECKING, Any

from moderation.server.settings import Settings, SettingsError, add_arguments

if TYPE_CHECKING:
    from moderation.server.app import create_app
    from moderation.server.process import run

__all__ = ["Settings", "SettingsError", "add_arguments", "create_app", "run"]

_HOME = {"create_app": "moderation.server.app", "run": "moderation.server.process"}


def __getattr__(name: str) -> Any:
    if name not in _HOME:
        raise AttributeError(f"module 'moderation.server' has no attribute {name!r}")
    return getattr(importlib.import_module(_HOME[name]), name)
