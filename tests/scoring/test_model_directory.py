"""What can be wrong with a model directory has an error of its own, naming the file."""

import json
import shutil

import pytest

from moderation.scoring import (
    ManifestError,
    ModelFileMissing,
    ModelHashMismatch,
    ModelNotFound,
    find_models,
    load,
)
from moderation.scoring.model import locate


@pytest.fixture
def copy(tmp_path):
    target = tmp_path / "copy"
    shutil.copytree(locate(), target)
    return target


def edit(folder, **changes):
    file = folder / "manifest.json"
    manifest = json.loads(file.read_text(encoding="utf-8"))
    manifest.update(changes)
    file.write_text(json.dumps(manifest), encoding="utf-8")


def test_the_bundled_model_is_found_and_whole():
    model = load()
    assert model.manifest.model in {m.manifest.model for m in find_models()}
    assert model.card
    assert "toxicity" in model.manifest.thresholds


def test_a_changed_file_is_refused(copy):
    with (copy / "model.onnx").open("ab") as handle:
        handle.write(b"x")
    with pytest.raises(ModelHashMismatch, match=r"model\.onnx"):
        load(copy)


def test_a_missing_file_is_named(copy):
    (copy / "tokenizer.json").unlink()
    with pytest.raises(ModelFileMissing, match=r"tokenizer\.json"):
        load(copy)


@pytest.mark.parametrize("version", [0, 99, None, "1"])
def test_an_unknown_manifest_version_is_refused(copy, version):
    edit(copy, manifest_version=version)
    with pytest.raises(ManifestError, match="manifest version"):
        load(copy)


@pytest.mark.parametrize(
    "changes",
    [{"calibration": {}}, {"attributes": []}, {"max_length": "many"}, {"files": {}}, {"files": {"../x": "0"}},
     {"calibration": {"toxicity": {"x": [1, 0], "y": [0, 1]}}}],
)  # fmt: skip
def test_a_malformed_manifest_is_refused(copy, changes):
    edit(copy, **changes)
    with pytest.raises((ManifestError, ModelFileMissing), match="copy"):
        load(copy)


def test_no_json_and_no_manifest(copy):
    (copy / "manifest.json").write_text("{", encoding="utf-8")
    with pytest.raises(ManifestError, match="JSON"):
        load(copy)
    (copy / "manifest.json").unlink()
    with pytest.raises(ModelFileMissing, match=r"manifest\.json"):
        load(copy)


def test_names_and_paths_that_lead_nowhere(tmp_path):
    with pytest.raises(ModelNotFound, match="no-such-model"):
        load("no-such-model")
    with pytest.raises(ModelNotFound, match="nowhere"):
        load(tmp_path / "nowhere")
