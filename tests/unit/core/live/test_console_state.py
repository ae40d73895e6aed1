"""The fold of events into what the screens show."""

from __future__ import annotations

import pytest

from core.achievements.summary import AchievementSummary, BadgeCount
from core.events import (
    Accepted,
    AthleteErased,
    BatchProcessed,
    Confirmed,
    ConnectionChanged,
    ConnectionState,
    CurrentJob,
    DepthSampled,
    EarnedBadge,
    EventsLost,
    LedgerSnapshot,
    OutboxSampled,
    OutcomeKind,
    PickedUp,
    ProblemRaised,
    Refused,
    WorkerHeartbeat,
    WorkerState,
    WorkoutOutcome,
)
from core.live.console_state import ConsoleState
from core.live.ledger import BalanceStatus
from core.metrics.depth_and_flow import FlowRates

T0 = 1_700_000_000_000


class Clock:
    def __init__(self) -> None:
        self.ms = T0

    def __call__(self) -> int:
        return self.ms


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture
def state(clock: Clock) -> ConsoleState:
    return ConsoleState(clock)


def _outcome(
    kind: OutcomeKind = OutcomeKind.STORED, wait_ms: float | None = 760.0, badges: tuple[EarnedBadge, ...] = ()
) -> WorkoutOutcome:
    return WorkoutOutcome("id", "Ana", "Running", kind, wait_ms, 90.0, badges=badges)


def _depth(
    at_ms: int, ready: int = 5, running: int | None = 1, retrying: int = 0, age_s: float | None = None
) -> DepthSampled:
    return DepthSampled(at_ms, ready, running, 1, 0, retrying, age_s)


def _link(at_ms: int, state: ConnectionState, place: str = "localhost:5672") -> ConnectionChanged:
    return ConnectionChanged(at_ms, state, "RabbitMQ", place)


def test_that_a_new_console_knows_nothing_and_says_so(state: ConsoleState) -> None:
    assert (state.waiting, state.running, state.failed, state.oldest_age_s) == (0, 0, 0, None)
    assert not state.online
    assert not state.lost
    assert not state.started
    assert state.depth is None
    assert state.last_event_at_ms is None
    assert state.flow() == FlowRates()
    assert state.unread
    assert state.reading() == "The queue is not read yet: connecting."
    assert not state.ledger().is_counted
    assert state.ledger().verdict is BalanceStatus.BALANCES


def test_that_only_stored_workouts_count_in_the_times(state: ConsoleState) -> None:
    kinds = (OutcomeKind.STORED, OutcomeKind.DUPLICATE, OutcomeKind.FAILED, OutcomeKind.RETRYING)
    state.apply(BatchProcessed(T0, "a", (*map(_outcome, kinds), _outcome(wait_ms=None))))
    (row,) = state.latency.rows(0)
    assert row.wait is not None
    assert row.run is not None
    assert (row.wait.count, row.run.count) == (1, 2)
    assert (state.stored_seen, state.failed_seen, state.left_seen) == (2, 1, 4)


def test_that_a_batch_without_results_leaves_the_times_alone(state: ConsoleState) -> None:
    state.apply(BatchProcessed(T0, "a", (_outcome(OutcomeKind.FAILED),)))
    assert state.latency_version == 0
    assert state.latency.rows(0) == []
    assert state.started


def test_that_badges_reach_the_board(state: ConsoleState) -> None:
    state.achievements.set_summary(AchievementSummary(T0 - 1, (BadgeCount("5k", "5K Runner", 3),), 3, 9))
    state.apply(BatchProcessed(T0, "a", (_outcome(badges=(EarnedBadge("5k", "5K Runner"),)),)))
    assert state.achievements.badges[0].holders == 4


def test_that_the_broker_counts_the_running_ones_where_it_can(state: ConsoleState) -> None:
    state.apply(PickedUp(T0, "a", ("1", "2", "3")))
    assert state.running == 3
    state.apply(_depth(T0, running=7))
    assert state.running == 7


def test_that_workers_events_tell_the_running_ones_where_the_broker_cannot(state: ConsoleState) -> None:
    state.apply(PickedUp(T0, "a", ("1", "2", "3")))
    state.apply(_depth(T0, running=None))
    assert state.running == 3
    state.apply(BatchProcessed(T0, "a", (_outcome(), _outcome())))
    assert state.running == 1
    assert list(state.depths.since(0).running) == [3]


def test_that_the_flow_comes_from_samples_and_outcomes(state: ConsoleState, clock: Clock) -> None:
    for second in range(5):
        clock.ms = T0 + second * 1000
        state.apply(BatchProcessed(clock.ms, "a", (_outcome(),) * 10))
        state.apply(_depth(clock.ms, ready=20 - second * 2))
    flow = state.flow()
    assert flow.out_per_s == pytest.approx(10)
    assert flow.in_per_s == pytest.approx(8)
    assert flow.empty_in_s == pytest.approx(6)


