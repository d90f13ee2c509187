"""What does not even parse as HTTP is answered in JSON like every other mistake."""

from __future__ import annotations

from typing import Any

from uvicorn.protocols.http.auto import AutoHTTPProtocol

from moderation.server.errors import ApiError, error_response

_HEAD = b"HTTP/1.1 400 Bad Request\r\ncontent-type: application/json\r\ncontent-length: %d\r\nconnection: close\r\n\r\n"


class JsonHttpProtocol(AutoHTTPProtocol):  # type: ignore[misc, valid-type]
    """The web server's own protocol, whichever parser it found, but for its one answer in plain text."""

    url: bytes
    scope: dict[str, Any] | None
    transport: Any

    def send_400_response(self, msg: str) -> None:
        """Answers and hangs up. The shape is that of the address, as far as one was understood."""
        path = (getattr(self, "scope", None) or {}).get("path") or getattr(self, "url", b"").decode("latin-1")
        body = error_response(ApiError(400, msg), path.split("?")[0]).body
        self.transport.write(_HEAD % len(body) + body)
        self.transport.close()
