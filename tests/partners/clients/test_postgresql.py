"""The store on a real PostgreSQL, migrations included."""

from __future__ import annotations

import os
import pwd
import shutil
import subprocess
import tempfile
from contextlib import contextmanager
from pathlib import Path

import pytest
from environments import PROGRAMS, python_with
from serving import ROOT

pytestmark = pytest.mark.partners


def tool(name: str) -> str:
    """A program of PostgreSQL's server, which Debian keeps away from the path."""
    found = shutil.which(name) or next(iter(sorted(Path("/usr/lib/postgresql").glob(f"*/bin/{name}"))), None)
    assert found is not None, f"PostgreSQL's {name} is not installed (Debian: postgresql)"
    return str(found)


@contextmanager
def postgresql():
    """A server of our own, reached by a socket only; it refuses to run as root."""
    # Sockets have short names at most, and the server's user must reach them: not below pytest's folder.
    folder = Path(tempfile.mkdtemp(prefix="pg-"))
    options: dict = {"check": True, "stdout": subprocess.DEVNULL, "timeout": 120, "cwd": folder}
    if os.geteuid() == 0:
        shutil.chown(folder, "postgres")
        account = pwd.getpwnam("postgres")
        options |= {"user": account.pw_uid, "group": account.pw_gid, "extra_groups": []}
    data = str(folder / "data")
    try:
        subprocess.run([tool("initdb"), "-A", "trust", "-U", "postgres", "-D", data], **options)
        start = ["-o", f"-k {folder} -h ''", "-l", str(folder / "log"), "-w", "start"]
        subprocess.run([tool("pg_ctl"), "-D", data, *start], **options)
        try:
            yield f"postgresql://postgres@/postgres?host={folder}"
        finally:
            subprocess.run([tool("pg_ctl"), "-D", data, "-m", "fast", "-w", "stop"], **options)
    finally:
        shutil.rmtree(folder, ignore_errors=True)


def test_the_store_works_on_postgresql():
    python = python_with("sqlalchemy>=2.0", "alembic>=1.13", "psycopg[binary]", "platformdirs")
    with postgresql() as url:
        done = subprocess.run(
            [str(python), str(PROGRAMS / "store_round.py"), url],
            env={**os.environ, "PYTHONPATH": str(ROOT)},
            capture_output=True,
            text=True,
            timeout=120,
            check=False,
        )
    assert done.returncode == 0, done.stderr[-3000:]
    assert done.stdout.split() == ["stored", "read", "keys", "forgotten", "purged", "reopened"]
