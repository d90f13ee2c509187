"""``python -m training.recalibrate``: the same network with another calibration, in minutes and without training.

For a site whose readers draw the line elsewhere: its verdicts move the scale of the scores and the thresholds, and leave
the order of the comments as it was. What the verdicts are too few to say stays as it is in MODEL.
"""

from __future__ import annotations

import argparse
import sys
from pathlib import Path

from moderation.scoring import ModelError, verify
from moderation.types import ATTRIBUTES
from training.calibrate import MIN_POSITIVES
from training.data import DataError, Example, load, summary
from training.finish import write_calibrated
from training.package import check_place
from training.ratings import rated

#: Verdicts that the model's order agrees with less (AUC) are no ground for a scale.
LEAST_AUC = 0.6
#: What :func:`training.finish.write_calibrated` says anew of a model, or what no longer holds.
_OF_SCORES = ("metrics", "calibrated_on", "reliability", "review_budget", "reported_targets")
#: What :func:`training.package.write_model` writes itself.
_WRITTEN = ("manifest_version", "name", "version", "languages", "attributes", "targets", "max_length", "calibration",
            "thresholds", "span_threshold", "onnxruntime", "files")  # fmt: skip


def recalibrate(
    model: Path, examples: list[Example], output: Path, *, version: str, name: str | None = None
) -> Path:
    """Writes ``output``: the network of ``model``, calibrated on ``examples``, none of which it may have learned from.

    It keeps its name where no ``name`` is given.
    Raises :class:`moderation.scoring.ModelError` where ``model`` is no whole model directory, :class:`DataError` where the
    verdicts contradict it (:data:`LEAST_AUC`) or ``output`` holds something else.
    """
    old = verify(model)
    extra = {k: v for k, v in old.manifest.raw.items() if k not in (*_OF_SCORES, *_WRITTEN)}
    write_calibrated(
        output,
        examples,
        extra={
            **extra,
            "held_out": len(examples),
            "recalibrated": {"network_of": old.manifest.model, **summary(examples)},
        },
        kept=old.manifest,
        least_auc=LEAST_AUC,
        onnx_file=old.path / "model.onnx",
        tokenizer_file=old.path / "tokenizer.json",
        name=name or old.manifest.name,
        version=version,
        max_length=old.manifest.max_length,
    )
    return output


def classes(examples: list[Example], column: int) -> tuple[int, int]:
    """How many of ``examples`` have the attribute in that column, and how many do not; where it is not known, neither."""
    values = [e.attributes[column] for e in examples]
    return sum(v >= 0.5 for v in values), sum(v < 0.5 for v in values)


def parser() -> argparse.ArgumentParser:
    p = argparse.ArgumentParser(prog="python -m training.recalibrate", description=__doc__)
    p.add_argument(
        "model", type=Path, metavar="MODEL", help="a finished model directory; it is left as it is"
    )
    p.add_argument(
        "--data",
        type=Path,
        required=True,
        help="your own CSV (text + attribute columns) that the model was not trained on, or a folder of sources, of which "
        "the rows kept out of training are taken",
    )
    p.add_argument("--output", type=Path, required=True, help="the model directory to write")
    p.add_argument("--name", help="model name in the manifest (default: as in MODEL)")
    p.add_argument("--model-version", required=True, help="model version in the manifest: its scores are new")
    return p


def main(argv: list[str] | None = None) -> int:
    options = parser().parse_args(argv)
    options.output = options.output.resolve()
    if options.output == options.model.resolve():
        parser().error(f"--output {options.output} is MODEL itself, which must stay as it is")
    try:
        check_place(options.output, options.data, options.model)
        read = rated(load(options.data))
        examples = [e for e in read if e.labelled and (options.data.is_file() or e.held_out)]
        counts = {name: classes(examples, i) for i, name in enumerate(ATTRIBUTES)}
        if max(map(min, counts.values())) < MIN_POSITIVES:
            name, (offending, clean) = max(counts.items(), key=lambda item: min(item[1]))
            raise DataError(
                f"{options.data}: of no attribute are there {MIN_POSITIVES} comments that have it and {MIN_POSITIVES} "
                f"that do not, as a calibration needs (most of {name}: {offending} and {clean})"
            )
        print(f"calibrating on {len(examples)} comments …", file=sys.stderr)
        made = recalibrate(
            options.model, examples, options.output, version=options.model_version, name=options.name
        )
    except (DataError, ModelError) as error:
        print(f"recalibrate: {error}", file=sys.stderr)
        return 1
    print(f"model directory: {made}", file=sys.stderr)
    return 0


if __name__ == "__main__":
    sys.exit(main())
