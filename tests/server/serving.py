"""The real service in a process of its own, with the scorer that is told by the text what to say.

Run as a program it serves, with settings from the environment; ``serving()`` starts that program for a test.
"""

from __future__ import annotations

import contextlib
import os
import re
import signal
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

ROOT = Path(__file__).parents[2]


class Serving:
    """A running service. ``url`` has no slash at its end; ``log`` is what it wrote to stderr so far."""

    def __init__(self, process: subprocess.Popen[bytes], url: str, errors: Path) -> None:
        self.process = process
        self.url = url
        self._errors = errors

    @property
    def log(self) -> str:
        return self._errors.read_text(encoding="utf-8")

    def stop(self, number: int = signal.SIGTERM) -> int:
        self.process.send_signal(number)
        return self.process.wait(30)


#: What users run: the bundled model.
REAL = ("-m", "moderation", "serve")


def start(
    folder: Path, program: tuple[str, ...] = (__file__,), **settings: object
) -> subprocess.Popen[bytes]:
    """Starts the program; ``fake_delay`` is the seconds its scorer takes for a text."""
    environment = {key: value for key, value in os.environ.items() if not key.startswith("MODERATION_")}
    environment["PYTHONPATH"] = str(ROOT)
    settings = {"port": 0, "database": f"sqlite:///{folder / 'store.sqlite3'}", **settings}
    environment |= {f"MODERATION_{name.upper()}": str(value) for name, value in settings.items()}
    with (folder / "stderr.txt").open("wb") as errors, (folder / "stdout.txt").open("wb") as output:
        return subprocess.Popen(
            [sys.executable, *program], env=environment, cwd=folder, stdout=output, stderr=errors
        )


@contextlib.contextmanager
def serving(folder: Path, program: tuple[str, ...] = (__file__,), **settings: object) -> Iterator[Serving]:
    import time

    folder.mkdir(parents=True, exist_ok=True)
    process = start(folder, program, **settings)
    try:
        errors = folder / "stderr.txt"
        found = None
        patience = time.monotonic() + 120
        while found is None:
            assert process.poll() is None, errors.read_text()
            assert time.monotonic() < patience, "the service did not say where it is"
            time.sleep(0.02)
            found = re.search(r"on (http://\S+)", errors.read_text(encoding="utf-8"))
        yield Serving(process, found.group(1), errors)
    finally:
        if process.poll() is None:
            process.kill()
            process.wait()


def _main() -> int:
    from fake_scorer import FakeScorer

    from moderation.server import run
    from moderation.server.service import Service

    delay = float(os.environ.pop("MODERATION_FAKE_DELAY", "0"))
    Service._load_model = lambda _self, name: FakeScorer(name or "fake-1.0", delay=delay)
    return run()


if __name__ == "__main__":
    sys.exit(_main())
