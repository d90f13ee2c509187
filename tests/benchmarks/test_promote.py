"""What the documentation shows of the model is what the model says, and can be renewed by one command."""

import json

import pytest

pytest.importorskip("torch")

from benchmarks import promote
from moderation.scoring.model import DEFAULT_MODEL

METRICS = json.loads((promote.ROOT / "models" / DEFAULT_MODEL / "manifest.json").read_text(encoding="utf-8"))[
    "metrics"
]


@pytest.mark.parametrize("name", promote.TABLES)
def test_the_published_tables_are_the_manifest_s(name):
    page = (promote.ROOT / name).read_text(encoding="utf-8")
    made = promote.table(page, DEFAULT_MODEL, METRICS)
    rows = [line for line in made.split("\n") if line not in page.split("\n")]
    assert not rows, "python -m benchmarks.promote writes them"
    assert promote.table(page, "another-1.0", METRICS) != page


def test_another_model_s_figures_come_into_the_table():
    metrics = {"edos_test": {"macro_f1": {"int8": 0.5, "low": 0.4, "high": 0.6}}}
    head = f"| set | figure | {DEFAULT_MODEL} | 95 % interval |\n|---|---|---|---|\n"
    page = f"before\n\n{head}| old | row | 1 | 2 |\n\nafter\n"
    made = promote.table(page, "another-1.0", metrics)
    assert made.split("\n")[2:5] == [
        "| set | figure | another-1.0 | 95 % interval |",
        "|---|---|---|---|",
        "| edos_test | macro_f1 | 0.500 | 0.400 to 0.600 |",
    ]
    assert made.startswith("before\n\n| set") and made.endswith("|\n\nafter\n")


def test_the_examples_of_the_readme_are_what_the_commands_print():
    page = (promote.ROOT / "README.md").read_text(encoding="utf-8")
    assert promote.shown(page) == page
    assert promote.shown(page.replace("REJECT      1.00", "REJECT      0.12")) == page


def test_the_answers_shown_are_those_of_the_service():
    pages = {
        promote.ROOT / name: (promote.ROOT / name).read_text(encoding="utf-8") for name in promote.ANSWERS
    }
    spoiled = {file: text.replace("0.9864", "0.1") for file, text in pages.items()}
    assert all(spoiled[file] != pages[file] for file in pages)
    assert promote._served(spoiled) == pages


def test_what_cannot_be_promoted_changes_nothing(capsys, tmp_path):
    assert promote.main([str(tmp_path)]) == 1
    assert promote.main([str(promote.ROOT / "models" / DEFAULT_MODEL)]) == 1
    assert "another version" in capsys.readouterr().err


def test_no_figure_of_the_old_model_gets_the_name_of_the_new_one():
    measured_apart = {"docs/model.md", "docs/perspective.md"}
    assert not measured_apart & set(promote.NAMED_IN)
    for name in promote.NAMED_IN:
        assert "<!--" not in (promote.ROOT / name).read_text(encoding="utf-8"), (
            f"{name}: a table of another script"
        )
