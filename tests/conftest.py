"""A web server for whoever needs one. In CI the fuzzers draw the same examples every time; on a developer's machine they
look for new ones.
"""

import os
from collections.abc import Iterator

import pytest
from hypothesis import settings
from sources.web_server import Server

settings.register_profile("ci", derandomize=True)
if os.environ.get("CI"):
    settings.load_profile("ci")


@pytest.fixture
def server() -> Iterator[Server]:
    server = Server()
    yield server
    server.close()
