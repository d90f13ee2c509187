"""WordPress sites and an Isso, filled over HTTP with one conversation."""

from __future__ import annotations

import shutil
import signal
import sys
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

sys.path[:0] = [str(Path(__file__).parents[1] / name) for name in ("wordpress", "clients")]

from filled_wordpress import FilledWordPress  # noqa: E402
from running_isso import RunningIsso  # noqa: E402
from wordpress_sites import Site, debian_site, playground_site  # noqa: E402

BUILDERS = {"wordpress-6.1": debian_site, "wordpress-6.6": playground_site}


@pytest.fixture(scope="session")
def sites(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Callable[[str], FilledWordPress]]:
    """Sites by their names in ``BUILDERS``, started when first asked for; the conversation is under a post."""
    filled: dict[str, FilledWordPress] = {}
    started: list[Site] = []
    # A run that is told to stop must stop its servers too.
    before = signal.signal(signal.SIGTERM, signal.default_int_handler)

    def site(name: str) -> FilledWordPress:
        if name not in filled:
            started.append(BUILDERS[name](tmp_path_factory.mktemp(name)))
            fresh = FilledWordPress(started[-1])
            fresh.fill()
            filled[name] = fresh
        return filled[name]

    try:
        yield site
    finally:
        signal.signal(signal.SIGTERM, before)
        for running in started:
            running.stop()
            shutil.rmtree(running.root.parent, ignore_errors=True)


@pytest.fixture
def wordpress(request: pytest.FixtureRequest, sites: Callable[[str], FilledWordPress]) -> FilledWordPress:
    return sites(request.param)


@pytest.fixture(scope="session")
def isso(tmp_path_factory: pytest.TempPathFactory) -> Iterator[RunningIsso]:
    running = RunningIsso(tmp_path_factory.mktemp("isso"))
    try:
        running.start()
        running.fill()
        yield running
    finally:
        running.stop()
