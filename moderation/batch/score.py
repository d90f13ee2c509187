"""Files of comments in, the same rows with scores out: in order, in constant memory, resumable."""

from __future__ import annotations

import hashlib
import zlib
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, BinaryIO

from moderation import __version__
from moderation.batch.formats import output_format
from moderation.batch.output import OutputError, OutputFile, Sink, Stream
from moderation.batch.records import encoder, record, same_names, score_columns
from moderation.batch.rows import Row, RowOptions, Table, Unreadable
from moderation.batch.textfile import TextFile
from moderation.policy import Policy
from moderation.scoring import Scorer
from moderation.sources import Failure
from moderation.sources.files import why
from moderation.types import Score

#: A chunk is scored together, so that all cores have work, and is what a killed job may have to do again.
_CHUNK_ROWS = 512
_CHUNK_CHARACTERS = 1_000_000
#: How much of an input's ends tells whether it is still the same file.
_FINGERPRINTED = 1 << 16


@dataclass(slots=True)
class Summary:
    """What became of a job: rows written by it, how many of them have no scores, inputs that failed."""

    rows: int = 0
    resumed_rows: int = 0
    unscored: int = 0
    failures: list[Failure] = field(default_factory=list)


@dataclass(slots=True)
class Listener:
    """What a job says while it runs; each member may be replaced."""

    failed: Callable[[Failure], None] = lambda failure: None
    notice: Callable[[str], None] = lambda text: None
    #: (input's name, its bytes read so far, its size if known, rows so far)
    progress: Callable[[str, int, int | None, int], None] = lambda name, read, size, rows: None


def score_files(
    files: Sequence[str],
    *,
    scorer: Scorer,
    policy: Policy,
    output: Path | None = None,
    stdout: BinaryIO | None = None,
    options: RowOptions | None = None,
    resume: bool = False,
    spreadsheet_safe: bool = False,
    listener: Listener | None = None,
) -> Summary:
    """Scores every row of ``files`` (``-``: standard input) into ``output``, or as JSON lines into
    ``stdout``.

    Raises :class:`~moderation.batch.output.OutputError` or ValueError before any work when the output cannot
    be what was asked for. An input that cannot be read is in the summary's failures; the rest is delivered.
    After an exception, KeyboardInterrupt included, ``resume`` goes on where the job was.
    """
    options = options or RowOptions()
    job = _Job(files, scorer, policy, options, listener or Listener())
    if output is None:
        if stdout is None:
            raise ValueError("either output or stdout is needed")
        job.run(Stream(stdout), ["jsonl", False], ())
        return job.summary
    format, packed = output_format(str(output))
    if any(name != "-" and _same_file(Path(name), output) for name in files):
        raise OutputError(f"{output}: is one of the inputs")
    if resume and "-" in files:
        raise OutputError("--resume needs files: standard input cannot be read again")
    columns = job.columns() if format != "jsonl" else ()
    with OutputFile(output, job.identity(format, spreadsheet_safe), packed=packed, resume=resume) as sink:
        job.run(sink, [format, spreadsheet_safe], columns)
    return job.summary


