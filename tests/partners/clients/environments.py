"""Each client in an environment of its own, installed as its users install it.

Environments live in a cache folder (``MODERATION_PARTNERS_CACHE``, otherwise the user's) under a name made of
what is installed in them, so that a second run finds them and a changed list makes a new one.
"""

from __future__ import annotations

import hashlib
import json
import os
import shutil
import subprocess
import sys
from pathlib import Path

from platformdirs import user_cache_path

PROGRAMS = Path(__file__).parent / "programs"
_PATIENCE = 900


def python_with(*packages: str) -> Path:
    """The interpreter of a virtual environment with ``packages`` from PyPI."""
    folder = _folder("python", packages)
    interpreter = folder / "bin" / "python"
    if not (folder / "complete").exists():
        shutil.rmtree(folder, ignore_errors=True)
        _run([sys.executable, "-m", "venv", str(folder)])
        _run([str(interpreter), "-m", "pip", "install", "--quiet", *packages])
        (folder / "complete").touch()
    return interpreter


def node_with(*packages: str) -> Path:
    """A folder whose ``node_modules`` holds ``packages`` from the npm registry."""
    folder = _folder("node", packages)
    if not (folder / "complete").exists():
        shutil.rmtree(folder, ignore_errors=True)
        folder.mkdir(parents=True)
        (folder / "package.json").write_text('{"private": true}')
        _run(["npm", "install", "--no-audit", "--no-fund", *packages], cwd=folder)
        (folder / "complete").touch()
    return folder


def call(program: str, where: Path, given: object) -> dict[str, dict]:
    """Runs a program of ``programs/`` in an environment; what it prints, by the name of each thing it tried.

    ``given`` goes in as JSON on stdin, and the answer comes as JSON on stdout.
    """
    script = PROGRAMS / program
    if program.endswith(".py"):
        command = [str(where), str(script)]
    else:
        # Node looks for packages beside the program, so the program goes where the packages are.
        local = where / program
        shutil.copyfile(script, local)
        command = ["node", str(local)]
    clean = {key: value for key, value in os.environ.items() if not key.lower().endswith("_proxy")}
    done = subprocess.run(
        command,
        input=json.dumps(given),
        capture_output=True,
        text=True,
        timeout=_PATIENCE,
        env=clean,
        check=False,
    )
    assert done.returncode == 0, f"{program}: {done.stderr[-3000:]}"
    return json.loads(done.stdout)


def _folder(kind: str, packages: tuple[str, ...]) -> Path:
    version = f"{sys.version_info.major}.{sys.version_info.minor}"
    name = hashlib.sha256(" ".join((version, *packages)).encode()).hexdigest()[:12]
    cache = os.environ.get("MODERATION_PARTNERS_CACHE")
    root = Path(cache) if cache else user_cache_path("comment-moderation-partners")
    return root / f"{kind}-{name}"


def _run(command: list[str], cwd: Path | None = None) -> None:
    done = subprocess.run(
        command,
        cwd=cwd,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        timeout=_PATIENCE,
        check=False,
    )
    assert done.returncode == 0, done.stdout[-3000:]
