"""Settings: from options, from the environment, and each of them documented."""

from __future__ import annotations

import argparse
from pathlib import Path

import pytest

from moderation.server.settings import (
    Settings,
    SettingsError,
    add_arguments,
    all_settings,
    option_of,
    variable_of,
)

DOCS = Path(__file__).parents[2] / "docs"


def test_options_win_over_the_environment_and_both_over_defaults():
    parser = argparse.ArgumentParser()
    add_arguments(parser)
    given = parser.parse_args(
        ["--port", "9000", "--require-key", "--cors-origins", "https://a.example, https://b.example"]
    )
    names = {key: value for key, value in vars(given).items() if value is not None}
    settings = Settings.load(names, environ={"MODERATION_PORT": "1", "MODERATION_THREADS": "3"})
    assert (settings.port, settings.threads, settings.host) == (9000, 3, "127.0.0.1")
    assert settings.require_key is True
    assert settings.cors_origins == ("https://a.example", "https://b.example")
    assert Settings.load(environ={"MODERATION_REQUIRE_KEY": "no"}).require_key is False


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("PORT", "eighty"),
        ("PORT", "70000"),
        ("THREADS", "-1"),
        ("RATE_LIMIT", "nan"),
        ("ANSWER_SECONDS", "0"),
        ("REQUIRE_KEY", "maybe"),
        ("LOG_LEVEL", "loud"),
        ("PUBLIC_URL", "scores.example.org"),
    ],
)
def test_a_value_that_cannot_be_used_is_named(name, value):
    with pytest.raises(SettingsError) as raised:
        Settings.load(environ={"MODERATION_" + name: value})
    assert name.lower() in str(raised.value).lower()


def test_secrets_cannot_be_given_where_everybody_can_read_them():
    assert {item.name for item in all_settings() if option_of(item) is None} == {
        "coral_secrets",
        "admin_token",
    }


def test_every_setting_is_documented_with_its_default():
    page = (DOCS / "server.md").read_text(encoding="utf-8")
    rows = [line for line in page.splitlines() if line.startswith("| `MODERATION_")]
    for item in all_settings():
        (row,) = [line for line in rows if f"`{variable_of(item)}`" in line]
        option = option_of(item)
        assert option is None or f"`{option}`" in row, row
        shown = ",".join(item.default) if isinstance(item.default, tuple) else item.default
        assert (
            f"| `{shown}` |" in row
            or (not shown and "| |" in row)
            or (shown is False and "| `false` |" in row)
        ), row
        assert item.metadata["help"].replace("|", "\\|") in row
    assert len(rows) == len(list(all_settings()))


def test_every_route_is_documented(api):
    pages = "\n".join(file.read_text(encoding="utf-8") for file in DOCS.glob("*.md"))
    for path in api.get("/openapi.json").json()["paths"]:
        assert path in pages, path
