"""Isso and django-comments-xtd with our plugins, against a scorer that is up, slow, and gone."""

from __future__ import annotations

import socket
import threading
from contextlib import contextmanager
from pathlib import Path

import pytest
from environments import call, python_with

pytestmark = pytest.mark.partners

PLUGINS = Path(__file__).parents[3] / "plugins"
CLEAN, RUDE = "What a lovely day it was.", "You are a fool and an idiot."


@contextmanager
def dripping():
    """Takes connections and answers a byte a second: a timeout of a socket alone never ends."""
    with socket.socket() as listener:
        listener.bind(("127.0.0.1", 0))
        listener.listen()
        stop = threading.Event()

        def drip(connection: socket.socket) -> None:
            with connection:
                for byte in b"HTTP/1.1 200 OK\r\nX: " + b"x" * 600:
                    if stop.wait(0.2):
                        return
                    try:
                        connection.send(bytes([byte]))
                    except OSError:
                        return

        def serve() -> None:
            while not stop.is_set():
                try:
                    connection, _ = listener.accept()
                except OSError:
                    return
                threading.Thread(target=drip, args=(connection,), daemon=True).start()

        threading.Thread(target=serve, daemon=True).start()
        yield f"http://127.0.0.1:{listener.getsockname()[1]}"
        stop.set()


@contextmanager
def gone():
    with socket.socket() as nobody:
        nobody.bind(("127.0.0.1", 0))  # bound, not listening: refused
        yield f"http://127.0.0.1:{nobody.getsockname()[1]}"


def isso(folder: Path, comments: list[dict], held: bool = False, **options: str) -> dict:
    folder.mkdir(exist_ok=True)
    conf = folder / "isso.cfg"
    lines = [f"{name.replace('_', '-')} = {value}" for name, value in options.items()]
    conf.write_text(
        f"[general]\ndbpath = {folder / 'comments.db'}\nhost = http://localhost/\n"
        f"[moderation]\nenabled = {str(held).lower()}\n[guard]\nenabled = false\n"
        "[comment-moderation]\n" + "\n".join(lines) + "\n"
    )
    given = {"plugin": str(PLUGINS / "isso"), "conf": str(conf), "comments": comments}
    return call("isso_site.py", python_with("isso==0.14.0"), given)


def test_isso_holds_what_the_policy_would_not_approve(services, tmp_path):
    comments = [
        {"name": "clean", "text": CLEAN},
        {"name": "rude", "text": RUDE},
        {"name": "edited", "text": "At first all was well.", "edit": RUDE},
    ]
    found = isso(tmp_path, comments, url=services["open"]["url"], timeout="30")
    assert found["clean"]["status"] == 201
    assert found["rude"]["status"] == 202
    assert found["edited"]["status"] == 201
    (published,) = found["published"]["texts"]
    assert CLEAN in published


def test_isso_s_own_moderation_is_never_weakened(services, tmp_path):
    found = isso(
        tmp_path, [{"name": "clean", "text": CLEAN}], held=True, url=services["open"]["url"], timeout="30"
    )
    assert found["clean"]["status"] == 202


@pytest.mark.parametrize("trouble", [gone, dripping])
@pytest.mark.parametrize(("choice", "status"), [("hold", 202), ("publish", 201)])
def test_isso_without_the_scorer_does_what_its_owner_chose(tmp_path, trouble, choice, status):
    with trouble() as url:
        found = isso(tmp_path, [{"name": "clean", "text": CLEAN}], url=url, timeout="1", on_failure=choice)
    assert found["clean"]["status"] == status
    assert found["clean"]["took"] < 30  # dripping takes two minutes


def django(folder: Path, comments: list[dict], **options: object) -> dict:
    given = {
        "plugin": str(PLUGINS / "django"),
        "database": str(folder / "site.sqlite3"),
        "options": options,
        "comments": comments,
    }
    return call("django_site.py", python_with("django-comments-xtd==2.10.13", "django<5.3"), given)


def test_django_holds_what_the_policy_would_not_approve(services, tmp_path):
    comments = [
        {"name": f"{kind} by {way}", "by": way, "text": f"{text} ({way})"}
        for way in ("form", "rest")
        for kind, text in (("clean", CLEAN), ("rude", RUDE))
    ]
    found = django(tmp_path, comments, URL=services["open"]["url"], TIMEOUT=30)
    public = {name: entry["public"] for name, entry in found.items()}
    assert public == {
        "clean by form": [True],
        "rude by form": [False],
        "clean by rest": [True],
        "rude by rest": [False],
    }
    assert found["clean by form"]["status"] == 302
    assert found["clean by rest"]["status"] == 201
    assert found["rude by rest"]["status"] == 202


@pytest.mark.parametrize("trouble", [gone, dripping])
@pytest.mark.parametrize(("choice", "public"), [("hold", False), ("publish", True)])
def test_django_without_the_scorer_does_what_its_owner_chose(tmp_path, trouble, choice, public):
    comments = [{"name": "clean", "by": "form", "text": CLEAN}]
    with trouble() as url:
        found = django(tmp_path, comments, URL=url, TIMEOUT=1.0, ON_FAILURE=choice)
    assert found["clean"]["public"] == [public]
    assert found["clean"]["took"] < 30
