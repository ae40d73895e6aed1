"""The rules file and what each kind of rule means."""

from __future__ import annotations

import importlib.util
import json
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from pydantic import ValidationError

from core.achievements.athlete_history import AthleteHistory
from core.achievements.progress import AthleteProgress, WorkoutEntry, evaluate_all, make_entry, utc_ms
from core.achievements.rule_schema import AchievementRule
from core.achievements.rules import AchievementRules, NearMiss, default_rules, near_miss
from core.errors import SettingError
from core.parsing.units import to_km
from core.workouts.sports import default_catalogue
from tests.support.incoming import MONDAY_NOON

BASE = {"code": "it", "name": "It", "description": "does it", "icon": "mdi6.star"}


def entry(
    number: int = 1,
    *,
    sport: str = "Running",
    at: datetime | None = None,
    day: float = 0,
    minutes: float = 30,
    km: float | None = None,
    kcal: float = 100,
    ascent_m: float | None = None,
) -> WorkoutEntry:
    started = at or MONDAY_NOON + timedelta(days=day)
    offset_min = (started.utcoffset() or timedelta()) // timedelta(minutes=1)
    return make_entry(f"w{number}", utc_ms(started), sport, minutes, km, kcal, ascent_m, offset_min)


def local(text: str) -> datetime:
    """`2025-06-02T19:00-08:00`"""
    return datetime.fromisoformat(text)


def rules(*tables: dict[str, object]) -> AchievementRules:
    return AchievementRules([AchievementRule.model_validate({**BASE, **table}) for table in tables])


def earned_by(table: dict[str, object], *entries: WorkoutEntry) -> list[tuple[str, int]]:
    return [(e.workout_id, e.number) for e in evaluate_all(rules(table), entries).earned]


def toml(**table: object) -> str:
    lines = [f"{key} = {json.dumps(value)}" for key, value in {**BASE, **table}.items()]
    return "\n".join(["[[achievement]]", *lines])


def codes(*entries: WorkoutEntry) -> set[str]:
    return {e.code for e in evaluate_all(default_rules(), entries).earned}


