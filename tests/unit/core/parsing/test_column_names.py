"""What the names of columns mean, and the programs that are known by theirs."""

from __future__ import annotations

from pathlib import Path

import pytest
from pydantic import ValidationError

from core.parsing import column_names
from core.parsing.column_names import ColumnNames, Meaning, default_column_names

NAMES = default_column_names()

FEW_NAMES = """
[names]
distance = ["distance", "distance sea"]
duration = ["dauer"]
title = ["titel"]

[ask]
duration = ["elapsed time"]

[units.distance]
mi = ["mile"]
nm = ["sea mile"]

[[export]]
name = "Diary"
known_by = [["tag", "dauer"]]
"""


def names_of(toml: str, folder: Path, monkeypatch: pytest.MonkeyPatch) -> ColumnNames:
    (folder / "column_names.toml").write_text(toml, encoding="utf-8")
    with monkeypatch.context() as patch:
        patch.setattr(column_names, "files", lambda package: folder)
        return ColumnNames.load()


@pytest.mark.parametrize(
    ("header", "meaning"),
    [
        ("Time (UTC)", Meaning("time", "utc")),
        ("Start time (UTC)", Meaning("timestamp", "utc")),
        ("End (UTC)", Meaning("end", "utc")),
        ("Time (km)", None),
        ("Distance (UTC)", None),
        ("Duration (local)", None),
    ],
)
def test_that_a_unit_belongs_to_what_it_measures(header: str, meaning: Meaning | None) -> None:
    assert NAMES.meaning(header) == meaning


@pytest.mark.parametrize(
    ("header", "nearest"),
    [
        ("tipe", ("type", "type")),  # three letters of four
        ("Target distance", ("", "")),  # a little too unlike `total distance`
        ("user-idd", ("userId", "userId")),
    ],
)
def test_that_the_nearest_name_is_as_we_write_it_and_like_enough(header: str, nearest: tuple[str, str]) -> None:
    assert NAMES.nearest(header) == nearest


@pytest.mark.parametrize(
    ("header", "name", "groups_thousands", "one_leg_cadence", "swims_in_small_units"),
    [
        ("Activity Date,Activity Type,Elapsed Time", "Strava", False, True, False),
        ("Activity Type,Date,Time", "Garmin Connect", True, False, True),
        ("title,start_time,end_time", "Hevy", False, False, False),
        ("Date,Workout Name,Duration", "Strong", False, False, False),
    ],
)
def test_that_an_export_says_how_its_numbers_are_written(
    header: str, name: str, groups_thousands: bool, one_leg_cadence: bool, swims_in_small_units: bool
) -> None:
    export = NAMES.export_of(header.split(","))
    assert export is not None
    assert (export.name, export.groups_thousands) == (name, groups_thousands)
    assert (export.one_leg_cadence, export.swims_in_small_units) == (one_leg_cadence, swims_in_small_units)


def test_that_a_field_is_known_by_its_own_name_in_any_list(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    names = names_of(FEW_NAMES, tmp_path, monkeypatch)
    assert [names.meaning(header) for header in ("Titel", "Title")] == [Meaning("title"), Meaning("title")]
    assert names.nearest("Titles") == ("title", "title")


def test_that_the_longest_unit_at_the_end_of_a_name_is_its_unit(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    names = names_of(FEW_NAMES, tmp_path, monkeypatch)
    assert names.meaning("Distance (sea mile)") == Meaning("distance", "nm")
    assert names.meaning("Distance (mile)") == Meaning("distance", "mi")


@pytest.mark.parametrize("mistyped", ["[unit.distance]\nkm = []\n", 'sports = "Running"\n'])
def test_that_a_mistyped_key_in_the_list_is_refused(
    mistyped: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    text = FEW_NAMES + mistyped if "=" in mistyped.partition("\n")[0] else mistyped + FEW_NAMES
    with pytest.raises(ValidationError, match="Extra inputs are not permitted"):
        names_of(text, tmp_path, monkeypatch)
