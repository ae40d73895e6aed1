"""What the results store promises on every database."""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Iterator, Sequence
from contextlib import ExitStack, closing
from datetime import UTC, datetime
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from core.achievements.athlete_history import AthleteHistory
from core.achievements.progress import earned_alone
from core.achievements.rule_schema import AchievementRule
from core.achievements.rules import AchievementRules, default_rules
from core.codec.workout_codec import DecodedMessage, MessageKind
from core.events import OutcomeKind
from core.processing.apply_batch import content_of
from core.store.athletes.period_totals import rebuild_totals
from core.store.failure_record import FailureRecord
from core.store.rules import recompute as rebuild
from core.store.writer import ResultsStore
from tests.support.databases import MakePlace, Place
from tests.support.failures import failure
from tests.support.incoming import deletion, incoming, make_workout, submitted, workout_id
from tests.support.stored_results import NOW_MS, ledger, make_store, results


@pytest.fixture
def place(make_place: MakePlace) -> Place:
    return make_place()


@pytest.fixture
def store(place: Place) -> Iterator[ResultsStore]:
    store = make_store(place)
    yield store
    store.close()


def apply(store: ResultsStore, *batch: DecodedMessage, failures: Sequence[FailureRecord] = ()) -> list[Any]:
    return store.apply(batch, worker="w-1", picked_up_at_ms=NOW_MS - 5, failures=failures)


