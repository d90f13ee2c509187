from __future__ import annotations

import asyncio
import sys
from pathlib import Path

import httpx
import pytest

sys.path.insert(0, str(Path(__file__).parent))

from fake_scorer import FakeScorer

from moderation.server.app import create_app
from moderation.server.settings import Settings


class Api:
    """The application without a network: ``api.post(path, json=...)``; ``api.together`` sends at
    the same time.
    """

    def __init__(self, settings: Settings, scorer: FakeScorer) -> None:
        self.scorer = scorer
        self.app = create_app(settings, scorer=scorer)
        self.service = self.app.state.service
        self.service.start()
        self._runner = asyncio.Runner()
        transport = httpx.ASGITransport(self.app)
        self._client = httpx.AsyncClient(transport=transport, base_url="http://scores.test", trust_env=False)

    def close(self) -> None:
        self.scorer.gate.set()
        self._runner.run(self._client.aclose())
        self._runner.close()
        self.service.close()

    def request(self, method: str, path: str, **options) -> httpx.Response:
        return self._runner.run(self._client.request(method, path, **options))

    def get(self, path: str, **options) -> httpx.Response:
        return self.request("GET", path, **options)

    def post(self, path: str, **options) -> httpx.Response:
        return self.request("POST", path, **options)


@pytest.fixture
def make_api(tmp_path):
    made = []

    def make(scorer: FakeScorer | None = None, **settings) -> Api:
        settings.setdefault("database", f"sqlite:///{tmp_path / 'store.sqlite3'}")
        api = Api(Settings(**settings), scorer or FakeScorer())
        made.append(api)
        return api

    yield make
    for api in made:
        api.close()


@pytest.fixture
def api(make_api) -> Api:
    return make_api()
