"""What the frame is given to show."""

from __future__ import annotations

from zoneinfo import ZoneInfo

import pytest

from core.events import (
    Accepted,
    ConnectionChanged,
    ConnectionState,
    DepthSampled,
    LedgerSnapshot,
    OutboxSampled,
    ProblemRaised,
    WorkerHeartbeat,
    WorkerState,
)
from core.live.console_state import ConsoleState
from gui.controllers import frame_presenter as presenting
from gui.formatting import clock_text
from gui.frame.ledger_words import sentence
from gui.frame.status_bar import entries_of
from gui.frame.view_models import BannerView, WorkerButtonView

NOW_MS = 1_765_360_000_000  # 10:46:40 in Berlin
BERLIN = ZoneInfo("Europe/Berlin")
RUNNING = WorkerButtonView((WorkerState.RUNNING,))


def _state() -> ConsoleState:
    return ConsoleState(lambda: NOW_MS)


def _link(state: ConnectionState, problem: str = "", next_try_at_ms: int | None = None) -> ConnectionChanged:
    return ConnectionChanged(NOW_MS, state, "RabbitMQ", "gym:5672", problem, next_try_at_ms)


def _depth(ready: int, running: int) -> DepthSampled:
    return DepthSampled(NOW_MS, ready, running, consumers=1, failed=0, retrying=0, oldest_age_s=None)


def _line(state: ConsoleState) -> str:
    return presenting.status_line(state, NOW_MS, BERLIN)


def test_that_the_pill_says_connecting_until_the_first_word() -> None:
    view = presenting.connection_view(None, "RabbitMQ", "gym:5672", "DEMO")
    assert (view.title, view.place, view.environment) == ("Connecting", "gym:5672", "DEMO")


def test_that_the_ledger_hides_kept_until_something_is_kept() -> None:
    state = _state()
    state.apply(_link(ConnectionState.ONLINE))
    state.apply(LedgerSnapshot(NOW_MS, 3, 0, 3, 3, 0, 0, 0))
    state.apply(_depth(0, 0))
    assert "3 accepted = 3 stored + 0 failed + 0 waiting + 0 running (balances)" in _line(state)
    state.apply(LedgerSnapshot(NOW_MS, 5, 2, 3, 3, 0, 0, 0))
    assert "5 accepted = 3 stored + 0 failed + 0 waiting + 0 running + 2 kept here (balances)" in _line(state)


def test_that_the_ledger_tells_what_another_queue_or_database_has() -> None:
    state = _state()
    state.apply(_link(ConnectionState.ONLINE))
    state.apply(LedgerSnapshot(NOW_MS, 8, 0, 3, 3, 0, 0, 0, in_other_queue=5, other_results=7))
    state.apply(_depth(0, 0))
    words = sentence(state.ledger(), "")
    assert words.startswith(
        "Ledger: 8 accepted = 3 stored + 0 failed + 0 waiting + 0 running + 5 in another queue; balances"
    )
    assert words.endswith("Besides: 7 sent from here beside another results database.")
    assert "+ 0 running + 5 in another queue (balances)" in _line(state)


def test_that_a_queue_that_was_never_reached_is_not_known() -> None:
    state = _state()
    state.apply(_link(ConnectionState.OFFLINE, "timed out"))
    state.apply(LedgerSnapshot(NOW_MS, 5, 2, 3, 3, 0, 0, 0))
    words = sentence(*presenting.ledger_as_of(state, BERLIN))
    assert "3 stored + 0 failed + – waiting + – running + 2 kept here; not known, offline since the start" in words
    assert "– waiting + – running + 2 kept here (not known)" in _line(state)
    status = presenting.status_view(state, NOW_MS, BERLIN, files_in="")
    assert "Depth not known" in [entry.text for entry in entries_of(status)]


def test_that_nothing_is_known_before_the_first_answers() -> None:
    state = _state()
    for event in (None, _link(ConnectionState.CONNECTING)):
        if event is not None:
            state.apply(event)
        words = sentence(*presenting.ledger_as_of(state, BERLIN))
        assert words == ("Ledger: – accepted = – stored + – failed + – waiting + – running; not known, connecting")
        status = presenting.status_view(state, NOW_MS, BERLIN, files_in="")
        assert "Depth not known" in [entry.text for entry in entries_of(status)]
    state.apply(_depth(0, 0))
    state.apply(_link(ConnectionState.ONLINE))
    words = sentence(*presenting.ledger_as_of(state, BERLIN))
    assert words.endswith("– failed + 0 waiting + 0 running; not known, not counted yet")
    state.apply(LedgerSnapshot(NOW_MS, 0, 0, 0, 0, 0, 0, 0))
    assert sentence(*presenting.ledger_as_of(state, BERLIN)).endswith("balances, nothing sent yet")