class TestTheFile:
    def test_that_the_first_five_are_those_of_the_console(self) -> None:
        names = [achievement.name for achievement in default_rules().all[:5]]
        assert names == ["5K Runner", "Hour of Power", "7-Day Streak", "Early Bird", "Century Ride"]

    def test_that_every_icon_exists(self) -> None:
        spec = importlib.util.find_spec("qtawesome")
        if spec is None or spec.origin is None:
            pytest.skip("QtAwesome is not installed: pip install '.[gui]'")
        (charmap,) = Path(spec.origin).parent.glob("fonts/materialdesignicons6-webfont-charmap-*.json")
        known = json.loads(charmap.read_text(encoding="utf-8"))
        assert [a.icon for a in default_rules().all if a.icon.removeprefix("mdi6.") not in known] == []

    def test_that_every_sport_is_in_the_catalogue(self) -> None:
        sports = {sport for a in default_rules().all for sport in a.sports or ()}
        assert sports <= set(default_catalogue().names)

    def test_that_it_has_every_kind_hidden_ones_and_repeatable_ones(self) -> None:
        assert {a.kind for a in default_rules().all} == {"best", "total", "count", "streak", "variety", "record"}
        assert any(a.hidden for a in default_rules().all)
        assert any(a.repeatable for a in default_rules().all)

    def test_that_a_rule_that_does_not_say_so_is_not_hidden(self) -> None:
        assert not AchievementRules.parse(toml(kind="count", target=1)).all[0].hidden

    def test_that_the_sample_of_the_contract_earns_5k_runner(self) -> None:
        sample = entry(at=datetime(2025, 12, 10, 10, tzinfo=UTC), minutes=45, km=5.2)
        assert "5k-runner" in codes(sample)
        assert "hour-of-power" not in codes(sample)

    @pytest.mark.parametrize(
        ("sport", "km", "earns"), [("Running", 5.0, True), ("Running", 4.99, False), ("Walking", 9.0, False)]
    )
    def test_that_5k_runner_is_running_of_5_km_or_more(self, sport: str, km: float, earns: bool) -> None:
        assert ("5k-runner" in codes(entry(sport=sport, km=km))) is earns

    @pytest.mark.parametrize(
        ("code", "sport", "figure", "unit"),
        [
            ("10k-runner", "Running", 6.2, "mi"),
            ("half-marathon", "Running", 13.1, "mi"),
            ("marathon", "Running", 26.2, "mi"),
            ("ultra", "Running", 31, "mi"),
            ("long-walk", "Hiking", 9.3, "mi"),
            ("ride-40k", "Cycling", 24.8, "mi"),
            ("century-ride", "Cycling", 62, "mi"),
            ("swim-1k", "Swimming", 0.62, "mi"),
            ("swim-1k", "Swimming", 1093, "yd"),
            ("swim-3k", "Swimming", 1.86, "mi"),
            ("swim-3k", "Swimming", 3280, "yd"),
            ("row-5k", "Rowing", 3.1, "mi"),
        ],
    )
    def test_that_our_own_marks_are_reached_by_the_customary_figure(
        self, code: str, sport: str, figure: float, unit: str
    ) -> None:
        km = to_km(figure, unit)
        assert code in codes(entry(sport=sport, km=km))
        for decimals in range(2, 7):  # as programs write it in km
            assert code in codes(entry(sport=sport, km=round(km, decimals)))
        assert code in codes(entry(sport=sport, km=default_rules().by_code[code].target))
        assert code not in codes(entry(sport=sport, km=km - 0.02))

    def test_that_every_distance_mark_but_the_article_s_has_a_customary_figure_and_says_it(self) -> None:
        marks = [a for a in default_rules().all if a.kind == "best" and a.measure == "distance_km"]
        assert [a.code for a in marks if a.customary is None] == ["5k-runner"]
        assert [a.code for a in marks if a.customary and f"({a.customary})" not in a.description] == []

    def test_that_5k_runner_stays_exact(self) -> None:
        assert "5k-runner" not in codes(entry(km=to_km(3.1, "mi")))
        assert "5k-runner" not in codes(entry(km=4.9999))

    @pytest.mark.parametrize(("minutes", "earns"), [(60.0, False), (60 + 1 / 60_000, True), (59.0, False)])
    def test_that_hour_of_power_is_over_60_minutes(self, minutes: float, earns: bool) -> None:
        assert ("hour-of-power" in codes(entry(minutes=minutes))) is earns

    @pytest.mark.parametrize(("hour", "minute", "earns"), [(6, 59, True), (7, 0, False), (0, 0, True)])
    def test_that_early_bird_starts_before_seven(self, hour: int, minute: int, earns: bool) -> None:
        at = datetime(2025, 6, 3, hour, minute, tzinfo=UTC)
        assert ("early-bird" in codes(entry(at=at))) is earns

    def test_that_seven_days_in_a_row_are_a_streak(self) -> None:
        week = [entry(day, day=day) for day in range(7)]
        assert "streak-7" in codes(*week)
        assert "streak-7" not in codes(*week[:3], *week[4:])


