from __future__ import annotations

import sys
from pathlib import Path

import pytest

sys.path.insert(0, str(Path(__file__).parent))
sys.path.insert(0, str(Path(__file__).parents[2] / "server"))

from serving import serving

from moderation.server.administration import opened
from moderation.server.keys import create_key


@pytest.fixture(scope="session")
def services(tmp_path_factory):
    """Running services by what is special about them, as clients are told: name → url and key.

    Those with a rate limit and those that are too busy differ for each client, so they are made by ``busy``.
    """
    folder = tmp_path_factory.mktemp("services")
    locked = folder / "locked"
    locked.mkdir()
    with opened(f"sqlite:///{locked / 'store.sqlite3'}") as store:
        _, secret = create_key(store, "partner tests")
    with (
        serving(folder / "open") as open_,
        serving(locked, require_key="yes", strict_languages="yes", max_body_bytes=50_000) as closed,
    ):
        yield {
            "open": {"url": open_.url, "key": "any"},
            "locked": {"url": closed.url, "key": secret},
            "wrong": {"url": closed.url, "key": "wrong"},
        }


@pytest.fixture
def limited(tmp_path):
    """A service whose limit the second request is over."""
    with serving(tmp_path / "limited", rate_limit=0.001, rate_burst=1) as service:
        yield {"url": service.url, "key": "any"}


@pytest.fixture
def down(tmp_path):
    """A service that is always too late: what a client sees as 503."""
    with serving(tmp_path / "down", fake_delay=1.0, answer_seconds=0.01) as service:
        yield {"url": service.url, "key": "any"}
