"""A second site, on another address."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from sources.web_server import Server


@pytest.fixture
def other() -> Iterator[Server]:
    server = Server(host="127.0.0.2")
    yield server
    server.close()
