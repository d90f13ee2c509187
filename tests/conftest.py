"""In CI the fuzzers draw the same examples every time; on a developer's machine they look for new ones."""

import os

from hypothesis import settings

settings.register_profile("ci", derandomize=True)
if os.environ.get("CI"):
    settings.load_profile("ci")