class TestLocalTime:
    def test_that_seven_local_days_in_a_row_are_a_streak(self) -> None:
        # In UTC, the first is on the day after, and the last two are on one day.
        hours = ["19:00", "08:00", "12:00", "06:30", "15:59", "09:00", "01:00"]
        week = [entry(n, at=local(f"2025-06-{2 + n:02}T{hour}-08:00")) for n, hour in enumerate(hours)]
        assert "streak-7" in codes(*week)
        assert "streak-7" not in codes(*week[:6])
        in_utc = [entry(n, at=one.astimezone(UTC)) for n, one in enumerate(map(_start, week))]
        assert "streak-7" not in codes(*in_utc)

    def test_that_two_utc_days_of_one_local_day_are_no_streak(self) -> None:
        days = [entry(1, at=local("2025-06-02T08:00-08:00")), entry(2, at=local("2025-06-02T19:00-08:00"))]
        rule: dict[str, object] = {"kind": "streak", "target": 2}
        assert earned_by(rule, *days) == []
        assert earned_by(rule, *days, entry(3, at=local("2025-06-03T23:30-08:00"))) == [("w3", 1)]

    @pytest.mark.parametrize(
        ("text", "earns"),
        [
            ("2025-06-02T19:00-08:00", set()),  # 3:00 in UTC
            ("2025-06-02T14:30-08:00", set()),  # 22:30 in UTC
            ("2025-06-02T22:00-08:00", {"night-owl"}),
            ("2025-06-03T02:59-08:00", {"midnight-oil", "early-bird"}),
            ("2025-06-03T03:00-08:00", {"early-bird"}),
            ("2025-06-03T06:59+14:00", {"early-bird"}),
            ("2025-06-03T07:00+14:00", set()),
            ("2025-06-03T06:45+05:45", {"early-bird"}),  # 1:00 in UTC
            ("2025-06-03T07:00+05:30", set()),  # 1:30 in UTC
            ("2025-06-03T23:45-12:00", {"night-owl"}),
            ("2025-06-03T22:00Z", {"night-owl"}),
        ],
    )
    def test_that_hours_are_local(self, text: str, earns: set[str]) -> None:
        assert codes(entry(at=local(text))) & {"early-bird", "night-owl", "midnight-oil"} == earns

    @pytest.mark.parametrize(
        ("text", "is_weekend"),
        [
            ("2025-06-08T19:00-08:00", True),  # Monday in UTC
            ("2025-06-06T23:00-08:00", False),  # Saturday in UTC
            ("2025-06-07T00:30+14:00", True),  # Friday in UTC
            ("2025-06-09T00:00+12:45", False),  # Sunday in UTC
        ],
    )
    def test_that_weekdays_are_local(self, text: str, is_weekend: bool) -> None:
        rule: dict[str, object] = {"kind": "count", "target": 1, "weekdays": ["Saturday", "Sunday"]}
        assert bool(earned_by(rule, entry(at=local(text)))) is is_weekend

    def test_that_the_variety_of_a_week_is_that_of_the_local_week(self) -> None:
        rule: dict[str, object] = {"kind": "variety", "period": "week", "target": 2}
        sunday = entry(1, at=local("2025-06-08T19:00-08:00"))  # Monday in UTC
        assert earned_by(rule, sunday, entry(2, sport="Yoga", at=local("2025-06-09T19:00-08:00"))) == []
        assert earned_by(rule, sunday, entry(2, sport="Yoga", at=local("2025-06-02T06:00-08:00"))) == [("w1", 1)]

    def test_that_days_do_not_go_back_for_one_who_travels(self) -> None:
        # Over the date line: what came later is a day earlier on the clock there.
        tokyo = entry(1, at=local("2025-06-03T08:00+14:00"))
        hawaii = entry(2, at=local("2025-06-02T12:00-10:00"))
        assert hawaii.started_ms > tokyo.started_ms
        rule: dict[str, object] = {"kind": "streak", "target": 3}
        before = entry(3, at=local("2025-06-01T12:00-10:00"))
        assert earned_by(rule, tokyo, hawaii, before) == [("w1", 1)]

    def test_that_it_is_earned_at_the_moment_of_the_start(self) -> None:
        start = local("2025-06-02T19:00-08:00")
        (earned,) = evaluate_all(rules({"kind": "count", "target": 1}), [entry(at=start)]).earned
        assert earned.earned_at_ms == utc_ms(start)


def _start(one: WorkoutEntry) -> datetime:
    return datetime.fromtimestamp(one.started_ms / 1000, UTC)


