"""Which messages take effect, and what a batch comes to."""

from __future__ import annotations

import itertools
from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime

import pytest

from core.achievements.progress import AthleteProgress, WorkoutEntry, evaluate_all
from core.achievements.rules import AchievementRules, default_rules
from core.broker.ports import Message
from core.codec.workout_codec import DecodedMessage, MessageKind, decode
from core.events import OutcomeKind
from core.processing.apply_batch import (
    ApplyResult,
    AthleteDelta,
    AthleteUpdate,
    StoredEntry,
    WorkoutWrite,
    content_of,
    deltas_by_athlete,
    is_append,
    process,
    total_change,
    update_anonymous,
    update_athlete,
    weekly_changes,
    winning_workouts,
)
from core.processing.deduplication import ERASED, Disposition, KnownRevisions, deduplicate
from core.workouts.limits import REVISION
from tests.support.incoming import deletion, incoming, make_workout, submitted, workout_id


class Empty:
    """Nobody has done anything yet."""

    def progress(self, athlete: str) -> AthleteProgress:
        return AthleteProgress(default_rules())

    def entries(self, athlete: str) -> tuple[WorkoutEntry, ...]:
        return ()


def run(batch: Sequence[DecodedMessage], seen: KnownRevisions | None = None) -> list[ApplyResult]:
    result = deduplicate(batch, {} if seen is None else seen)
    found = winning_workouts(result, [content_of(one) for one in batch])
    return process(batch, result, found, deltas_by_athlete(result, found, {}), Empty()).applied


def entry_of(one: DecodedMessage) -> WorkoutEntry:
    content = content_of(one)
    assert isinstance(content, WorkoutWrite)
    return content.entry


class TestSettling:
    def test_that_a_redelivery_is_a_duplicate(self) -> None:
        seen: KnownRevisions = {}
        assert deduplicate([submitted(1), submitted(1)], seen).dispositions == [
            Disposition.STORED,
            Disposition.DUPLICATE,
        ]
        assert deduplicate([submitted(1)], seen).dispositions == [Disposition.DUPLICATE]

    def test_that_the_same_revision_with_other_content_is_a_conflict(self) -> None:
        result = deduplicate([submitted(1), submitted(1, minutes=31)], {})
        assert result.dispositions == [Disposition.STORED, Disposition.CONFLICT]
        assert result.final == {workout_id(1): 0}
        assert list(result.new_positions()) == [0]

    def test_that_what_an_older_version_stored_is_known_again_by_its_own_spelling(self) -> None:
        again = replace(submitted(1), digest=b"plain", legacy_digest=b"as written")
        for stored, fate in [
            (b"as written", Disposition.DUPLICATE),
            (b"plain", Disposition.DUPLICATE),
            (b"other", Disposition.CONFLICT),
        ]:
            assert deduplicate([again], {workout_id(1): {(1, False): stored}}).dispositions == [fate]

    def test_that_the_same_in_another_utc_offset_is_a_duplicate_and_a_correction_where_its_revision_is_higher(
        self,
    ) -> None:
        body = b'{"id":"%s","type":"Run","duration":45,"timestamp":"%s","revision":%d}'
        here, there, corrected = (
            decode(Message(body % (workout_id(1).encode(), start, revision)), now_ms=1_765_360_800_000)
            for start, revision in [
                (b"2025-11-10T10:00:00+01:00", 1),
                (b"2025-11-10T18:00:00+09:00", 1),
                (b"2025-11-10T18:00:00+09:00", 2),
            ]
        )
        result = deduplicate([here, there, corrected], {})
        assert result.dispositions == [Disposition.STORED, Disposition.DUPLICATE, Disposition.CORRECTED]
        assert result.final == {workout_id(1): 2}

    def test_that_the_highest_rank_counts_in_any_order(self) -> None:
        messages = [submitted(1), submitted(1, revision=2), deletion(1, 2), submitted(1, revision=3)]
        for order in itertools.permutations(messages):
            result = deduplicate(order, {})
            assert order[result.final[workout_id(1)]] is messages[3]
            assert set(result.dispositions) <= {
                Disposition.STORED,
                Disposition.CORRECTED,
                Disposition.DELETED,
                Disposition.SUPERSEDED,
            }

    def test_that_a_late_lower_revision_does_not_raise_the_dead(self) -> None:
        seen: KnownRevisions = {}
        assert deduplicate([deletion(1, 2)], seen).dispositions == [Disposition.DELETED]
        late = deduplicate([submitted(1), submitted(1, revision=2)], seen)
        assert (late.dispositions, late.final) == ([Disposition.SUPERSEDED, Disposition.SUPERSEDED], {})
        assert deduplicate([submitted(1)], seen).dispositions == [Disposition.DUPLICATE]

    def test_that_two_deletions_of_one_revision_are_the_same(self) -> None:
        other = replace(deletion(1, 2), digest=b"other")
        assert deduplicate([deletion(1, 2), other], {}).dispositions == [Disposition.DELETED, Disposition.DUPLICATE]

    def test_that_nothing_follows_what_was_erased(self) -> None:
        highest = int(REVISION.high)
        for later in (submitted(1, revision=highest), deletion(1, highest)):
            result = deduplicate([later], {workout_id(1): {ERASED: b"erased"}})
            assert result.final == {}

    @pytest.mark.parametrize(("revision", "kind"), [(2, MessageKind.SUBMITTED), (1, MessageKind.CORRECTED)])
    def test_that_a_correction_is_known_by_its_kind_or_revision(self, revision: int, kind: MessageKind) -> None:
        corrected = incoming(make_workout(revision=revision), kind=kind)
        assert deduplicate([corrected], {}).dispositions == [Disposition.CORRECTED]


