"""Bytes as text: what spreadsheets and shells write."""

from __future__ import annotations

import io
from collections.abc import Iterator

import pytest
from hypothesis import given
from hypothesis import strategies as st

from core.errors import SettingError
from core.parsing.text_file import MAX_LINE, MAX_ROW, LineReader, TextFile, is_text, lines_of


class Pipe:
    """Gives what was written into it piece by piece."""

    def __init__(self, *pieces: bytes) -> None:
        self._pieces = list(pieces)

    def read1(self, size: int = -1, /) -> bytes:
        return self._pieces.pop(0) if self._pieces else b""


def lines(raw: bytes, encoding: str | None = None) -> list[str]:
    return list(TextFile(io.BytesIO(raw), encoding).lines())


@pytest.mark.parametrize(
    ("encoding", "guess"),
    [
        ("utf-8", "utf-8"),
        ("utf-8-sig", "utf-8-sig"),
        ("utf-16", "utf-16"),
        ("utf-16-le", "utf-16-le"),
        ("utf-16-be", "utf-16-be"),
        ("utf-32", "utf-32"),
        ("cp1252", "cp1252"),
    ],
)
def test_that_the_encodings_of_spreadsheets_are_found_out(encoding: str, guess: str) -> None:
    file = TextFile(io.BytesIO("type,duration\nLäufen,45 – ok\n".encode(encoding)))
    file.decide()
    assert file.encoding == guess
    assert "".join(file.lines()) == "type,duration\nLäufen,45 – ok\n"


def test_that_big_endian_and_little_endian_marks_are_both_read() -> None:
    for mark, codec in ((b"\xff\xfe", "utf-16-le"), (b"\xfe\xff", "utf-16-be"), (b"\x00\x00\xfe\xff", "utf-32-be")):
        assert lines(mark + "é\n".encode(codec)) == ["é\n"]


@given(st.text(st.characters(exclude_categories=["Cs"], exclude_characters="\r\n\0"), max_size=30))
def test_that_a_text_comes_back_from_every_encoding(text: str) -> None:
    for encoding in ("utf-8-sig", "utf-16", "utf-32"):
        assert "".join(TextFile(io.BytesIO(text.encode(encoding))).chunks()) == text
    assert "".join(TextFile(io.BytesIO(text.encode("utf-16-be")), "utf-16-be").chunks()) == text


@pytest.mark.parametrize("end", ["\n", "\r\n", "\r"])
def test_that_all_line_ends_are_line_ends(end: str) -> None:
    assert lines(f"a{end}b{end}{end}c".encode()) == ["a\n", "b\n", "\n", "c"]
    assert list(lines_of(iter([f"a{part}" for part in (end[:1], end[1:] + "b" + end)]))) == (
        ["a\n", "ab\n"] if len(end) == 1 else ["a\n", "a\n", "b\n"]
    )


def test_that_a_carriage_return_is_a_character_where_lines_end_otherwise() -> None:
    assert lines(b"a\nb\rc\r\nd\r") == ["a\n", "b\rc\n", "d\n"]
    assert lines(b"a\rb\nc\r\n") == ["a\n", "b\n", "c\n"]


def test_that_an_end_cut_in_two_is_one_end() -> None:
    assert list(lines_of(iter(["a\r", "\nb\r"]))) == ["a\n", "b\n"]


def test_that_utf_8_becomes_cp1252_at_the_first_line_that_says_so() -> None:
    file = TextFile(Pipe(b"type\n", b"Yoga\n", b"L\xe4ufen\n", b"\xdcben\n"))
    file.decide()
    assert file.encoding == "utf-8"
    assert list(file.lines()) == ["type\n", "Yoga\n", "Läufen\n", "Üben\n"]
    assert file.encoding == "cp1252"


def test_that_a_file_proved_to_be_utf_8_stays_it() -> None:
    good, bad = lines("ä\n".encode() + b"\xe4\n")
    assert good == "ä\n"
    assert not is_text(bad)


