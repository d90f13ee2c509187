"""schemathesis reads our OpenAPI document and tries to break what it promises."""

from __future__ import annotations

import subprocess

import pytest
from environments import python_with
from serving import serving

pytestmark = pytest.mark.partners

CHECKS = "not_a_server_error,status_code_conformance,content_type_conformance,response_schema_conformance"


def test_the_openapi_document_holds(tmp_path):
    python = python_with("schemathesis")
    with serving(tmp_path / "service", admin_token="t0ken", coral_secrets="s3cret") as service:
        done = subprocess.run(
            [
                str(python.parent / "schemathesis"),
                *("run", f"{service.url}/openapi.json", "--checks", CHECKS),
                *("--max-examples", "25", "--phases", "examples,coverage,fuzzing", "--no-color"),
                *("--generation-deterministic", "-H", "Authorization: Bearer t0ken"),
            ],
            capture_output=True,
            text=True,
            timeout=1500,
            cwd=tmp_path,
            check=False,
        )
        assert done.returncode == 0, done.stdout[-8000:] + done.stderr[-2000:]
        assert "Traceback" not in service.log
        assert '"request failed"' not in service.log
