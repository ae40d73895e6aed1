from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime
from typing import Any

import orjson
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from core.codec import event_codec as events_wire
from core.codec.event_codec import WorkerEvent, decode_events, encode_events, outcomes_in
from core.events import (
    BatchProcessed,
    CurrentJob,
    EarnedBadge,
    OutcomeKind,
    PickedUp,
    WorkerHeartbeat,
    WorkerInfo,
    WorkerState,
    WorkoutOutcome,
)
from core.workouts.names import canonical_name

_4_MIB = 4 * 1024 * 1024
_YEAR_2100_MS = int(datetime(2100, 1, 1, tzinfo=UTC).timestamp() * 1000)

names = st.text(st.characters(exclude_categories=["Cs"]), max_size=64)
spelled = names.map(canonical_name)  # as the model spells athletes, sports and badges
moments = st.integers(0, _YEAR_2100_MS)
tenths = st.integers(0, 10**9).map(lambda n: n / 10)
outcomes = st.builds(
    WorkoutOutcome,
    workout_id=names,
    athlete=spelled,
    sport=spelled,
    kind=st.sampled_from(OutcomeKind),
    wait_ms=st.none() | tenths,
    run_ms=tenths,
    calories_kcal=st.none() | tenths,
    badges=st.lists(st.builds(EarnedBadge, names, spelled), max_size=3).map(tuple),
    reason=names,
    duration_min=st.none() | tenths,
    distance_km=st.none() | tenths,
    started_at=st.just("") | st.datetimes(timezones=st.just(UTC)).map(datetime.isoformat),
    revision=st.integers(0, 3),
    cause=names,
)
jobs = st.none() | st.builds(CurrentJob, names, spelled, spelled, st.none() | tenths)
cards = st.none() | st.builds(WorkerInfo, names, moments, names, moments, moments, moments, jobs)
events: st.SearchStrategy[WorkerEvent] = st.one_of(
    st.builds(BatchProcessed, moments, names, st.lists(outcomes, max_size=4).map(tuple)),
    st.builds(PickedUp, moments, names, st.lists(names, max_size=4).map(tuple), jobs),
    st.builds(WorkerHeartbeat, moments, names, st.sampled_from(WorkerState), names, cards),
)

PICKED = PickedUp(5, "w", ("a",))


@settings(max_examples=40)
@given(names, st.lists(events, max_size=3), st.none() | moments)
def test_that_what_is_encoded_is_decoded_again(instance: str, sent: list[WorkerEvent], before: int | None) -> None:
    read = decode_events(encode_events(instance, sent, before))

    assert read.before == before
    assert read.instance == instance
    assert read.events == tuple(sent)
    assert read.unreadable == 0


@given(st.binary(max_size=200))
def test_that_any_bytes_are_read_without_an_exception(payload: bytes) -> None:
    assert decode_events(payload).unreadable >= 0


_scalars = st.none() | st.booleans() | st.integers(-(2**63), 2**63) | st.sampled_from(["", "b", "p", "w", "s", 0.5])
_json = _scalars | st.lists(_scalars | st.lists(_scalars, max_size=9), max_size=5) | st.just({"v": 1, "i": "x"})
_rows = st.lists(st.tuples(st.sampled_from(["b", "p", "w", "?"]), _scalars, _scalars, _json).map(list), max_size=3)


@settings(max_examples=60)
@given(_json, _rows)
def test_that_any_json_is_read_without_an_exception(whole: object, rows: list[object]) -> None:
    decode_events(orjson.dumps(whole))
    read = decode_events(orjson.dumps({"v": 1, "i": "x", "e": rows}))

    assert len(read.events) + read.unreadable == len(rows)


@pytest.mark.parametrize(
    "row",
    [
        ["s", "d", "x"],
        ["id", "a", "s", "x", None, 1.0, None],
        ["id", "a", "s", "s", -1.0, 1.0, None],
        ["id", "a", "s", "s", None, True, None],
        ["id", "a", "s", "s", None, 1.0, "much"],
        ["id", "a", "s", "s", None, 1.0, None, [["code"]]],
        ["id", "a", "s", "s", None, 1.0, None, ""],
        [[], "a", "s", "s", None, 1.0, None],
        ["id", "a" * 200, "s", "s", None, 1.0, None],
        [[], "a", "s", [], None, 1.0, None],
        "text",
        ["id", "a", "s", "s", None, 1.0, None, [], "x" * 301],
    ],
)
def test_that_a_strange_outcome_is_counted_and_the_next_event_still_read(row: object) -> None:
    payload = orjson.dumps({"v": 1, "i": "x", "e": [["b", 1, "w", [row]], ["p", 5, "w", ["a"]]]})

    read = decode_events(payload)

    assert read.events == (PICKED,)
    assert read.unreadable == 1


