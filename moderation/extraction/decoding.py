"""Bytes to text: what can be decoded is decoded, and every doubt is said in a warning."""

from __future__ import annotations

import codecs
import re
from dataclasses import dataclass

_BOMS: tuple[tuple[bytes, str], ...] = (
    (codecs.BOM_UTF8, "utf-8"),
    (codecs.BOM_UTF32_LE, "utf-32-le"),
    (codecs.BOM_UTF32_BE, "utf-32-be"),
    (codecs.BOM_UTF16_LE, "utf-16-le"),
    (codecs.BOM_UTF16_BE, "utf-16-be"),
)
_META = re.compile(rb"<meta[^>]{0,400}?charset\s*=\s*[\"']?\s*([a-zA-Z0-9_.:\-]{2,40})", re.IGNORECASE)
_XML = re.compile(rb"^\s*<\?xml[^>]{0,200}?encoding\s*=\s*[\"']([a-zA-Z0-9_.:\-]{2,40})", re.IGNORECASE)
_HEADER = re.compile(r"charset\s*=\s*[\"']?([a-zA-Z0-9_.:\-]{2,40})", re.IGNORECASE)
_HEAD_BYTES = 4096

#: Browsers read these labels as the Windows code pages that contain them (WHATWG encoding standard).
_AS_BROWSERS_DO = {
    "ascii": "cp1252",
    "iso8859-1": "cp1252",
    "iso8859-9": "cp1254",
    "iso8859-11": "cp874",
    "gb2312": "gb18030",
    "gbk": "gb18030",
    "euc_kr": "cp949",
    "shift_jis": "cp932",
}
#: Python codecs that are no character encodings, or that would make plain bytes run as something else.
_REFUSED = {"utf_7", "idna", "punycode", "unicode_escape", "raw_unicode_escape", "undefined", "mbcs", "oem"}
#: cp1252 leaves five bytes undefined; a page that uses them gets the C1 control like in a browser.
_LAST_RESORT = "cp1252"
#: Runs of C0 controls that no text has; more than this share of the page and it is some binary file.
_CONTROLS = re.compile("[\x01-\x08\x0b\x0e-\x1a\x1c-\x1f\x7f]")
_CONTROL_CHARACTERS = bytes((*range(9), 0x0B, *range(0x0E, 0x1B), *range(0x1C, 0x20), 0x7F))
_CONTROL_BYTES = bytes(i for i in range(32) if i not in (9, 10, 12, 13, 27))


@dataclass(frozen=True, slots=True)
class Decoded:
    """Text of a document, the same in UTF-8, the encoding it was read with, and what had to be bent to read it."""

    text: str
    content: bytes
    encoding: str
    warnings: tuple[str, ...] = ()


def decode(content: bytes, *, declared: str | None = None, content_type: str | None = None) -> Decoded:
    """Decode a document: byte-order mark, then ``declared``, the HTTP header, the markup's own word, then guesses.

    Never raises. A declared encoding that does not fit (unknown, or undecodable bytes where UTF-8 fits) gives a
    warning. NUL bytes are taken out.
    """
    warnings: list[str] = []
    text, encoding = _text(content, declared, content_type, warnings)
    # Nearly every page was in UTF-8: what it came as is what it would be encoded to.
    same = encoding == "utf-8" and not warnings and not content.startswith(codecs.BOM_UTF8)
    text, content, extra = clean(text, content if same else None)
    return Decoded(text, content, encoding, (*warnings, *extra))


