"""Bytes that are no HTTP get JSON all the same: no page, no plain text."""

from __future__ import annotations

import json
import socket

import httpx
import pytest
from serving import serving

BROKEN_LENGTH = b"HTTP/1.1\r\nHost: a\r\nContent-Length: a few\r\n\r\n"
BROKEN_CHUNK = b"HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\nZZ\r\nno chunk"


@pytest.fixture(scope="module")
def service(tmp_path_factory):
    with serving(tmp_path_factory.mktemp("service")) as running:
        yield running


def answer(url: str, sent: bytes) -> tuple[bytes, bytes, dict]:
    """Status line, other headers in lower case, and the body of what comes back until the server hangs up."""
    with socket.create_connection((httpx.URL(url).host, httpx.URL(url).port or 0), 10) as connection:
        connection.sendall(sent)
        received = b"".join(iter(lambda: connection.recv(65536), b""))
    head, _, body = received.partition(b"\r\n\r\n")
    status, _, headers = head.partition(b"\r\n")
    assert f"content-length: {len(body)}".encode() in headers.lower()
    return status, headers.lower(), json.loads(body)


@pytest.mark.parametrize(
    "sent",
    [
        b"\x16\x03\x01\x02\x00\x01\x00\x01\xfc\x03\x03 a TLS greeting\r\n\r\n",
        b"<html>\r\n\r\n",
        b"GET / HTTP/9.x\r\n\r\n",
        b"GET /healthz HTTP/1.1\r\nno colon here\r\n\r\n",
        b"POST /v1alpha1/comments:analyze " + BROKEN_LENGTH,
        b"POST /v1/score " + BROKEN_LENGTH,
        b"POST /v1/score " + BROKEN_CHUNK,
    ],
)
def test_it_is_answered_as_google_would(service, sent):
    status, headers, body = answer(service.url, sent)
    assert status.startswith(b"HTTP/1.1 400")
    assert b"content-type: application/json" in headers
    assert (body["error"]["code"], body["error"]["status"]) == (400, "INVALID_ARGUMENT")
    assert body["error"]["details"][0]["errorType"] == "INVALID_REQUEST"


def test_it_is_answered_in_openais_shape_where_the_address_was_understood(service):
    status, _, body = answer(service.url, b"POST /v1/moderations " + BROKEN_CHUNK)
    assert status.startswith(b"HTTP/1.1 400")
    assert body["error"]["type"] == "invalid_request_error"


def test_the_service_goes_on(service):
    answer(service.url, b"\x00\r\n\r\n")
    assert httpx.get(f"{service.url}/healthz").json() == {"status": "ok"}
    assert "Traceback" not in service.log
