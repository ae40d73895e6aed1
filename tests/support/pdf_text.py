"""The texts of a PDF file that Qt wrote, read as a viewer does that searches or copies them."""

from __future__ import annotations

import re
import zlib

_OBJECT = re.compile(rb"\n(\d+) 0 obj\s(.*?)endobj", re.DOTALL)
_STREAM = re.compile(rb"stream\r?\n(.*?)\r?\nendstream", re.DOTALL)
_RANGE = re.compile(rb"<([0-9a-fA-F]+)> <[0-9a-fA-F]+> \[([^\]]*)\]")
_SHOWN = re.compile(rb"/F(\d+) [\d.]+ Tf|<([0-9a-fA-F]*)>|(ET)")


def page_count(pdf: bytes) -> int:
    return len(re.findall(rb"/Type /Page\b(?!s)", pdf))


def pdf_text(pdf: bytes) -> str:
    """All texts, each on a line of its own."""
    objects = {int(number): content for number, content in _OBJECT.findall(pdf)}
    letters = {number: _letters(objects, content) for number, content in objects.items() if b"/Type /Font\n" in content}
    (page,) = (content for content in objects.values() if re.search(rb"/Type /Page\b(?!s)", content))
    contents = re.search(rb"/Contents (\d+) 0 R", page)
    assert contents is not None
    text, font = "", 0
    for name, glyphs, end in _SHOWN.findall(_stream(objects[int(contents[1])])):
        if name:
            font = int(name)
        elif end:
            text += "\n"
        else:
            text += "".join(letters[font].get(glyphs[at : at + 4].lower(), "?") for at in range(0, len(glyphs), 4))
    return text


def _letters(objects: dict[int, bytes], font: bytes) -> dict[bytes, str]:
    """By the number of a glyph in a font, its letter."""
    table = re.search(rb"/ToUnicode (\d+) 0 R", font)
    if table is None:
        return {}
    found: dict[bytes, str] = {}
    for first, letters in _RANGE.findall(_stream(objects[int(table[1])])):
        for number, letter in enumerate(re.findall(rb"<([0-9a-fA-F]+)>", letters), int(first, 16)):
            # A font has one glyph for the space and the tab.
            found[b"%04x" % number] = bytes.fromhex(letter.decode()).decode("utf-16-be").replace("\t", " ")
    return found


def _stream(content: bytes) -> bytes:
    found = _STREAM.search(content)
    assert found is not None
    return zlib.decompress(found[1]) if b"/FlateDecode" in content else found[1]
