"""What moderators taught: suggestions, kept until training takes them, a person asks, or their time is over.

SQLAlchemy over SQLite (the default) or PostgreSQL. A call returns only after the transaction is on disk, so
that a suggestion that was answered with 200 survives ``kill -9`` and a power cut.
"""

from __future__ import annotations

import hashlib
import threading
import unicodedata
import uuid
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from sqlalchemy import Connection, Engine

#: The newest migration; a store that is at it opens without loading the migration tool.
HEAD = "0001"
_FILE = "moderation.sqlite3"


class StoreError(RuntimeError):
    """The store cannot be used; the message names it, without the password of its URL."""


@dataclass(frozen=True, slots=True)
class Suggestion:
    """One labelled comment. ``spans`` maps attributes to (start, end, value), Python offsets of ``text``."""

    text: str
    scores: Mapping[str, float]
    spans: Mapping[str, tuple[tuple[int, int, float], ...]] = field(default_factory=dict)
    author: str | None = None
    community: str | None = None
    languages: tuple[str, ...] = ()
    id: str = ""
    created_at: datetime | None = None


def text_key(text: str) -> str:
    """The same for texts that differ only in case, spacing or Unicode form: a person asks for words, not
    bytes.
    """
    folded = " ".join(unicodedata.normalize("NFKC", text).casefold().split())
    return hashlib.sha256(folded.encode("utf-8", "surrogatepass")).hexdigest()


def default_url() -> str:
    from platformdirs import user_data_path

    return f"sqlite:///{user_data_path('moderation') / _FILE}"


class Store:
    """Suggestions and API keys. Methods may be called from any thread; SQLite's writes go one
    after another.
    """

    def __init__(self, url: str = "") -> None:
        self.url = url or default_url()
        self._engine: Engine | None = None
        self._writing = threading.Lock()

    def open(self) -> None:
        """Connects, and creates or migrates the tables. Raises StoreError."""
        import sqlalchemy
        from sqlalchemy import event
        from sqlalchemy.exc import ArgumentError, SQLAlchemyError

        try:
            url = sqlalchemy.make_url(self.url)
            if url.get_backend_name() == "sqlite":
                if url.database in (None, "", ":memory:"):
                    raise StoreError(
                        "database: a SQLite store needs a file, as in sqlite:////var/lib/moderation.db"
                    )
                Path(url.database).parent.mkdir(parents=True, exist_ok=True)
            elif url.drivername == "postgresql":
                url = url.set(drivername="postgresql+psycopg")
            engine = sqlalchemy.create_engine(url, pool_pre_ping=True, hide_parameters=True)
            if engine.dialect.name == "sqlite":
                event.listen(engine, "connect", _prepare_sqlite)
            if _revision(engine) != HEAD:
                _migrate(engine)
        except StoreError:
            raise
        except (SQLAlchemyError, ArgumentError, OSError, ModuleNotFoundError, ValueError) as error:
            shown = _without_password(self.url)
            cause = getattr(error, "orig", None) or error
            raise StoreError(f"database {shown} cannot be used: {cause}") from None
        self._engine = engine

    def close(self) -> None:
        if self._engine is not None:
            self._engine.dispose()
            self._engine = None

    def check(self) -> None:
        """Raises StoreError when the store does not answer."""
        from sqlalchemy import select

        with self._begin() as connection:
            connection.execute(select(1))

    def add(self, suggestion: Suggestion) -> str:
        """Stores one suggestion for good and returns its id."""
        from moderation.server.tables import suggestions

        identity = uuid.uuid4().hex
        row = {
            "id": identity,
            "created_at": suggestion.created_at or datetime.now(UTC),
            "text": _storable(suggestion.text),
            "text_key": text_key(suggestion.text),
            "author": None if suggestion.author is None else _storable(suggestion.author)[:500],
            "author_key": None if suggestion.author is None else text_key(suggestion.author),
            "community": None if suggestion.community is None else _storable(suggestion.community)[:500],
            "scores": dict(suggestion.scores),
            "spans": {name: [list(span) for span in spans] for name, spans in suggestion.spans.items()},
            "languages": [_storable(language)[:35] for language in suggestion.languages[:20]],
        }
        with self._begin() as connection:
            connection.execute(suggestions.insert().values(row))
        return identity

    def suggestions(
        self, *, since: datetime | None = None, community: str | None = None
    ) -> Iterator[Suggestion]:
        """Stored suggestions, oldest first."""
        from sqlalchemy import select

        from moderation.server.tables import suggestions

        query = select(suggestions).order_by(suggestions.c.created_at, suggestions.c.id)
        if since is not None:
            query = query.where(suggestions.c.created_at >= since)
        if community is not None:
            query = query.where(suggestions.c.community == community)
        with self._begin() as connection:
            for row in connection.execution_options(yield_per=500).execute(query):
                yield Suggestion(
                    text=row.text,
                    scores=row.scores,
                    spans={name: tuple((a, b, v) for a, b, v in spans) for name, spans in row.spans.items()},
                    author=row.author,
                    community=row.community,
                    languages=tuple(row.languages),
                    id=row.id,
                    created_at=row.created_at,
                )

    def forget(self, *, author: str | None = None, text: str | None = None) -> int:
        """Removes every suggestion by ``author`` or with the words of ``text``, from the disk
        too; how many.
        """
        from sqlalchemy import or_

        from moderation.server.tables import suggestions

        if author is None and text is None:
            raise ValueError("say whose words or which text to forget")
        wanted = []
        if author is not None:
            wanted.append(suggestions.c.author_key == text_key(author))
        if text is not None:
            wanted.append(suggestions.c.text_key == text_key(text))
        with self._begin() as connection:
            count = connection.execute(suggestions.delete().where(or_(*wanted))).rowcount
        self._scrub()
        return count

    def purge(self, days: float) -> int:
        """Removes suggestions older than ``days``; how many."""
        from moderation.server.tables import suggestions

        before = datetime.now(UTC) - timedelta(days=days)
        with self._begin() as connection:
            count = connection.execute(suggestions.delete().where(suggestions.c.created_at < before)).rowcount
        if count:
            self._scrub()
        return count

    def execute(self, statement: Any) -> list[Any]:
        """Runs one statement in its own transaction; the rows, for a query."""
        with self._begin() as connection:
            result = connection.execute(statement)
            return list(result) if result.returns_rows else []

    @contextmanager
    def _begin(self) -> Iterator[Connection]:
        from sqlalchemy.exc import SQLAlchemyError

        if self._engine is None:
            raise StoreError("the store is not open")
        try:
            if self._engine.dialect.name == "sqlite":
                with self._writing, self._engine.begin() as connection:
                    yield connection
            else:
                with self._engine.begin() as connection:
                    yield connection
        except SQLAlchemyError as error:
            cause = getattr(error, "orig", None) or type(error).__name__
            raise StoreError(f"database {_without_password(self.url)}: {cause}") from None

    def _scrub(self) -> None:
        """SQLite keeps deleted words in its write-ahead log until that is folded in; fold it in now."""
        if self._engine is not None and self._engine.dialect.name == "sqlite":
            with self._writing, self._engine.connect() as connection:
                connection.exec_driver_sql("PRAGMA wal_checkpoint(TRUNCATE)")