class TestOutcomes:
    def test_that_a_stored_one_has_energy_and_badges(self) -> None:
        (one,) = run([submitted(1, minutes=45, km=5.2)])
        assert (one.kind, one.calories_kcal, one.estimate) == (OutcomeKind.STORED, 382.5, True)
        assert {"5k-runner", "first-run"} <= {badge.code for badge in one.badges}

    def test_that_each_message_has_its_own_in_order(self) -> None:
        batch = [
            submitted(1),
            submitted(1),
            submitted(1, minutes=9),
            submitted(1, revision=3),
            submitted(1, revision=2),
        ]
        applied = run([*batch, deletion(2, 1)])
        assert [(one.kind, one.reason) for one in applied] == [
            (OutcomeKind.STORED, "replaced in the same batch"),
            (OutcomeKind.DUPLICATE, "seen before"),
            (OutcomeKind.FAILED, applied[2].reason),
            (OutcomeKind.STORED, ""),
            (OutcomeKind.DUPLICATE, "an older revision"),
            (OutcomeKind.STORED, "deleted"),
        ]
        assert applied[2].error_type == "conflict"
        assert "needs a higher revision" in applied[2].reason
        assert [one.estimate for one in applied] == [False, False, False, True, False, False]
        assert [bool(one.badges) for one in applied] == [False, False, False, True, False, False]

    def test_that_a_deletion_says_what_it_took_away(self) -> None:
        before = submitted(1, athlete="Ben")
        batch = [submitted(1, athlete="Ben", revision=2), deletion(1, 3), deletion(1, 3), submitted(2)]
        result = deduplicate(batch, {workout_id(1): {(1, False): before.digest}})
        found = winning_workouts(result, [content_of(one) for one in batch])
        stored = {workout_id(1): StoredEntry("Ben", entry_of(before))}
        applied = process(batch, result, found, deltas_by_athlete(result, found, stored), Empty()).applied
        assert [one.deleted for one in applied] == [None, stored[workout_id(1)], None, None]

    def test_that_anonymous_earns_what_looks_at_one_workout_alone(self) -> None:
        applied = run([submitted(n, athlete="anonymous", km=10.0, minutes=61) for n in (1, 2)])
        both = {"5k-runner", "10k-runner", "hour-of-power"}
        assert [{badge.code for badge in one.badges} for one in applied] == [both, both]

    @pytest.mark.parametrize("name", ["Anonymous", "ANONYMOUS", " anonymous ", "an\u200bonymous"])
    def test_that_any_spelling_of_anonymous_is_anonymous(self, name: str) -> None:
        (one,) = run([submitted(1, athlete=name, km=5.0)])
        assert [badge.code for badge in one.badges] == ["5k-runner"]

    def test_that_the_article_s_yoga_without_a_user_unlocks_hour_of_power(self) -> None:
        body = b'{"type":"Yoga","duration":61}'
        (one,) = run([decode(Message(body), now_ms=1_765_360_800_000)])
        assert [badge.name for badge in one.badges] == ["Hour of Power"]

    def test_that_the_rules_given_are_those_applied_and_each_athlete_has_an_update(self) -> None:
        batch = [submitted(1, athlete="anonymous", km=6.0), submitted(2)]
        result = deduplicate(batch, {})
        found = winning_workouts(result, [content_of(one) for one in batch])
        by_athlete = deltas_by_athlete(result, found, {})
        processed = process(batch, result, found, by_athlete, Empty(), AchievementRules(()))
        assert processed.applied[0].badges == ()
        assert processed.applied[1].badges != ()  # by the rules of the progress
        assert processed.updates.keys() == {"anonymous", "Ana"}

    def test_that_a_batch_of_another_length_is_refused(self) -> None:
        result = deduplicate([submitted(1)], {})
        with pytest.raises(ValueError, match="shorter"):
            process([submitted(1), submitted(2)], result, {}, {}, Empty())

    def test_that_a_badge_goes_to_the_workout_that_earned_it(self) -> None:
        later, earlier = run([submitted(2, day=1, km=6.0), submitted(1, day=0, km=5.0)])
        assert "5k-runner" not in {badge.code for badge in later.badges}
        assert "5k-runner" in {badge.code for badge in earlier.badges}


