"""Durations as typed and as shown."""

from __future__ import annotations

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from core.errors import EntryError
from core.parsing.durations import (
    format_duration,
    is_ambiguous_clock,
    other_duration_min,
    parse_duration_min,
    spoken_duration,
)


@pytest.mark.parametrize(
    ("text", "minutes"),
    [
        ("45", 45),
        (" 45 ", 45),
        ("45.5", 45.5),
        ("45,5", 45.5),
        (".5", 0.5),
        ("45m", 45),
        ("45 min", 45),
        ("45 Minutes", 45),
        ("90s", 1.5),
        ("1h", 60),
        ("1.5h", 90),
        ("1,5 h", 90),
        ("1h5", 65),
        ("1h05", 65),
        ("1h5m", 65),
        ("1 h 5 min", 65),
        ("1h5m30s", 65.5),
        ("1h5m30", 65.5),
        ("5m30", 5.5),
        ("1h30s", 60.5),
        ("1h5.5m", 65.5),
        ("1:05", 65),
        ("1:5", 65),
        ("0:40", 40),
        ("9:59", 599),
        ("10:00", 10),
        ("45:00", 45),
        ("90:00", 90),
        ("45:07,5", 45.125),
        ("1:05:30", 65.5),
        ("0:05:00", 5),
        ("01:05:30.6", 65.51),
        ("0", 0),
    ],
)
def test_that_durations_are_understood(text: str, minutes: float) -> None:
    assert parse_duration_min(text) == minutes


@pytest.mark.parametrize(
    ("text", "minutes"),
    [
        ("7:30:00", 450),
        ("29m", 29),
        ("29 min", 29),
        ("29 min.", 29),
        ("1 h 5 min", 65),
        ("1 h, 5 min", 65),
        ("1 hour and 5 minutes", 65),
        ("45'", 45),
        ("45'30\"", 45.5),
        ("45'30''", 45.5),
        ("45'30", 45.5),
        ("45′30″", 45.5),
        ("45’", 45),
        ("1h05'", 65),
        ("1h05'30\"", 65.5),
        ('90"', 1.5),
        ("PT45M", 45),
        ("PT1H5M30S", 65.5),
        ("pt2700s", 45),
        ("PT0.75H", 45),
        ("P0DT45M", 45),
        ("P1D", 1440),
        ("1 Std. 5 Min.", 65),
        ("1 Stunde und 5 Minuten", 65),
        ("2 Stunden", 120),
        ("1 h 05 mn", 65),
        ("1 heure et 5 minutes", 65),
        ("1 hora y 5 minutos", 65),
        ("45 Sek", 0.75),
        ("1:05 h", 65),
        ("12:30 h", 750),
        ("5:30 min", 5.5),
        ("45:30 min", 45.5),
        ("1:05:30 h", 65.5),
        ("４５", 45),
        ("１：０５：３０", 65.5),
        ("٤٥", 45),
        ("45\xa0min", 45),
        ("1\u2009h\u202f5", 65),
        ("45\nmin\n", 45),
        ("\ufeff45", 45),
    ],
)
def test_that_durations_of_exports_and_other_keyboards_are_understood(text: str, minutes: float) -> None:
    assert parse_duration_min(text) == minutes


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("", "Type a duration"),
        ("  ", "Type a duration"),
        ("long", "such as 45 or 1:05:30, not"),
        ("h", "such as 45 or 1:05:30, not"),
        ("-5", "such as 45 or 1:05:30, not"),
        ("1::5", "such as 45 or 1:05:30, not"),
        ("1:05:30:10", "such as 45 or 1:05:30, not"),
        ("1,234.5", "such as 45 or 1:05:30, not"),
        ("1e3", "such as 45 or 1:05:30, not"),
        ("½ h", "such as 45 or 1:05:30, not"),
        ("4⁵", "such as 45 or 1:05:30, not"),
        ("1h.5m", "such as 45 or 1:05:30, not"),
        ("p", "such as 45 or 1:05:30, not"),
        ("pt", "such as 45 or 1:05:30, not"),
        ("PT", "such as 45 or 1:05:30, not"),
        ("1:05 s", "such as 45 or 1:05:30, not"),
        ("5:75 min", "up to 59"),
        ("PT1.5H5M", "Only the last part"),
        ("30s5m", "such as 45 or 1:05:30, not"),
        ("1h5h", "such as 45 or 1:05:30, not"),
        ("1'000", "such as 45 or 1:05:30, not"),  # a thousand, in Switzerland
        ("1٬000", "such as 45 or 1:05:30, not"),
        ("1h005", "such as 45 or 1:05:30, not"),
        ("1h 5 x", "such as 45 or 1:05:30, not"),
        ("9" * 41, "such as 45 or 1:05:30, not"),
        ("1:60", "up to 59"),
        ("45:75", "up to 59"),
        ("1:75:00", "up to 59"),
        ("1:05.5", "no decimals"),
        ("1.5h5", "Only the last part"),
        ("1.5h5m", "Only the last part"),
    ],
)
def test_that_others_are_refused_in_a_sentence(text: str, words: str) -> None:
    with pytest.raises(EntryError, match=words) as caught:
        parse_duration_min(text)
    assert len(str(caught.value)) < 110


