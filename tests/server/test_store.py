"""Suggestions: kept, exported, forgotten."""

from __future__ import annotations

import argparse
import csv
import io
from datetime import UTC, datetime, timedelta

import pytest
from sqlalchemy import inspect

from moderation.server import administration, migrations
from moderation.server.store import HEAD, Store, StoreError, Suggestion, text_key
from moderation.server.tables import metadata
from moderation.types import ATTRIBUTES


@pytest.fixture
def store(tmp_path):
    made = Store(f"sqlite:///{tmp_path / 'store.sqlite3'}")
    made.open()
    yield made
    made.close()


def test_what_is_stored_is_read_back(store):
    made = datetime(2026, 11, 1, 12, tzinfo=UTC)
    suggestion = Suggestion(
        "words \x00 \ud800 end",
        {"toxicity": 0.25},
        {"toxicity": ((0, 5, 0.5),)},
        author="Ann",
        community="c",
        languages=("en",),
        created_at=made,
    )
    identity = store.add(suggestion)
    (found,) = store.suggestions()
    assert found.id == identity
    assert found.text == "words \ufffd ? end"
    assert (found.scores, found.spans) == (suggestion.scores, suggestion.spans)
    assert (found.author, found.community, found.languages, found.created_at) == ("Ann", "c", ("en",), made)


def test_migrations_lead_to_the_tables_the_code_uses(store):
    from alembic.config import Config
    from alembic.script import ScriptDirectory

    config = Config()
    config.set_main_option("script_location", "moderation.server:migrations")
    assert ScriptDirectory.from_config(config).get_heads() == [HEAD]
    assert migrations.__doc__
    found = inspect(store._engine)
    for table in metadata.tables.values():
        columns = {column["name"]: column["nullable"] for column in found.get_columns(table.name)}
        assert columns == {column.name: column.nullable for column in table.columns}
        indexes = {index["name"] for index in found.get_indexes(table.name) if not index["unique"]}
        assert indexes == {index.name for index in table.indexes}


def test_an_existing_store_is_opened_again(store, tmp_path):
    store.add(Suggestion("kept", {"toxicity": 1.0}))
    store.close()
    again = Store(f"sqlite:///{tmp_path / 'store.sqlite3'}")
    again.open()
    assert [s.text for s in again.suggestions()] == ["kept"]
    again.close()


@pytest.mark.parametrize(
    ("url", "message"),
    [
        ("no url at all", "cannot be used"),
        ("sqlite://", "needs a file"),
        ("oracle+nothing://a:hidden@b/c", "cannot be used"),
        ("sqlite:////proc/nowhere/store.sqlite3", "cannot be used"),
    ],
)
def test_a_store_that_cannot_be_used_is_named_without_its_password(url, message):
    with pytest.raises(StoreError, match=message) as raised:
        Store(url).open()
    assert "hidden" not in str(raised.value)


def test_a_store_of_a_newer_version_is_refused(store, tmp_path):
    from sqlalchemy import text

    store.execute(text("UPDATE alembic_version SET version_num = '9999'"))
    store.close()
    with pytest.raises(StoreError, match="another version"):
        Store(f"sqlite:///{tmp_path / 'store.sqlite3'}").open()


def on_disk(folder, words):
    return [file.name for file in folder.rglob("*") if file.is_file() and words.encode() in file.read_bytes()]


def test_forgetting_a_person_removes_their_words_from_the_disk(store, tmp_path):
    for number in range(50):
        store.add(Suggestion(f"Kim wrote this, number {number}", {"toxicity": 1.0}, author="Kim  Ö"))
        store.add(Suggestion(f"Lee wrote that, number {number}", {"toxicity": 1.0}, author="Lee"))
    assert on_disk(tmp_path, "Kim wrote this")
    assert store.forget(author=" kim ö") == 50
    assert on_disk(tmp_path, "Kim wrote this") == []
    assert on_disk(tmp_path, "Kim  Ö") == []
    assert len(list(store.suggestions())) == 50


def test_forgetting_a_text_does_not_depend_on_case_or_spacing(store):
    store.add(Suggestion("My  address is\nMain Street", {"toxicity": 0.0}))
    store.add(Suggestion("My address", {"toxicity": 0.0}))
    assert store.forget(text="my address is main street") == 1
    assert [s.text for s in store.suggestions()] == ["My address"]
    with pytest.raises(ValueError, match="whose words"):
        store.forget()


