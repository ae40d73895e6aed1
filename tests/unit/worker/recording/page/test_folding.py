from __future__ import annotations

from dataclasses import astuple
from itertools import pairwise

import pytest

from core.events import (
    AthleteErased,
    BatchProcessed,
    CurrentJob,
    EarnedBadge,
    OutcomeKind,
    PickedUp,
    ProblemRaised,
    WorkerHeartbeat,
    WorkerState,
    WorkoutOutcome,
)
from core.live.console_state import ConsoleState
from core.live.flow import FlowModel, count_flow
from core.live.ledger import BalanceStatus
from core.metrics.depth_and_flow import Peak
from core.recording.records import RecordedBatch, RecordedNote
from tests.support.recorded_session import PEOPLE, T0, header, session
from worker.recording.page.folding import MOST_WORKERS, fold
from worker.recording.page.story import Frame
from worker.recording.page.thinning import MOST_FRAMES


class LiveScreens:
    """What a console shows that takes in the same events."""

    def __init__(self) -> None:
        self.now_ms = T0
        self.state, self.flow = ConsoleState(lambda: self.now_ms), FlowModel()

    def go_to(self, at_ms: int, seconds: int) -> None:
        for record in session(seconds):
            if record.at_ms > at_ms:
                break
            if isinstance(record, RecordedBatch):
                self.now_ms = record.at_ms
                self.state.apply_all(record.events)
                self.flow.take(record.events, self.now_ms)
        self.now_ms = at_ms


@pytest.mark.parametrize("second", [3, 21, 38, 50, 89])
def test_that_a_frame_is_what_a_console_shows_at_that_moment(second: int) -> None:
    frame = next(each for each in fold(header(), session(100)).frames if each.at_ms == T0 + second * 1_000)
    live = LiveScreens()
    live.go_to(frame.at_ms, 100)
    state = live.state
    if second > 76:
        state.note_wrong_ends(1, 0)
    retrying = state.depth.retrying if state.depth else 0
    assert frame.ledger == state.ledger()
    assert frame.flow == count_flow(state.ledger(), retrying, live.flow.returned)
    assert (frame.waiting, frame.running, frame.failed) == (state.waiting, state.running, state.failed)
    assert (frame.wait, frame.run) == state.latency.headline()
    assert frame.rates == state.flow()
    assert frame.unlocked == state.achievements.unlocked
    assert [each.state for each in frame.workers] == [each.state for each in state.workers.views(frame.at_ms)]


def test_that_the_edges_add_up_to_the_ledger_at_every_frame() -> None:
    balanced = [each for each in fold(header(), session(100)).frames if each.ledger.verdict is BalanceStatus.BALANCES]
    assert len(balanced) > 190
    for frame in balanced:
        flow, ledger = frame.flow, frame.ledger
        assert flow.sent + flow.returned == flow.waiting + flow.taken
        assert flow.taken == flow.running + flow.stored + flow.retried + flow.gave_up
        assert flow.retried == flow.retrying + flow.returned
        total = ledger.stored + ledger.failed + ledger.discarded + ledger.waiting + ledger.running + ledger.pending
        assert ledger.accepted == total


def test_that_counts_on_the_edges_never_go_back() -> None:
    def edges(frame: Frame) -> tuple[int, ...]:
        return frame.flow.stored, frame.flow.gave_up, frame.flow.returned, frame.unlocked

    for before, after in pairwise(fold(header(), session(60)).frames):
        assert all(old <= new for old, new in zip(edges(before), edges(after), strict=True))


def test_that_a_short_recording_has_two_frames_a_second_and_ends_with_the_last_record() -> None:
    story = fold(header(), session(10))
    assert [each.at_ms - T0 for each in story.frames] == [*range(0, 9_400, 500), 9_400]
    assert story.ended_ms == T0 + 9_400


def test_that_an_empty_recording_is_one_frame() -> None:
    story = fold(header(), ())
    assert [each.at_ms for each in story.frames] == [T0]
    assert (story.marks, story.peak, story.wait, story.latency) == ((), None, None, ())