def _prepare_sqlite(connection: Any, _record: Any) -> None:
    cursor = connection.cursor()
    cursor.execute("PRAGMA journal_mode=WAL")
    cursor.execute("PRAGMA synchronous=FULL")  # with NORMAL a power cut could undo what was answered with 200
    cursor.execute("PRAGMA secure_delete=ON")  # what is forgotten is overwritten, not merely unlinked
    cursor.execute("PRAGMA busy_timeout=10000")
    cursor.close()


def _revision(engine: Engine) -> str | None:
    from sqlalchemy import inspect, text

    with engine.connect() as connection:
        if not inspect(connection).has_table("alembic_version"):
            return None
        return connection.execute(text("SELECT version_num FROM alembic_version")).scalar()


def _migrate(engine: Engine) -> None:
    from alembic import command
    from alembic.config import Config
    from alembic.util import CommandError

    config = Config()
    config.set_main_option("script_location", "moderation.server:migrations")
    with engine.begin() as connection:
        config.attributes["connection"] = connection
        try:
            command.upgrade(config, "head")
        except CommandError as error:
            raise StoreError(f"the store was written by another version of this program: {error}") from None


def _storable(text: str) -> str:
    """PostgreSQL takes no NUL, and no encoding takes half of a surrogate pair."""
    return text.replace("\x00", "\ufffd").encode("utf-8", "replace").decode("utf-8")


def _without_password(url: str) -> str:
    from sqlalchemy import make_url
    from sqlalchemy.exc import ArgumentError

    try:
        return make_url(url).render_as_string(hide_password=True)
    except ArgumentError:
        return "(not an SQLAlchemy URL)"
