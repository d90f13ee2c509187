"""``python -m training.mixture``: several short trainings from one start, each on some sources, averaged into one network.

What a training on one kind of text learns is lost again where it goes on with all the others; a share of its weights keeps
it. A recipe names the parts: what each reads, for how long, and its share; the start keeps the rest. A part that was trained
is kept beside the output, so that a run that was stopped goes on with the same command, and other shares cost no training.

Source: Wortsman et al., "Model soups", ICML 2022; Ilharco et al., "Editing models with task arithmetic", ICLR 2023.
"""

from __future__ import annotations

import argparse
import json
import sys
import tomllib
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass, replace
from pathlib import Path
from typing import Any

from training import train
from training.averaging import blend, weights_of
from training.batches import Collator
from training.calibrate import MAIN
from training.data import DataError, Example, load, one_pass, read_sources, summary
from training.finish import finish
from training.heads import fit_heads
from training.model import CommentModel
from training.networks import base_weights, config_of, is_large, starting_model, words_for
from training.package import check_place
from training.ratings import rated
from training.trainer import MAX_LENGTH

#: What a finished part was trained with; written last.
DONE = "part.json"


@dataclass(frozen=True, slots=True)
class Part:
    """One training of a recipe: ``share`` of its weights go into the result; ``sources`` empty for all there are."""

    name: str
    share: float
    steps: int
    sources: tuple[str, ...] = ()
    learning_rate: float = 6e-5
    layer_rate: float = 0.85
    distil: bool = False  #: whether the start teaches it what it knew

    def command(self, base: str, data: Path, output: Path, options: argparse.Namespace) -> list[str]:
        """What follows ``training.train`` to make this part."""
        words: dict[str, Any] = {
            "data": data, "output": output, "base": base, "max-steps": self.steps, "seed": options.seed,
            "learning-rate": self.learning_rate, "layer-rate": self.layer_rate, "batch-size": options.batch_size,
            "save-steps": options.save_steps,
        }  # fmt: skip
        if self.sources:
            words["sources"] = ",".join(self.sources)
        if self.distil:
            words["distil"] = base
        made = [word for name, value in words.items() for word in (f"--{name}", str(value))]
        return [*made, "--resume", *(["--progress"] if options.progress else [])]


def read_recipe(file: Path) -> list[Part]:
    """The parts that ``file`` names. Raises :class:`DataError` naming the file, the part and what is wrong with it."""
    try:
        raw = tomllib.loads(file.read_text(encoding="utf-8"))
    except (OSError, UnicodeDecodeError, tomllib.TOMLDecodeError) as error:
        raise DataError(f"{file}: no recipe could be read ({error})") from error
    parts = [_part(file, name, entry) for name, entry in raw.items()]
    total = sum(part.share for part in parts)
    if not parts or total > 1:
        raise DataError(
            f"{file}: " + (f"the shares sum to {total:.2f}, above 1" if parts else "names no part")
        )
    return parts


def _part(file: Path, name: str, entry: Any) -> Part:
    where = f"{file}, part {name!r}"
    if not isinstance(entry, dict):
        raise DataError(f"{where}: is no table with a share and steps")
    try:
        part = Part(name, **entry)
    except TypeError as error:
        fields = ", ".join(sorted(Part.__dataclass_fields__.keys() - {"name"}))
        raise DataError(f"{where}: {error} (a part has: {fields})") from None
    if type(part.steps) is not int or part.steps < 1:
        raise DataError(f"{where}: steps is {part.steps!r}, not a number of batches")
    for field in ("share", "learning_rate", "layer_rate"):
        value = getattr(part, field)
        if type(value) not in (int, float) or not 0 < value <= 1:
            raise DataError(f"{where}: {field} is {value!r}, not above 0 and at most 1")
    if type(part.distil) is not bool:
        raise DataError(f"{where}: distil is {part.distil!r}, neither true nor false")
    if not isinstance(part.sources, (list, tuple)) or not all(isinstance(s, str) for s in part.sources):
        raise DataError(f"{where}: sources is {part.sources!r}, no list of names")
    part = replace(part, sources=tuple(part.sources))
    if not name.isidentifier():
        raise DataError(f"{where}: a name is letters, digits and _, as a folder is called by it")
    unknown = sorted(set(part.sources) - read_sources().keys())
    if unknown:
        raise DataError(f"{where}: no source {unknown[0]!r} in training/sources.toml")
    return part