class TestStoring:
    def test_that_the_sample_of_the_contract_is_stored(self, store: ResultsStore, place: Place) -> None:
        at = datetime(2025, 12, 10, 10, tzinfo=UTC)
        (one,) = apply(store, submitted(7, athlete="user-123", started_at=at, minutes=45, km=5.2))
        assert (one.kind, one.calories_kcal, one.estimate) == (OutcomeKind.STORED, 382.5, True)
        assert "5K Runner" in {badge.name for badge in one.badges}
        columns = "id, athlete, sport, started_at, duration_min, distance_km, calories_kcal, revision, submitted_at"
        assert place.rows(f"SELECT {columns}, processed_at, worker FROM workouts") == [
            (
                workout_id(7),
                "user-123",
                "Running",
                "2025-12-10T10:00:00.000Z",
                45.0,
                5.2,
                382.5,
                1,
                "2025-05-23T11:33:20.000Z",
                "2025-06-15T15:06:40.000Z",
                "w-1",
            )
        ]
        earned = place.rows("SELECT athlete, name, workout_id, earned_at FROM earned_achievements")
        assert ("user-123", "5K Runner", workout_id(7), "2025-12-10T10:00:00.000Z") in earned
        weekly = (
            "SELECT athlete, iso_year, iso_week, workouts, duration_min, distance_km, calories_kcal FROM weekly_totals"
        )
        assert place.rows(weekly) == [("user-123", 2025, 50, 1, 45.0, 5.2, 382.5)]

    def test_that_every_field_is_kept(self, store: ResultsStore, place: Place) -> None:
        full = make_workout(
            1,
            sport="Strength",
            ascent_m=12.5,
            avg_heart_rate_bpm=120.0,
            max_heart_rate_bpm=150.0,
            avg_power_w=200.0,
            cadence_rpm=80.0,
            rpe=6.5,
            weight_kg=70.0,
            title="Legs",
            notes="a\nb",
            sets=[{"reps": 5, "weight_kg": 80.0}],
            extra={"mood": ["fine"]},
        )
        apply(store, incoming(full, origin=None), submitted(2))
        names = "elevation_gain_m, avg_heart_rate_bpm, max_heart_rate_bpm, avg_power_w, cadence_rpm, rpe, weight_kg"
        (kept,) = place.rows(f"SELECT {names}, title, notes, sets, extra FROM workouts WHERE id = '{workout_id(1)}'")
        assert kept[:9] == (12.5, 120.0, 150.0, 200.0, 80.0, 6.5, 70.0, "Legs", "a\nb")
        assert json.loads(kept[9]) == [{"reps": 5, "weight": 80.0}]
        assert json.loads(kept[10]) == {"mood": ["fine"]}
        (bare,) = place.rows(f"SELECT {names}, title, notes, sets, extra FROM workouts WHERE id = '{workout_id(2)}'")
        assert set(bare) == {None}

    def test_that_anonymous_is_totalled_and_each_workout_earns_by_itself(
        self, store: ResultsStore, place: Place
    ) -> None:
        for number in (1, 2):
            (one,) = apply(store, submitted(number, athlete="anonymous", km=6.0, minutes=61))
            assert [badge.code for badge in one.badges] == ["5k-runner", "hour-of-power"]
        apply(store, submitted(3, athlete="anonymous", minutes=60))
        assert [(row[1], row[4]) for row in results(place)["earned"]] == [
            (code, workout_id(number)) for code in ("5k-runner", "hour-of-power") for number in (1, 2)
        ]
        # It is no athlete, so nobody holds them.
        assert results(place)["counts"] == [("5k-runner", 0, 2), ("hour-of-power", 0, 2)]
        assert [row[:2] for row in results(place)["athletes"]] == [("anonymous", 3)]

    def test_that_what_anonymous_earned_goes_with_its_workout(self, store: ResultsStore, place: Place) -> None:
        apply(store, submitted(1, athlete="anonymous", km=6.0), submitted(2, athlete="anonymous", km=6.0))
        (again,) = apply(store, submitted(1, athlete="anonymous", km=6.0))
        assert (again.kind, again.badges) == (OutcomeKind.DUPLICATE, ())
        (longer,) = apply(store, submitted(1, athlete="anonymous", km=10.0, revision=2))
        assert [badge.code for badge in longer.badges] == ["10k-runner"]
        apply(store, submitted(1, athlete="anonymous", km=4.0, revision=3), deletion(2, 2))
        assert results(place)["earned"] == []
        assert results(place)["counts"] == []

    def test_that_a_workout_may_get_a_name_and_lose_it_again(
        self, store: ResultsStore, place: Place, make_place: MakePlace
    ) -> None:
        apply(store, submitted(1, athlete="anonymous", km=6.0))
        (named,) = apply(store, submitted(1, km=6.0, revision=2))
        assert {"5k-runner", "first-run"} <= {badge.code for badge in named.badges}
        assert {row[0] for row in results(place)["earned"]} == {"Ana"}
        (nameless,) = apply(store, submitted(1, athlete="anonymous", km=6.0, revision=3))
        assert [badge.code for badge in nameless.badges] == ["5k-runner"]
        clean = make_place()
        with closing(make_store(clean)) as fresh:
            apply(fresh, submitted(1, athlete="anonymous", km=6.0, revision=3))
        assert results(place) == results(clean)

    def test_that_an_empty_batch_is_no_trouble(self, store: ResultsStore) -> None:
        assert apply(store) == []

    def test_that_more_than_a_lookup_holds_is_stored(self, store: ResultsStore, place: Place) -> None:
        batch = [submitted(number, day=number / 50, athlete=f"a{number % 7}") for number in range(1, 1101)]
        assert {one.kind for one in apply(store, *batch)} == {OutcomeKind.STORED}
        assert {one.kind for one in apply(store, *batch)} == {OutcomeKind.DUPLICATE}
        assert sum(row[1] for row in results(place)["athletes"]) == 1100


