"""A tiny scorer that speaks the Perspective protocol, and can be told to misbehave.

For what the plugin must survive: a scorer that is slow, dead, wrong or rude. Whether the plugin and the real
server understand each other is tested against the real server. Runs in the test's process, or alone, to be
killed: ``python perspective_double.py PORT [MODE]``.
"""

from __future__ import annotations

import contextlib
import json
import sys
import threading
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

#: Word → attribute → score. Everything else is harmless.
LEXICON: dict[str, dict[str, float]] = {
    "idiot": {"TOXICITY": 0.93, "INSULT": 0.95},
    "scumbag": {"TOXICITY": 0.99, "INSULT": 0.99, "SEVERE_TOXICITY": 0.9},
    "darn": {"TOXICITY": 0.4, "PROFANITY": 0.6},
}
HARMLESS = 0.02
MAX_BYTES = 20_480


def utf16(text: str) -> int:
    return len(text.encode("utf-16-le")) // 2


def error(code: int, message: str, status: str, kind: str = "") -> tuple[int, dict[str, Any]]:
    details = [{"@type": "type.googleapis.com/google.commentanalyzer.v1alpha1.Error", "errorType": kind}]
    envelope = {"code": code, "message": message, "status": status, "details": details if kind else []}
    return code, {"error": envelope}


def analyze(request: dict[str, Any]) -> tuple[int, dict[str, Any]]:
    """The answer to an ``analyze`` request: status and body."""
    text = request.get("comment", {}).get("text", "")
    if not text.strip():
        return error(400, "Comment must be non-empty.", "INVALID_ARGUMENT", "COMMENT_EMPTY")
    if len(text.encode()) > MAX_BYTES:
        return error(400, "Comment text too long.", "INVALID_ARGUMENT", "COMMENT_TOO_LONG")
    if "voilà" in text:
        message = "Attribute TOXICITY does not support request languages: fr"
        return error(400, message, "INVALID_ARGUMENT", "LANGUAGE_NOT_SUPPORTED_BY_ATTRIBUTE")
    attributes: dict[str, Any] = {}
    for name in request["requestedAttributes"]:
        if name == "SEXUALLY_EXPLICIT":  # this double's model has no such attribute, like ours
            continue
        best, spans = HARMLESS, []
        for word, scores in LEXICON.items():
            at = text.find(word)
            while at >= 0 and name in scores:
                begin = utf16(text[:at])
                value = {"value": scores[name], "type": "PROBABILITY"}
                spans.append({"begin": begin, "end": begin + utf16(word), "score": value})
                best = max(best, scores[name])
                at = text.find(word, at + 1)
        attributes[name] = {"summaryScore": {"value": best, "type": "PROBABILITY"}, "spanScores": spans}
    return 200, {"attributeScores": attributes, "languages": ["en"], "detectedLanguages": ["en"]}


@dataclass
class Seen:
    """One request as it came in."""

    path: str
    headers: dict[str, str]
    body: dict[str, Any]

    @property
    def text(self) -> str:
        return self.body["comment"]["text"]


@dataclass
class PerspectiveDouble:
    """A scorer on 127.0.0.1. ``mode`` may be changed at any time:

    ``up``; ``hang`` (takes the request, never answers); ``drip`` (a byte now and then); ``html`` (a page);
    ``other`` (JSON, but no scores); ``nonsense`` (scores that are no numbers); ``huge`` (an endless answer);
    or a status code as text, such as ``503``, with the protocol's error.
    """

    port: int = 0
    mode: str = "up"
    retry_after: str = ""
    seen: list[Seen] = field(default_factory=list)
    _server: ThreadingHTTPServer | None = None
    _released: threading.Event = field(default_factory=threading.Event)

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.port}"

    def analyzed(self) -> list[Seen]:
        return [s for s in self.seen if s.path.endswith(":analyze")]

    def suggested(self) -> list[Seen]:
        return [s for s in self.seen if s.path.endswith(":suggestscore")]

    def start(self) -> None:
        """Listens; on the same port as before after ``stop``."""
        double = self
        self._released = threading.Event()

        class Handler(BaseHTTPRequestHandler):
            def log_message(self, *_: object) -> None:
                pass

            def do_POST(self) -> None:
                raw = self.rfile.read(int(self.headers.get("Content-Length", 0)))
                double.seen.append(Seen(self.path, dict(self.headers), json.loads(raw)))
                with contextlib.suppress(OSError):  # the client gave up, as it should
                    double._answer(self)

        class Server(ThreadingHTTPServer):
            daemon_threads = True
            allow_reuse_address = True

        self._server = Server(("127.0.0.1", self.port), Handler)
        self.port = self._server.server_address[1]
        threading.Thread(
            target=self._server.serve_forever, kwargs={"poll_interval": 0.05}, daemon=True
        ).start()

    def stop(self) -> None:
        """Closes the port: connections are refused."""
        if self._server is not None:
            self._released.set()
            self._server.shutdown()
            self._server.server_close()
            self._server = None

    def reset(self) -> None:
        self.stop()
        self.mode, self.retry_after = "up", ""
        self.seen.clear()
        self.start()

    def _answer(self, handler: BaseHTTPRequestHandler) -> None:
        request, path = self.seen[-1].body, self.seen[-1].path
        if self.mode == "hang":
            self._released.wait(60)
            return
        if self.mode == "drip":
            handler.wfile.write(b"HTTP/1.1 200 OK\r\nContent-Type: application/json\r\n\r\n")
            while not self._released.wait(0.2):
                handler.wfile.write(b" ")
                handler.wfile.flush()
            return
        if self.mode == "huge":
            handler.wfile.write(
                b'HTTP/1.1 200 OK\r\nContent-Type: application/json\r\n\r\n{"attributeScores":{"'
            )
            for _ in range(4000):
                handler.wfile.write(b"x" * 4096)
            return
        kind = "application/json; charset=utf-8"
        if self.mode == "html":
            status, body, kind = 200, b"<html><b>It works!</b><script>alert(1)</script></html>", "text/html"
        elif self.mode == "other":
            status, body = 200, b'{"hello": "world"}'
        elif self.mode == "nonsense":
            status, body = 200, b'{"attributeScores": {"TOXICITY": {"summaryScore": {"value": "very"}}}}'
        elif self.mode.isdigit():
            key = handler.headers.get("X-goog-api-key", "")
            status, answer = error(int(self.mode), f"Refused <i>key</i> {key}", "UNAVAILABLE")
            body = json.dumps(answer).encode()
        elif path.endswith(":analyze"):
            status, answer = analyze(request)
            body = json.dumps(answer).encode()
        else:
            status, body = 200, json.dumps({"clientToken": request.get("clientToken", "")}).encode()
        handler.send_response(status)
        handler.send_header("Content-Type", kind)
        handler.send_header("Content-Length", str(len(body)))
        if self.retry_after:
            handler.send_header("Retry-After", self.retry_after)
        handler.end_headers()
        handler.wfile.write(body)


if __name__ == "__main__":
    alone = PerspectiveDouble(port=int(sys.argv[1]), mode=sys.argv[2] if len(sys.argv) > 2 else "up")
    alone.start()
    print("ready", flush=True)
    threading.Event().wait()
