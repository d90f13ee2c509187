"""Pages saved as one file: what browsers write, and what is broken."""

from __future__ import annotations

import quopri
from email.message import EmailMessage
from pathlib import Path

import pytest

from moderation import extract
from moderation.batch.scan import PageNotice, pages
from moderation.sources.documents import Document, Failure
from moderation.sources.files import read_file, read_path
from moderation.sources.mhtml import is_saved_page
from moderation.sources.reading import Limits

ADDRESS = "https://blog.example/2026/ferry"
PAGE = """<!doctype html><html><head><meta charset="utf-8"><title>Ferry – café</title></head><body>
<article><h1>Ferry</h1><p>The ferry is back, said the harbour master on Friday.</p></article>
<iframe src="cid:frame-2@mhtml.blink"></iframe></body></html>"""
FRAME = """<html><body><div id="disqus_thread"><ul id="post-list">{}</ul></div></body></html>"""


def saved(*parts: tuple[str, str], boundary: str = "----MultipartBoundary--x----", end: str = "--") -> bytes:
    """A page as Chrome saves it: lines end in CRLF, bodies are quoted-printable; (address, HTML) of each part."""
    lines = [
        "From: <Saved by Blink>",
        f"Snapshot-Content-Location: {parts[0][0]}",
        "Subject: =?utf-8?Q?Ferry?=",
        "Date: Mon, 23 Nov 2026 08:00:00 -0000",
        "MIME-Version: 1.0",
        "Content-Type: multipart/related;",
        '\ttype="text/html";',
        f'\tboundary="{boundary}"',
        "",
        "",
    ]
    for number, (address, html) in enumerate(parts):
        lines += [
            f"--{boundary}",
            "Content-Type: text/html",
            f"Content-ID: <frame-{number}@mhtml.blink>",
            "Content-Transfer-Encoding: quoted-printable",
            f"Content-Location: {address}",
            "",
            quopri.encodestring(html.encode()).decode().replace("\n", "\r\n"),
        ]
    lines += [
        f"--{boundary}",
        "Content-Type: image/png",
        "Content-Transfer-Encoding: base64",
        "",
        "iVBORw0KGgo=",
    ]
    return "\r\n".join([*lines, f"--{boundary}{end}", ""]).encode()


def read(tmp_path: Path, content: bytes, name: str = "page.mhtml") -> Document | Failure:
    (tmp_path / name).write_bytes(content)
    return read_file(str(tmp_path / name), Limits())


def test_the_page_is_unpacked_with_its_address(tmp_path: Path) -> None:
    found = read(tmp_path, saved((ADDRESS, PAGE)))
    assert isinstance(found, Document)
    assert found.content.decode().replace("\r\n", "\n").strip() == PAGE
    assert found.url == ADDRESS
    assert found.further == ()


def test_of_the_frames_those_with_comments_are_read(tmp_path: Path) -> None:
    content = saved(
        (ADDRESS, PAGE),
        ("https://ads.example/frame", "<p>Buy now</p>"),
        ("https://disqus.com/embed/comments/?base=default&f=blog", FRAME.format("")),
    )
    found = read(tmp_path, content)
    assert isinstance(found, Document)
    assert [frame.url for frame in found.further] == [
        "https://disqus.com/embed/comments/?base=default&f=blog"
    ]
    assert b"disqus_thread" in found.further[0].content


def test_the_comments_of_a_frame_are_the_pages_own(tmp_path: Path) -> None:
    frame = Path("tests/extraction/fixtures/systems/disqus.html")
    address = "https://disqus.com/embed/comments/?base=default&f=blog"
    parts = ((ADDRESS, PAGE), (address, frame.read_text(encoding="utf-8")))
    (tmp_path / "page.mhtml").write_bytes(saved(*parts))
    [found] = pages(str(tmp_path / "page.mhtml"))
    assert isinstance(found, PageNotice)
    assert (found.page.url, found.page.platform) == (ADDRESS, "disqus")
    texts = [comment.text for comment in found.page.comments]
    assert texts
    assert texts == [comment.text for comment in extract(frame.read_bytes(), url=address).comments]


def test_comments_are_those_of_the_page_saved_otherwise(tmp_path: Path) -> None:
    page = Path("data/samples/news_page.html")
    found = read(tmp_path, saved((ADDRESS, page.read_text(encoding="utf-8"))))
    assert isinstance(found, Document)
    comments = extract(found.content, url=found.url, encoding=found.encoding).comments
    assert [c.text for c in comments] == [c.text for c in extract(page.read_bytes(), url=ADDRESS).comments]
    assert len(comments) > 5


def test_other_encodings_and_a_mail_of_one_part(tmp_path: Path) -> None:
    mail = EmailMessage()
    mail["Subject"] = "saved"
    mail.set_content(
        PAGE.replace("utf-8", "windows-1252"), subtype="html", charset="windows-1252", cte="base64"
    )
    found = read(tmp_path, bytes(mail), "old.mht")
    assert isinstance(found, Document)
    assert found.encoding == "windows-1252"
    assert "café".encode("cp1252") in found.content


def test_a_file_cut_short_keeps_its_page(tmp_path: Path) -> None:
    whole = saved((ADDRESS, PAGE))
    found = read(tmp_path, whole[: whole.index(b"harbour") + 7])
    assert isinstance(found, Document)
    assert b"The ferry is back" in found.content


def test_without_a_page_inside_it_is_named(tmp_path: Path) -> None:
    content = saved((ADDRESS, PAGE)).replace(b"Content-Type: text/html", b"Content-Type: text/css")
    found = read(tmp_path, content)
    assert isinstance(found, Failure)
    assert "without a page inside" in str(found)
    assert "page.mhtml" in str(found)


def test_an_empty_page_inside_is_empty(tmp_path: Path) -> None:
    found = read(tmp_path, saved((ADDRESS, "")))
    assert isinstance(found, Failure)
    assert "is empty" in str(found)


def test_a_folder_is_searched_for_them(tmp_path: Path) -> None:
    (tmp_path / "a.mht").write_bytes(saved((ADDRESS, PAGE)))
    assert [type(found) for found in read_path(str(tmp_path), Limits())] == [Document]


@pytest.mark.parametrize(
    "text",
    [
        "MIME types are explained here.\n",
        "From: a reader\nTo: the paper\n\nMIME-Version: 1.0\n",
        "<html>MIME-Version: 1</html>",
    ],
)
def test_other_texts_are_no_saved_pages(text: str) -> None:
    assert not is_saved_page(text.encode())