class TestChanges:
    def test_that_a_correction_may_move_a_workout(self) -> None:
        before = entry_of(submitted(1))
        batch = [submitted(1, athlete="Ben", revision=2, minutes=50)]
        result = deduplicate(batch, {})
        found = winning_workouts(result, [content_of(batch[0])])
        by_athlete = deltas_by_athlete(result, found, {workout_id(1): StoredEntry("Ana", before)})
        assert by_athlete == {"Ana": AthleteDelta([before], []), "Ben": AthleteDelta([], [entry_of(batch[0])])}
        assert total_change(by_athlete["Ana"])[:2] == [-1, -1_800_000]
        assert weekly_changes(by_athlete)[(2025, 23, "Ben")][:2] == [1, 3_000_000]

    def test_that_totals_and_weeks_have_counts_durations_distances_and_energy(self) -> None:
        added = [entry_of(submitted(n, km=5.5, minutes=40)) for n in (1, 2, 3)]
        removed = [entry_of(submitted(4, km=1.25, minutes=10))]
        delta = AthleteDelta(removed, added)
        kcal = round(3 * 8.5 * 40 - 8.5 * 10)
        assert total_change(delta) == [2, 110 * 60_000, 15_250_000, kcal * 1_000]
        assert total_change(AthleteDelta()) == [0, 0, 0, 0]
        assert weekly_changes({"Ana": delta}) == {(2025, 23, "Ana"): total_change(delta)}

    @pytest.mark.parametrize(
        ("started_at", "week"),
        [
            ("2025-06-08T23:45:00+00:00", 23),  # Sunday: ends on Monday
            ("2025-06-09T00:30:00+09:00", 24),  # Monday there, Sunday in UTC
            ("2025-06-08T23:45:00-09:00", 23),  # Sunday there, Monday in UTC
        ],
    )
    def test_that_a_workout_counts_in_the_week_in_which_it_starts_there(self, started_at: str, week: int) -> None:
        entry = entry_of(submitted(1, started_at=datetime.fromisoformat(started_at), minutes=60))
        assert list(weekly_changes({"Ana": AthleteDelta([], [entry])})) == [(2025, week, "Ana")]

    def test_that_one_athlete_is_gathered(self) -> None:
        batch = [submitted(1), submitted(2)]
        result = deduplicate(batch, {})
        found = winning_workouts(result, [content_of(one) for one in batch])
        by_athlete = deltas_by_athlete(result, found, {workout_id(1): StoredEntry("Ana", entry_of(batch[0]))})
        assert [(len(c.removed), len(c.added)) for c in by_athlete.values()] == [(1, 2)]
        assert weekly_changes(by_athlete)[(2025, 23, "Ana")][0] == 1


