from __future__ import annotations

from collections.abc import Iterator

import pytest
from web_server import Clock, Server


@pytest.fixture
def server() -> Iterator[Server]:
    server = Server()
    yield server
    server.close()


@pytest.fixture
def clock() -> Clock:
    return Clock()