@dataclass(slots=True)
class _Job:
    files: Sequence[str]
    scorer: Scorer
    policy: Policy
    options: RowOptions
    listener: Listener
    summary: Summary = field(default_factory=Summary)
    _skip: int = 0

    def run(self, sink: Sink, format: list[Any], columns: Sequence[str]) -> None:
        encode = encoder(format[0], columns, spreadsheet_safe=format[1])
        self._skip = self.summary.resumed_rows = sink.rows
        if sink.rows == 0:
            sink.write(encode.head())
        for name in self.files:
            try:
                with TextFile(name, encoding=self.options.encoding) as file:
                    self._file(file, sink, encode)
            except BrokenPipeError:
                raise
            except OSError as error:
                self._fail(name, why(error), error)
            except Unreadable as error:
                self._fail(name, str(error), error)

    def _file(self, file: TextFile, sink: Sink, encode: Any) -> None:
        table = Table(file, self.options)
        said = False
        for chunk in self._chunks(file, table):
            if table.guessed and not said:
                said = True
                self.listener.notice(f"{file.name}: the text is read from column {table.text_column!r}")
            todo = chunk[self._skip :]
            self._skip -= len(chunk) - len(todo)
            if todo:
                self._chunk(file.name, table, todo, sink, encode)
            self.listener.progress(file.name, file.position, file.size, sink.rows)
        for warning in file.warnings:
            self.listener.notice(f"{file.name}: {warning}")
        if table.stray_quotes:
            self.listener.notice(f"{file.name}: {table.stray_quotes:,} rows have stray quotes")

    def _chunk(self, name: str, table: Table, rows: list[Row], sink: Sink, encode: Any) -> None:
        same = same_names(table.text_column, self.options.author_column)
        for row, score in zip(rows, score_rows(self.scorer, rows, self.options.author_column), strict=True):
            line = record(name, row, score, self.policy.decide(score), same)
            sink.write(encode.encode(line))
            self.summary.unscored += score.scores is None
        sink.commit(len(rows))
        self.summary.rows += len(rows)

    def _chunks(self, file: TextFile, table: Table) -> Iterator[list[Row]]:
        """The rows in chunks. What breaks the file off in the middle costs none of the rows before."""
        chunk: list[Row] = []
        size = 0
        try:
            for row in table.rows():
                chunk.append(row)
                size += len(row.text) if isinstance(row.text, str) else 0
                if len(chunk) >= _CHUNK_ROWS or size >= _CHUNK_CHARACTERS:
                    yield chunk
                    chunk, size = [], 0
        except (EOFError, zlib.error, OSError) as error:
            yield chunk
            self._fail(
                file.name, f"breaks off after {chunk[-1].number if chunk else 0:,} rows: {error}", error
            )
            return
        yield chunk

    def _fail(self, name: str, message: str, error: BaseException) -> None:
        failure = Failure(name, message, error)
        self.summary.failures.append(failure)
        self.listener.failed(failure)

    def columns(self) -> list[str]:
        """The header for a CSV: known before the first row, so JSON lines are read through first."""
        found: list[Sequence[str]] = []
        same: set[str] = set()
        for name in self.files:
            if name == "-":
                raise OutputError(
                    "standard input can go to a .jsonl output only: a CSV's columns must be known first"
                )
            try:
                with TextFile(name, encoding=self.options.encoding) as file:
                    table = Table(file, self.options)
                    found.append(list(_all_names(table)))
                    same.update(same_names(table.text_column, self.options.author_column))
            except (OSError, Unreadable, EOFError, zlib.error):
                continue  # told when its turn to be scored comes
        return score_columns(found, same, self.scorer.attributes)

    def identity(self, format: str, safe: bool) -> dict[str, Any]:
        """What a resumed job must have in common with the unfinished one; the keys are words for people."""
        options = self.options
        return {
            "inputs": [[name, *_fingerprint(name)] for name in self.files],
            "columns or options": [
                *(
                    options.text_column,
                    options.author_column,
                    options.format,
                    options.encoding,
                    options.header,
                ),
                *(options.max_row, format, safe),
            ],
            "version of this program": __version__,
            "model": self.scorer.model,
            "policy": self.policy.to_dict(),
        }


def score_rows(scorer: Scorer, rows: Sequence[Row], author_column: str | None) -> list[Score]:
    """A score for each row; a broken row's says what is wrong with it."""
    sound = [row for row in rows if row.error is None]
    authors = None
    if author_column is not None:
        authors = [
            row.author if isinstance(row.author, str) and row.author.strip() else None for row in sound
        ]
    scores = iter(scorer.score_many([row.text for row in sound], authors=authors))
    return [next(scores) if row.error is None else Score(scores=None, error=row.error) for row in rows]


def _all_names(table: Table) -> Iterable[str]:
    rows = table.rows()
    if table.format != "jsonl":
        next(rows, None)
        return table.names
    names: dict[str, None] = {}
    for row in rows:
        names.update(dict.fromkeys(row.columns))
    return names


def _same_file(one: Path, other: Path) -> bool:
    try:
        return one.samefile(other)
    except OSError:
        return False


def _fingerprint(name: str) -> tuple[int, str]:
    """A file's size and a hash of its ends; (-1, "") when there is none."""
    try:
        with Path(name).open("rb") as file:
            size = file.seek(0, 2)
            file.seek(0)
            digest = hashlib.sha256(file.read(_FINGERPRINTED))
            file.seek(max(0, size - _FINGERPRINTED))
            digest.update(file.read(_FINGERPRINTED))
    except OSError:
        return -1, ""
    return size, digest.hexdigest()
