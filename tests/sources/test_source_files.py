"""Pages on disk: what a path, a folder, a glob and standard input give, and what they refuse."""

from __future__ import annotations

import gzip
import io
import os
from pathlib import Path

import pytest

from moderation.sources import Document, Failure, Limits, read, read_all
from moderation.sources.files import read_stdin

PAGE = b"<!doctype html><p>A story about rain.</p>"


def names(found: list[Document | Failure], base: Path) -> list[str]:
    assert all(isinstance(item, Document) for item in found), found
    return [str(Path(item.source).relative_to(base)) for item in found]


def only(spec: str | Path, **options: object) -> Document | Failure:
    [found] = read(str(spec), limits=Limits(**options))
    return found


def test_a_file_is_read_whole_and_named_as_it_was_given(tmp_path: Path) -> None:
    file = tmp_path / "page.weird"
    file.write_bytes(PAGE)
    assert only(file) == Document(source=str(file), content=PAGE)


def test_a_folder_gives_its_pages_in_order_and_no_other_file(tmp_path: Path) -> None:
    for name in ("b.html", "a.HTM", "sub/c.txt", "sub/deep/d.php", "sub/e.html.gz"):
        path = tmp_path / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(gzip.compress(PAGE) if name.endswith(".gz") else PAGE)
    (tmp_path / "from-wget").write_bytes(PAGE)
    (tmp_path / "notes").write_bytes(b"milk, eggs")
    for name in ("style.css", "photo.jpg", ".hidden.html", "data.json"):
        (tmp_path / name).write_bytes(b"x")
    found = list(read(str(tmp_path)))
    assert names(found, tmp_path) == [
        *("a.HTM", "b.html", "from-wget", "sub/c.txt", "sub/e.html.gz", "sub/deep/d.php")
    ]
    assert {item.content for item in found} == {PAGE}


def test_a_folder_without_pages_is_a_failure(tmp_path: Path) -> None:
    found = only(tmp_path)
    assert isinstance(found, Failure) and "no page in this folder" in found.message


def test_a_glob_gives_its_matches_in_order(tmp_path: Path) -> None:
    for name in ("b.html", "a.html", "c.txt", "sub/d.html"):
        (tmp_path / name).parent.mkdir(exist_ok=True)
        (tmp_path / name).write_bytes(PAGE)
    assert names(list(read(f"{tmp_path}/*.html")), tmp_path) == ["a.html", "b.html"]
    assert names(list(read(f"{tmp_path}/**/*.html")), tmp_path) == ["a.html", "b.html", "sub/d.html"]


def test_a_file_whose_name_looks_like_a_glob_is_that_file(tmp_path: Path) -> None:
    file = tmp_path / "story [1].html"
    file.write_bytes(PAGE)
    assert names(list(read(str(file))), tmp_path) == ["story [1].html"]


def test_a_glob_without_matches_is_a_failure(tmp_path: Path) -> None:
    assert only(f"{tmp_path}/*.html") == Failure(f"{tmp_path}/*.html", "no file matches")


def test_a_missing_file_is_named(tmp_path: Path) -> None:
    assert only(tmp_path / "nope.html") == Failure(str(tmp_path / "nope.html"), "no such file")


def test_a_name_that_no_file_can_have_is_a_failure() -> None:
    assert isinstance(only("a\0b"), Failure)
    assert isinstance(only("x" * 5000), Failure)


@pytest.mark.parametrize("content", [b"", b"  \n\t\r\n", b"\xef\xbb\xbf", b"\0\0\0\0"])
def test_an_empty_file_is_said_to_be_empty(tmp_path: Path, content: bytes) -> None:
    (tmp_path / "a.html").write_bytes(content)
    assert only(tmp_path / "a.html") == Failure(str(tmp_path / "a.html"), "is empty")


@pytest.mark.parametrize(
    ("content", "words"),
    [
        (b"\x89PNG\r\n\x1a\n\0\0\0\rIHDR", "is a PNG image"),
        (b"%PDF-1.4\n...", "is a PDF"),
        (b"PK\x03\x04\x14\x00", "is a ZIP archive"),
        (b"\x7fELF\x02\x01\x01\0", "is a program"),
        (bytes(range(256)) * 20, "is binary data"),
    ],
)
def test_a_binary_file_is_said_to_be_one(tmp_path: Path, content: bytes, words: str) -> None:
    (tmp_path / "a.html").write_bytes(content)
    found = only(tmp_path / "a.html")
    assert isinstance(found, Failure) and words in found.message