@pytest.mark.parametrize("card", [None, 5, [], ["host", -1, "1", 1, 1, 1, None], ["h", 1, "1", 1, 1, 1], [1] * 9])
def test_that_a_sign_of_life_counts_though_its_card_makes_no_sense(card: object) -> None:
    rows = [["w", 1, "w", "paused", "", card], ["p", 5, "w", ["a"], ["id", 7]]]

    read = decode_events(orjson.dumps({"v": 1, "i": "x", "e": rows}))

    assert read.events == (WorkerHeartbeat(1, "w", WorkerState.PAUSED), PICKED)
    assert read.unreadable == 0


def test_that_events_of_an_earlier_version_are_read() -> None:
    rows = [["w", 1, "w", "paused", "why"], ["b", 1, "w", [["id", "a", "s", "s", 1.0, 2.0, None]]]]

    read = decode_events(orjson.dumps({"v": 1, "i": "x", "e": rows}))

    assert read.events[0] == WorkerHeartbeat(1, "w", WorkerState.PAUSED, "why")
    assert read.before is None
    assert outcomes_in(read.events) == 1


def test_that_names_are_read_so_that_they_disturb_no_row() -> None:
    row = ["id", "Ana\u202e\xa0Souza\u200b", "Run\u2028ning", "s", 1, 2, 3, [["code", "5K\u202e Runner"]]]
    (event,) = decode_events(orjson.dumps({"v": 1, "i": "x", "e": [["b", 1, "w", [row]]]})).events
    assert isinstance(event, BatchProcessed)
    (outcome,) = event.outcomes
    assert (outcome.athlete, outcome.sport) == ("Ana Souza", "Run ning")
    assert [badge.name for badge in outcome.badges] == ["5K Runner"]


def test_that_columns_of_a_later_version_are_ignored() -> None:
    row = ["p", 5, "w", ["a"], None, "something new"]

    assert decode_events(orjson.dumps({"v": 1, "i": "x", "e": [row], "new": 1})).events == (PICKED,)


@pytest.mark.parametrize(
    "payload",
    [b"", b"[]", b'{"v":1,"i":"x","e":[],"n":-1}', b'{"v":2,"i":"x","e":[]}', b'{"v":1,"i":1,"e":[]}', b'{"v":1}'],
)
def test_that_another_format_counts_as_one_unreadable(payload: bytes) -> None:
    assert decode_events(payload) == events_wire.UNREADABLE


def test_that_a_payload_over_the_bound_is_not_parsed() -> None:
    assert decode_events(encode_events("i", [PICKED]).ljust(_4_MIB + 1)) == events_wire.UNREADABLE


def test_that_a_payload_as_large_as_the_bound_is_read() -> None:
    payload = encode_events("i", [PICKED])
    assert decode_events(payload.ljust(_4_MIB)).events == (PICKED,)


@pytest.mark.parametrize(("size", "unreadable"), [(16, 0), (17, 1)])
def test_that_an_event_and_a_badge_have_at_most_sixteen_columns(size: int, unreadable: int) -> None:
    event: list[object] = ["p", 5, "w", ["a"], None]
    row = _outcome_row()
    row[7] = [["code", "Name"] + [0] * (size - 2)]
    for sent in (event + [0] * (size - 5), ["b", 1, "w", [row]]):
        read = decode_events(orjson.dumps({"v": 1, "i": "x", "e": [sent]}))
        assert (len(read.events), read.unreadable) == (1 - unreadable, unreadable)


def test_that_a_time_out_of_range_and_an_unknown_kind_are_counted() -> None:
    rows = [
        ["p", -1, "w", []],
        ["p", 1.5, "w", []],
        ["p", 1, "w", "ab"],
        ["?", 1, "w", []],
        ["w", 1, "w", "asleep", ""],
        ["w", 1, "w", "paused"],
    ]

    assert decode_events(orjson.dumps({"v": 1, "i": "x", "e": rows})).unreadable == len(rows)