def test_that_a_recording_of_days_has_bounded_frames() -> None:
    days_ms = 40 * 86_400_000
    batches = [RecordedBatch(T0 + part * days_ms // 50, (ProblemRaised(T0, "x", "y"),)) for part in range(51)]
    story = fold(header(), batches)
    assert MOST_FRAMES / 2 <= len(story.frames) <= MOST_FRAMES + 1
    assert story.frames[-1].at_ms == T0 + days_ms
    assert {after.at_ms - before.at_ms for before, after in pairwise(story.frames[:-1])} == {story.step_ms}


def test_that_a_clock_that_was_set_back_adds_no_frames() -> None:
    story = fold(
        header(), [RecordedNote(T0 + 5_000, "a"), RecordedNote(T0 + 1_000, "b"), RecordedNote(T0 + 6_000, "c")]
    )
    assert [mark.at_ms - T0 for mark in story.marks] == [5_000, 5_000, 6_000]
    assert [each.at_ms for each in story.frames] == sorted({each.at_ms for each in story.frames})


def test_that_the_summary_has_the_longest_backlog_and_the_times_of_all() -> None:
    story = fold(header(), session(60))
    assert story.peak == Peak(T0 + 53_400, max(each.deepest for each in story.frames))
    assert story.wait is not None
    assert story.run is not None
    assert story.run.count == story.frames[-1].ledger.stored
    assert 60 <= story.run.p50_ms <= story.run.p95_ms <= 240
    assert sum(count for _, count in story.badges) == story.frames[-1].unlocked


def test_that_jobs_are_those_of_their_workers() -> None:
    story = fold(header(), session(30))
    frame = next(each for each in story.frames if each.at_ms == T0 + 10_000)
    places = [each.job for each in frame.workers]
    assert [story.jobs[place] for place in places if place is not None] == [
        "Priya Nair, Running 1:00:00",
        "Tess Novak, Swimming 1:17:00",
    ]
    assert story.workers[:2] == ("demo-host-1", "demo-host-2")


def test_that_of_many_workers_the_others_are_counted() -> None:
    beats = tuple(WorkerHeartbeat(T0, f"w{number}", WorkerState.RUNNING) for number in range(30))
    last = fold(header(), [RecordedBatch(T0 + 900, beats)]).frames[-1]
    assert (len(last.workers), last.more_workers) == (MOST_WORKERS, 30 - MOST_WORKERS)


def test_that_of_many_workers_those_at_work_are_shown() -> None:
    stopped = {2, 5, 9}
    beats = tuple(
        WorkerHeartbeat(T0, f"w{number:02}", WorkerState.STOPPED if number in stopped else WorkerState.RUNNING)
        for number in range(1, 20)
    )
    last = fold(header(), [RecordedBatch(T0 + 900, beats)]).frames[-1]
    assert [each.number for each in last.workers] == [1, 3, 4, 6, 7, 8, 10, 11, 12, 13, 14, 15]


def test_that_the_name_of_an_athlete_who_was_erased_is_nowhere() -> None:
    ben, ana = "Ben Okafor", "Ana"
    jobs = tuple(
        PickedUp(T0 + 100, worker, ("1",), CurrentJob(worker, name, "Running", 45.0))
        for worker, name in (("w1", ben), ("w2", ana))
    )
    outcomes = tuple(
        WorkoutOutcome(name, name, "Running", OutcomeKind.STORED, 1.0, 1.0, badges=(EarnedBadge("h", "Hour"),))
        for name in (ben, ana)
    )
    records = [
        RecordedBatch(T0 + 100, (*jobs, ProblemRaised(T0, "x", f"The workout of {ben} is odd."))),
        RecordedBatch(T0 + 2_100, (BatchProcessed(T0 + 2_100, "w2", outcomes),)),
        RecordedBatch(T0 + 4_000, (AthleteErased(T0 + 4_000, ben),)),
        RecordedBatch(T0 + 9_000, (ProblemRaised(T0, "x", "later"),)),
    ]
    story = fold(header(names=True), records)
    texts = [*story.jobs, *(mark.text for mark in story.marks), *(each.athlete for each in story.newest_badges)]
    assert not any("Ben" in text for text in texts)
    assert any(ana in text for text in story.jobs)
    assert [each.athlete for each in story.newest_badges] == [ana]


def test_that_names_are_as_the_recording_has_them() -> None:
    found = str(astuple(fold(header(names=True), session(80))))
    assert all(person in found for person in PEOPLE)
    assert not any(person in str(astuple(fold(header(), session(80, people=("Athlete 1",))))) for person in PEOPLE)
