"""A web server for whoever needs one. In CI the fuzzers draw the same examples every time; on a developer's machine they
look for new ones.
"""

import os
import signal
from collections.abc import Iterator

import pytest
from hypothesis import settings
from sources.web_server import Server

settings.register_profile("ci", derandomize=True)
if os.environ.get("CI"):
    settings.load_profile("ci")
if signal.getsignal(signal.SIGINT) is signal.SIG_IGN:
    # A shell starts what runs in the background deaf to Ctrl-C, and the programs that are tested would inherit it.
    signal.signal(signal.SIGINT, signal.default_int_handler)


@pytest.fixture
def server() -> Iterator[Server]:
    server = Server()
    yield server
    server.close()