def test_that_long_reasons_are_cut_and_lone_surrogates_replaced() -> None:
    outcome = WorkoutOutcome("id", "a", "s", OutcomeKind.FAILED, 1, 2.0, reason="\ud800" + "x" * 1000)

    (read,) = decode_events(encode_events("i", [BatchProcessed(1, "w", (outcome,))])).events

    assert isinstance(read, BatchProcessed)
    assert read.outcomes[0].reason == "?" + "x" * 299


def test_that_a_badge_alone_takes_no_more_room_than_it_needs() -> None:
    outcome = WorkoutOutcome("id", "a", "s", OutcomeKind.STORED, None, 2.0, badges=(EarnedBadge("5k", "5K Runner"),))

    payload = encode_events("i", [BatchProcessed(1, "w", (outcome,))])

    assert payload.endswith(b'[["5k","5K Runner"]]]]]]}')
    assert decode_events(payload).events == (BatchProcessed(1, "w", (outcome,)),)


def test_that_an_outcome_without_news_ends_with_its_energy() -> None:
    outcome = WorkoutOutcome("id", "a", "s", OutcomeKind.DUPLICATE, None, 2.0)

    assert encode_events("i", [BatchProcessed(1, "w", (outcome,))]).endswith(b'["id","a","s","d",null,2.0,null]]]]}')


def test_that_an_outcome_says_its_start_behind_what_older_versions_read() -> None:
    start = "2025-12-10T10:00:00-08:00"
    outcome = WorkoutOutcome("id", "a", "s", OutcomeKind.STORED, None, 2.0, started_at=start)

    payload = encode_events("i", [BatchProcessed(1, "w", (outcome,))])

    row = orjson.loads(payload)["e"][0][3][0]
    assert row[7:] == [[], "", None, None, start]
    assert decode_events(payload).events == (BatchProcessed(1, "w", (outcome,)),)


def test_that_a_distance_of_zero_is_no_missing_one() -> None:
    outcome = WorkoutOutcome("id", "a", "s", OutcomeKind.STORED, None, 2.0, distance_km=0.0)
    payload = encode_events("i", [BatchProcessed(1, "w", (outcome,))])
    assert decode_events(payload).events == (BatchProcessed(1, "w", (outcome,)),)


@pytest.mark.parametrize("start", [None, 5, "soon", "2025-12-10T10:00:00", "2025-12-10T10:00:00Z" + " " * 40])
def test_that_a_start_that_makes_no_sense_costs_only_itself(start: object) -> None:
    row = ["id", "a", "s", "s", None, 2.0, None, [], "", 45.0, 5.2, start]

    (read,) = decode_events(orjson.dumps({"v": 1, "i": "x", "e": [["b", 1, "w", [row]]]})).events

    assert isinstance(read, BatchProcessed)
    assert (read.outcomes[0].distance_km, read.outcomes[0].started_at) == (5.2, "")


def test_that_times_are_sent_as_precisely_as_they_are_shown() -> None:
    outcome = WorkoutOutcome("id", "a", "s", OutcomeKind.STORED, 12.345, 1.23456)
    row = orjson.loads(encode_events("i", [BatchProcessed(1, "w", (outcome,))]))["e"][0][3][0]
    assert row[4:6] == [12.3, 1.235]


def _outcome_row(badges: int = 0, more: int = 0) -> list[object]:
    row: list[object] = [
        "id",
        "a",
        "s",
        "s",
        None,
        2.0,
        None,
        [["code", "Name"]] * badges,
        "",
        45.0,
        5.2,
        "2025-12-10T10:00:00Z",
    ]
    return row + ([1, "", "invalid/distance/range", *[0] * more][:more] if more else [])


