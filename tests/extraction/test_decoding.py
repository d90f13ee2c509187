"""Bytes of any kind become text, and every doubt is said."""

from __future__ import annotations

import codecs

import pytest

from moderation.extraction import extract
from moderation.extraction.decoding import decode, looks_binary

WORDS = "Größe, señal, crème: der Fährplan"
PAGE = f"<html><head>%s</head><body><p>{WORDS}</p></body></html>"


@pytest.mark.parametrize("encoding", ["utf-8", "utf-16", "utf-32", "cp1252", "iso-8859-1", "iso-8859-15"])
def test_declared_encodings_are_read(encoding: str) -> None:
    assert WORDS in decode(WORDS.encode(encoding), declared=encoding).text


@pytest.mark.parametrize("bom, name", [(codecs.BOM_UTF16_LE, "utf-16-le"), (codecs.BOM_UTF8, "utf-8")])
def test_a_byte_order_mark_beats_every_declaration(bom: bytes, name: str) -> None:
    decoded = decode(bom + WORDS.encode(name), declared="koi8-r", content_type="text/html; charset=latin-1")
    assert (decoded.text, decoded.encoding, decoded.warnings) == (WORDS, name, ())


def test_the_header_beats_the_meta_tag() -> None:
    page = (PAGE % '<meta charset="koi8-r">').encode("cp1252")
    assert WORDS in decode(page, content_type="text/html; charset=windows-1252").text


@pytest.mark.parametrize(
    "meta",
    [
        '<meta charset="windows-1251">',
        '<meta http-equiv="Content-Type" content="text/html; charset=windows-1251">',
    ],
)
def test_the_meta_tag_is_believed(meta: str) -> None:
    page = f"<html><head>{meta}</head><body><p>Паром опять опоздал</p></body></html>".encode("cp1251")
    assert "Паром опять опоздал" in decode(page).text


def test_latin_1_is_read_as_browsers_read_it() -> None:
    assert decode("“quoted” – €".encode("cp1252"), declared="iso-8859-1").text == "“quoted” – €"


def test_utf_16_without_a_mark_is_recognised_and_said() -> None:
    decoded = decode(("The ferry was late again. " * 5).encode("utf-16-le"))
    assert decoded.text.startswith("The ferry was late")
    assert decoded.warnings == ("no encoding declared; read as utf-16-le",)


def test_a_wrong_declaration_is_said_and_survived() -> None:
    decoded = decode((PAGE % "").encode("utf-8"), declared="ascii; nonsense")
    assert WORDS in decoded.text
    assert any("unknown encoding" in w for w in decoded.warnings)


@pytest.mark.parametrize("label", ["utf-7", "unicode_escape", "base64", "idna", "rot13", "hex", "x" * 400])
def test_labels_that_are_no_page_encoding_are_refused(label: str) -> None:
    decoded = decode(b"plain words", declared=label)
    assert decoded.text == "plain words"
    assert decoded.warnings


def test_a_stray_byte_does_not_turn_utf_8_into_something_else() -> None:
    decoded = decode(("señal " * 400).encode() + b"\xff", declared="utf-8")
    assert decoded.encoding == "utf-8"
    assert decoded.warnings == ("undecodable bytes replaced",)


def test_nul_bytes_are_taken_out_and_said() -> None:
    page = extract(
        b"<html><body><p>A line\x00 with\x00 nothing in it, long enough to be read as prose.</p></body></html>"
    )
    assert "NUL bytes removed" in page.warnings
    assert "\x00" not in page.body


def test_binary_files_are_recognised() -> None:
    assert looks_binary(bytes(range(256)) * 20)
    assert looks_binary(b"\x89PNG\r\n\x1a\n" + bytes(1000))
    assert not looks_binary("Größe".encode() * 100)
    assert not looks_binary(("words " * 100).encode("utf-16-le"))
    assert not looks_binary(b"")


def test_binary_content_gives_a_warning_not_an_error() -> None:
    page = extract(bytes(range(256)) * 100, source="x.bin")
    assert page.comments == ()
    assert any("binary" in w for w in page.warnings)