def test_that_offline_numbers_say_of_when_they_are() -> None:
    state = _state()
    state.apply(_link(ConnectionState.ONLINE))
    state.apply(_depth(63, 4))
    state.apply(_link(ConnectionState.OFFLINE, "connection refused"))
    status = presenting.status_view(state, NOW_MS, BERLIN, files_in="/data")
    assert (status.depth, status.connected) == (63, False)
    assert status.depth_as_of == clock_text(NOW_MS, BERLIN)
    assert state.ledger().as_of_ms == NOW_MS


@pytest.mark.parametrize(
    ("pending", "sentence"),
    [
        (0, "New workouts are kept here and will be sent."),
        (1, "1 workout is kept here and will be sent."),
        (1_200, "1,200 workouts are kept here and will be sent."),
    ],
)
def test_that_the_offline_banner_counts_what_is_kept(pending: int, sentence: str) -> None:
    state = _state()
    state.apply(_link(ConnectionState.OFFLINE, "", NOW_MS + 4_000))
    state.apply(OutboxSampled(NOW_MS, pending))
    banner = presenting.banner_view(state, NOW_MS, RUNNING, set(), BERLIN)
    assert banner is not None
    assert banner.sentence == f"Could not reach RabbitMQ at gym:5672. {sentence}"
    assert (banner.next_try_s, banner.offers, banner.can_close) == (4, ("reconnect", "connect_to"), False)


def test_that_a_refusal_is_told_in_the_brokers_words() -> None:
    state = _state()
    state.apply(_link(ConnectionState.REFUSED, "RabbitMQ at gym:5672 refused the user name or password."))
    banner = presenting.banner_view(state, NOW_MS, RUNNING, set(), BERLIN)
    assert banner is not None
    assert banner.headline == "RabbitMQ at gym:5672 refused the user name or password."


def test_that_an_alarm_is_said_plainly_and_is_no_loss() -> None:
    state = _state()
    alarm = "RabbitMQ at gym:5672 takes no messages just now: low on memory."
    state.apply(_link(ConnectionState.OFFLINE, "gone"))
    state.apply(_link(ConnectionState.BLOCKED, alarm))
    state.apply(OutboxSampled(NOW_MS, 2))
    banner = presenting.banner_view(state, NOW_MS, RUNNING, frozenset(), BERLIN)
    assert banner is not None
    assert (banner.headline, banner.can_close, banner.offers) == (alarm, False, ())
    assert banner.text == "2 workouts are kept here and will be sent. Workers go on."
    assert presenting.connection_view(state.connection, "", "", "").title == "Blocked"
    assert presenting.status_view(state, NOW_MS, BERLIN, files_in="").connected
    assert presenting.status_line(state, NOW_MS, BERLIN).endswith(alarm)
    state.apply(_link(ConnectionState.ONLINE))
    assert presenting.banner_view(state, NOW_MS, RUNNING, frozenset(), BERLIN) is None


def test_that_the_newest_open_problem_is_shown() -> None:
    state = _state()
    state.apply(_link(ConnectionState.ONLINE))
    old, new = ProblemRaised(NOW_MS, "worker", "First."), ProblemRaised(NOW_MS, "notice", "Second.")
    state.apply_all([old, new])
    first = presenting.banner_view(state, NOW_MS, RUNNING, set(), BERLIN)
    assert isinstance(first, BannerView)
    assert (first.headline, first.kind) == ("Second.", "notice")
    second = presenting.banner_view(state, NOW_MS, RUNNING, {first.key}, BERLIN)
    assert second is not None
    assert (second.headline, second.kind) == ("First.", "problem")
    assert presenting.banner_view(state, NOW_MS, RUNNING, {first.key, second.key}, BERLIN) is None


def test_that_the_data_folder_is_named_until_something_moves() -> None:
    state = _state()
    assert presenting.status_view(state, NOW_MS, BERLIN, files_in="/data").files_in == "/data"
    state.apply(_depth(1, 0))
    assert presenting.status_view(state, NOW_MS, BERLIN, files_in="/data").files_in == ""


def test_that_the_last_event_has_an_age() -> None:
    state = _state()
    assert presenting.status_view(state, NOW_MS, BERLIN, files_in="").last_event_age_s is None
    state.apply(Accepted(NOW_MS, "id", "Ana", "Running", 45.0, None))
    assert presenting.status_view(state, NOW_MS + 2_500, BERLIN, files_in="").last_event_age_s == 2.5