def test_that_the_oldest_age_goes_with_the_times(state: ConsoleState) -> None:
    state.apply(_depth(T0, age_s=2.5))
    assert state.oldest_age_s == 2.5
    assert state.latency.rows(0)[0].oldest_age_s == 2.5


def test_that_looking_is_not_something_that_happened(state: ConsoleState, clock: Clock) -> None:
    state.apply_all([_depth(T0), OutboxSampled(T0, 2), LedgerSnapshot(T0, 0, 4, 0, 0, 0, 0, 0)])
    assert state.last_event_at_ms is None
    assert state.pending == 4
    clock.ms = T0 + 50
    state.apply(Accepted(T0 + 1, "id", "Ana", "Running", 45.0, None))
    state.apply(Confirmed(T0 + 9, ("id",)))
    state.apply(Refused(T0 + 2, "id", "full"))
    assert state.last_event_at_ms == T0 + 9


@pytest.mark.parametrize("wrong_by_ms", [600_000, -600_000])
def test_that_a_worker_with_a_wrong_clock_is_heard_now(state: ConsoleState, wrong_by_ms: int) -> None:
    state.apply(BatchProcessed(T0 + wrong_by_ms, "a", (_outcome(),)))
    assert state.last_event_at_ms == T0
    assert T0 - 5_000 < state.latency.rows(0)[0].start_ms <= T0


def test_that_an_outage_is_one_span_however_often_it_is_tried(state: ConsoleState) -> None:
    state.apply_all([_link(T0, ConnectionState.CONNECTING), _link(T0 + 1, ConnectionState.ONLINE)])
    assert state.online
    assert state.offline_spans(0) == []
    for at_ms, link in ((10, ConnectionState.OFFLINE), (20, ConnectionState.CONNECTING), (30, ConnectionState.OFFLINE)):
        state.apply(_link(T0 + at_ms, link))
    assert state.lost
    (span,) = state.offline_spans(0)
    assert (span.from_ms, span.until_ms) == (T0 + 10, None)
    state.apply(_link(T0 + 40, ConnectionState.ONLINE))
    (span,) = state.offline_spans(0)
    assert (span.from_ms, span.until_ms) == (T0 + 10, T0 + 40)
    assert state.offline_spans(T0 + 41) == []
    assert not state.lost


def test_that_while_offline_the_last_numbers_stand_and_nothing_flows(state: ConsoleState, clock: Clock) -> None:
    state.apply(_link(T0, ConnectionState.ONLINE))
    for second in range(3):
        state.apply(_depth(T0 + second * 1000, ready=63, running=4))
    clock.ms = T0 + 2_500
    state.apply(_link(clock.ms, ConnectionState.OFFLINE))
    assert (state.waiting, state.running, state.flow()) == (63, 4, FlowRates())
    assert state.ledger().as_of_ms == T0 + 2_000
    assert state.reading() == "Times stop with the connection. Nothing is lost."


def test_that_another_queue_begins_with_an_empty_chart(state: ConsoleState) -> None:
    state.apply_all([_link(T0, ConnectionState.ONLINE), _depth(T0), _link(T0 + 5, ConnectionState.OFFLINE)])
    state.apply(_link(T0 + 9, ConnectionState.ONLINE, place="broker.gym.lan:5672"))
    assert (len(state.depths), state.waiting, state.started) == (0, 0, False)
    assert state.offline_spans(0) == []
    assert state.ledger().waiting == 0


def test_that_the_durable_count_of_failures_goes_before_what_was_seen(state: ConsoleState) -> None:
    state.apply(BatchProcessed(T0, "a", (_outcome(OutcomeKind.FAILED),)))
    assert state.failed == 1
    state.apply(LedgerSnapshot(T0, 0, 0, 9, 0, 7, 0, 0))
    assert state.failed == 7
    assert state.ledger().stored == 9


def test_that_retrying_ones_are_waiting_in_the_ledger(state: ConsoleState) -> None:
    state.apply(_depth(T0, ready=5, running=1, retrying=2))
    assert (state.ledger().waiting, state.ledger().running) == (7, 1)


@pytest.mark.parametrize(
    ("lost", "doubled", "says"),
    [(0, 0, "balances"), (15, 0, "15 lost"), (0, 5, "5 doubled"), (1_500, 5, "1,500 lost")],
)
def test_that_what_a_demonstration_counts_by_ids_goes_before_the_sums(
    state: ConsoleState, lost: int, doubled: int, says: str
) -> None:
    state.note_wrong_ends(lost, doubled)
    assert state.ledger().verdict_text == says


def test_that_the_sentence_knows_a_paused_worker(state: ConsoleState) -> None:
    state.apply(_depth(T0, ready=38, running=0))
    state.apply(WorkerHeartbeat(T0, "a", WorkerState.PAUSED))
    assert state.reading() == "The worker is paused and 38 are waiting: resume it."


def test_that_the_sentence_compares_waiting_with_working(state: ConsoleState) -> None:
    state.apply(_depth(T0, ready=8))
    state.apply(BatchProcessed(T0, "a", (_outcome(),) * 20))
    assert state.reading() == "Waiting takes 8 times the work: another worker would help."