def test_suggestions_end_with_their_time(store, tmp_path):
    now = datetime.now(UTC)
    store.add(Suggestion("old words", {"toxicity": 1.0}, created_at=now - timedelta(days=31)))
    store.add(Suggestion("new words", {"toxicity": 1.0}, created_at=now - timedelta(days=29)))
    assert store.purge(30) == 1
    assert [s.text for s in store.suggestions()] == ["new words"]
    assert on_disk(tmp_path, "old words") == []


def test_the_running_service_keeps_the_retention_period(make_api, tmp_path):
    import asyncio
    import contextlib

    from moderation.server.app import _upkeep

    api = make_api(retention_days=30)
    api.service.store.add(
        Suggestion("old", {"toxicity": 1.0}, created_at=datetime.now(UTC) - timedelta(days=31))
    )

    async def work():
        task = asyncio.create_task(_upkeep(api.service))
        while list(api.service.store.suggestions()):
            await asyncio.sleep(0.01)
        task.cancel()
        with contextlib.suppress(asyncio.CancelledError):
            await task

    asyncio.run(asyncio.wait_for(work(), 20))


def test_export_is_what_training_reads_and_the_newest_judgement_counts(store):
    now = datetime(2026, 11, 1, tzinfo=UTC)
    for days, value in ((0, 1.0), (1, 0.0)):
        made = now + timedelta(days=days)
        store.add(Suggestion('He said, "no"\n=1+1', {"toxicity": value}, community="a", created_at=made))
    store.add(Suggestion("other", {"insult": 0.5}, community="b", created_at=now))
    output = io.StringIO()
    assert administration.export_suggestions(store, output) == 2
    rows = list(csv.DictReader(io.StringIO(output.getvalue())))
    assert set(ATTRIBUTES) <= set(rows[0])
    by_text = {row["text"]: row for row in rows}
    assert by_text['He said, "no"\n=1+1']["toxicity"] == "0.0"
    assert by_text["other"]["toxicity"] == ""
    assert by_text["other"]["insult"] == "0.5"
    only = io.StringIO()
    assert administration.export_suggestions(store, only, community="b", since=now) == 1


def test_export_is_read_by_training(store, tmp_path):
    from training.data import own_rows

    store.add(Suggestion("You fool", {"toxicity": 1.0, "insult": 0.9}))
    file = tmp_path / "suggestions.csv"
    with file.open("w", encoding="utf-8", newline="") as output:
        administration.export_suggestions(store, output)
    ((text, labels),) = own_rows(file)
    assert text == "You fool"
    assert labels.attributes == {"toxicity": 1.0, "insult": 0.9}


def test_the_commands(tmp_path, capsys, monkeypatch):
    database = f"sqlite:///{tmp_path / 'store.sqlite3'}"

    def command(*words):
        parser = argparse.ArgumentParser()
        administration.add_commands(parser.add_subparsers(required=True))
        code = administration.administer(parser.parse_args([*words, "--database", database]))
        return code, *capsys.readouterr()

    code, secret, _ = command("keys", "create", "a site", "--rate-limit", "5")
    assert code == 0
    assert secret.startswith("mod_")
    _, listed, _ = command("keys", "list")
    assert "in force  5/s  a site" in listed
    assert secret.strip() not in listed
    identity = listed.split()[0]
    assert command("keys", "revoke", identity)[0] == 0
    assert command("keys", "revoke", identity)[0] == 1
    assert "revoked" in command("keys", "list")[1]
    assert command("keys", "create")[0] == 2
    with administration.opened(database) as store:
        store.add(Suggestion("You fool", {"toxicity": 1.0}, author="Kim"))
    assert "You fool,1.0" in command("suggestions")[1]
    assert command("suggestions", "--output", str(tmp_path / "out.csv"))[0] == 0
    assert "You fool" in (tmp_path / "out.csv").read_text()
    assert command("forget")[0] == 2
    monkeypatch.setattr("sys.stdin", io.StringIO("you FOOL\n"))
    assert "1 suggestions removed" in command("forget", "--text", "-")[2]
    assert command("suggestions")[1].count("\n") == 1


def test_a_text_s_key_ignores_what_people_ignore():
    assert text_key("Ｈello\tWorld ") == text_key("hello world")
    assert text_key("hello world") != text_key("hello, world")
