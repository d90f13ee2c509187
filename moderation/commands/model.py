"""``model``: which models are there, are they whole, what do their cards and thresholds say."""

from __future__ import annotations

import sys
from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import Any

from rich.console import Console as RichConsole
from rich.table import Table

from moderation.commands.console import Console, UsageError
from moderation.commands.models import read_model
from moderation.policy import Policy
from moderation.report.text import neutral
from moderation.scoring import Model, ModelError, find_models, verify
from moderation.scoring.model import DEFAULT_MODEL, bundled_folders, locate, user_folder
from moderation.sources import Failure
from moderation.types import ATTRIBUTE_LABELS


def model_command(action: str, model: str | None, *, console: Console) -> int:
    """Lists, verifies or describes. Without a ``model`` (name or folder) ``verify`` takes all there are."""
    if action == "list":
        _list([read_model(model)] if model else find_models(), console)
    elif action == "verify":
        _verify([_located(model)] if model else _folders(), console)
    elif action == "card":
        found = read_model(model)
        if not found.card:
            raise UsageError(f"{found.path}: has no MODEL_CARD.md")
        sys.stdout.write(neutral(found.card).rstrip() + "\n")
    else:
        _thresholds(read_model(model), console)
    return console.exit_code


def _located(model: str) -> Path:
    try:
        return locate(model)
    except ModelError as error:
        raise UsageError(str(error)) from error


def _list(models: Iterable[Model], console: Console) -> None:
    table = _table("MODEL", "LANGUAGES", "SIZE", "FOLDER")
    models = list(models)
    for model in models:
        manifest = model.manifest
        size = sum((model.path / name).stat().st_size for name in manifest.files)
        default = " (default)" if model.path.name == DEFAULT_MODEL else ""
        table.add_row(
            manifest.model + default, ", ".join(manifest.languages), f"{size / 1e6:.1f} MB", str(model.path)
        )
    if models:
        _print(table)
    else:
        folders = ", ".join(str(folder) for folder in [*bundled_folders(), user_folder()])
        console.fail(Failure("model", f"no model found (looked in {folders})"))


def _verify(folders: Iterable[Path], console: Console) -> None:
    """Each folder on a line of its own; one that is broken costs the others nothing."""
    checked = 0
    for folder in folders:
        checked += 1
        try:
            model = verify(folder)
        except (ModelError, OSError) as error:
            message = str(error).removeprefix(f"{folder}: ")
            console.fail(Failure(str(folder), message, error))
        else:
            print(f"{model.manifest.model}: {len(model.manifest.files)} files as they should be ({folder})")
    if not checked:
        console.fail(Failure("model", "no model found"))


def _folders() -> list[Path]:
    """Every folder that means to be a model, unreadable ones too: those are what ``verify`` is for."""
    found = [
        manifest.parent
        for folder in [*bundled_folders(), user_folder()]
        for manifest in sorted(folder.glob("*/manifest.json"))
    ]
    return list(dict.fromkeys(found))


def _thresholds(model: Model, console: Console) -> None:
    thresholds: Mapping[str, Mapping[str, Any]] = model.manifest.thresholds
    if not thresholds:
        console.notice(f"{model.manifest.model} brings no thresholds; these are the built-in ones")
        thresholds = Policy().to_dict()["thresholds"]
    columns: dict[str, None] = {}
    for row in thresholds.values():
        columns.update(dict.fromkeys(row))
    table = _table("ATTRIBUTE", *(name.upper() for name in columns), right=len(columns))
    for attribute, row in thresholds.items():
        name = ATTRIBUTE_LABELS.get(attribute, attribute)
        table.add_row(name, *(_number(row, column) for column in columns))
    _print(table)
    for attribute, rows in model.manifest.review_budget.items():
        print()
        for row in rows:
            print(
                f"review the {row['review']:.0%} of comments from {row['threshold']:.2f} on: "
                f"that catches {row['catch']:.0%} of {ATTRIBUTE_LABELS.get(attribute, attribute)}"
            )


def _number(row: Mapping[str, Any], column: str) -> str:
    value = row.get(column)
    return f"{value:.3f}" if isinstance(value, float) else "-" if value is None else str(value)


def _table(*columns: str, right: int = 0) -> Table:
    table = Table(box=None, pad_edge=False, header_style="bold")
    for place, column in enumerate(columns):
        number = place >= len(columns) - right
        table.add_column(column, justify="right" if number else "left", no_wrap=True)
    return table


def _print(table: Table) -> None:
    """To a terminal in its width; elsewhere nothing is cut off."""
    width = None if sys.stdout.isatty() else 10_000
    RichConsole(file=sys.stdout, width=width, highlight=False, markup=False, emoji=False).print(table)