def test_that_the_sentence_and_the_places_use_one_pace(state: ConsoleState, clock: Clock) -> None:
    for second in range(6):
        clock.ms = T0 + second * 1000
        state.apply(_depth(clock.ms, ready=1_250 - second * 10, running=4))
        state.apply(BatchProcessed(clock.ms, "a", (_outcome(),) * 10))
    assert state.flow().wait_s(1_199) == state.flow().empty_in_s == 120
    assert state.reading().startswith("1,200 are waiting: empty in 2 min")


def test_that_problems_are_kept_up_to_a_bound(state: ConsoleState) -> None:
    for number in range(80):
        state.apply(ProblemRaised(T0, "store", f"problem {number}"))
    assert len(state.problems) == 50
    assert state.problems[-1].text == "problem 79"


def test_that_each_change_raises_the_version_of_its_chart(state: ConsoleState) -> None:
    state.apply(_depth(T0))
    assert state.latency_version == 0
    state.apply(BatchProcessed(T0, "a", (_outcome(),)))
    assert state.latency_version == 1


def _size(state: ConsoleState) -> tuple[int, int, int]:
    return len(state.latency), len(state.achievements.feed), len(state.workers)


def test_that_memory_stays_flat_over_many_outcomes(state: ConsoleState, clock: Clock) -> None:
    batch = tuple(
        _outcome(wait_ms=float(number), badges=(EarnedBadge("5k", "5K"),) * (number % 50 == 0)) for number in range(200)
    )
    sizes = []
    for half in range(2):
        for step in range(500):
            clock.ms = T0 + (half * 500 + step) * 10
            state.apply(BatchProcessed(clock.ms, f"worker-{step % 4}", batch))
        sizes.append(_size(state)[1:])
    assert state.left_seen == 200_000
    assert sizes[0] == sizes[1]
    assert len(state.latency) <= 3


def test_that_a_sign_of_life_is_nothing_that_happened(state: ConsoleState, clock: Clock) -> None:
    state.apply(WorkerHeartbeat(T0, "a", WorkerState.RUNNING))
    clock.ms = T0 + 5_000
    state.apply(WorkerHeartbeat(T0 + 5_000, "a", WorkerState.RUNNING))
    assert state.last_event_at_ms == T0
    state.apply(WorkerHeartbeat(T0 + 5_000, "a", WorkerState.PAUSED))
    assert state.last_event_at_ms == T0 + 5_000


def test_that_a_worker_is_heard_of_now_whatever_its_clock_says(state: ConsoleState) -> None:
    state.apply(WorkerHeartbeat(T0 - 25_000, "a", WorkerState.RUNNING))
    assert state.workers.views(T0)[0].age_ms == 0


def test_that_missed_outcomes_are_counted_and_keep_the_flow_right(state: ConsoleState, clock: Clock) -> None:
    state.apply(_depth(T0, ready=500))
    state.apply(EventsLost(T0, 40))
    state.apply(EventsLost(T0, 60))
    clock.ms = T0 + 1_000
    state.apply(_depth(clock.ms, ready=400))
    assert state.missed == 100
    assert state.flow().in_per_s == 0.0
    assert state.flow().out_per_s == 100.0


def test_that_failures_stand_beside_the_flow(state: ConsoleState, clock: Clock) -> None:
    state.apply(_depth(T0, ready=5))
    clock.ms = T0 + 1_000
    state.apply(BatchProcessed(clock.ms, "a", (_outcome(OutcomeKind.FAILED), _outcome())))
    state.apply(_depth(clock.ms, ready=3))
    assert state.work.flows.failures(T0, clock.ms) == [(clock.ms, 1)]
    assert list(state.work.flows.since(0).out_per_s) == [2.0]


def test_that_a_backlog_is_unattended_while_nobody_is_there_or_all_are_paused(state: ConsoleState) -> None:
    assert not state.unattended
    state.apply(DepthSampled(T0, 5, 0, 0, 0, 0, None))
    assert state.unattended
    state.apply(DepthSampled(T0, 5, 0, 2, 0, 0, None))
    assert not state.unattended  # somebody of another make takes them
    state.apply(WorkerHeartbeat(T0, "a", WorkerState.PAUSED))
    assert state.unattended
    state.apply(WorkerHeartbeat(T0, "a", WorkerState.RUNNING))
    assert not state.unattended


def test_that_an_erased_athlete_is_forgotten(state: ConsoleState) -> None:
    state.achievements.unlock(T0, "Zoë", [EarnedBadge("5k", "5K Runner")])
    state.workers.picked_up(PickedUp(T0, "w", ("1",), CurrentJob("1", "Zoë")), T0)
    for text in ("A workout of Zoë was not accepted.", "Zoës is another name."):
        state.apply(ProblemRaised(T0, "refused", text))
    state.apply(AthleteErased(T0, "Zoë"))
    assert [problem.text for problem in state.problems] == ["Zoës is another name."]
    assert state.achievements.feed == []
    assert [view.job for view in state.workers.views(T0)] == [CurrentJob("1")]
