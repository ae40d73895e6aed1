"""The sport catalogue that comes with the program."""

from __future__ import annotations

import json
from importlib.util import find_spec
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from core.workouts.model import BODY_FIELDS
from core.workouts.sports import UNKNOWN_SPORT_ICON, Limits, SpeedRow, SportCatalogue, default_catalogue

CATALOGUE = default_catalogue()


@pytest.mark.parametrize(
    ("text", "name"),
    [
        ("run", "Running"),
        ("RUNNING", "Running"),
        (" trail-run ", "Running"),
        ("Trail  Running", "Running"),
        ("jog", "Running"),
        ("ride", "Cycling"),
        ("spin", "Spinning"),
        ("stationary_bike", "Stationary cycling"),
        ("open water swim", "Swimming"),
        ("erg", "Rowing"),
        ("soccer", "Football"),
        ("hiit", "HIIT"),
        ("weights", "Strength"),
    ],
)
def test_that_aliases_map_to_the_catalogue(text: str, name: str) -> None:
    assert CATALOGUE.canonical(text) == name
    sport = CATALOGUE.find(text)
    assert sport is not None
    assert sport.name == name


def test_that_an_unknown_sport_is_kept_as_given() -> None:
    assert CATALOGUE.canonical("  Pogo-Sticks ") == "Pogo-Sticks"
    assert CATALOGUE.find("Pogo-Sticks") is None


@given(st.text())
def test_that_a_canonical_name_is_its_own(text: str) -> None:
    name = CATALOGUE.canonical(text)
    assert CATALOGUE.canonical(name) == name


def test_that_the_catalogue_is_loaded_once() -> None:
    assert default_catalogue() is CATALOGUE
    assert "Running" in CATALOGUE.names
    assert len(CATALOGUE.names) == len(CATALOGUE.all) >= 20


def test_that_every_sport_is_fit_for_a_form() -> None:
    for sport in CATALOGUE.all:
        assert set(sport.fields) <= BODY_FIELDS, sport.name
        assert ("distance" in sport.fields) == (sport.distance_unit is not None), sport.name
        assert sport.pace_style is None or sport.distance_unit is not None, sport.name
        assert not sport.mets or sport.met in sport.mets.values(), sport.name


def test_that_every_icon_exists() -> None:
    spec = find_spec("qtawesome")
    if spec is None or spec.origin is None:
        pytest.skip("QtAwesome comes with the extra `gui`: pip install '.[gui]'")
    (charmap,) = Path(spec.origin).parent.glob("fonts/materialdesignicons6-webfont-charmap-*.json")
    known = json.loads(charmap.read_text(encoding="utf-8"))
    icons = {sport.icon for sport in CATALOGUE.all} | {UNKNOWN_SPORT_ICON}
    assert {icon for icon in icons if icon.removeprefix("mdi6.") not in known} == set()


@pytest.mark.parametrize(
    ("name", "mph", "met"),
    [
        ("Running", 2.0, 6.5),
        ("Running", 4.29, 6.5),
        ("Running", 4.3, 7.8),
        ("Running", 6.0, 9.3),
        ("Running", 9.29, 13.0),
        ("Running", 20.0, 23.0),
        ("Walking", 3.5, 4.8),
        ("Walking", 6.0, 8.5),
        ("Cycling", 8.0, 6.8),
        ("Cycling", 20.0, 12.0),
        ("Cycling", 20.1, 16.8),
    ],
)
def test_that_the_row_at_or_below_the_speed_counts(name: str, mph: float, met: float) -> None:
    sport = CATALOGUE.find(name)
    assert sport is not None
    assert sport.met_at(mph * 1.609344) == met


def _toml(*sports: str) -> str:
    return "guess_met = 5.5\nmax_speed_kmh = 300\n" + "".join(
        f'[[sport]]\nname = "{name}"\nicon = "i"\nmet = 1\n{rest}\n'
        for name, _, rest in (sport.partition("|") for sport in sports)
    )


def test_that_two_sports_cannot_share_a_name() -> None:
    with pytest.raises(ValueError, match="'dash' means both Run and Sprint"):
        SportCatalogue.parse(_toml('Run|aliases = ["Dash"]', 'Sprint|aliases = ["dash"]'))


def test_that_an_alias_may_repeat_its_own_sport() -> None:
    assert SportCatalogue.parse(_toml('Run|aliases = ["run"]')).names == ("Run",)


