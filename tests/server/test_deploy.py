"""What an operator copies from ``deploy/`` and ``docs/``."""

from __future__ import annotations

import re
import shlex
import socket
import ssl
import subprocess
import threading
from pathlib import Path

import pytest

from moderation.server.settings import all_settings, variable_of

ROOT = Path(__file__).parents[2]
NAME = "commentanalyzer.googleapis.com"


@pytest.fixture(scope="module")
def certificates(tmp_path_factory):
    """A folder with the files that the commands of docs/integrators.md make."""
    page = (ROOT / "docs" / "integrators.md").read_text(encoding="utf-8")
    (commands,) = [
        block for block in re.findall(r"^```\w*\n(.*?)^```$", page, re.S | re.M) if "openssl" in block
    ]
    folder = tmp_path_factory.mktemp("certificates")
    script = commands.replace("/etc/moderation", shlex.quote(str(folder)))
    done = subprocess.run(
        ["sh", "-eu", "-c", script], capture_output=True, text=True, timeout=60, check=False
    )
    assert done.returncode == 0, done.stderr
    return folder


def shake_hands(certificates: Path, name: str) -> None:
    """A TLS handshake with a server that has the certificate, by a client that trusts the authority."""
    server = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    server.load_cert_chain(certificates / "commentanalyzer.pem", certificates / "commentanalyzer.key")
    client = ssl.create_default_context(cafile=str(certificates / "ca.pem"))
    with socket.create_server(("127.0.0.1", 0)) as listener:

        def serve() -> None:
            connection, _ = listener.accept()
            try:
                server.wrap_socket(connection, server_side=True).close()
            except OSError:
                connection.close()

        thread = threading.Thread(target=serve)
        thread.start()
        try:
            with (
                socket.create_connection(listener.getsockname(), 10) as connection,
                client.wrap_socket(connection, server_hostname=name),
            ):
                pass
        finally:
            thread.join(10)


def test_the_certificate_of_the_recipe_is_taken_for_google_s_name(certificates):
    shake_hands(certificates, NAME)
    assert not (certificates / "ca.key").exists()
    assert (certificates / "commentanalyzer.key").stat().st_mode & 0o077 == 0


def test_it_is_taken_for_no_other_name(certificates):
    with pytest.raises(ssl.SSLCertVerificationError):
        shake_hands(certificates, "www.googleapis.com")


def test_deployment_files_name_settings_that_exist():
    known = {variable_of(item) for item in all_settings()}
    for file in (ROOT / "deploy").iterdir():
        named = set(re.findall(r"MODERATION_[A-Z_]+", file.read_text(encoding="utf-8")))
        assert named <= known, (file.name, named - known)
    pages = "".join(
        (ROOT / "docs" / f"{name}.md").read_text(encoding="utf-8") for name in ("operations", "integrators")
    )
    assert set(re.findall(r"`(MODERATION_[A-Z_]+)", pages)) <= known