class TestRevisions:
    def test_that_a_redelivery_changes_nothing(self, store: ResultsStore, place: Place) -> None:
        apply(store, submitted(1, km=6.0))
        before = results(place)
        (again,) = apply(store, submitted(1, km=6.0))
        assert (again.kind, again.badges) == (OutcomeKind.DUPLICATE, ())
        assert results(place) == before

    def test_that_a_conflict_is_reported_kept_and_never_overwrites(self, store: ResultsStore, place: Place) -> None:
        apply(store, submitted(1, km=6.0))
        before = results(place)
        for _ in range(2):
            (one,) = apply(store, submitted(1, km=7.0))
            assert (one.kind, one.error_type) == (OutcomeKind.FAILED, "conflict")
            assert "higher revision" in one.reason
        assert results(place) == before
        kept = place.rows("SELECT workout_id, error_type, body FROM failures")
        assert [(row[0], row[1], json.loads(row[2])["distance"]) for row in kept] == [(workout_id(1), "conflict", 7.0)]
        assert ledger(place) == {("here", "stored"): 1, ("here", "failed"): 1}

    def test_that_a_conflict_beside_a_duplicate_costs_that_nothing(self, store: ResultsStore, place: Place) -> None:
        apply(store, submitted(1, km=6.0), submitted(2, km=6.0))
        again, conflict = apply(store, submitted(1, km=6.0), submitted(2, km=7.0))
        assert (again.kind, conflict.error_type) == (OutcomeKind.DUPLICATE, "conflict")
        assert ledger(place)["here", "stored"] == 2

    def test_that_a_correction_replaces_and_a_late_older_one_does_not(self, store: ResultsStore, place: Place) -> None:
        (corrected,) = apply(store, submitted(1, km=6.0, revision=2))
        assert "5k-runner" in {badge.code for badge in corrected.badges}
        (late,) = apply(store, submitted(1, km=3.0))
        assert (late.kind, late.reason) == (OutcomeKind.DUPLICATE, "an older revision")
        assert place.rows("SELECT revision, distance_km FROM workouts") == [(2, 6.0)]
        assert ledger(place) == {("here", "corrected"): 1, ("here", "superseded"): 1}

    def test_that_a_correction_takes_a_badge_back(self, store: ResultsStore, place: Place) -> None:
        apply(store, submitted(1, km=6.0))
        (one,) = apply(store, submitted(1, km=3.0, revision=2))
        assert one.badges == ()
        assert "5k-runner" not in {row[1] for row in results(place)["earned"]}
        assert "5k-runner" not in {row[0] for row in results(place)["counts"]}

    def test_that_a_correction_may_change_the_athlete(
        self, store: ResultsStore, place: Place, make_place: MakePlace
    ) -> None:
        apply(store, submitted(1, km=6.0), submitted(2, day=1))
        apply(store, submitted(1, km=6.0, athlete="Ben", revision=2))
        clean = make_place()
        fresh = make_store(clean)
        apply(fresh, submitted(1, km=6.0, athlete="Ben", revision=2), submitted(2, day=1))
        fresh.close()
        assert results(place) == results(clean)

    def test_that_a_deletion_removes_for_good(self, store: ResultsStore, place: Place) -> None:
        apply(store, submitted(1, km=6.0))
        (gone,) = apply(store, deletion(1, 2))
        assert (gone.kind, gone.reason, gone.calories_kcal) == (OutcomeKind.STORED, "deleted", None)
        apply(store, submitted(1, km=6.0, revision=2))
        assert set(map(len, results(place).values())) == {0}
        (back,) = apply(store, submitted(1, km=6.0, revision=3))
        assert "5k-runner" in {badge.code for badge in back.badges}


@st.composite
def message_sets(draw: st.DrawFn) -> list[DecodedMessage]:
    """A few workouts of few athletes, with corrections, moves and deletions; one message a rank."""
    messages = []
    for number in range(1, draw(st.integers(1, 6)) + 1):
        for revision in range(1, draw(st.integers(1, 3)) + 1):
            if revision > 1 and draw(st.booleans()):
                messages.append(deletion(number, revision))
                continue
            workout = make_workout(
                number,
                athlete=draw(st.sampled_from(["Ana", "Ben", "anonymous"])),
                sport=draw(st.sampled_from(["Running", "Cycling", "Yoga"])),
                day=draw(st.integers(0, 24)) / 3,
                utc_offset_min=draw(st.sampled_from([0, 0, -480, 345, 840])),
                minutes=draw(st.sampled_from([20.0, 45.5, 75.25])),
                km=draw(st.sampled_from([None, 3.0, 5.0, 11.1])),
                ascent_m=draw(st.sampled_from([None, 12.5])),
                revision=revision,
            )
            messages.append(incoming(workout, kind=MessageKind.SUBMITTED if revision == 1 else MessageKind.CORRECTED))
    return messages


