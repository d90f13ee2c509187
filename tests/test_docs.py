"""The documentation keeps up: links lead somewhere, names and options that exist are described."""

import re
from pathlib import Path

import pytest

import moderation

ROOT = Path(__file__).resolve().parent.parent
PAGES = sorted(
    [*ROOT.glob("*.md"), *ROOT.glob("docs/*.md"), *ROOT.glob("data/*.md"), *ROOT.glob("models/*.md")]
)
LINK = re.compile(r"\[[^\]]*\]\(([^)\s]+)\)")
HEADING = re.compile(r"^#+ (.+)$", re.M)


def anchors(text):
    """The anchors that GitHub makes of headings."""
    return {re.sub(r"[^\w\- ]", "", h.lower()).replace(" ", "-") for h in HEADING.findall(text)}


@pytest.mark.parametrize("page", PAGES, ids=lambda p: p.relative_to(ROOT).as_posix())
def test_links_lead_somewhere(page):
    text = page.read_text(encoding="utf-8")
    for target in LINK.findall(text):
        if re.match(r"[a-z]+:", target):
            continue
        path, _, anchor = target.partition("#")
        file = (page.parent / path).resolve() if path else page
        assert file.exists(), f"{page.name} links to {target}"
        if anchor and file.suffix == ".md":
            assert anchor in anchors(file.read_text(encoding="utf-8")), f"{page.name} links to {target}"


def test_every_public_name_is_documented_and_resolves():
    text = (ROOT / "docs" / "python.md").read_text(encoding="utf-8")
    for name in moderation.__all__:
        assert getattr(moderation, name) is not None
        assert f"`{name}" in text, name


@pytest.mark.parametrize("command", ["train", "mixture", "recalibrate", "evaluate", "aimed", "gate"])
def test_every_training_option_is_documented(command):
    pytest.importorskip("torch")
    from importlib import import_module

    text = (ROOT / "docs" / "retrainers.md").read_text(encoding="utf-8")
    for action in import_module(f"training.{command}").parser()._actions:
        for option in action.option_strings:
            if option not in ("-h", "--help"):
                assert f"{option}`" in text or f"{option} " in text, f"training.{command} {option}"


@pytest.mark.parametrize(
    ("benchmark", "page"),
    [("toxicity_peers", "model"), ("ablations", "training-log"), ("perspective_scale", "perspective")],
)
def test_every_option_of_a_published_table_is_documented(benchmark, page):
    pytest.importorskip("torch")
    from importlib import import_module

    text = (ROOT / "docs" / f"{page}.md").read_text(encoding="utf-8")
    assert f"python -m benchmarks.{benchmark}" in text
    for action in import_module(f"benchmarks.{benchmark}").parser()._actions:
        for option in action.option_strings:
            if option not in ("-h", "--help"):
                assert option in text, f"benchmarks.{benchmark} {option}"


def test_every_make_target_is_described():
    targets = re.findall(r"^([a-z-]+):", (ROOT / "Makefile").read_text(encoding="utf-8"), re.M)
    text = "".join(p.read_text(encoding="utf-8") for p in PAGES)
    for target in set(targets) - {"lint", "gate", "clean"}:
        assert f"make {target}" in text, target


def test_version_and_changelog_agree():
    assert f"## {moderation.__version__}" in (ROOT / "CHANGELOG.md").read_text(encoding="utf-8")
    assert f'version = "{moderation.__version__}"' in (ROOT / "pyproject.toml").read_text(encoding="utf-8")
