"""``python -m training.train``: one command from data to a finished model directory.

Fine-tunes, calibrates, exports to ONNX, quantises, evaluates and writes the card. A run that was stopped goes on with
``--resume``; the same seed and steps give the same model on the same machine.
"""

from __future__ import annotations

import argparse
import random
import sys
from pathlib import Path
from typing import Any

import torch
from torch import Tensor
from transformers import TrainingArguments, set_seed
from transformers.trainer_utils import get_last_checkpoint

from moderation.scoring.model import read as read_model
from training.averaging import mix, other, own, share, weights_of
from training.batches import Collator, Examples
from training.calibrate import MAIN
from training.data import DataError, Example, load, one_pass, read_sources, summary
from training.distil import Teachers
from training.finish import finish
from training.heads import fit_heads
from training.model import CommentModel
from training.networks import base_weights, config_of, is_large, specials, starting_model, words_for
from training.package import check_place
from training.ratings import rated
from training.sentences import sentence_rows
from training.teacher import taught
from training.trainer import MAX_LENGTH, CommentTrainer, freeze

#: Share of the texts that give a sentence as a row of its own.
SENTENCES = 0.5


def read_examples(options: argparse.Namespace) -> list[Example]:
    """What ``options`` name to train on, ratings and a teacher's labels filled in.

    Raises :class:`DataError` naming the file or source that cannot be used.
    """
    only = [n for n in options.sources.split(",") if n]
    examples = load(options.data, seed=options.seed, only=only, plain=options.plain)
    if not options.plain:
        examples = rated(examples)
    if options.teacher:
        examples = taught(examples, options.teacher)
    if not options.distil:  # only teachers have an answer to what nobody labelled
        examples = [e for e in examples if e.labelled]
    print(f"training data: {summary(examples)}", file=sys.stderr)
    return examples