@pytest.mark.parametrize("text", ["a\xa0b", "soon\u202e", "\x00", "4\u20285 x", "a\ud800"])
def test_that_what_is_refused_is_shown_without_escapes(text: str) -> None:
    with pytest.raises(EntryError) as caught:
        parse_duration_min(text)
    assert "\\" not in str(caught.value)
    assert str(caught.value).isprintable()


@pytest.mark.parametrize("text", ["5:30", "3:00", "9:59", "03:30", " 5：30 ", "5:3"])
def test_that_hours_and_minutes_from_three_hours_up_may_be_meant_otherwise(text: str) -> None:
    assert is_ambiguous_clock(text)


@pytest.mark.parametrize(
    "text", ["2:59", "1:05", "10:00", "45:00", "5:30:00", "5:30 h", "5:30 min", "5h30", "330", "", "x", "9" * 5000]
)
def test_that_other_durations_have_one_meaning(text: str) -> None:
    assert not is_ambiguous_clock(text)


@pytest.mark.parametrize(
    ("minutes", "text"),
    [
        (330, "5 h 30 min"),
        (5.5, "5 min 30 s"),
        (45, "45 min"),
        (60, "1 h"),
        (65.5, "1 h 5 min 30 s"),
        (60.5, "1 h 30 s"),
        (1 / 3, "20 s"),
        (45.1, "45 min 6 s"),
        (45.125, "45 min 7.5 s"),
        (59.9999, "59 min 59.9 s"),
        (0.001, "0 s"),
        (1439, "23 h 59 min"),
    ],
)
def test_that_a_duration_is_said_with_its_units(minutes: float, text: str) -> None:
    assert spoken_duration(minutes) == text


@given(st.integers(1, 86_399))
def test_that_what_is_said_is_understood_as_the_same(seconds: int) -> None:
    assert parse_duration_min(spoken_duration(seconds / 60)) == seconds / 60


@pytest.mark.parametrize(
    ("minutes", "text"),
    [
        (45, "45:00"),
        (45.1, "45:06"),
        (5, "0:05:00"),
        (0.5, "0:00:30"),
        (9.99, "0:09:59.4"),
        (10, "10:00"),
        (59.99, "59:59.4"),
        (60, "1:00:00"),
        (65.5, "1:05:30"),
        (90, "1:30:00"),
        (7.123, "0:07:07.38"),
        (1439, "23:59:00"),
    ],
)
def test_that_durations_are_shown_as_on_a_clock(minutes: float, text: str) -> None:
    assert format_duration(minutes) == text


@given(st.floats(1e-6, 1440) | st.integers(1, 86_399).map(lambda seconds: seconds / 60))
@example(1 / 3)
@example(9.999999999999998)
@example(59.99999999999999)
@example(1439.9999999999998)
def test_that_a_shown_duration_is_understood_as_the_same(minutes: float) -> None:
    assert parse_duration_min(format_duration(minutes)) == minutes


@given(st.integers(1, 86_399))
def test_that_whole_seconds_are_shown_without_decimals(seconds: int) -> None:
    assert "." not in format_duration(seconds / 60)


@given(st.text("0123456789:.,hms ", max_size=12))
def test_that_any_typing_is_understood_or_refused(text: str) -> None:
    try:
        minutes = parse_duration_min(text)
    except EntryError:
        return
    assert minutes >= 0


@pytest.mark.parametrize(
    ("text", "minutes"),
    [("1:59", 119), ("10:59", 10 + 59 / 60), ("1:59:59", 119 + 59 / 60), ("9:00", 540), ("10:00", 10)],
)
def test_that_a_clock_goes_to_fifty_nine(text: str, minutes: float) -> None:
    assert parse_duration_min(text) == pytest.approx(minutes, rel=1e-15)


@pytest.mark.parametrize("text", ["1:60", "10:60", "1:60:00", "1:00:60"])
def test_that_a_clock_does_not_go_to_sixty(text: str) -> None:
    with pytest.raises(EntryError, match="up to 59"):
        parse_duration_min(text)


@pytest.mark.parametrize(
    ("seconds", "shown"), [(20.0, "20 s"), (19.999_99, "19.9 s"), (19.999_999_9, "20 s"), (59.999_99, "59.9 s")]
)
def test_that_a_spoken_duration_is_cut_beyond_a_microsecond(seconds: float, shown: str) -> None:
    assert spoken_duration(seconds / 60) == shown


def test_that_a_shown_duration_has_an_end() -> None:
    assert format_duration(1e-30) == f"0:00:00.{'0' * 20}"


@pytest.mark.parametrize(("text", "minutes"), [("86.340 s", 1439.0), ("86.400 s", None)])
def test_that_another_meaning_is_shorter_than_a_day(text: str, minutes: float | None) -> None:
    assert other_duration_min(text) == minutes


@pytest.mark.parametrize(("characters", "is_read"), [(40, True), (41, False)])
def test_that_a_duration_has_at_most_forty_characters(characters: int, is_read: bool) -> None:
    assert is_ambiguous_clock("5:30.".ljust(characters, "0")) is is_read
    if is_read:
        assert parse_duration_min("45.".ljust(characters, "0")) == 45
    else:
        with pytest.raises(EntryError, match="Type a duration"):
            parse_duration_min("45.".ljust(characters, "0"))


def test_that_a_spoken_duration_is_not_rounded_before_a_microsecond() -> None:
    assert spoken_duration(19.999_996 / 60) == "19.9 s"
