"""How a file is to be read, from the command line."""

from __future__ import annotations

from typing import Any
from zoneinfo import ZoneInfo

import pytest

from core.errors import SettingError
from core.files.options import ReadingOptions
from worker.cli.reading_options import reading_options

NONE: dict[str, Any] = {
    "form": "auto",
    "delimiter": None,
    "encoding": None,
    "zone": None,
    "keep_unknown": False,
    "units": (),
}


def test_that_nothing_said_is_found_out() -> None:
    options = reading_options(**NONE)
    assert (options.format, options.delimiter, options.encoding, options.zone) == ("auto", None, None, None)


@pytest.mark.parametrize(("said", "delimiter"), [("tab", "\t"), ("\\t", "\t"), (";", ";"), ("Comma", ","), ("^", "^")])
def test_that_delimiters_have_names(said: str, delimiter: str) -> None:
    assert reading_options(**NONE | {"delimiter": said}).delimiter == delimiter


def test_that_zones_and_units_are_read() -> None:
    options = reading_options(**NONE | {"zone": "Europe/Berlin", "units": ["Dauer=days", "distance=mi"]})
    assert options.zone == ZoneInfo("Europe/Berlin")
    assert options.units == {"duration": "d", "distance": "mi"}
    assert ReadingOptions().units == {}


@pytest.mark.parametrize(
    ("name", "value", "words"),
    [
        ("form", "pdf", "--format must be auto, json, jsonl, csv"),
        ("delimiter", ";;", "--delimiter"),
        ("delimiter", '"', "--delimiter"),
        ("delimiter", "a", "--delimiter"),
        ("delimiter", "", "--delimiter"),
        ("zone", "Berlin", "time zone"),
        ("units", ["duration=miles"], "--unit"),
        ("units", ["club=s"], "--unit"),
        ("units", ["duration"], "--unit"),
        ("units", ["start=utc"], "--unit"),
    ],
)
def test_that_an_option_that_is_wrong_is_named(name: str, value: object, words: str) -> None:
    with pytest.raises(SettingError, match=words):
        reading_options(**NONE | {name: value})