def trained(part: Part, folder: Path, base: str, options: argparse.Namespace) -> Path:
    """The weights of ``part``, trained now unless they lie in ``folder`` already.

    Raises :class:`DataError` when what lies there was trained with something else.
    """
    said = {
        **asdict(part),
        "base": train.run_of(Path(base)),
        "seed": options.seed,
        "batch_size": options.batch_size,
    }
    said.pop("share")
    said = json.loads(json.dumps(said))
    output = folder / part.name
    work = output.with_name(part.name + ".work")
    note = work / DONE
    if note.exists():
        if json.loads(note.read_text(encoding="utf-8")) != said:
            raise DataError(
                f"{work}: this part was trained with other settings ({note}); move it away to train it anew"
            )
        return work / "weights"
    words = part.command(base, options.data, output, options)
    print(f"part {part.name}: training.train {' '.join(words)}", file=sys.stderr)
    asked = train.parser().parse_args(words)
    weights = train.fine_tune(train.read_examples(asked), output, asked, heads=False)
    note.write_text(json.dumps(said, indent=1) + "\n", encoding="utf-8")
    return weights


def mixed(
    parts: Sequence[Part],
    weights: Mapping[str, Path],
    examples: Sequence[Example],
    base: str,
    output: Path,
    seed: int,
) -> Path:
    """The average of the parts and the start, its heads fitted to ``examples``; returns the folder it was saved in."""
    source = base_weights(base)
    model = starting_model(source, config_of(source), heads_needed=True)
    assert isinstance(model, CommentModel)
    blend(model, [(part.share, weights_of(weights[part.name], model)) for part in parts])
    words = words_for(source)
    numbers = dict.fromkeys((*MAIN, *(e.source for e in examples)), 0)
    fit_heads(model, one_pass(list(examples)), Collator(words, MAX_LENGTH, numbers, training=False), seed)
    final = output.with_name(output.name + ".work") / "weights"
    final.mkdir(parents=True, exist_ok=True)
    model.save_pretrained(str(final))
    words.save(str(final / "tokenizer.json"))
    return final


def parser() -> argparse.ArgumentParser:
    p = argparse.ArgumentParser(
        prog="python -m training.mixture",
        description=__doc__,
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    p.add_argument(
        "recipe", type=Path, metavar="RECIPE", help="TOML: a table for each part (docs/retrainers.md)"
    )
    p.add_argument("--data", type=Path, required=True, help="folder of training sources")
    p.add_argument(
        "--base",
        required=True,
        help="what every part starts from: a model directory, or weights of a training",
    )
    p.add_argument(
        "--output",
        type=Path,
        required=True,
        help="the model directory to write; parts go into OUTPUT.work/parts",
    )
    p.add_argument("--seed", type=int, default=0)
    p.add_argument("--batch-size", type=int, default=32)
    p.add_argument(
        "--save-steps", type=int, default=100, help="batches between two checkpoints (default %(default)s)"
    )
    p.add_argument("--name", default="comments-en", help="model name in the manifest")
    p.add_argument("--model-version", default="1.0", help="model version in the manifest")
    p.add_argument(
        "--progress", action="store_true", help="show the progress bar even when stderr is not a terminal"
    )
    return p


def main(argv: list[str] | None = None) -> int:
    options = parser().parse_args(argv)
    output = options.output = options.output.resolve()
    try:
        parts = read_recipe(options.recipe)
        check_place(output, options.data)
        if is_large(options.base):
            raise DataError(f"{options.base}: a larger network, which does not ship")
        place = output.with_name(output.name + ".work") / "parts"
        weights = {part.name: trained(part, place, options.base, options) for part in parts}
        examples = [e for e in rated(load(options.data, seed=options.seed)) if e.labelled]
        print(f"averaging, and fitting the heads to: {summary(examples)}", file=sys.stderr)
        final = mixed(parts, weights, examples, options.base, output, options.seed)
        said = {"started_from": train.run_of(Path(options.base)), "seed": options.seed, "batch_size": options.batch_size,
                "steps": sum(part.steps for part in parts), "parts": [asdict(part) for part in parts]}  # fmt: skip
        made = finish(
            final, examples, output,
            name=options.name, version=options.model_version, max_length=MAX_LENGTH, training=said,
        )  # fmt: skip
    except DataError as error:
        print(f"mixture: {error}", file=sys.stderr)
        return 1
    except KeyboardInterrupt:
        print("stopped; what was trained is kept, the same command goes on", file=sys.stderr)
        return 130
    print(f"model directory: {made}", file=sys.stderr)
    return 0


if __name__ == "__main__":
    sys.exit(main())
