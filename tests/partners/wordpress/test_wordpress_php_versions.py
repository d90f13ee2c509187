"""The oldest and the newest PHP that the plugin promises, neither of which Debian has."""

from __future__ import annotations

import json
import re
import subprocess
from pathlib import Path

import pytest
from wordpress_blog import Blog
from wordpress_sites import PLUGIN, wasm_php

SITES = ["wordpress-6.6-php-7.4", "wordpress-6.6-php-8.3"]
PHP = sorted(map(str, PLUGIN.rglob("*.php")))
NEWER = "<?php enum Newer { case One; }"


@pytest.mark.parametrize("version", ["7.4", "8.3"])
def test_it_accepts_every_file(version: str, tmp_path: Path) -> None:
    newer, broken = tmp_path / "newer.php", tmp_path / "broken.php"
    newer.write_text(NEWER)
    broken.write_text("<?php function {")
    command = [*wasm_php(version), "check", str(newer), str(broken), *PHP]
    done = subprocess.run(command, capture_output=True, text=True, timeout=300, check=True)
    said = json.loads(done.stdout)
    # It can tell: what came after 7.4 is an error there, and nonsense is one everywhere.
    assert (said.pop(str(newer))[0] == 0) is (version == "8.3")
    assert said.pop(str(broken))[0] != 0
    assert [words for status, words in said.values() if status != 0] == []
    assert len(said) == len(PHP)


def test_the_site_runs_what_it_says(blog: Blog) -> None:
    assert blog.site.php_version is not None
    assert blog.site.php("return PHP_VERSION;").startswith(blog.site.php_version)
    assert re.match(r"6\.6", blog.site.php("return get_bloginfo( 'version' );"))