class TestAdvance:
    def test_that_newer_ones_need_no_reading(self) -> None:
        def never() -> tuple[WorkoutEntry, ...]:
            raise AssertionError("read")

        progress = evaluate_all(default_rules(), [entry_of(submitted(1))])
        update = update_athlete(progress, AthleteDelta([], [entry_of(submitted(2, day=1, km=6.0))]), never)
        assert update.progress is progress
        assert "5k-runner" in {one.code for one in update.badges}
        assert (update.gained, update.moved, update.lost) == (update.badges, (), ())

    @pytest.mark.parametrize("days", [(2, 0), (0, 2)])
    def test_that_one_older_among_newer_ones_is_put_in_its_place(self, days: tuple[int, int]) -> None:
        stored = [entry_of(submitted(9, day=1, km=6.0))]
        added = [entry_of(submitted(number, day=day, km=5.0)) for number, day in enumerate(days)]
        update = update_athlete(evaluate_all(default_rules(), stored), AthleteDelta([], added), stored.__iter__)
        assert update.progress is not None
        assert update.progress.earned == evaluate_all(default_rules(), [*stored, *added]).earned
        (moved,) = (one for one in update.moved if one.code == "5k-runner")
        assert moved.workout_id == workout_id(days.index(0))

    def test_that_an_equal_start_with_a_lower_id_is_older(self) -> None:
        stored = [entry_of(submitted(2, km=6.0))]
        equal = AthleteDelta([], [entry_of(submitted(1, km=5.0))])
        assert not is_append(evaluate_all(default_rules(), stored), equal)
        update = update_athlete(evaluate_all(default_rules(), stored), equal, stored.__iter__)
        assert {one.workout_id for one in update.moved if one.code == "5k-runner"} == {workout_id(1)}
        assert is_append(evaluate_all(default_rules(), equal.added), AthleteDelta([], stored))

    def test_that_only_what_is_new_lost_or_moved_is_told(self) -> None:
        first, second = entry_of(submitted(1, km=5.0)), entry_of(submitted(2, day=1, km=10.0))
        stored = [first, second]
        longer = entry_of(submitted(2, day=1, km=10.0, minutes=60))
        update = update_athlete(
            evaluate_all(default_rules(), stored), AthleteDelta([second], [longer]), stored.__iter__
        )
        before, after = (
            evaluate_all(default_rules(), stored).earned,
            evaluate_all(default_rules(), [first, longer]).earned,
        )
        assert {one.code for one in update.gained} == {one.code for one in after} - {one.code for one in before}
        assert list(update.badges) == list(update.gained) != []
        assert [one.workout_id for one in update.badges] == [workout_id(2)]
        assert update.moved == []
        assert [one.code for one in update.lost] == ["record-5k-pace"]  # twice as slow

    def test_that_an_older_one_may_take_a_badge_over_without_earning_it_anew(self) -> None:
        stored = [entry_of(submitted(2, day=1, km=6.0))]
        older = entry_of(submitted(1, km=5.0))
        update = update_athlete(evaluate_all(default_rules(), stored), AthleteDelta([], [older]), stored.__iter__)
        assert "5k-runner" in {one.code for one in update.moved}
        assert "5k-runner" not in {one.code for one in update.badges}

    def test_that_each_workout_of_anonymous_earns_by_itself(self) -> None:
        short, long = (entry_of(submitted(n, athlete="anonymous", km=km)) for n, km in ((1, 4.0), (2, 6.0)))
        first = update_anonymous(default_rules(), AthleteDelta([], [short, long]))
        assert [(one.code, one.workout_id, one.number) for one in first.gained] == [("5k-runner", workout_id(2), 1)]
        assert (first.progress, first.badges, first.moved, first.lost) == (None, first.gained, [], [])
        later = long._replace(started_ms=long.started_ms + 1)
        same = update_anonymous(default_rules(), AthleteDelta([short, long], [short, long]))
        assert (same.gained, same.moved, same.lost) == ([], [], [])
        moved = update_anonymous(default_rules(), AthleteDelta([short, long], [short, later]))
        assert [one.earned_at_ms for one in moved.moved] == [later.started_ms]
        assert (moved.gained, moved.badges, moved.lost) == ([], [], [])
        gone = update_anonymous(default_rules(), AthleteDelta([short, later], [short]))
        assert [(one.code, one.workout_id) for one in gone.lost] == [("5k-runner", workout_id(2))]

    def test_that_removing_loses_what_it_had_earned(self) -> None:
        stored = [entry_of(submitted(1, km=5.0))]
        update: AthleteUpdate = update_athlete(
            evaluate_all(default_rules(), stored), AthleteDelta(stored, []), stored.__iter__
        )
        assert "5k-runner" in {one.code for one in update.lost}
        assert update.progress is not None
        assert update.progress.earned == []
        assert (update.gained, update.moved, update.badges) == ([], [], [])
