"""The search over what is stored, and the story of one workout, on every database."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime

import pytest

from core.codec.json_reader import parse_object
from core.codec.workout_codec import dumps_workout
from core.parsing.search_query import parse_search_query
from core.store.models import FailedDetails, StoredDetails
from core.store.reader import ResultsReader
from core.store.writer import ResultsStore
from tests.support.failures import bad_message, failure
from tests.support.incoming import incoming, make_workout, submitted, workout_id
from tests.support.results_rig import START_MS, apply


def _found(reader: ResultsReader, text: str, limit: int = 100) -> list[str]:
    return [one.workout_id for one in reader.past.search(parse_search_query(text), limit)]


def test_that_the_newest_come_first_up_to_a_limit(store: ResultsStore, reader: ResultsReader) -> None:
    for number in (1, 2, 3):
        apply(store, submitted(number, day=number))
    assert _found(reader, "", 2) == [workout_id(3), workout_id(2)]


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("ANA", [1]),
        ("athlete:ben,cy", [3, 2]),
        ("sport:run ana", [1]),
        ("worker:w-1 ben", [2]),
        ("id:" + workout_id(3), [3]),
        ("state:stored", [3, 2, 1]),
        ("state:duplicate", []),
        ("error:wet", []),
        ("100%", []),
    ],
)
def test_that_stored_ones_are_found(store: ResultsStore, reader: ResultsReader, text: str, found: list[int]) -> None:
    for number, athlete in ((1, "Ana"), (2, "Ben"), (3, "Cy")):
        apply(store, submitted(number, athlete=athlete, day=number))
    assert _found(reader, text) == [workout_id(number) for number in found]


def test_that_a_name_of_an_older_version_is_shown_so_that_it_disturbs_no_row(
    store: ResultsStore, reader: ResultsReader
) -> None:
    as_it_was = make_workout(1, km=5.2).model_copy(update={"athlete": "Ana\u202e\xa0Souza\u200b"})
    apply(store, incoming(as_it_was))
    (line,) = reader.past.search(parse_search_query(""))
    story = reader.past.story(workout_id(1))
    assert isinstance(story, StoredDetails)
    unlocked = {unlock.athlete for unlock in reader.achievement_summary().latest}
    assert {line.athlete, story.athlete} | unlocked == {"Ana Souza"}


def test_that_a_line_says_what_it_earned_and_how_long_it_took(store: ResultsStore, reader: ResultsReader) -> None:
    apply(store, submitted(1, km=5.2))
    (line,) = reader.past.search(parse_search_query("ana"))
    assert not line.failed
    assert "5K Runner" in [badge.name for badge in line.badges]
    assert (line.distance_km, line.worker) == (5.2, "w-1")
    assert line.run_ms is not None
    assert line.run_ms > 0


def test_that_failures_are_found_by_their_reason_beside_the_stored(store: ResultsStore, reader: ResultsReader) -> None:
    given_up = replace(failure("f"), workout_id=workout_id(9))
    apply(store, submitted(1), failures=(given_up,))
    (line,) = [one for one in reader.past.search(parse_search_query("")) if one.failed]
    assert (line.workout_id, line.reason) == (workout_id(9), given_up.reason)
    word = given_up.reason.split()[0]
    assert _found(reader, f"error:{word}") == [workout_id(9)]
    assert _found(reader, "state:failed") == [workout_id(9)]


def test_that_the_story_of_a_stored_one_says_what_it_changed(store: ResultsStore, reader: ResultsReader) -> None:
    apply(store, submitted(1, athlete="Ana", km=4.0), submitted(2, athlete="Ben", km=6.0))
    apply(store, submitted(3, athlete="Ana", km=5.0))
    story = reader.past.story(workout_id(3))
    assert isinstance(story, StoredDetails)
    assert story.week is not None
    assert (story.week.distance_before_km, story.week.distance_after_km) == (4.0, 9.0)
    assert (story.week.rank_before, story.week.rank_after) == (2, 1)
    assert story.week.energy_after_kcal > story.week.energy_before_kcal > 0
    assert "5K Runner" in [badge.name for badge in story.badges]
    first = reader.past.story(workout_id(2))
    assert isinstance(first, StoredDetails)
    assert first.week is not None
    assert (first.week.rank_before, first.week.rank_after) == (None, 2)


def test_that_nobody_ranks_without_a_distance_or_a_name(store: ResultsStore, reader: ResultsReader) -> None:
    apply(store, submitted(1, athlete="anonymous"), submitted(2, km=None))
    nameless = reader.past.story(workout_id(1))
    assert isinstance(nameless, StoredDetails)
    assert nameless.week is None
    still = reader.past.story(workout_id(2))
    assert isinstance(still, StoredDetails)
    assert still.week is not None
    assert (still.week.rank_before, still.week.rank_after) == (None, None)


def test_that_badges_of_anonymous_are_those_of_each_workout(store: ResultsStore, reader: ResultsReader) -> None:
    apply(store, *(submitted(n, athlete="anonymous", km=km) for n, km in ((1, 5.0), (2, 4.0), (3, 10.0))))
    apply(store, submitted(4, km=5.0))
    found = {
        one.workout_id: [badge.code for badge in one.badges] for one in reader.past.search(parse_search_query(""), 10)
    }
    anonymous = [found[workout_id(n)] for n in (1, 2, 3)]
    assert anonymous == [["5k-runner"], [], ["5k-runner", "10k-runner"]]  # in the order of the rules
    assert "5k-runner" in found[workout_id(4)]
    for number, badges in zip((1, 2, 3), anonymous, strict=True):
        one = reader.past.story(workout_id(number), brief=True)
        assert isinstance(one, StoredDetails)
        assert [badge.code for badge in one.badges] == badges


def test_that_a_story_tells_of_the_week_of_the_local_start(store: ResultsStore, reader: ResultsReader) -> None:
    # Sunday evening in California is Monday in UTC.
    apply(store, submitted(1, started_at=datetime.fromisoformat("2025-06-08T19:00-08:00"), km=7.0))
    story = reader.past.story(workout_id(1))
    assert isinstance(story, StoredDetails)
    assert story.week is not None
    assert (story.week.iso_year, story.week.iso_week, story.week.distance_after_km) == (2025, 23, 7.0)


def test_that_the_story_of_a_failure_is_told_until_it_is_stored(store: ResultsStore, reader: ResultsReader) -> None:
    assert reader.past.story(workout_id(9)) is None
    apply(store, failures=(replace(failure("f"), workout_id=workout_id(9)),))
    story = reader.past.story(workout_id(9))
    assert isinstance(story, FailedDetails)
    assert story.reason
    apply(store, submitted(9))
    assert isinstance(reader.past.story(workout_id(9)), StoredDetails)


def test_that_rounds_that_gave_up_are_told_with_how_many_tries_each_had(
    store: ResultsStore, reader: ResultsReader
) -> None:
    first = replace(failure("f", attempts=4, took_ms=7.5), workout_id=workout_id(9))
    sent_again = bad_message(x_paceline_retries=1, x_paceline_retry_of="f")
    again = replace(first, attempts=2, at_ms=first.at_ms + 60_000, message=sent_again)
    apply(store, failures=(first,))
    apply(store, failures=(again,))
    apply(store, failures=(replace(failure("other"), workout_id=workout_id(8)),))
    story = reader.past.story(workout_id(9))
    assert isinstance(story, FailedDetails)
    assert [(one.number, one.at_ms - first.at_ms, one.took_ms) for one in story.rounds] == [
        (4, 0, 7.5),
        (2, 60_000, 7.5),
    ]
    apply(store, submitted(9))
    stored = reader.past.story(workout_id(9))
    assert isinstance(stored, StoredDetails)
    assert stored.rounds == story.rounds


def test_that_the_message_of_a_failure_is_kept_as_it_came(store: ResultsStore, reader: ResultsReader) -> None:
    assert reader.past.copy(workout_id(9)) is None
    message = bad_message(b"{half", workout_id(9), x_from="track")
    apply(store, failures=(failure("f", message),))  # nobody could read an id in it
    copy = reader.past.copy(workout_id(9))
    assert copy is not None
    assert (copy.source, copy.message, copy.body_bytes, copy.at_ms) == ("failed", message, 5, failure("f").at_ms)
    story = reader.past.story(workout_id(9))
    assert isinstance(story, FailedDetails)
    assert story.workout_id == workout_id(9)
    assert [one.at_ms for one in story.rounds] == [story.failed_at_ms]  # by its key, for want of an id


def test_that_the_body_of_a_stored_one_is_made_anew_with_all_that_is_stored(
    store: ResultsStore, reader: ResultsReader
) -> None:
    sets = [{"reps": 5, "weight": 80.0, "grip": "wide"}]
    workout = make_workout(4, km=5.2, revision=2, rpe=7.5, sets=sets, extra={"shoes": ["a", None]})
    apply(store, incoming(workout), submitted(5, athlete="anonymous"))
    copy = reader.past.copy(workout_id(4))
    assert copy is not None
    assert (copy.source, copy.revision, copy.message.headers) == ("stored", 2, {})
    assert parse_object(copy.message.body) == parse_object(dumps_workout(workout))
    apply(store, incoming(make_workout(6, utc_offset_min=-210)))
    abroad = reader.past.copy(workout_id(6))
    assert abroad is not None
    assert parse_object(abroad.message.body)[0]["timestamp"] == "2025-06-02T08:30:00-03:30"
    nameless = reader.past.copy(workout_id(5))
    assert nameless is not None
    assert "userId" not in parse_object(nameless.message.body)[0]


def test_that_the_day_is_counted_by_the_stretch_with_how_long_each_had_waited(
    store: ResultsStore, reader: ResultsReader
) -> None:
    waits_ms = (0, 7, 99, 140, 2_345, 45_678, 3_600_000)
    for number, wait_ms in enumerate(waits_ms):
        batch = [replace(submitted(number), submitted_at_ms=START_MS - wait_ms)]
        store.apply(batch, worker="w-1", picked_up_at_ms=START_MS)
    store.apply([replace(submitted(50), submitted_at_ms=START_MS + 400)], worker="w-1", picked_up_at_ms=START_MS)
    store.apply([replace(submitted(51), submitted_at_ms=None)], worker="w-1", picked_up_at_ms=START_MS)
    at_ms = START_MS - 3_600_000
    apply(store, failures=(failure("f", at_ms=at_ms), failure("g", at_ms=START_MS - 90_000_000)))
    found = reader.past.day(START_MS - 86_400_000, START_MS + 600_000, 300_000)
    first, last = found[0], found[-1]
    assert (first.start_ms, first.stored, first.failed, first.wait) == (at_ms // 300_000 * 300_000, 0, 1, None)
    assert sum(bucket.stored for bucket in found) == len(waits_ms) + 2
    assert last.wait is not None
    assert last.wait.count == len(waits_ms) + 1
    assert last.wait.p50_ms == pytest.approx(99, rel=0.05)
    assert last.wait.p99_ms == pytest.approx(3_600_000, rel=0.05)
    assert reader.past.day(START_MS + 300_000_000, START_MS + 600_000_000, 300_000) == ()


def test_that_the_start_is_told_in_the_workouts_own_time(store: ResultsStore, reader: ResultsReader) -> None:
    start = "2025-06-08T19:00:00-08:00"
    apply(store, submitted(1, started_at=datetime.fromisoformat(start)))
    (line,) = reader.past.search(parse_search_query("id:" + workout_id(1)))
    story = reader.past.story(workout_id(1))
    assert story is not None
    assert (line.started_at, story.started_at) == (start, start)


@pytest.mark.parametrize(
    ("body", "start"),
    [
        (b'{"timestamp": "2025-06-08t19:00:00-08:00", "duration": -1}', "2025-06-08T19:00:00-08:00"),
        (b'{"timestamp": "2025-06-08T19:00:00", "duration": -1}', ""),
        (b'{"timestamp": 5}', ""),
        (b"no JSON", ""),
    ],
)
def test_that_the_start_of_a_failure_is_told_as_far_as_its_body_says_one(
    store: ResultsStore, reader: ResultsReader, body: bytes, start: str
) -> None:
    given_up = failure("f")
    message = replace(given_up.message, body=body)
    apply(store, failures=(replace(given_up, workout_id=workout_id(9), message=message),))
    story = reader.past.story(workout_id(9))
    assert story is not None
    assert story.started_at == start