def fine_tune(
    examples: list[Example], output: Path, options: argparse.Namespace, *, heads: bool = True
) -> Path:
    """Trains and returns the folder of the final weights (fp32, safetensors).

    Without ``heads`` those of marked words and targets are left as they were learned on the way: what is averaged with
    other weights is fitted after that.

    Raises :class:`DataError` when a folder of weights cannot be used, or when ``options.longest`` leaves no text.
    """
    set_seed(options.seed)
    base = base_weights(options.base)
    config = config_of(base)
    names = {e.source for e in examples} - set(MAIN)
    numbers = {name: 0 if options.plain else i for i, name in enumerate(sorted(names), start=1)}
    config.sources = len(numbers) + 1 if any(numbers.values()) else 0
    numbers.update(dict.fromkeys(MAIN, 0))
    train = one_pass(examples, plain=options.plain)
    if not options.plain:
        train += sentence_rows(train, SENTENCES, random.Random(options.seed))  # noqa: S311
    config.longest = options.longest or 0
    model = starting_model(base, config, heads_needed=options.keep > 0)
    freeze(model, options.freeze)
    # Read now: hours of training must not end at a folder that is not there.
    others = [(each.share, weights_of(each.folder, model)) for each in options.average]
    words = words_for(base)
    if options.longest:
        lengths = [len(e.ids) for e in words.encode_batch_fast([e.text for e in train])]
        train = [e for e, length in zip(train, lengths, strict=True) if length <= options.longest]
        if not train:
            raise DataError(f"no text of the training data has {options.longest} tokens or fewer")
    teachers = Teachers(options.distil, model, specials(words)) if options.distil else None
    start = {name: values.clone() for name, values in own(model).items()} if options.keep else {}
    work = output.with_name(output.name + ".work") / "checkpoints"
    arguments = TrainingArguments(
        output_dir=str(work),
        per_device_train_batch_size=options.batch_size,
        learning_rate=options.learning_rate,
        weight_decay=0.01,
        max_steps=options.max_steps or -1,
        num_train_epochs=options.epochs,
        lr_scheduler_type="warmup_stable_decay",
        lr_scheduler_kwargs={
            "num_decay_steps": max(1, int(0.5 * steps_of(options, len(train)))),
            "decay_type": "1-sqrt",
        },
        warmup_steps=min(300, max(1, steps_of(options, len(train)) // 20)),
        max_grad_norm=1.0,
        save_steps=options.save_steps,
        save_total_limit=2,
        logging_steps=50,
        seed=options.seed,
        report_to=[],
        remove_unused_columns=False,
        use_cpu=not torch.cuda.is_available(),
        disable_tqdm=not (sys.stderr.isatty() or options.progress),
    )
    trainer = CommentTrainer(
        model=model,
        args=arguments,
        train_dataset=Examples(train),
        data_collator=Collator(words, MAX_LENGTH, numbers, training=not options.plain, seed=options.seed),
    )
    trainer.words, trainer.teachers, trainer.layer_rate = words, teachers, options.layer_rate
    trainer.teaching = teaching(numbers, plain=options.plain).to(model.device)
    last = get_last_checkpoint(str(work)) if options.resume and work.is_dir() else None
    trainer.train(resume_from_checkpoint=last)
    model.source_bias = None  # it was of use to the loss only
    if options.keep:
        mix(model, start, options.keep)
    for part, weights in others:
        mix(model, weights, part)
    if heads and isinstance(model, CommentModel):
        fit_heads(model, train, Collator(words, MAX_LENGTH, numbers, training=False), options.seed)
    final = work.parent / "weights"
    trainer.save_model(str(final))
    words.save(str(final / "tokenizer.json"))
    return final


def teaching(numbers: dict[str, int], *, plain: bool) -> Tensor:
    """How much the teachers count on the rows of each source, by its number in the batches."""
    counts = torch.ones(max(numbers.values()) + 1)
    for source in read_sources(plain=plain).values():
        if numbers.get(source.name):
            counts[numbers[source.name]] = source.teachers
    return counts


def steps_of(options: argparse.Namespace, rows: int) -> int:
    return options.max_steps or max(1, int(options.epochs * rows / options.batch_size))


def origin(options: argparse.Namespace) -> dict[str, Any]:
    """What besides the data a model comes from, for its manifest; nothing of it is a path of this machine."""
    said: dict[str, Any] = {}
    if options.base:
        said["started_from"] = run_of(Path(options.base)) if Path(options.base).exists() else options.base
    if options.keep:
        said["kept_of_the_start"] = options.keep
    if options.average:
        said["averaged_with"] = {run_of(each.folder): each.share for each in options.average}
    if options.distil:
        said["distilled_from"] = [run_of(folder) for folder in options.distil]
    if options.teacher:
        manifest = read_model(options.teacher).manifest
        said["teacher"] = f"{manifest.name} {manifest.version}"
    if options.sources:
        said["sources"] = options.sources.split(",")
    if options.plain:
        said["plain"] = True
    if options.longest:
        said["longest"] = options.longest
    if options.freeze:
        said["frozen_layers"] = options.freeze
    if options.layer_rate < 1:
        said["layer_rate"] = options.layer_rate
    return said


def run_of(weights: Path) -> str:
    """The name of the training that a folder of weights is from, and of the checkpoint when it is one of these.

    All trainings leave theirs in OUTPUT.work/weights and OUTPUT.work/checkpoints/checkpoint-N.
    """
    folder = weights.resolve()
    if folder.name == "weights":
        return folder.parent.name.removesuffix(".work")
    if folder.parent.name == "checkpoints":
        return f"{folder.parent.parent.name.removesuffix('.work')} {folder.name}"
    return folder.name


def count(text: str) -> int:
    """A number of things, 1 or more. Raises argparse's error for anything else."""
    if not text.isdecimal() or int(text) < 1:
        raise argparse.ArgumentTypeError(f"{text} is not a number above 0")
    return int(text)


def rate_share(text: str) -> float:
    """Above 0 to 1. Raises argparse's error for anything else."""
    try:
        value = float(text)
    except ValueError:
        value = 0.0
    if not 0 < value <= 1:
        raise argparse.ArgumentTypeError(f"{text} is not above 0 and at most 1")
    return value


def parser() -> argparse.ArgumentParser:
    p = argparse.ArgumentParser(prog="python -m training.train", description=__doc__)
    p.add_argument(
        "--data",
        type=Path,
        required=True,
        help="folder of sources, or your own CSV (text + attribute columns)",
    )
    p.add_argument(
        "--output",
        type=Path,
        required=True,
        help="the model directory to write; checkpoints go beside it, in OUTPUT.work",
    )
    p.add_argument("--resume", action="store_true", help="go on from the last checkpoint in OUTPUT.work")
    p.add_argument("--max-steps", type=int, help="stop after this many batches (default: --epochs)")
    p.add_argument("--epochs", type=float, default=2.0, help="passes over the data (default %(default)s)")
    p.add_argument("--seed", type=int, default=0)
    p.add_argument("--batch-size", type=int, default=32)
    p.add_argument("--learning-rate", type=float, default=1e-4)
    p.add_argument(
        "--layer-rate",
        type=rate_share,
        default=1.0,
        metavar="SHARE",
        help="rate of each layer of the encoder as a share of that of the next one up (default %(default)s)",
    )
    p.add_argument("--save-steps", type=int, default=500, help="batches between two checkpoints")
    p.add_argument(
        "--sources",
        default="",
        metavar="NAMES",
        help="only these of the folder, with commas between (default: all)",
    )
    p.add_argument(
        "--teacher",
        type=Path,
        metavar="DIR",
        help="model directory that labels what taught sources leave open",
    )
    p.add_argument(
        "--base",
        help="what to start from: a model directory, weights of a training, a folder with a larger network (MPNet), "
        "or a hub id (default: all-MiniLM-L6-v2)",
    )
    p.add_argument(
        "--keep",
        type=share,
        default=0.0,
        metavar="SHARE",
        help="share of the --base weights averaged into the result, 0 to 1 (default %(default)s)",
    )
    p.add_argument(
        "--average",
        type=other,
        action="append",
        default=[],
        metavar="FOLDER=SHARE",
        help="weights of another training of ours, and their share in the result; may be given more than once",
    )
    p.add_argument(
        "--distil",
        type=Path,
        action="append",
        default=[],
        metavar="FOLDER",
        help="weights of another training whose scores and marks are learned beside the labels; of several, their mean",
    )
    p.add_argument(
        "--plain",
        action="store_true",
        help="rows as their sources have them: each once and alike, with its own labels, nothing added or disguised",
    )
    p.add_argument(
        "--longest",
        type=count,
        default=0,
        metavar="TOKENS",
        help="leave out texts that are longer (default: none); as a teacher it is then not asked of longer ones",
    )
    p.add_argument(
        "--freeze",
        type=count,
        default=0,
        metavar="LAYERS",
        help="leave the word vectors and so many of the lowest layers as they are (default %(default)s)",
    )
    p.add_argument("--name", default="comments-en", help="model name in the manifest")
    p.add_argument("--model-version", default="1.0", help="model version in the manifest")
    p.add_argument(
        "--progress", action="store_true", help="show the progress bar even when stderr is not a terminal"
    )
    return p


def main(argv: list[str] | None = None) -> int:
    options = parser().parse_args(argv)
    if options.plain and options.teacher:
        parser().error("--plain takes the sources' own labels, so it has no use for a --teacher")
    options.output = options.output.resolve()
    try:
        # Now, not after hours of training.
        check_place(options.output, options.data)
        examples = read_examples(options)
        weights = fine_tune(examples, options.output, options)
    except DataError as error:
        print(f"training: {error}", file=sys.stderr)
        return 1
    except KeyboardInterrupt:
        return _stopped()
    if options.base and is_large(options.base):
        print(f"a larger network: it teaches others (--distil {weights}), and does not ship", file=sys.stderr)
        return 0
    rows = len(one_pass(examples, plain=options.plain))
    try:
        made = finish(
            weights,
            examples,
            options.output,
            name=options.name,
            version=options.model_version,
            max_length=MAX_LENGTH,
            training={
                "steps": steps_of(options, rows),
                "batch_size": options.batch_size,
                "learning_rate": options.learning_rate,
                "seed": options.seed,
                **origin(options),
            },
        )
    except DataError as error:
        print(
            f"training: {error}; nothing was lost, go on with --resume (weights: {weights})", file=sys.stderr
        )
        return 1
    except KeyboardInterrupt:
        return _stopped()
    print(f"model directory: {made}", file=sys.stderr)
    return 0


def _stopped() -> int:
    print("training: stopped; go on from the last checkpoint with --resume", file=sys.stderr)
    return 130


if __name__ == "__main__":
    sys.exit(main())