class TestBrokenFiles:
    @pytest.mark.parametrize(
        ("text", "parts"),
        [
            ("[[achievement", ["not valid TOML"]),
            ("", ["achievement", "required"]),
            ("achievement = 1", ["achievement", "list"]),
            ("other = 1\n" + toml(kind="count", target=1), ["other", "not permitted"]),
            ("achievement = [1]", ["rule number 1"]),
            (toml(code="A b", kind="count", target=1), ["rule 'A b'", "code"]),
            (toml(kind="count", target=-1), ["rule 'it'", "target"]),
            (toml(kind="count", target="5"), ["rule 'it'", "target"]),
            (toml(kind="county", target=1), ["rule 'it'", "kind"]),
            (toml(kind="count", target=1, colour="red"), ["rule 'it'", "colour"]),
            ('[[achievement]]\nname = "x"', ["rule number 1", "code"]),
            (toml(kind="best", target=1), ["rule 'it'", "measure", "needs one"]),
            (toml(kind="count", target=1, measure="distance_km"), ["measure", "takes none"]),
            (toml(kind="best", target=1, measure="pace"), ["pace is for a record"]),
            (toml(kind="count", target=1, repeatable=True), ["repeatable"]),
            (toml(kind="record", measure="pace"), ["repeatable"]),
            (toml(kind="record", measure="pace", repeatable=True, target=2), ["target", "takes none"]),
            (toml(kind="count"), ["target", "needs it"]),
            (toml(kind="best", measure="distance_km", target=1, more_than=1), ["target"]),
            (toml(kind="count", more_than=1), ["more_than"]),
            (toml(kind="best", measure="distance_km", target=10, customary="6.2 miles"), ["customary"]),
            (toml(kind="best", measure="distance_km", target=10, customary="62 mi"), ["customary", "within 1 %"]),
            (toml(kind="best", measure="distance_km", target=10, customary="6.151 mi"), ["customary", "within 1 %"]),
            (toml(kind="best", measure="duration_min", target=10, customary="6.2 mi"), ["customary: for the target"]),
            (toml(kind="best", measure="distance_km", more_than=10, customary="6.2 mi"), ["customary: for the target"]),
            (toml(kind="total", measure="distance_km", target=10, customary="6.2 mi"), ["customary: for the target"]),
            (toml(kind="variety", target=3), ["period"]),
            (toml(kind="count", target=3, period="week"), ["period"]),
            (toml(kind="count", target=3, per_sport=True), ["per_sport"]),
            (toml(kind="streak", target=3, sports=["Running"]), ["takes no filter"]),
            (toml(kind="streak", target=3, from_hour=3), ["takes no filter"]),
            (toml(kind="count", target=1) + "\n" + toml(kind="count", target=2, name="Other"), ["'it'", "twice"]),
            (toml(kind="count", target=1) + "\n" + toml(kind="count", target=2, code="other"), ["'It'", "twice"]),
        ],
    )
    def test_that_one_sentence_names_the_rule_and_the_key(self, text: str, parts: list[str]) -> None:
        with pytest.raises(SettingError) as caught:
            AchievementRules.parse(text)
        message = str(caught.value)
        assert message.startswith("achievements.toml")
        assert "\n" not in message
        assert [part for part in parts if part not in message] == []

    def test_that_the_sentence_is_short(self) -> None:
        with pytest.raises(SettingError) as caught:
            AchievementRules.parse(toml(kind="count", target=-1))
        assert str(caught.value) == "achievements.toml, line 7: rule 'it': target: Input should be greater than 0."
        with pytest.raises(SettingError) as caught:
            AchievementRules.parse(toml(kind="count", target=1, sports=[5]))
        assert str(caught.value) == "achievements.toml, line 8: rule 'it': sports: Input should be a valid string."

    def test_that_a_rule_cannot_be_changed(self) -> None:
        rule = rules({"kind": "count", "target": 1}).all[0]
        with pytest.raises(ValidationError, match="frozen"):
            rule.target = 2  # type: ignore[misc]  # what is tried here

    def test_that_a_customary_figure_may_be_one_percent_off_and_counts_to_the_millimetre(self) -> None:
        km: dict[str, object] = {"kind": "best", "measure": "distance_km"}
        near = rules({**km, "target": 10, "customary": "6.1519 mi"}).all[0]  # 9.90052 km, to two decimals
        assert near.threshold == 9_900_000
        just = rules({**km, "target": 245.4656, "customary": "151 mi"}).all[0]  # exactly 1 % less
        assert just.threshold == 243_010_000
        rounded = rules({**km, "target": 1.667, "customary": "1.0358 mi"}).all[0]  # 1.6669585152 km
        assert rounded.threshold == 1_666_959
        exact = rules({**km, "target": 1.236, "customary": "1351.7021 yd"}).all[0]  # 1.23599640 km
        assert exact.threshold == 1_235_996
        assert rules({**km, "target": 1.001}).all[0].threshold == 1_001_000
        assert rules({"kind": "record", "measure": "pace", "repeatable": True}).all[0].threshold == 0
        over = rules({"kind": "best", "measure": "duration_min", "more_than": 4.1}).all[0]  # 245,999.99… ms as a float
        assert over.threshold == 246_001