def final_set(messages: Sequence[DecodedMessage]) -> list[DecodedMessage]:
    last: dict[str, DecodedMessage] = {}
    for one in messages:
        last[one.workout_id] = one
    return [one for one in last.values() if one.workout is not None]


class TestAnyOrder:
    @settings(max_examples=25)
    @given(messages=message_sets(), data=st.data())
    def test_that_order_batches_duplicates_and_workers_do_not_matter(
        self, make_place: MakePlace, messages: list[DecodedMessage], data: st.DataObject
    ) -> None:
        many, clean = make_place(), make_place()
        stream = data.draw(st.permutations([*messages, *data.draw(st.lists(st.sampled_from(messages), max_size=4))]))
        with ExitStack() as stack:
            workers = []
            for _ in range(2):
                workers.append(make_store(many, cached_athletes=data.draw(st.integers(1, 3))))
                stack.callback(workers[-1].close)
            while stream:
                size = data.draw(st.integers(1, len(stream)))
                apply(data.draw(st.sampled_from(workers)), *stream[:size])
                stream = stream[size:]
            fresh = make_store(clean)
            stack.callback(fresh.close)
            apply(fresh, *final_set(messages))
        assert results(many) == results(clean)
        counts = ledger(many)
        assert sum(n for (_, kind), n in counts.items() if kind not in ("duplicate", "failed")) == len(messages)

    @settings(max_examples=10)
    @given(messages=message_sets())
    def test_that_the_store_agrees_with_the_pure_engine(
        self, make_place: MakePlace, messages: list[DecodedMessage]
    ) -> None:
        place = make_place()
        with closing(make_store(place)) as store:
            apply(store, *messages)
        contents = [content for content in map(content_of, final_set(messages)) if content is not None]
        histories = {c.workout.athlete: AthleteHistory() for c in contents}
        for content in contents:
            histories[content.workout.athlete].add([content.entry])
        expected = {
            (name, e.code, e.number, e.workout_id)
            for name, history in histories.items()
            for e in history.earned
            if name != "anonymous"
        } | {
            ("anonymous", e.code, 1, e.workout_id)
            for c in contents
            if c.workout.anonymous
            for e in earned_alone(default_rules(), c.entry)
        }
        stored = results(place)
        assert {(row[0], row[1], row[2], row[4]) for row in stored["earned"]} == expected
        assert {row[0]: row[2:5] for row in stored["athletes"]} == {
            name: (h.totals.duration_ms, h.totals.distance_mm, h.totals.energy_mkcal) for name, h in histories.items()
        }
        assert {row[:3]: row[4] for row in stored["weeks"]} == {
            (*week, name): totals.duration_ms for name, h in histories.items() for week, totals in h.weekly.items()
        }
        periods: Counter[tuple[str, str, str]] = Counter()
        climbs: Counter[tuple[str, str]] = Counter()
        for workout, entry in ((c.workout, c.entry) for c in contents if not c.workout.anonymous):
            for name in (f"{workout.started_at:{form}}" for form in ("%G-W%V", "%Y-%m", "%Y", "all")):
                for sport in ("", workout.sport):
                    periods[name, sport, workout.athlete] += entry.distance_mm
                    climbs[name, sport] += entry.ascent_mm
        assert {row[:3]: row[5] for row in stored["periods"]} == periods
        assert {row[:2]: row[6] for row in stored["period sums"]} == climbs

    def test_that_all_sums_can_be_worked_out_again(self, store: ResultsStore, place: Place) -> None:
        apply(store, *(submitted(n, athlete=f"a{n % 5}", day=n * 9.7, km=float(n), ascent_m=n) for n in range(1, 30)))
        apply(store, submitted(30, athlete="anonymous"), deletion(3, 2), submitted(4, athlete="Zoë", revision=2))
        before = results(place)
        place.execute("DELETE FROM period_sums", "UPDATE period_totals SET workouts = 99, ascent_mm = 1")
        done: list[tuple[int, int]] = []
        place.change(lambda connection: rebuild_totals(connection, lambda *some: done.append(some), rows_at_once=10))
        assert results(place) == before
        assert done == [(10, 29), (20, 29), (29, 29)]