@pytest.mark.parametrize(
    "rest",
    [
        "mets = 3",
        "color = 1",
        "met_s = 1",
        'pace_style = "per_mile"',
        "max_distance_km = 0",
        "max_distance_km = 1000.1",
        "max_speed_kmh = 0",
        "cadence_ask_rpm = 0",
        "speed_table = [{ mph = 0, met = 5 }]",
        "speed_table = [{ mph = 5, met = 0 }]",
        "speed_table = [{ mph = 5, met = 5, kmh = 8 }]",
    ],
)
def test_that_a_broken_catalogue_is_refused(rest: str) -> None:
    with pytest.raises(ValueError, match="validation error"):
        SportCatalogue.parse(_toml(f"Run|{rest}"))


@pytest.mark.parametrize(
    ("row", "speed_kmh", "covered"),
    [
        (SpeedRow(10, 5), 10, True),
        (SpeedRow(10, 5), 9.999_999_999, True),
        (SpeedRow(10, 5), 10 - 10 * 1e-9, True),
        (SpeedRow(10, 5), 9.999, False),
        (SpeedRow(10, 5, over=True), 10, False),
        (SpeedRow(10, 5, over=True), 10.000_000_001, False),
        (SpeedRow(10, 5, over=True), 10 + 10 * 1e-9, False),
        (SpeedRow(10, 5, over=True), 10.001, True),
    ],
)
def test_that_a_row_of_the_table_begins_at_its_speed(row: SpeedRow, speed_kmh: float, covered: bool) -> None:
    assert row.covers(speed_kmh) is covered


def test_that_of_two_sports_like_the_typed_one_the_nearest_is_named() -> None:
    near = SportCatalogue.parse(_toml("Windsurfina", "Windsurfing", "Windsurfinz")).near("Windsurfingg")
    assert near is not None
    assert near.name == "Windsurfing"


def _of_one(entry: str, *, guess_met: str = "0.5", max_speed_kmh: str = "0.5") -> SportCatalogue:
    head = f"guess_met = {guess_met}\nmax_speed_kmh = {max_speed_kmh}\n"
    return SportCatalogue.parse(f'{head}[[sport]]\nname = "Chess"\nicon = "i"\n{entry}\n')


def test_that_a_sport_that_says_nothing_is_limited_as_an_unknown_one() -> None:
    catalogue = _of_one("")
    (chess,) = catalogue.all
    assert (chess.aliases, chess.fields, chess.mets, chess.speed_table) == ((), (), {}, ())
    assert (chess.distance_unit, chess.pace_style, chess.met, chess.band_kmh) == (None, None, None, None)
    assert (catalogue.guess_met, chess.cadence_ask_rpm) == (0.5, 220)
    assert catalogue.limits("Chess") == catalogue.limits("Parkour") == Limits(distance_km=1000, speed_kmh=0.5)


def test_that_a_sport_may_have_small_figures_of_its_own() -> None:
    rows = "speed_table = [{ mph = 1, met = 2, over = true }, { mph = 0.5, met = 0.5 }]"
    figures = "\n".join(f"{name} = 0.25" for name in ("met", "max_distance_km", "max_speed_kmh", "cadence_ask_rpm"))
    catalogue = _of_one(f"{figures}\n{rows}")
    (chess,) = catalogue.all
    assert (chess.met, catalogue.limits("Chess"), chess.cadence_ask_rpm) == (0.25, Limits(0.25, 0.25), 0.25)
    assert chess.speed_table == (SpeedRow(0.804672, 0.5), SpeedRow(1.609344, 2, over=True))


@pytest.mark.parametrize(
    ("entry", "head"),
    [("met = 0", {}), ("", {"guess_met": "0"}), ("", {"max_speed_kmh": "0"}), ("", {"guess_met": "1\nx = 1"})],
)
def test_that_figures_of_a_catalogue_are_above_zero_and_known(entry: str, head: dict[str, str]) -> None:
    with pytest.raises(ValueError, match="validation error"):
        _of_one(entry, **head)


def test_that_rides_and_ergometers_are_measured_by_power_and_strength_by_sets() -> None:
    own = {sport.name: sport.own_fields for sport in CATALOGUE.all if sport.own_fields}
    rides = ("Cycling", "Spinning", "Stationary cycling", "E-biking", "Handcycling")
    assert {name for name, fields in own.items() if fields == ("avgPower", "cadence")} == {*rides, "Rowing"}
    assert {sport.cadence_ask_rpm for sport in CATALOGUE.all if sport.name in rides} == {130}
    assert [name for name, fields in own.items() if "sets" in fields] == [
        "Strength", "HIIT", "Circuit training", "Jump rope", "Boxing"
    ]  # fmt: skip
    assert CATALOGUE.find("Stretching").own_fields == ()  # type: ignore[union-attr]