class TestKinds:
    def test_that_a_total_is_reached_by_the_workout_that_completes_it(self) -> None:
        table: dict[str, object] = {"kind": "total", "measure": "distance_km", "target": 10}
        assert earned_by(table, entry(1, km=4), entry(2, day=1), entry(3, day=2, km=6), entry(4, day=3, km=9)) == [
            ("w3", 1)
        ]

    def test_that_energy_and_ascent_count_too(self) -> None:
        ascent: dict[str, object] = {"kind": "total", "measure": "ascent_m", "target": 1000}
        assert earned_by(ascent, entry(1, ascent_m=400), entry(2, day=1, ascent_m=600)) == [("w2", 1)]
        assert earned_by(ascent, entry(1, ascent_m=999.9)) == []
        kcal: dict[str, object] = {"kind": "best", "measure": "energy_kcal", "target": 500}
        assert earned_by(kcal, entry(1, kcal=499.9), entry(2, day=1, kcal=500)) == [("w2", 1)]

    def test_that_a_count_takes_only_what_its_filters_let_through(self) -> None:
        table: dict[str, object] = {"kind": "count", "target": 2, "sports": ["Running"], "weekdays": ["Saturday"]}
        entries = [entry(i, day=i) for i in range(13)]
        assert earned_by(table, *entries) == [("w12", 1)]
        far: dict[str, object] = {"kind": "count", "target": 1, "min_distance_km": 3}
        assert earned_by(far, entry(1, km=2.9), entry(2, day=1, km=3)) == [("w2", 1)]

    def test_that_hours_go_over_midnight(self) -> None:
        table: dict[str, object] = {"kind": "count", "target": 1, "from_hour": 22, "before_hour": 2}
        hours = {hour: datetime(2025, 6, 3, hour, 30, tzinfo=UTC) for hour in range(24)}
        assert [hour for hour, at in hours.items() if earned_by(table, entry(at=at))] == [0, 1, 22, 23]
        late: dict[str, object] = {"kind": "count", "target": 1, "from_hour": 22}
        assert [hour for hour, at in hours.items() if earned_by(late, entry(at=at))] == [22, 23]
        always: dict[str, object] = {"kind": "count", "target": 1, "from_hour": 5, "before_hour": 5}
        assert [hour for hour, at in hours.items() if earned_by(always, entry(at=at))] == list(range(24))
        early: dict[str, object] = {"kind": "count", "target": 1, "before_hour": 2}
        assert [hour for hour, at in hours.items() if earned_by(early, entry(at=at))] == [0, 1]

    def test_that_hours_over_midnight_are_those_of_the_day_itself(self) -> None:
        table: dict[str, object] = {"kind": "count", "target": 1, "from_hour": 22, "before_hour": 2}
        times = [datetime(2025, 6, day, hour, 30, tzinfo=UTC) for day in (6, 7, 8) for hour in (0, 1, 2, 21, 22, 23)]
        saturday = {**table, "weekdays": ["Saturday"]}
        assert [at.hour for at in times if earned_by(saturday, entry(at=at)) and at.day == 7] == [0, 1, 22, 23]
        assert [at for at in times if earned_by(saturday, entry(at=at)) and at.day != 7] == []
        assert [at.hour for at in times if earned_by(table, entry(at=at)) and at.day == 8] == [0, 1, 22, 23]  # a Sunday

    def test_that_a_least_distance_is_exact(self) -> None:
        table: dict[str, object] = {"kind": "count", "target": 1, "min_distance_km": 1.001}
        assert earned_by(table, entry(km=1.001)) == [("w1", 1)]
        assert earned_by(table, entry(km=1.000_999)) == []

    def test_that_a_gap_starts_a_streak_anew(self) -> None:
        table: dict[str, object] = {"kind": "streak", "target": 3}
        days = [0, 1, 3, 3.1, 4, 5]
        assert earned_by(table, *(entry(i, day=day) for i, day in enumerate(days))) == [("w5", 1)]

    def test_that_variety_is_counted_within_a_week_or_ever(self) -> None:
        sports = ["Running", "Yoga", "Running", "Rowing"]
        entries = [entry(i, sport=sport, day=5 + i) for i, sport in enumerate(sports)]  # from Saturday
        week: dict[str, object] = {"kind": "variety", "period": "week", "target": 3}
        assert earned_by(week, *entries) == []
        assert earned_by({**week, "period": "ever"}, *entries) == [("w3", 1)]
        assert earned_by({**week, "target": 2}, *entries) == [("w1", 1)]

    def test_that_a_record_is_earned_by_each_improvement_but_not_by_the_first(self) -> None:
        table: dict[str, object] = {"kind": "record", "measure": "duration_min", "repeatable": True}
        minutes = [30, 20, 40, 40, 50]
        assert earned_by(table, *(entry(i, day=i, minutes=m) for i, m in enumerate(minutes))) == [("w2", 1), ("w4", 2)]

    def test_that_records_by_sport_are_kept_apart_and_numbered_together(self) -> None:
        table: dict[str, object] = {"kind": "record", "measure": "distance_km", "repeatable": True, "per_sport": True}
        steps = [
            ("Running", 5.0),
            ("Cycling", 20.0),
            ("Yoga", None),
            ("Running", 6.0),
            ("Cycling", 19.0),
            ("Cycling", 21.0),
        ]
        entries = [entry(i, day=i, sport=sport, km=km) for i, (sport, km) in enumerate(steps)]
        assert earned_by(table, *entries) == [("w3", 1), ("w5", 2)]

    def test_that_a_pace_record_needs_its_distance(self) -> None:
        table: dict[str, object] = {
            "kind": "record",
            "measure": "pace",
            "repeatable": True,
            "sports": ["Running"],
            "min_distance_km": 5,
        }
        runs = [(5.0, 30.0), (4.9, 20.0), (10.0, 61.0), (5.0, 29.0), (None, 10.0), (6.0, 30.0)]
        entries = [entry(i, day=i, km=km, minutes=minutes) for i, (km, minutes) in enumerate(runs)]
        assert earned_by(table, *entries, entry(9, day=9, sport="Cycling", km=30)) == [("w3", 1), ("w5", 2)]

    def test_that_a_record_counts_only_at_its_hours(self) -> None:
        table: dict[str, object] = {"kind": "record", "measure": "duration_min", "repeatable": True, "from_hour": 18}
        entries = [entry(i, day=day, minutes=30 + i) for i, day in enumerate([0, 0.3, 1, 1.3])]  # at 12:00 and 19:12
        assert earned_by(table, *entries) == [("w3", 1)]

    def test_that_without_a_distance_there_is_no_pace(self) -> None:
        table: dict[str, object] = {"kind": "record", "measure": "pace", "repeatable": True}
        assert earned_by(table, entry(1), entry(2, day=1, km=5), entry(3, day=2), entry(4, day=3, km=6)) == [("w4", 1)]

    def test_that_one_workout_may_reach_several_marks(self) -> None:
        km: dict[str, object] = {"kind": "best", "measure": "distance_km"}
        both = rules({**km, "target": 10}, {**km, "target": 5, "code": "other", "name": "Other"})
        assert len(both.tracks) == 1
        assert [e.code for e in evaluate_all(both, [entry(km=12)]).earned] == ["other", "it"]