class TestLocalTime:
    def test_that_days_hours_and_weeks_are_those_of_the_offset(self, store: ResultsStore, place: Place) -> None:
        """Evenings in California: seven days in a row, none of them at night, the last one on Sunday."""
        evenings = [
            submitted(n, started_at=datetime.fromisoformat(f"2025-06-{1 + n:02}T19:00-08:00"), km=2.0)
            for n in range(1, 8)
        ]
        for one in (evenings[3], evenings[6], evenings[0]):
            apply(store, one)
        apply(store, *evenings[::-1])
        codes = {row[1] for row in results(place)["earned"]}
        assert "streak-7" in codes
        assert codes.isdisjoint({"night-owl", "midnight-oil", "early-bird", "dawn-patrol"})
        assert place.rows("SELECT iso_year, iso_week, workouts FROM weekly_totals") == [(2025, 23, 7)]
        assert place.rows("SELECT DISTINCT utc_offset_min FROM workouts") == [(-480,)]
        stored = place.rows(f"SELECT started_at FROM workouts WHERE id = '{workout_id(1)}'")
        assert stored == [("2025-06-03T03:00:00.000Z",)]

    def test_that_a_correction_of_the_offset_alone_moves_it_to_another_week(
        self, store: ResultsStore, place: Place
    ) -> None:
        sunday = datetime.fromisoformat("2025-06-08T19:00-08:00")
        apply(store, submitted(1, started_at=sunday.astimezone(UTC), minutes=61))
        assert place.rows("SELECT iso_week, workouts FROM weekly_totals") == [(24, 1)]
        (one,) = apply(store, submitted(1, started_at=sunday, minutes=61, revision=2))
        assert place.rows("SELECT iso_week, workouts FROM weekly_totals") == [(23, 1)]
        assert one.badges == ()
        assert "midnight-oil" not in {row[1] for row in results(place)["earned"]}

    @pytest.mark.parametrize(
        ("text", "week"),
        [
            ("2026-12-31T20:00-08:00", (2026, 53)),
            ("2027-01-03T23:59-12:00", (2026, 53)),
            ("2027-01-04T00:00+14:00", (2027, 1)),
            ("2024-12-29T23:30-05:45", (2024, 52)),
            ("2024-12-30T00:15+05:45", (2025, 1)),
        ],
    )
    def test_that_weeks_and_years_end_locally(
        self, store: ResultsStore, place: Place, text: str, week: tuple[int, int]
    ) -> None:
        apply(store, submitted(1, started_at=datetime.fromisoformat(text)))
        assert place.rows("SELECT iso_year, iso_week FROM weekly_totals") == [week]
        apply(store, deletion(1, 2))
        assert place.rows("SELECT iso_year, iso_week FROM weekly_totals") == []


