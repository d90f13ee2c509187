"""A real Isso from PyPI with a page that embeds it, filled over HTTP with the conversation."""

from __future__ import annotations

import os
import subprocess
import threading
from dataclasses import dataclass, field
from datetime import UTC, datetime
from functools import partial
from http.server import SimpleHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

import httpx
from conversation import CONVERSATION, POST, STORY, Said, by_name
from environments import python_with
from wordpress_sites import free_port, stop_group, wait_for

RELEASE = "isso==0.14.0"
THREAD = "/ferry/"
#: So many like the first comment of the conversation.
LIKES = 3
PAGE = """<!doctype html>
<html lang="en"><head><meta charset="utf-8"><title>{title}</title></head>
<body><article><h1>{title}</h1>{story}</article>
<section id="isso-thread" data-isso-id="{thread}"></section>
<script data-isso="{isso}/" data-isso-page-author-hashes="{authors}" src="{isso}/js/embed.min.js"></script>
</body></html>
"""
CONFIGURATION = """
[general]
dbpath = {folder}/comments.db
host = {page}/
[server]
listen = {isso}
trusted-proxies = 127.0.0.1
[guard]
enabled = false
[rss]
base = {page}
"""


class _Quiet(SimpleHTTPRequestHandler):
    def log_message(self, format: str, *args: object) -> None:
        pass


@dataclass(frozen=True)
class Posted:
    """What Isso answered to a comment."""

    id: int
    parent: int | None
    created: datetime


@dataclass
class RunningIsso:
    """Isso and the page, each on a port of its own, as on a real site."""

    folder: Path
    isso: str = ""
    page: str = ""
    posted: dict[str, Posted] = field(default_factory=dict)

    @property
    def url(self) -> str:
        return f"{self.page}{THREAD}"

    def start(self) -> None:
        (self.folder / "www" / THREAD.strip("/")).mkdir(parents=True)
        self._pages = ThreadingHTTPServer(
            ("127.0.0.1", 0), partial(_Quiet, directory=str(self.folder / "www"))
        )
        threading.Thread(target=self._pages.serve_forever, daemon=True).start()
        self.page = f"http://127.0.0.1:{self._pages.server_port}"
        self.isso = f"http://127.0.0.1:{free_port()}"
        settings = self.folder / "isso.cfg"
        settings.write_text(CONFIGURATION.format(folder=self.folder, page=self.page, isso=self.isso))
        program = python_with(RELEASE).parent / "isso"
        with (self.folder / "isso.log").open("wb") as log:
            self._server = subprocess.Popen(
                [str(program), "-c", str(settings), "run"],
                stdout=log,
                stderr=log,
                stdin=subprocess.DEVNULL,
                start_new_session=True,
                env={**os.environ, "TZ": "UTC"},  # its feed calls the machine's own time UTC
            )
        wait_for(self._answers, "Isso", 120)

    def stop(self) -> None:
        if hasattr(self, "_server"):
            stop_group(self._server)
        if hasattr(self, "_pages"):
            self._pages.shutdown()

    def fill(self) -> None:
        authors = ""
        for at, said in enumerate(CONVERSATION):
            body = {"text": said.markdown or said.shown, "author": said.author, "email": said.email}
            body |= {"title": POST}
            if said.under:
                body |= {"parent": self.posted[said.under].id}
            # Isso lets nobody vote on what came from the same address.
            answer = self._post(f"/new?uri={THREAD}", body, address=f"203.0.{at}.7").json()
            created = datetime.fromtimestamp(int(answer["created"]), UTC)
            self.posted[said.name] = Posted(answer["id"], answer["parent"], created)
            if said.by_author:
                authors = answer["hash"]
        self._like(CONVERSATION[0], LIKES)
        story = "".join(f"<p>{paragraph}</p>" for paragraph in STORY)
        page = PAGE.format(title=POST, story=story, thread=THREAD, isso=self.isso, authors=authors)
        (self.folder / "www" / THREAD.strip("/") / "index.html").write_text(page, encoding="utf-8")

    def _like(self, said: Said, times: int) -> None:
        for at in range(times):
            self._post(f"/id/{self.posted[said.name].id}/like", {}, address=f"198.51.{at}.7")

    def source(self) -> str:
        """The page as a crawler without scripts sees it."""
        return httpx.get(self.url, timeout=60).text

    def feed(self) -> bytes:
        answer = httpx.get(f"{self.isso}/feed", params={"uri": THREAD}, timeout=60)
        assert answer.status_code == 200, answer.text
        return answer.content

    def _post(self, path: str, body: dict[str, object], address: str) -> httpx.Response:
        answer = httpx.post(self.isso + path, json=body, headers={"X-Forwarded-For": address}, timeout=60)
        assert answer.status_code < 300, answer.text
        return answer

    def _answers(self) -> bool:
        try:
            return httpx.get(f"{self.isso}/js/embed.min.js", timeout=30).status_code == 200
        except httpx.HTTPError:
            return False


def top_of(said: Said) -> Said | None:
    """Isso keeps two levels: whoever answers a reply is put under the comment that began the thread."""
    above = by_name(said.under)
    if above is None:
        return None
    return top_of(above) or above


def in_isso_order() -> list[Said]:
    """Threads as they were begun, replies under them as they were posted."""
    tops = [s for s in CONVERSATION if s.under is None]
    return [s for top in tops for s in (top, *(r for r in CONVERSATION if top_of(r) is top))]
