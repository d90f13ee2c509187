"""https: the certificate is held against the host's name, though the connection goes to a checked address."""

from __future__ import annotations

import shutil
import ssl
import subprocess
from collections.abc import Iterator
from pathlib import Path

import pytest
from web_server import Server, answer

from moderation.sources import Document, Failure, Limits, fetch
from moderation.sources.request import tls_context

LOCAL = Limits(allow_private=True, delay=0, retries=0, timeout=20, total_timeout=60)

pytestmark = pytest.mark.skipif(shutil.which("openssl") is None, reason="needs openssl to make a certificate")


@pytest.fixture(scope="module")
def certificate(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, Path]:
    """A self-signed certificate for the name localhost alone, and its key."""
    folder = tmp_path_factory.mktemp("tls")
    cert, key = folder / "cert.pem", folder / "key.pem"
    subprocess.run(
        [
            *(
                "openssl",
                "req",
                "-x509",
                "-newkey",
                "ec",
                "-pkeyopt",
                "ec_paramgen_curve:prime256v1",
                "-nodes",
            ),
            *("-keyout", str(key), "-out", str(cert), "-days", "2", "-subj", "/CN=localhost"),
            *("-addext", "subjectAltName=DNS:localhost"),
        ],
        check=True,
        capture_output=True,
    )
    return cert, key


@pytest.fixture
def secure(certificate: tuple[Path, Path]) -> Iterator[Server]:
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(*certificate)
    server = Server(context)
    server.routes["/a"] = answer(b"<p>A story about rain.</p>")
    yield server
    server.close()


@pytest.fixture
def trusted(certificate: tuple[Path, Path], monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    monkeypatch.setenv("SSL_CERT_FILE", str(certificate[0]))
    tls_context.cache_clear()
    yield
    tls_context.cache_clear()


@pytest.mark.usefixtures("trusted")
def test_a_page_comes_over_https(secure: Server) -> None:
    found = fetch(secure.url("/a", host="localhost"), limits=LOCAL)
    assert isinstance(found, Document), found
    assert found.url == secure.url("/a", host="localhost")


@pytest.mark.usefixtures("trusted")
def test_a_certificate_for_another_name_is_refused(secure: Server) -> None:
    found = fetch(secure.url("/a", host="127.0.0.1"), limits=LOCAL)
    assert isinstance(found, Failure) and "certificate" in found.message
    assert secure.requests == []


def test_a_certificate_nobody_vouches_for_is_refused(secure: Server) -> None:
    found = fetch(secure.url("/a", host="localhost"), limits=LOCAL)
    assert isinstance(found, Failure) and "certificate" in found.message
    assert secure.requests == []