@pytest.mark.parametrize(
    "content",
    [
        PAGE + b"\0\0" + PAGE * 3,
        "<p>Hello, world</p>".encode("utf-16"),
        "<p>Hello, world</p>".encode("utf-16-be"),
        "<p>Привет всем</p>".encode("cp1251"),
        "<p>今日は</p>".encode("shift-jis"),
        b"\x1b[1mbold\x1b[0m text",
    ],
)
def test_text_in_odd_encodings_is_still_text(tmp_path: Path, content: bytes) -> None:
    (tmp_path / "a.html").write_bytes(content)
    assert only(tmp_path / "a.html") == Document(source=str(tmp_path / "a.html"), content=content)


def test_the_size_limit_is_exact_and_holds_after_unpacking(tmp_path: Path) -> None:
    file = tmp_path / "a.html"
    file.write_bytes(b"x" * 1000)
    assert isinstance(only(file, max_bytes=1000), Document)
    assert only(file, max_bytes=999) == Failure(
        str(file), "1,000 bytes, over the limit of 999 bytes (--max-bytes)"
    )
    file.write_bytes(gzip.compress(b"x" * 1000))
    assert isinstance(only(file, max_bytes=1000), Document)
    found = only(file, max_bytes=999)
    assert isinstance(found, Failure) and "unpacked, larger than the limit" in found.message


def test_broken_gzip_is_a_failure_and_a_cut_one_gives_its_beginning(tmp_path: Path) -> None:
    file = tmp_path / "a.html.gz"
    packed = gzip.compress(os.urandom(3000).hex().encode())
    file.write_bytes(packed[:100] + b"\xff" * 200 + packed[300:])
    assert only(file) == Failure(str(file), "is broken gzip")
    file.write_bytes(packed[: len(packed) // 2])
    found = only(file)
    assert isinstance(found, Document) and 0 < len(found.content) < 6000


def test_gzip_of_several_members_is_read_to_its_end(tmp_path: Path) -> None:
    (tmp_path / "a.html.gz").write_bytes(gzip.compress(PAGE) + gzip.compress(b"<p>two</p>") + b"\0" * 512)
    found = only(tmp_path / "a.html.gz")
    assert isinstance(found, Document) and found.content == PAGE + b"<p>two</p>"


@pytest.mark.skipif(not Path("/dev/zero").exists(), reason="needs /dev/zero")
def test_an_endless_device_ends_at_the_limit() -> None:
    found = only("/dev/zero", max_bytes=10_000)
    assert isinstance(found, Failure) and "larger than the limit" in found.message


@pytest.mark.skipif(not hasattr(os, "mkfifo"), reason="needs named pipes")
def test_a_pipe_in_a_folder_is_passed_over(tmp_path: Path) -> None:
    os.mkfifo(tmp_path / "a.html")
    (tmp_path / "b.html").write_bytes(PAGE)
    assert names(list(read(str(tmp_path))), tmp_path) == ["b.html"]


def test_a_broken_link_in_a_folder_is_named_and_costs_nothing_else(tmp_path: Path) -> None:
    (tmp_path / "a.html").symlink_to(tmp_path / "nowhere")
    (tmp_path / "b.html").write_bytes(PAGE)
    found = list(read(str(tmp_path)))
    assert [type(item) for item in found] == [Failure, Document]


def test_folders_that_link_to_each_other_are_read_once(tmp_path: Path) -> None:
    (tmp_path / "loop").symlink_to(tmp_path)
    (tmp_path / "a.html").write_bytes(PAGE)
    assert names(list(read(str(tmp_path))), tmp_path) == ["a.html"]


def test_one_bad_source_among_good_ones_costs_nothing_else(tmp_path: Path) -> None:
    (tmp_path / "a.html").write_bytes(PAGE)
    (tmp_path / "b.html").write_bytes(b"\x89PNG\r\n\x1a\n")
    specs = [str(tmp_path), "nope", "ftp://example.org/", str(tmp_path / "a.html")]
    kinds = [type(item) for item in read_all(specs)]
    assert kinds == [Document, Failure, Failure, Failure, Document]


def test_standard_input(tmp_path: Path) -> None:
    assert read_stdin(Limits(), io.BytesIO(PAGE)) == Document(source="-", content=PAGE)
    assert read_stdin(Limits(), io.BytesIO(b"")) == Failure("-", "is empty")
    assert isinstance(read_stdin(Limits(max_bytes=10), io.BytesIO(PAGE)), Failure)