def test_that_the_terminal_line_has_the_whole_ledger() -> None:
    state = _state()
    assert "connecting" in presenting.status_line(state, NOW_MS, BERLIN)
    state.apply(_link(ConnectionState.ONLINE))
    state.apply(LedgerSnapshot(NOW_MS, 1_203, 0, 1_200, 1_200, 3, 3, 0))
    state.apply(_depth(0, 0))
    line = presenting.status_line(state, NOW_MS, BERLIN)
    assert "RabbitMQ at gym:5672 online: 1,203 accepted = 1,200 stored + 3 failed + 0 waiting + 0 running" in line
    assert line.count("balances") == 1


def test_that_the_terminal_line_says_why_the_broker_is_away() -> None:
    state = _state()
    state.apply(_link(ConnectionState.OFFLINE, "Could not reach RabbitMQ at gym:5672: connection refused."))
    line = presenting.status_line(state, NOW_MS, BERLIN)
    assert line.endswith("RabbitMQ at gym:5672: connection refused.")


def test_that_the_terminal_shows_the_time_of_the_zone_on_that_day() -> None:
    july_ms = 1_783_924_200_000  # 06:30 UTC on 13 July 2026
    assert presenting.status_line(_state(), NOW_MS, BERLIN).startswith("10:46:40  ")
    assert presenting.status_line(_state(), july_ms, BERLIN).startswith("08:30:00  ")


@pytest.mark.parametrize(
    ("own", "others", "said"),
    [
        (WorkerState.STOPPED, [], ("No worker is running. 40 wait.", ("start",))),
        (None, [], ("No worker is running. 40 wait.", ())),
        (WorkerState.PAUSED, [WorkerState.PAUSED], ("The only worker is paused. 40 wait.", ("pause",))),
        (WorkerState.STOPPED, [WorkerState.PAUSED] * 2, ("All 2 workers are paused. 40 wait.", ("start",))),
        (WorkerState.STARTING, [], None),
        (WorkerState.ON_HOLD, [], None),
        (WorkerState.DRAINING, [WorkerState.DRAINING], None),
        (WorkerState.STOPPED, [WorkerState.RUNNING], None),
    ],
)
def test_that_what_waits_for_no_worker_is_a_warning_with_a_way_out(
    own: WorkerState | None, others: list[WorkerState], said: tuple[str, tuple[str, ...]] | None
) -> None:
    state = _state()
    state.apply_all([_link(ConnectionState.ONLINE), ProblemRaised(NOW_MS, "notice", "Saved.")])
    consumers = sum(each is not WorkerState.PAUSED for each in others)
    state.apply(DepthSampled(NOW_MS, 40, 0, consumers=consumers, failed=0, retrying=0, oldest_age_s=None))
    state.apply_all([WorkerHeartbeat(NOW_MS, f"w{n}", each) for n, each in enumerate(others)])
    banner = presenting.banner_view(state, NOW_MS, WorkerButtonView(() if own is None else (own,)), set(), BERLIN)
    assert banner is not None
    assert (banner.sentence, banner.offers) == (said or ("Saved.", ()))
    state.apply(ProblemRaised(NOW_MS, "outbox", "The disk is full."))
    banner = presenting.banner_view(state, NOW_MS, WorkerButtonView(() if own is None else (own,)), set(), BERLIN)
    assert banner is not None
    assert banner.headline == "The disk is full."


@pytest.mark.parametrize(
    ("others", "headline"),
    [
        ((), "The worker is on hold."),
        ((WorkerState.ON_HOLD,), "All 2 workers are on hold."),
        ((WorkerState.PAUSED, WorkerState.STOPPED), "The worker is on hold."),
        ((WorkerState.RUNNING,), None),
    ],
)
def test_that_a_database_that_is_away_is_told_while_no_worker_can_store(
    others: tuple[WorkerState, ...], headline: str | None
) -> None:
    state = _state()
    state.apply_all([_link(ConnectionState.ONLINE), _depth(3, 1)])
    state.apply(WorkerHeartbeat(NOW_MS, "held", WorkerState.ON_HOLD, "The database is full."))
    state.apply_all([WorkerHeartbeat(NOW_MS, f"w{n}", each) for n, each in enumerate(others)])
    banner = presenting.banner_view(state, NOW_MS, WorkerButtonView((WorkerState.ON_HOLD,)), set(), BERLIN)
    if headline is None:
        assert banner is None
    else:
        assert banner is not None
        assert (banner.headline, banner.text, banner.kind) == (headline, "The database is full. 3 wait.", "warning")