class TestNearMiss:
    def test_that_it_says_how_far_it_is_short(self) -> None:
        assert near_miss("Running", to_km(3.1, "mi")) == NearMiss("5k-runner", "5K Runner", 11)
        assert near_miss("Running", 9.97) == NearMiss("10k-runner", "10K Runner", 8)
        assert near_miss("Running", 4.9999) == NearMiss("5k-runner", "5K Runner", 1)
        assert near_miss("Cycling", 99.7) == NearMiss("century-ride", "Century Ride", 79)
        assert near_miss("Cycling", 99.1) == NearMiss("century-ride", "Century Ride", 679)

    @pytest.mark.parametrize(
        ("sport", "km"),
        [
            ("Running", 5.0),
            ("Running", 4.999_999_6),
            ("Running", 4.95),
            ("Running", 4.0),
            ("Running", None),
            ("Yoga", 4.99),
            ("Parkour", 99.9),
        ],
    )
    def test_that_what_reached_it_or_is_far_off_or_of_another_sport_is_none(self, sport: str, km: float | None) -> None:
        assert near_miss(sport, km) is None

    def test_that_only_marks_of_distance_in_one_workout_at_any_time_count(self) -> None:
        km: dict[str, object] = {"measure": "distance_km", "target": 5}
        total = rules({**km, "kind": "total"})
        late = rules({**km, "kind": "best", "from_hour": 22})
        duration = rules({"kind": "best", "measure": "duration_min", "target": 83.2})  # 4,992,000 ms
        assert [near_miss("Running", 4.99, some) for some in (total, late, duration)] == [None, None, None]
        assert near_miss("Running", None, rules({**km, "kind": "best", "target": 1.005})) is None


