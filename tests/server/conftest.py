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

    def together(self, *requests: tuple, headers=None) -> list[httpx.Response]:
        async def send():
            transport = httpx.ASGITransport(self.app)
            async with httpx.AsyncClient(transport=transport, base_url="http://scores.test") as client:
                made = [client.request(m, path, **options) for m, path, options in requests]
                return await asyncio.gather(*made)

        return asyncio.run(send())

    def request(self, method: str, path: str, **options) -> httpx.Response:
        return self.together((method, path, options))[0]

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
        api.scorer.gate.set()
        api.service.close()


@pytest.fixture
def api(make_api) -> Api:
    return make_api()