@pytest.mark.parametrize("raw", ["Lä\n".encode("utf-16")[:-1], b"\xff\xfe\x00\xd8a\x00", b"\xff\xfe\x00\x00a"])
def test_that_what_is_no_text_of_the_encoding_is_seen(raw: bytes) -> None:
    assert not is_text("".join(TextFile(io.BytesIO(raw)).chunks()))


def test_that_a_given_encoding_is_used_and_not_second_guessed() -> None:
    assert lines("Łódź\n".encode("cp1250"), "cp1250") == ["Łódź\n"]
    assert lines("\ufeffa\n".encode(), "utf-8") == ["a\n"]
    assert lines("\ufeffa\n".encode("utf-16-le"), "UTF-16LE") == ["a\n"]
    assert lines("a\n".encode("utf-16-le"), "utf-16-le") == ["a\n"]
    assert not is_text(lines(b"\x81\n", "cp1252")[0])


@pytest.mark.parametrize("name", ["latin-9000", "rot13", "hex", "", "undefined"])
def test_that_an_encoding_that_is_none_is_refused(name: str) -> None:
    with pytest.raises(SettingError, match="--encoding"):
        TextFile(io.BytesIO(b"a"), name)


def test_that_a_codec_that_gives_up_ends_in_a_sentence() -> None:
    with pytest.raises(SettingError, match="cannot be read as idna"):
        list(TextFile(io.BytesIO(b"\xff\xfe\xfd.\n"), "idna").chunks())


def test_that_a_long_line_is_cut_and_the_next_one_is_whole() -> None:
    long, after = lines(b"x" * 500_000 + b"\nshort\n")
    assert MAX_LINE < len(long) <= MAX_LINE + 2
    assert after == "short\n"
    (alone,) = lines(b"x" * 500_000)
    assert len(alone) > MAX_LINE


def test_that_blank_lines_before_the_first_are_waited_through() -> None:
    file = TextFile(Pipe(b"\n", b"  \r\n", b'{"a"', b": 1}\n", b"later\n"))
    assert file.first_character == "{"
    assert "".join(file.chunks()) == '\n  \r\n{"a": 1}\nlater\n'
    assert TextFile(Pipe()).first_character == TextFile(Pipe(b"\xef\xbb\xbf\n")).first_character == ""
    assert TextFile(Pipe(*[b"\n" * 500_000] * 9, b"late")).first_character == ""


def test_that_a_slow_pipe_is_waited_for_to_its_first_line_only() -> None:
    def pieces() -> Iterator[bytes]:
        yield b"type,dura"
        yield b"tion\n"
        raise AssertionError("read too far")

    class Slow:
        def __init__(self) -> None:
            self._pieces = pieces()

        def read1(self, size: int = -1, /) -> bytes:
            return next(self._pieces)

    assert next(TextFile(Slow()).lines()) == "type,duration\n"


def test_that_lines_can_be_given_back() -> None:
    reader = LineReader(iter(["a", "b", "c"]))
    first, second = reader.take(), reader.take()
    assert (first, second, reader.number) == ("a", "b", 2)
    reader.give_back(["a", "b"])
    assert [reader.take(), reader.number, reader.take(), reader.take(), reader.take(), reader.number] == [
        "a",
        1,
        "b",
        "c",
        None,
        3,
    ]


def test_that_an_archive_is_known_by_its_first_bytes() -> None:
    assert TextFile(io.BytesIO(b"PK\x03\x04rest")).is_archive is True
    assert TextFile(io.BytesIO(b"PK,rest")).is_archive is False


@pytest.mark.parametrize("end", [b"\n", b"\r", b"x" * 64])
def test_that_no_more_than_a_first_line_is_waited_for(end: bytes) -> None:
    pipe = Pipe(b"Sport" + end, b"more")
    TextFile(pipe)
    assert pipe.read1() == b"more"