class TestProgress:
    def progress(self, table: dict[str, object], *entries: WorkoutEntry) -> tuple[float, float, float]:
        (one,) = evaluate_all(rules(table), entries).progress()
        return one.current, one.target, one.fraction

    def test_that_it_is_in_the_unit_of_the_rule(self) -> None:
        table: dict[str, object] = {"kind": "total", "measure": "distance_km", "target": 10}
        assert self.progress(table) == (0, 10, 0)
        assert self.progress(table, entry(km=2.5)) == (2.5, 10, 0.25)
        assert self.progress(table, entry(km=12.5)) == (12.5, 10, 1)

    def test_that_it_is_not_complete_before_it_is_earned(self) -> None:
        table: dict[str, object] = {"kind": "best", "measure": "duration_min", "more_than": 60}
        assert self.progress(table, entry(minutes=60)) == (60, 60, 0.99)
        assert self.progress(table, entry(minutes=61)) == (61, 60, 1)

    def test_that_it_is_complete_where_the_customary_figure_was_enough(self) -> None:
        table: dict[str, object] = {"kind": "best", "measure": "distance_km", "target": 10, "customary": "6.2 mi"}
        assert self.progress(table, entry(km=to_km(6.2, "mi"))) == (10, 10, 1)
        assert self.progress(table, entry(km=9.97)) == (9.97, 10, 0.99)

    def test_that_a_streak_shows_the_running_one_until_it_is_earned(self) -> None:
        table: dict[str, object] = {"kind": "streak", "target": 4}
        broken = [entry(i, day=day) for i, day in enumerate([0, 1, 2, 4, 5])]
        assert self.progress(table, *broken) == (2, 4, 0.5)
        assert self.progress(table) == (0, 4, 0)
        held = [entry(i, day=day) for i, day in enumerate([0, 1, 2, 3, 9])]
        assert self.progress(table, *held) == (4, 4, 1)

    def test_that_variety_shows_the_last_week(self) -> None:
        table: dict[str, object] = {"kind": "variety", "period": "week", "target": 4}
        entries = [entry(1), entry(2, day=1, sport="Yoga"), entry(3, day=7), entry(4, day=7, sport="Yoga")]
        assert self.progress(table, *entries) == (2, 4, 0.5)

    def test_that_a_record_counts_how_often(self) -> None:
        table: dict[str, object] = {"kind": "record", "measure": "duration_min", "repeatable": True}
        assert self.progress(table, entry(1, minutes=1)) == (0, 1, 0)
        assert self.progress(table, *(entry(i, day=i, minutes=1 + i) for i in range(4))) == (3, 1, 1)

    def test_that_it_comes_in_display_order(self) -> None:
        history = AthleteHistory([entry(km=6)])
        assert [p.code for p in history.progress()] == [a.code for a in default_rules().all]


def test_that_a_copied_progress_goes_its_own_way() -> None:
    progress = AthleteProgress(default_rules())
    progress.add(entry(1, km=3))
    copied = progress.copy()
    copied.add(entry(2, day=1, sport="Yoga", km=6))
    assert progress.earned != copied.earned
    progress.add(entry(2, day=1, sport="Yoga", km=6))
    assert progress.earned == copied.earned
    assert progress.progress() == copied.progress()


def test_that_badges_are_listed_in_the_order_of_their_rules() -> None:
    table: dict[str, object] = {"kind": "count", "target": 1}
    assert rules({**table, "code": "b"}, {**table, "code": "a", "name": "A"}).places == {"b": 0, "a": 1}


def test_that_the_digest_follows_what_decides_and_not_the_wording() -> None:
    table: dict[str, object] = {"kind": "count", "target": 1}
    assert rules(table).digest == rules({**table, "description": "other", "icon": "mdi6.run"}).digest
    assert rules(table).digest != rules({**table, "target": 2}).digest
