"""Web archives: the HTML pages in them, and what broken records cost."""

from __future__ import annotations

import gzip
import sys
import tempfile
import zlib
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from moderation.sources import Document, Failure, Limits, read

pytest.importorskip("fastwarc")


def http(
    body: bytes, kind: str = "text/html; charset=utf-8", status: str = "200 OK", **headers: str
) -> bytes:
    lines = [f"HTTP/1.1 {status}", f"Content-Type: {kind}", f"Content-Length: {len(body)}"]
    lines += [f"{name.replace('_', '-')}: {value}" for name, value in headers.items()]
    return "\r\n".join(lines).encode() + b"\r\n\r\n" + body


def record(address: str, payload: bytes, kind: str = "response", length: int | None = None) -> bytes:
    head = (
        f"WARC/1.0\r\nWARC-Type: {kind}\r\nWARC-Target-URI: {address}\r\nWARC-Date: 2024-01-01T00:00:00Z\r\n"
        "WARC-Record-ID: <urn:uuid:12345678-1234-1234-1234-123456789abc>\r\n"
        "Content-Type: application/http; msgtype=response\r\n"
        f"Content-Length: {len(payload) if length is None else length}\r\n\r\n"
    )
    return head.encode() + payload + b"\r\n\r\n"


def page(n: int) -> bytes:
    return record(f"https://e.org/{n}", http(f"<p>Story number {n}.</p>".encode()))


def plain(records: list[bytes]) -> bytes:
    return b"".join(records)


def packed(records: list[bytes]) -> bytes:
    return b"".join(map(gzip.compress, records))


def found(path: Path, content: bytes, **limits: int) -> list[Document | Failure]:
    path.write_bytes(content)
    return list(read(str(path), limits=Limits(**limits)))


def stories(items: list[Document | Failure]) -> list[str]:
    return [item.url or "" for item in items if isinstance(item, Document)]


@pytest.fixture(params=[("a.warc", plain), ("a.warc.gz", packed)], ids=["plain", "packed"])
def form(request: pytest.FixtureRequest, tmp_path: Path) -> tuple[Path, Callable[[list[bytes]], bytes]]:
    name, pack = request.param
    return tmp_path / name, pack


Form = tuple[Path, Callable[[list[bytes]], bytes]]


def test_html_answers_are_pages_and_nothing_else_is(form: Form) -> None:
    path, pack = form
    records = [
        record("https://e.org/", b"software: test\r\n", kind="warcinfo"),
        record("https://e.org/1", b"GET /1 HTTP/1.1\r\n\r\n", kind="request"),
        page(1),
        record("https://e.org/i.png", http(b"\x89PNG\r\n\x1a\n", "image/png")),
        record("https://e.org/gone", http(b"<p>gone</p>", status="404 Not Found")),
        record("https://e.org/moved", http(b"<p>moved</p>", status="301 Moved", Location="/1")),
        page(2),
    ]
    one, two = found(path, pack(records))
    assert isinstance(one, Document) and isinstance(two, Document)
    assert (one.source, one.url) == (f"{path}#https://e.org/1", "https://e.org/1")
    assert one.content == b"<p>Story number 1.</p>" and one.content_type == "text/html; charset=utf-8"
    assert one.encoding == "utf-8" and two.url == "https://e.org/2"


def broken_length(n: int) -> bytes:
    return record(f"https://e.org/bad{n}", http(b"<p>bad</p>"), length=700)


@pytest.mark.parametrize("bad", [b"nonsense " * 40, broken_length(1), b"\x00" * 500])
def test_a_broken_record_is_named_and_costs_no_other(tmp_path: Path, bad: bytes) -> None:
    items = found(tmp_path / "a.warc", plain([page(1), bad, page(2), page(3)]))
    assert [s for s in stories(items) if "bad" not in s] == [f"https://e.org/{n}" for n in (1, 2, 3)]
    [failure] = [item for item in items if isinstance(item, Failure)]
    assert "broken record near byte" in failure.message
    for item in items:
        assert isinstance(item, Failure) or b"WARC/1" not in item.content


@pytest.mark.parametrize("place", [12, 40, -9, -5])
def test_a_broken_member_is_named_and_costs_no_other(tmp_path: Path, place: int) -> None:
    member = bytearray(gzip.compress(page(9)))
    member[place : place + 3 or None] = b"\xff\xfe\xfd"
    items = found(tmp_path / "a.warc.gz", packed([page(1)]) + bytes(member) + packed([page(2), page(3)]))
    assert [s for s in stories(items) if not s.endswith("9")] == [f"https://e.org/{n}" for n in (1, 2, 3)]
    assert sum(isinstance(item, Failure) for item in items) == 1