def test_that_blank_lines_say_nothing_yet() -> None:
    pipe = Pipe(b"\n\n", b"Sport\n", b"more")
    TextFile(pipe)
    assert pipe.read1() == b"more"


def test_that_a_letter_cut_in_two_by_a_pipe_is_no_other_encoding() -> None:
    file = TextFile(Pipe(b"x" * 70 + b"\xc3", b"\xa4\n"))
    file.decide()
    assert file.encoding == "utf-8"
    assert list(file.lines()) == ["x" * 70 + "ä\n"]


def test_that_sixty_four_bytes_say_enough() -> None:
    pipe = Pipe(b"x" * 64, b"more")
    TextFile(pipe)
    assert pipe.read1() == b"more"


@pytest.mark.parametrize(
    ("raw", "encoding"),
    [
        ("ab".encode("utf-16-le"), "utf-16-le"),
        ("ab".encode("utf-16-be"), "utf-16-be"),
        ("aŁb".encode("utf-16-le"), "utf-16-le"),
        ("aŁb".encode("utf-16-be"), "utf-16-be"),
        ("Āab".encode("utf-16-le"), "utf-16-le"),
        ("Āab".encode("utf-16-be"), "utf-16-be"),
        (("Running, Łódź" * 5)[:30].encode("utf-16-le"), "utf-16-le"),
        (("Running, Łódź" * 5)[:30].encode("utf-16-be"), "utf-16-be"),
        ("aĀ".encode("utf-16-le"), "utf-8"),  # as likely as not
        (b"a\0", "utf-8"),  # too short to say
        (b"\0\0\0\0\0a", "utf-16-be"),
        (b"\0" * 64, "utf-8"),
    ],
)
def test_that_utf_16_without_a_mark_is_known_by_its_nul_bytes(raw: bytes, encoding: str) -> None:
    assert TextFile(io.BytesIO(raw)).encoding == encoding


@pytest.mark.parametrize(
    "pieces", [(b"x" * 63, b"y", b"more"), (b"\n" * 1_048_575, b"\n", b"more"), (b"\n" * 1_048_576, b"more")]
)
def test_that_it_is_waited_for_64_bytes_or_a_megabyte_of_blank_lines(pieces: tuple[bytes, ...]) -> None:
    pipe = Pipe(*pieces)
    TextFile(pipe)
    assert pipe.read1() == b"more"


def test_that_a_given_utf_8_does_not_become_another_encoding() -> None:
    file = TextFile(io.BytesIO(b"L\xe4ufen\n"), "utf-8")
    file.decide()
    assert file.encoding == "utf-8"


def test_that_a_given_cp1252_is_decoded_once() -> None:
    assert lines("Läufen\n".encode("cp1252"), "cp1252") == ["Läufen\n"]


def test_that_bytes_without_a_meaning_are_kept_as_such() -> None:
    first, second = lines(b"L\xe4ufen\n\x81\n")
    assert first == "Läufen\n"
    assert not is_text(second)
    assert TextFile(io.BytesIO(b"\xe4{\n")).first_character == "\ufffd"


def test_that_the_first_end_of_a_line_decides_for_the_whole_file() -> None:
    assert list(lines_of(iter(["a\n", "b\rc\n"]))) == ["a\n", "b\rc\n"]
    assert list(lines_of(iter(['"x\n",y\ra\rb']))) == ['"x\n', '",y\n', "a\n", "b"]


def test_that_a_long_line_keeps_so_much_that_its_length_shows() -> None:
    for count in (MAX_ROW, MAX_ROW + 3, MAX_ROW + 4):
        (whole,) = lines_of(iter(["x" * count + "\n"]))
        (alone,) = lines_of(iter(["x" * count]))
        assert (len(whole), len(alone)) == (min(count, MAX_ROW + 3) + 1, min(count, MAX_ROW + 3))
    assert MAX_ROW + len("\r\n") == MAX_LINE
