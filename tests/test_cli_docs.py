"""docs/cli.md and the parser say the same: every option is documented, and nothing that does not exist."""

from __future__ import annotations

import argparse
import re
import shlex
from collections.abc import Iterator
from pathlib import Path

import pytest

from moderation.batch.columns import OUR_KEYS
from moderation.batch.formats import INPUT_ENDINGS
from moderation.cli import build_parser
from moderation.sources.files import PAGE_ENDINGS

TEXT = (Path(__file__).parent.parent / "docs" / "cli.md").read_text(encoding="utf-8")
SHARED = ("sources", "model and policy", "(top)")
OPTION = re.compile(r"(?<![\w-])--[a-z][a-z-]+")


def sections() -> dict[str, str]:
    parts = re.split(r"^## +(.+)$", TEXT, flags=re.MULTILINE)
    return {"(top)": parts[0]} | {
        name.strip().lower(): body for name, body in zip(parts[1::2], parts[2::2], strict=True)
    }


def commands() -> dict[str, argparse.ArgumentParser]:
    parser = build_parser(administration=True)
    [action] = [a for a in parser._actions if isinstance(a, argparse._SubParsersAction)]
    return dict(action.choices)


def options(parser: argparse.ArgumentParser) -> Iterator[str]:
    for action in parser._actions:
        yield from (option for option in action.option_strings if option.startswith("--"))


def documented(command: str) -> str:
    """The command's section, and the shared ones it points to."""
    found = sections()
    text = found["(top)"] + found[command]
    for name in SHARED[:2]:
        if f"(#{name.replace(' ', '-')})" in found[command]:
            text += found[name]
    return text


@pytest.mark.parametrize("command", sorted(commands()))
def test_every_option_of_a_command_is_documented(command: str) -> None:
    missing = set(options(commands()[command])) - set(OPTION.findall(documented(command)))
    assert not missing, f"docs/cli.md, section {command}: {sorted(missing)} missing"


@pytest.mark.parametrize("command", sorted(commands()))
def test_every_documented_option_exists(command: str) -> None:
    known = set(options(commands()[command])) | set(options(build_parser()))
    unknown = set(OPTION.findall(sections()[command])) - known
    assert not unknown, f"docs/cli.md, section {command}: {sorted(unknown)} do not exist"


@pytest.mark.parametrize("name", [name for name in SHARED if name != "(top)"])
def test_shared_options_exist_for_every_command_that_points_to_them(name: str) -> None:
    found = sections()
    pointing = [c for c in commands() if f"(#{name.replace(' ', '-')})" in found[c]]
    assert pointing
    for command in pointing:
        assert set(OPTION.findall(found[name])) <= set(options(commands()[command])) | {"--resume"}


def test_every_example_can_be_parsed() -> None:
    examples = re.findall(r"^(?:.*\| )?moderation ((?!COMMAND).+)$", TEXT, flags=re.MULTILINE)
    assert len(examples) > 15
    for example in examples:
        words = shlex.split(example, comments=True)
        for mark in (">", "<", "|"):
            words = words[: words.index(mark)] if mark in words else words
        build_parser(administration=True).parse_args(words)


def test_the_documented_columns_and_endings_are_those_of_the_code() -> None:
    found = sections()
    for key in OUR_KEYS:
        assert f"`{key}`" in found["score"], key
    for ending in INPUT_ENDINGS:
        assert ending in found["score"] or ending == ".text", ending
    for ending in PAGE_ENDINGS:
        assert re.search(re.escape(ending) + r"\b", found["sources"]), ending


def test_a_help_text_for_every_option() -> None:
    for command, parser in commands().items():
        for action in parser._actions:
            named = action.option_strings or action.choices or action.metavar
            assert action.help or not action.option_strings, (command, named)