def clean(text: str, content: bytes | None = None) -> tuple[str, bytes, tuple[str, ...]]:
    """Take out NULs and the controls that markup may not hold; say so when there were any.

    ``content``: the text in UTF-8, from those who have it. Returns (text, the same in UTF-8, warnings).
    """
    warnings: list[str] = []
    if content is None:
        content = text.encode("utf-8", "replace")
    # Deleting bytes is ten times as fast as looking for characters, and there is hardly ever one to delete.
    if len(content) != len(content.translate(None, _CONTROL_CHARACTERS)):
        if "\x00" in text:
            text = text.replace("\x00", "")
            warnings.append("NUL bytes removed")
        text, count = _CONTROLS.subn("", text)
        if count > max(20, len(text) // 50):
            warnings.append("looks like a binary file, not a page")
        content = text.encode("utf-8", "replace")
    if text.startswith("\ufeff"):
        text, content = text[1:], content[len(codecs.BOM_UTF8) :]
    return text, content, tuple(warnings)


def _text(
    content: bytes, declared: str | None, content_type: str | None, warnings: list[str]
) -> tuple[str, str]:
    for bom, wide_name in _BOMS:
        if content.startswith(bom):
            return content[len(bom) :].decode(wide_name, "replace"), wide_name
    wide = _utf16_without_bom(content)
    if wide:
        warnings.append(f"no encoding declared; read as {wide}")
        return content.decode(wide, "replace"), wide
    for label in _labels(content, declared, content_type):
        if (name := _codec(label)) is None:
            warnings.append(f"unknown encoding {label[:40]!r} ignored")
            continue
        try:
            return content.decode(name), name
        except UnicodeDecodeError:
            if name == "utf-8":
                # A cut at the end or a stray byte does not make the page another encoding.
                text = content.decode("utf-8", "replace")
                if text.count("\ufffd") <= max(3, len(text) // 1000):
                    warnings.append("undecodable bytes replaced")
                    return text, "utf-8"
            warnings.append(f"bytes do not fit the declared encoding {name}")
    try:
        return content.decode("utf-8"), "utf-8"
    except UnicodeDecodeError:
        pass
    guess = _guess(content)
    warnings.append(f"encoding guessed as {guess}")
    return _lenient(content, guess), guess


def _labels(content: bytes, declared: str | None, content_type: str | None) -> list[str]:
    labels = [declared] if declared else []
    if content_type and (found := _HEADER.search(content_type)):
        labels.append(found.group(1))
    head = content[:_HEAD_BYTES]
    if match := _XML.search(head) or _META.search(head):
        label = match.group(1).decode("ascii", "replace")
        # Markup that can be read as bytes is no UTF-16, whatever it says.
        labels.append("utf-8" if label.lower().startswith(("utf-16", "utf-32", "ucs-2")) else label)
    return labels


def _codec(label: str) -> str | None:
    try:
        name = codecs.lookup(label.strip().lower()).name
    except (LookupError, ValueError):
        return None
    if name.replace("-", "_") in _REFUSED or not getattr(codecs.lookup(name), "_is_text_encoding", True):
        return None
    return _AS_BROWSERS_DO.get(name, name)


def _utf16_without_bom(content: bytes) -> str | None:
    sample = content[:2000]
    if len(sample) < 40:
        return None
    even, odd = sample[0::2].count(0), sample[1::2].count(0)
    half = len(sample) // 2
    if odd > half * 0.7 and even < half * 0.1:
        return "utf-16-le"
    if even > half * 0.7 and odd < half * 0.1:
        return "utf-16-be"
    return None


def _guess(content: bytes) -> str:
    text = content.decode("utf-8", "replace")
    if text.count("\ufffd") <= max(3, len(text) // 1000):
        return "utf-8"
    try:
        from charset_normalizer import from_bytes  # comes with trafilatura; slow, so only for this last case
    except ImportError:
        return _LAST_RESORT
    best = from_bytes(content[:20_000]).best()
    return _AS_BROWSERS_DO.get(best.encoding, best.encoding) if best else _LAST_RESORT


def _lenient(content: bytes, name: str) -> str:
    try:
        return content.decode(name, "replace")
    except (LookupError, UnicodeError):
        return content.decode("latin-1")


def looks_binary(content: bytes) -> bool:
    """True for bytes that no text encoding in use produces: many control bytes, yet no UTF-16/32 rhythm."""
    sample = content[:4096]
    if not sample or sample.startswith(tuple(b for b, _ in _BOMS)) or _utf16_without_bom(content):
        return False
    controls = len(sample) - len(sample.translate(None, _CONTROL_BYTES))
    return controls > max(8, len(sample) // 20)
