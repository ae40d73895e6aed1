from __future__ import annotations

import io
from collections.abc import Mapping

import pytest
from typing_extensions import override

from core.errors import SettingError
from core.files.xml_elements import MAX_TEXT, Elements, read_elements


class Seen(Elements):
    def __init__(self) -> None:
        super().__init__()
        self.said: list[str] = []

    @override
    def begin(self, name: str, attributes: Mapping[str, str]) -> None:
        super().begin(name, attributes)
        self.said.append(f"{'/'.join(self.path)} {dict(attributes)}")

    @override
    def end(self, name: str, text: str) -> None:
        super().end(name, text)
        self.said.append(f"{name}={text}")


def seen(text: bytes, most: int = 1_000_000_000) -> list[str]:
    elements = Seen()
    read_elements(io.BytesIO(text), elements, "GPX", most)
    return elements.said


def test_that_elements_come_without_prefixes_with_their_text() -> None:
    assert seen(b'<a x="1"><p:b> two </p:b>tail</a>') == ["a {'x': '1'}", "a/b {}", "b=two", "a=tail"]


BILLION_LAUGHS = b'<!DOCTYPE a [<!ENTITY l0 "ha">' + b"".join(
    b'<!ENTITY l%d "%s">' % (n, b"&l%d;" % (n - 1) * 10) for n in range(1, 10)
)


@pytest.mark.parametrize(
    ("text", "words"),
    [
        (BILLION_LAUGHS + b"]><a>&l9;</a>", "not allowed"),
        (b'<!DOCTYPE a SYSTEM "file:///etc/passwd"><a/>', "not allowed"),
        (b'<?xml version="1.0" encoding="utf-7"?><a/>', "not allowed"),
        (b'<?xml version="1.0" encoding="no-such"?><a/>', "not allowed"),
        (b"<a><b></a>", r"mismatched tag \(line 1\)"),
        (b"<a>", "no element found"),
        (b"<a>" * 65, "nested over 64 deep"),
        (b"<a x='" + b"y" * 6_000_000 + b"'/>", "longer than 4 MB"),
    ],
)
def test_that_hostile_text_is_refused_in_words(text: bytes, words: str) -> None:
    with pytest.raises(SettingError, match=words):
        seen(text)


def test_that_a_file_that_is_too_large_is_not_read_to_its_end() -> None:
    with pytest.raises(SettingError, match="larger than 1 MB"):
        seen(b"<a>" + b"<b/>" * 1_000_000 + b"</a>", 1_048_576)


def test_that_a_long_text_is_cut() -> None:
    (_begin, end) = seen(b"<a>" + b"x" * 100_000 + b"</a>")
    assert end == "a=" + "x" * MAX_TEXT