def test_several_broken_members_are_several_failures(tmp_path: Path) -> None:
    member = bytearray(gzip.compress(page(9)))
    member[60:80] = b"\xff" * 20
    content = packed([page(1)]) + bytes(member) * 2 + packed([page(2)]) + bytes(member)
    items = found(tmp_path / "a.warc.gz", content)
    assert [type(item) for item in items] == [Document, Failure, Failure, Document, Failure]
    assert len({item.source for item in items}) == 5


@pytest.mark.parametrize("share", [0.3, 0.5, 0.9, 0.99])
def test_an_archive_that_ends_early_gives_what_it_has(form: Form, share: float) -> None:
    path, pack = form
    whole = pack([page(1)])
    cut = pack([page(2)])
    items = found(path, whole + cut[: int(len(cut) * share)])
    assert stories(items)[0] == "https://e.org/1"
    assert isinstance(items[-1], Failure) or items[-1].notes or share == 0.99


def test_an_answer_without_http_is_named(form: Form) -> None:
    path, pack = form
    items = found(path, pack([record("https://e.org/bad", b"no http at all"), page(1)]))
    assert [type(item) for item in items] == [Failure, Document]
    assert "https://e.org/bad" in items[0].source and "no HTTP" in str(items[0])


@pytest.mark.parametrize(
    ("payload", "expected"),
    [
        (http(gzip.compress(b"<p>packed</p>"), Content_Encoding="gzip"), b"<p>packed</p>"),
        (http(zlib.compress(b"<p>packed</p>"), Content_Encoding="deflate"), b"<p>packed</p>"),
        (http(b"<p>said to be packed</p>", Content_Encoding="gzip"), b"<p>said to be packed</p>"),
        (http(b"<p>said to be packed</p>", Content_Encoding="br"), b"<p>said to be packed</p>"),
        (b"HTTP/1.1 200 OK\r\nContent-Type: text/html\r\nTransfer-Encoding: chunked\r\n\r\n"
         b"c\r\n<p>parts</p>\r\n0\r\n\r\n", b"<p>parts</p>"),
        (http(b"<p>said to be in parts</p>", Transfer_Encoding="chunked"), b"<p>said to be in parts</p>"),
    ],
)  # fmt: skip
def test_packed_pages_and_those_only_said_to_be(form: Form, payload: bytes, expected: bytes) -> None:
    path, pack = form
    [item] = found(path, pack([record("https://e.org/1", payload)]))
    assert isinstance(item, Document) and item.content == expected


def test_the_limit_is_for_each_record_and_after_unpacking(form: Form) -> None:
    path, pack = form
    bomb = http(gzip.compress(bytes(30_000_000)), Content_Encoding="gzip")
    records = [record("https://e.org/large", http(b"x" * 3000)), record("https://e.org/bomb", bomb), page(1)]
    items = found(path, pack([*records, *(page(n) for n in range(2, 40))]), max_bytes=2000)
    assert [type(item) for item in items[:3]] == [Failure, Failure, Document]
    assert all("--max-bytes" in str(item) for item in items[:2])
    assert len(items) == 41 and path.stat().st_size > 2000


@pytest.mark.parametrize("content", [b"", b"<html><body><p>no archive</p></body></html>", b"\x1f\x8b broken"])
def test_what_is_no_archive_is_a_failure(form: Form, content: bytes) -> None:
    path, _ = form
    items = found(path, content)
    assert items and all(isinstance(item, Failure) for item in items)


@pytest.mark.parametrize("pack", [plain, packed])
@given(
    st.lists(st.tuples(st.integers(0, 10**6), st.binary(min_size=1, max_size=40), st.booleans()), max_size=6)
)
@settings(max_examples=60, deadline=None)
def test_whatever_happens_to_an_archive_it_is_read_to_its_end(pack: Any, harm: Any) -> None:
    content = bytearray(pack([page(n) for n in range(5)]))
    for place, words, insert in harm:
        at = place % (len(content) + 1)
        content[at : at if insert else at + len(words)] = words
    with tempfile.TemporaryDirectory() as folder:
        items = found(Path(folder) / "a.warc", bytes(content))
    assert items and all(isinstance(item, (Document, Failure)) for item in items)
    assert harm or len(items) == 5


def test_archives_in_a_folder_are_read(tmp_path: Path) -> None:
    (tmp_path / "a.warc.gz").write_bytes(packed([page(1), page(2)]))
    (tmp_path / "b.html").write_bytes(b"<p>A page.</p>")
    assert len(list(read(str(tmp_path)))) == 3


def test_without_the_library_it_is_said_what_to_install(form: Form, monkeypatch: pytest.MonkeyPatch) -> None:
    path, pack = form
    monkeypatch.setitem(sys.modules, "fastwarc", None)
    [item] = found(path, pack([page(1)]))
    assert isinstance(item, Failure) and "comment-moderation[warc]" in item.message