@pytest.mark.parametrize(
    ("row", "unreadable"),
    [
        (_outcome_row(badges=100), 0),
        (_outcome_row(badges=101), 1),
        (_outcome_row(more=4), 0),  # sixteen columns
        (_outcome_row(more=5), 1),
        (_outcome_row()[:11], 0),
        (_outcome_row()[:7], 0),
        (_outcome_row()[:6], 1),
    ],
)
def test_that_an_outcome_is_as_long_as_it_may_be(row: list[object], unreadable: int) -> None:
    read = decode_events(orjson.dumps({"v": 1, "i": "x", "e": [["b", 1, "w", [row]]]}))
    assert (len(read.events), read.unreadable) == (1 - unreadable, unreadable)
    for event in read.events:
        assert isinstance(event, BatchProcessed)
        assert event.outcomes[0].distance_km == (5.2 if len(row) > 10 else None)


@pytest.mark.parametrize("count", [64, 65])
def test_that_a_payload_holds_sixty_four_events(count: int) -> None:
    read = decode_events(orjson.dumps({"v": 1, "i": "x", "e": [["p", 5, "w", ["a"]]] * count}))
    assert read == (events_wire.Announced("x", (PICKED,) * 64) if count == 64 else events_wire.UNREADABLE)
    assert (events_wire.UNREADABLE.unreadable, read.unreadable) == (1, 0 if count == 64 else 1)


@pytest.mark.parametrize("size", [16, 17])
def test_that_a_job_and_a_card_of_a_later_version_are_read_up_to_sixteen_columns(size: int) -> None:
    job: list[object] = ["id", "a", "s", 45.0]
    card: list[object] = ["host", 1, "1", 2, 3, 4, job]
    rows = [["p", 5, "w", ["a"], job + [0] * (size - 4)], ["w", 1, "w", "paused", "", card + [0] * (size - 7)]]
    picked, state = decode_events(orjson.dumps({"v": 1, "i": "x", "e": rows})).events
    assert isinstance(picked, PickedUp)
    assert isinstance(state, WorkerHeartbeat)
    assert picked.job == (CurrentJob("id", "a", "s", 45.0) if size == 16 else None)
    assert (state.info is None) == (size == 17)
    assert state.info is None or state.info.job == CurrentJob("id", "a", "s", 45.0)


@pytest.mark.parametrize(("count", "unreadable"), [(5_000, 0), (5_001, 1)])
def test_that_one_event_has_at_most_five_thousand_workouts(count: int, unreadable: int) -> None:
    for event in (["p", 5, "w", ["a"] * count], ["b", 1, "w", [_outcome_row()] * count]):
        assert decode_events(orjson.dumps({"v": 1, "i": "x", "e": [event]})).unreadable == unreadable


@pytest.mark.parametrize(("length", "unreadable"), [(128, 0), (129, 1)])
def test_that_a_name_has_at_most_128_characters(length: int, unreadable: int) -> None:
    outcome = _outcome_row()
    outcome[1] = "a" * length
    for event in (["p", 5, "w" * length, []], ["b", 1, "w", [outcome]]):
        assert decode_events(orjson.dumps({"v": 1, "i": "x", "e": [event]})).unreadable == unreadable


@pytest.mark.parametrize(("beyond", "unreadable"), [(0, 0), (1, 1)])
def test_that_times_and_figures_end_with_the_year_2100(beyond: int, unreadable: int) -> None:
    most = _YEAR_2100_MS + beyond
    outcome = ["id", "a", "s", "s", None, most, None]
    for event in (["p", most, "w", []], ["b", 1, "w", [outcome]]):
        assert decode_events(orjson.dumps({"v": 1, "i": "x", "e": [event]})).unreadable == unreadable


def test_that_an_outcome_has_the_columns_that_an_earlier_version_sends() -> None:
    later: dict[str, Any] = {
        "badges": (EarnedBadge("code", "Name"),),
        "reason": "Over 100 km",
        "duration_min": 45.0,
        "distance_km": 5.2,
        "started_at": "2025-12-10T10:00:00+01:00",
        "revision": 3,
        "conflict_of": "another id",
        "cause": "invalid/distance/range",
    }
    first = WorkoutOutcome("id", "a", "s", OutcomeKind.STORED, None, 2.0)
    row = ["id", "a", "s", "s", None, 2.0, None, [["code", "Name"]], *list(later.values())[1:]]
    for count in range(len(later) + 1):
        expected = replace(first, **dict(list(later.items())[:count]))
        (read,) = decode_events(orjson.dumps({"v": 1, "i": "x", "e": [["b", 1, "w", [row[: 7 + count]]]]})).events
        assert read == BatchProcessed(1, "w", (expected,))