class TestManyOfAnonymous:
    def rules(self, target: float) -> AchievementRules:
        far = {"code": "far", "name": "Far", "description": "d", "icon": "mdi6.star"}
        rule = {**far, "kind": "best", "measure": "distance_km", "target": target}
        return AchievementRules([AchievementRule.model_validate(rule)])

    def test_that_all_of_them_follow_other_rules(self, place: Place, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.setattr(rebuild, "_WORKOUTS_AT_ONCE", 7)
        with closing(make_store(place, rules=self.rules(5))) as store:
            for first in (1, 11, 21):
                batch = range(first, first + 10)
                apply(store, *(submitted(n, athlete="anonymous", km=float(n)) for n in batch))
        with closing(make_store(place, rules=self.rules(20))):
            earned = place.rows("SELECT athlete, code, workout_id, of_workout FROM earned_achievements ORDER BY 3")
        ids = [workout_id(n) for n in range(20, 31)]
        assert earned == [("anonymous", "far", each, each) for each in ids]
        assert results(place)["counts"] == [("far", 0, 11)]
        with closing(make_store(place, rules=self.rules(4))):
            assert results(place)["counts"] == [("far", 0, 27)]


class TestTwoWorkers:
    def test_that_each_sees_what_the_other_stored(self, store: ResultsStore, place: Place) -> None:
        other = make_store(place)
        apply(store, submitted(1, day=0))
        apply(other, submitted(2, day=1))
        (third,) = apply(store, submitted(3, day=2))
        assert "streak-3" in {badge.code for badge in third.badges}
        (older,) = apply(other, submitted(4, day=-1))
        assert "streak-3" not in {badge.code for badge in older.badges}
        apply(other, deletion(2, 2))
        apply(store, submitted(5, day=3))
        other.close()
        assert "streak-3" not in {row[1] for row in results(place)["earned"]}

    def test_that_older_rows_of_another_worker_are_folded_in(self, store: ResultsStore, place: Place) -> None:
        other = make_store(place)
        apply(store, submitted(1, day=5, minutes=30))
        apply(other, submitted(2, day=4, minutes=20))
        (one,) = apply(store, submitted(3, day=6, minutes=40))
        other.close()
        assert [row[2] for row in results(place)["earned"] if row[1] == "record-duration"] == [1, 2]
        assert "streak-3" in {badge.code for badge in one.badges}


class TestFailures:
    def test_that_a_failure_is_kept_and_counted_once(self, store: ResultsStore, place: Place) -> None:
        apply(store, submitted(1), failures=[failure("f-1"), failure("f-1"), failure("f-2", origin=None)])
        apply(store, failures=[failure("f-1", reason="again")])
        kept = place.rows("SELECT key, origin, reason, body, failed_at FROM failures ORDER BY key")
        at = "2025-06-15T15:06:40.000Z"
        assert kept == [("f-1", "here", "No JSON.", b"\xff\x00", at), ("f-2", "", "No JSON.", b"\xff\x00", at)]
        assert ledger(place) == {("here", "stored"): 1, ("here", "failed"): 1, ("", "failed"): 1}

    def test_that_the_ledger_counts_each_message(self, store: ResultsStore, place: Place) -> None:
        apply(store, submitted(1), submitted(1), submitted(1, revision=2), deletion(1, 3, origin=None))
        assert ledger(place) == {
            ("here", "stored"): 1,
            ("here", "duplicate"): 1,
            ("here", "corrected"): 1,
            ("", "deleted"): 1,
        }


class TestNewRules:
    def rules(self, *codes: str) -> AchievementRules:
        tables = {
            "one": {"code": "one", "kind": "count", "target": 1},
            "two": {"code": "two", "kind": "count", "target": 2},
            "far": {"code": "far", "kind": "best", "measure": "distance_km", "target": 5},
        }
        extra = {"description": "d", "icon": "mdi6.star"}
        return AchievementRules(
            [AchievementRule.model_validate({"name": code, **extra, **tables[code]}) for code in codes]
        )

    def test_that_opening_with_other_rules_earns_by_those(self, place: Place) -> None:
        store = make_store(place, rules=self.rules("one", "two"))
        people = [submitted(n, athlete=f"a{n % 150:03}", day=n / 10, km=6.0 if n == 7 else None) for n in range(1, 202)]
        apply(store, *people, submitted(900, athlete="anonymous", km=9.0))
        store.close()
        store = ResultsStore(place.url, now_ms=lambda: NOW_MS + 60_000, rules=self.rules("two", "far"))
        store.open()
        (old,) = store.apply([submitted(901, athlete="a010", day=50)], worker="w", picked_up_at_ms=NOW_MS)
        store.close()
        assert old.badges == ()
        assert results(place)["counts"] == [("far", 1, 2), ("two", 51, 51)]
        unlocked = place.rows(
            "SELECT code, min(unlocked_at), max(unlocked_at) FROM earned_achievements GROUP BY 1 ORDER BY 1"
        )
        assert unlocked == [
            ("far", "2025-06-15T15:07:40.000Z", "2025-06-15T15:07:40.000Z"),
            ("two", "2025-06-15T15:06:40.000Z", "2025-06-15T15:06:40.000Z"),
        ]
