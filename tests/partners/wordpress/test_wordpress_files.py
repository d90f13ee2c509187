"""The plugin's files: PHP syntax, translations, documentation. Needs PHP and gettext, but no WordPress."""

from __future__ import annotations

import json
import re
import shutil
import subprocess
from pathlib import Path

import pytest
from wordpress_sites import PLUGIN

DOCS = PLUGIN.parents[2] / "docs" / "wordpress.md"
PHP = sorted(PLUGIN.rglob("*.php"))
LANGUAGES = PLUGIN / "languages"

#: After PHP 7.4: match, nullsafe, promoted and readonly properties, enums, attributes, unions, functions.
NEWER_THAN_7_4 = [
    r"\bmatch\s*\(.*\)\s*\{",
    r"\?->",
    r"\b(public|private|protected)\s+(readonly\s+)?\??[\w\\]+\s+\$\w+\s*[,)]",
    r"\breadonly\b",
    r"^\s*enum\s",
    r"^\s*#\[",
    r"\)\s*:\s*\??[\w\\]+\|[\w\\]+",
    r"\b(str_contains|str_starts_with|str_ends_with|array_is_list|get_debug_type)\s*\(",
    r"\bcatch\s*\(\s*[\w\\]+\s*\)",
    r"\):\s*(static|mixed|never|false|null)\b",
]


@pytest.mark.parametrize("file", PHP, ids=lambda f: f.name)
def test_php_accepts_it(file: Path) -> None:
    done = subprocess.run(["php", "-l", str(file)], capture_output=True, text=True)
    assert done.returncode == 0, done.stdout + done.stderr


@pytest.mark.parametrize("file", PHP, ids=lambda f: f.name)
def test_nothing_newer_than_php_7_4(file: Path) -> None:
    code = re.sub(r"/\*.*?\*/|//.*?$", "", file.read_text(), flags=re.S | re.M)
    found = [pattern for pattern in NEWER_THAN_7_4 if re.search(pattern, code, re.M)]
    assert found == []


@pytest.mark.parametrize("file", PHP, ids=lambda f: f.name)
def test_no_file_does_anything_when_opened_directly(file: Path) -> None:
    assert re.search(r"defined\( '(ABSPATH|WP_UNINSTALL_PLUGIN)' \) \|\| exit;", file.read_text())
    done = subprocess.run(["php", str(file)], capture_output=True, text=True)
    assert (done.returncode, done.stdout, done.stderr) == (0, "", "")


def test_every_setting_is_documented_with_its_default() -> None:
    code = f"""
        const ABSPATH = '/';
        function get_option() {{ return false; }}
        require '{PLUGIN}/includes/load.php';
        echo json_encode( CommentModeration\\Settings::defaults() );
    """
    defaults = json.loads(
        subprocess.run(["php", "-r", code], capture_output=True, text=True, check=True).stdout
    )
    docs = DOCS.read_text()
    rows = dict(re.findall(r"^\| `(\w+)` \| ([^|]+) \|", docs, re.M))
    assert set(rows) >= set(defaults)
    shown = {"": "empty", True: "yes"}
    for key, default in defaults.items():
        if key != "thresholds":
            expected = (
                shown.get(default, str(default))
                if not isinstance(default, (int, float)) or default is True
                else f"{default:g}"
            )
            assert expected in rows[key], key
    for attribute, limits in defaults["thresholds"].items():
        hold = "–" if limits["hold"] is None else f"{limits['hold']:.2f}"
        assert re.search(rf"^\| .*`{attribute}`.*\| {hold} \| – \|$", docs, re.M), attribute
        assert limits["spam"] is None


def test_every_choice_and_every_filter_is_documented() -> None:
    docs = DOCS.read_text()
    settings = (PLUGIN / "includes" / "class-settings.php").read_text()
    for constant in re.findall(r"const [A-Z_]+ = array\( (.*?) \);", settings):
        for choice in re.findall(r"'(\w+)'", constant):
            assert f"`{choice}`" in docs, choice
    for file in PHP:
        for name in re.findall(r"apply_filters\( '(cmod_\w+)'", file.read_text()):
            assert f"`{name}`" in docs, name


def test_versions_agree() -> None:
    main = (PLUGIN / "comment-moderation.php").read_text()
    readme = (PLUGIN / "readme.txt").read_text()
    version = re.search(r"\* Version:\s+(\S+)", main)
    assert version is not None
    assert f"CMOD_VERSION = '{version[1]}'" in main
    assert f"Stable tag: {version[1]}" in readme
    assert f"= {version[1]} =" in readme
    for name in ("Requires at least", "Requires PHP"):
        (inside,) = re.findall(rf"{name}:\s+(\S+)", main)
        assert f"{name}: {inside}" in readme
    assert "GNU GENERAL PUBLIC LICENSE" in (PLUGIN / "LICENSE").read_text()


def test_translations_are_complete_and_fresh(tmp_path: Path) -> None:
    """Collecting, merging and compiling again changes nothing, and no string is without a translation."""
    copy = tmp_path / "wordpress"
    shutil.copytree(PLUGIN.parent, copy)
    subprocess.run(["sh", str(copy / "translations.sh")], check=True, capture_output=True)
    for file in sorted(LANGUAGES.iterdir()):
        again = copy / PLUGIN.name / "languages" / file.name
        assert again.read_bytes() == file.read_bytes(), file.name
    languages = sorted(LANGUAGES.glob("*.po"))
    assert [po.stem.rsplit("-", 1)[1] for po in languages] == ["de_DE", "fr_FR"]
    for po in languages:
        said = subprocess.run(
            ["msgfmt", "--check", "--statistics", "--output-file=/dev/null", str(po)],
            capture_output=True,
            text=True,
            check=True,
            env={"LC_ALL": "C", "PATH": "/usr/bin:/bin"},
        ).stderr
        assert re.fullmatch(r"\d+ translated messages\.\n", said), said
