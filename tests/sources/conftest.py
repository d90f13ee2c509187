from __future__ import annotations

import pytest
from web_server import Clock


@pytest.fixture
def clock() -> Clock:
    return Clock()
