"""From submit to confirmed: what is accepted is on this disk, whatever the broker and the disk do."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from contextlib import closing
from pathlib import Path
from threading import Condition, Lock, Thread
from threading import Event as Flag
from typing import TypeVar

import pytest
from typing_extensions import override

from core.broker.backoff import Backoff
from core.broker.ports import Message, PublishResult, PublishStatus
from core.codec.workout_codec import MessageKind
from core.errors import BrokerRefusedError, StoreUnavailableError
from core.events import Accepted, Confirmed, ConnectionChanged, ConnectionState, OutboxSampled, ProblemRaised, Refused
from core.outbox.outbox import Outbox, OutboxEntry
from core.sqlite.connection import connect
from core.sqlite.process_lock import ProcessLock
from core.workouts.model import Workout
from tests.support.fakes import EventLog, FakeBroker
from tests.support.outbox_rig import OutboxRig
from tests.support.waiting import wait_until
from tests.support.workouts import workouts
from worker.outbox import send_thread as sending
from worker.outbox import sending_turn
from worker.outbox.send_thread import OutboxSender
from worker.outbox.submission import submission_of
from worker.runtime.clock import now_ms
from worker.runtime.connection_status import ConnectionStatus

T = TypeVar("T")

UNKNOWN = PublishResult(PublishStatus.UNKNOWN)
CONFIRMED = PublishResult(PublishStatus.CONFIRMED)
REJECTED = PublishResult(PublishStatus.REJECTED, "Over the limit.")
FULL = PublishResult(PublishStatus.REFUSED, "The queue is full.")


class Desk:
    """A writer and a sender with an outbox of their own, on a broker that does as it is told."""

    def __init__(self, folder: Path) -> None:
        self.path = folder / "outbox.db"
        self.broker = FakeBroker()
        self.queue = self.broker.queue
        self.events = EventLog()
        self.link = ConnectionStatus(self.broker.kind, self.broker.location, now_ms=now_ms, on_event=self.events)
        self.threads = OutboxRig(
            self.broker,
            lambda: Outbox(self.path, now_ms=now_ms, timeout_s=0.05),
            now_ms=now_ms,
            on_event=self.events,
            status=self.link,
            make_backoff=lambda: Backoff(first_s=0.01, max_s=0.02),
        )

    @property
    def publisher_results(self) -> Callable[[PublishResult], None]:
        return self.broker.publishers[0].results.append

    def wait_until_kept(self, count: int) -> None:
        self.events.wait_for(lambda: [event.pending for event in self.events.of(OutboxSampled)][-1:] == [count])

    def wait_until_accepted(self, count: int) -> None:
        self.events.wait_for(lambda: len(self.events.of(Accepted)) == count)

    def wait_until_free(self) -> None:
        """Until another program could send from this outbox."""
        with closing(ProcessLock(self.path.with_suffix(".lock"))) as other:
            wait_until(other.acquire, 10)

    def confirmed_ids(self) -> list[str]:
        return [each for event in self.events.of(Confirmed) for each in event.workout_ids]

    def wait_until_confirmed(self, sent: list[Workout]) -> None:
        wanted = {workout.workout_id for workout in sent}
        self.events.wait_for(lambda: set(self.confirmed_ids()) == wanted)

    def kept(self) -> list[OutboxEntry]:
        outbox = Outbox(self.path, now_ms=now_ms)
        outbox.open()
        try:
            return outbox.pending(100_000)
        finally:
            outbox.close()

    def entries(self) -> dict[str, OutboxEntry]:
        with closing(Outbox(self.path, now_ms=now_ms)) as outbox:
            outbox.open()
            return {entry.submission.workout_id: entry for entry in outbox.recent(100)}

    def sent_ids(self) -> list[str | None]:
        return [m.message_id for publisher in self.broker.publishers for batch in publisher.batches for m in batch]


@pytest.fixture
def desk(tmp_path: Path) -> Iterator[Desk]:
    desk = Desk(tmp_path)
    yield desk
    desk.threads.stop()


def test_what_is_submitted_is_accepted_and_then_confirmed(desk: Desk) -> None:
    sent = list(workouts(5, 2))
    desk.threads.start()
    assert desk.threads.submit(sent)
    desk.wait_until_confirmed(sent)
    assert [event.workout_id for event in desk.events.of(Accepted)] == [workout.workout_id for workout in sent]
    first_confirmed = next(i for i, event in enumerate(desk.events.events) if isinstance(event, Confirmed))
    assert any(isinstance(event, Accepted) for event in desk.events.events[:first_confirmed])
    desk.wait_until_kept(0)
    assert desk.kept() == []


def test_while_the_broker_is_away_it_is_kept_and_sent_once_it_is_back(desk: Desk) -> None:
    sent = list(workouts(3, 2))
    desk.queue.break_link()
    desk.threads.start()
    desk.threads.submit(sent)
    desk.wait_until_accepted(3)
    desk.events.wait_for(lambda: desk.link.state is ConnectionState.OFFLINE)
    assert len(desk.kept()) == 3
    desk.queue.mend_link()
    desk.wait_until_confirmed(sent)
    assert desk.sent_ids() == [workout.workout_id for workout in sent]


def test_a_refused_login_is_told_and_tried_again_on_request(desk: Desk) -> None:
    desk.queue.break_link(BrokerRefusedError("It refused the password."))
    desk.threads.start()
    sent = list(workouts(1))
    desk.threads.submit(sent)
    desk.events.wait_for(lambda: desk.link.state is ConnectionState.REFUSED)
    desk.wait_until_accepted(1)
    desk.queue.mend_link()
    desk.threads.sender.retry_now()
    desk.wait_until_confirmed(sent)


def test_what_the_broker_refuses_stays_and_is_asked_again(desk: Desk) -> None:
    sent = list(workouts(2))
    desk.publisher_results(FULL)
    desk.threads.start()
    desk.threads.submit(sent)
    desk.wait_until_confirmed(sent)
    assert [(event.workout_id, event.reason) for event in desk.events.of(Refused)] == [
        (sent[0].workout_id, "The queue is full.")
    ]
    assert desk.kept() == []


@pytest.mark.expects_warnings
def test_what_the_broker_rejects_stays_with_its_reason_and_the_rest_goes_once(desk: Desk) -> None:
    sent = list(workouts(4))
    for result in (CONFIRMED, REJECTED, CONFIRMED, CONFIRMED):
        desk.publisher_results(result)
    desk.threads.submit(sent)
    desk.threads.start()
    good = [sent[0], *sent[2:]]
    desk.wait_until_confirmed(good)
    desk.wait_until_kept(1)
    desk.threads.submit(more := list(workouts(1, 2)))
    desk.wait_until_confirmed([*good, *more])
    assert Counter(desk.sent_ids()) == Counter(each.workout_id for each in (*sent, *more))
    assert [(each.workout_id, each.reason, each.rejected) for each in desk.events.of(Refused)] == [
        (sent[1].workout_id, "Over the limit.", True)
    ]
    (kept,) = desk.kept()
    assert (kept.rejected, kept.refused_reason) == (True, "Over the limit.")
    assert desk.events.of(OutboxSampled)[-1].rejected == 1


def test_the_next_program_asks_for_a_rejected_one_again(desk: Desk) -> None:
    sent = list(workouts(1))
    with closing(Outbox(desk.path, now_ms=now_ms)) as outbox:
        outbox.open()
        (entry,) = outbox.accept([submission_of(sent[0], kind=MessageKind.SUBMITTED, submitted_at_ms=1)])
        outbox.mark_refused(entry.seq, "Over the limit.", 5, rejected=True)
    desk.threads.start()
    desk.wait_until_confirmed(sent)
    desk.wait_until_kept(0)
    assert desk.kept() == []


def test_an_alarm_is_told_of_the_connection_and_what_is_kept_goes_when_it_is_over(desk: Desk) -> None:
    desk.threads.start()
    desk.events.wait_for(lambda: desk.link.state is ConnectionState.ONLINE)
    desk.broker.publishers[0].blocked_reason = "Low on memory."
    sent = list(workouts(5, 2))
    desk.threads.submit(sent[:3])
    desk.events.wait_for(lambda: desk.link.state is ConnectionState.BLOCKED)
    assert desk.events.of(ConnectionChanged)[-1].problem == "Low on memory."
    desk.threads.submit(sent[3:])
    desk.wait_until_kept(5)
    assert desk.events.of(Refused) == []
    desk.broker.publishers[0].blocked_reason = ""
    desk.wait_until_confirmed(sent)
    desk.events.wait_for(lambda: desk.link.state is ConnectionState.ONLINE)
    assert {entry.refused_at_ms for entry in desk.kept()} <= {None}


def test_an_unknown_outcome_is_sent_again_under_the_same_id(desk: Desk) -> None:
    sent = list(workouts(1))
    desk.publisher_results(UNKNOWN)
    desk.threads.start()
    desk.threads.submit(sent)
    desk.wait_until_confirmed(sent)
    assert desk.sent_ids() == [sent[0].workout_id] * 2


@pytest.mark.expects_warnings
def test_what_is_confirmed_and_cannot_be_noted_is_sent_once_and_noted_later(
    desk: Desk, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(sending, "LOOK_S", 0.0)
    monkeypatch.setattr(sending, "KEEP_ALIVE_S", 0.01)
    mark, tries, is_full, changed = Outbox.mark_confirmed, 0, True, Condition()

    def fail(outbox: Outbox, seqs: Sequence[int], at_ms: int) -> int:
        nonlocal tries
        with changed:
            tries += 1
            changed.notify_all()
            if is_full:
                raise StoreUnavailableError("The disk that holds outbox.db is full.")
            return mark(outbox, seqs, at_ms)

    monkeypatch.setattr(Outbox, "mark_confirmed", fail)
    sent = list(workouts(5, 2))
    desk.threads.start()
    desk.threads.submit(sent[:3])
    desk.wait_until_confirmed(sent[:3])
    desk.threads.submit(sent[3:])
    desk.wait_until_confirmed(sent)
    with changed:
        known = tries
        assert changed.wait_for(lambda: tries >= known + 5, 10)
    with closing(ProcessLock(desk.path.with_suffix(".lock"))) as other:
        assert not other.acquire(), "another program would send them once more"
    assert Counter(desk.sent_ids()) == dict.fromkeys((workout.workout_id for workout in sent), 1)
    desk.wait_until_kept(0)
    with changed:
        is_full = False
        assert changed.wait_for(lambda: desk.kept() == [], 10)
    desk.wait_until_free()
    assert len(desk.sent_ids()) == len(sent)
    confirmed_at_ms = {key: event.at_ms for event in desk.events.of(Confirmed) for key in event.workout_ids}
    assert {key: entry.confirmed_at_ms for key, entry in desk.entries().items()} == confirmed_at_ms


@pytest.mark.expects_warnings
def test_a_locked_disk_is_told_once_and_nothing_is_lost(desk: Desk) -> None:
    sent = list(workouts(2))
    desk.threads.start()
    desk.threads.submit(sent[:1])
    desk.wait_until_confirmed(sent[:1])
    with closing(connect(desk.path)) as other:
        other.execute("BEGIN IMMEDIATE")
        desk.threads.submit(sent[1:])
        desk.events.wait_for(lambda: desk.events.of(ProblemRaised))
        assert len(desk.events.of(Accepted)) == 1
        other.execute("ROLLBACK")
    desk.wait_until_confirmed(sent)
    assert [problem.kind for problem in desk.events.of(ProblemRaised)] == ["outbox"]


@pytest.mark.expects_warnings
def test_an_outbox_that_was_moved_is_told_and_what_is_submitted_goes_into_the_one_of_that_name(desk: Desk) -> None:
    sent = list(workouts(4))
    desk.threads.start()
    desk.threads.submit(sent[:2])
    desk.wait_until_confirmed(sent[:2])
    desk.path.rename(desk.path.with_name("moved.db"))
    desk.threads.submit(sent[2:])
    desk.wait_until_confirmed(sent)
    (problem,) = desk.events.of(ProblemRaised)
    assert problem.text == "Workouts cannot be accepted just now. The outbox outbox.db was moved or deleted."
    assert desk.entries().keys() == {workout.workout_id for workout in sent[2:]}
    assert len(desk.sent_ids()) == 4


@pytest.mark.expects_warnings
def test_what_an_outbox_kept_that_was_deleted_is_sent_all_the_same(desk: Desk) -> None:
    sent = list(workouts(5))
    desk.queue.break_link()
    desk.threads.start()
    desk.threads.submit(sent[:3])
    desk.wait_until_accepted(3)
    desk.wait_until_kept(3)
    desk.path.unlink()
    desk.threads.submit(sent[3:])
    desk.wait_until_accepted(5)
    desk.wait_until_kept(5)
    desk.publisher_results(FULL)
    desk.queue.mend_link()
    desk.wait_until_confirmed(sent)
    desk.wait_until_kept(0)
    assert len(desk.sent_ids()) == 6  # one was refused first


@pytest.mark.expects_warnings
def test_what_an_outbox_kept_that_was_deleted_and_the_broker_rejects_is_told(desk: Desk) -> None:
    sent = list(workouts(3))
    desk.queue.break_link()
    desk.threads.start()
    desk.threads.submit(sent[:2])
    desk.wait_until_kept(2)
    desk.path.unlink()
    desk.threads.submit(sent[2:])
    desk.wait_until_kept(3)
    desk.publisher_results(REJECTED)
    desk.queue.mend_link()
    desk.wait_until_confirmed(sent[1:])
    desk.wait_until_kept(1)
    assert [(each.workout_id, each.rejected) for each in desk.events.of(Refused)] == [(sent[0].workout_id, True)]
    desk.threads.stop()
    assert desk.events.of(ProblemRaised)[-1].text.startswith("1 workout was not sent")


@pytest.mark.expects_warnings
def test_what_an_outbox_kept_that_was_deleted_and_nobody_took_is_told_at_the_end(desk: Desk) -> None:
    desk.queue.break_link()
    desk.threads.start()
    desk.threads.submit(list(workouts(2)))
    desk.wait_until_accepted(2)  # seen by the one that sends before the one that accepts knows where they went
    desk.wait_until_kept(2)
    desk.path.unlink()
    desk.threads.submit(list(workouts(1, seed=7)))
    desk.wait_until_kept(3)
    desk.threads.stop()
    assert desk.events.of(ProblemRaised)[-1].text == (
        "2 workouts were not sent: the outbox that kept them was moved or deleted."
    )


@pytest.mark.expects_warnings
def test_a_draft_is_kept_again_after_the_outbox_was_moved(desk: Desk) -> None:
    seen: list[str] = []
    desk.threads.start()
    desk.threads.writer.use(lambda outbox: outbox.save_draft("lost"))
    desk.events.wait_for(lambda: desk.link.state is ConnectionState.ONLINE)
    desk.threads.writer.use(lambda outbox: desk.path.unlink())
    desk.threads.writer.use(lambda outbox: outbox.save_draft("dropped"))
    desk.threads.writer.use(lambda outbox: outbox.save_draft("half a workout"))
    desk.threads.writer.use(lambda outbox: seen.append(outbox.load_draft() or ""))
    desk.threads.stop()
    assert seen == ["half a workout"]


@pytest.mark.expects_warnings
def test_a_workout_with_other_content_under_its_id_is_told_and_the_others_go_on(desk: Desk) -> None:
    first, second = workouts(2)
    changed = first.model_copy(update={"title": "Another"})
    desk.threads.start()
    desk.threads.submit([first])
    desk.wait_until_accepted(1)
    desk.threads.submit([changed, second])
    desk.wait_until_confirmed([first, second])
    (problem,) = desk.events.of(ProblemRaised)
    assert problem.kind == "refused"
    assert "already submitted" in problem.text


def test_what_was_submitted_before_the_stop_is_accepted(desk: Desk) -> None:
    desk.queue.break_link()
    desk.threads.start()
    desk.threads.submit(list(workouts(1_500)))
    assert desk.threads.stop(10)
    assert len(desk.kept()) == 1_500
    assert not desk.threads.submit(list(workouts(1)))


@pytest.mark.expects_warnings
def test_what_a_locked_disk_refuses_at_the_stop_is_tried_again_and_accepted(desk: Desk) -> None:
    sent = list(workouts(2))
    desk.threads.writer._last_tries_s = 60.0  # the lock is given up when the test's own thread runs again
    desk.threads.start()
    desk.threads.submit(sent[:1])
    desk.wait_until_accepted(1)
    with closing(connect(desk.path)) as other:
        other.execute("BEGIN IMMEDIATE")
        desk.threads.submit(sent[1:])
        desk.events.wait_for(lambda: desk.events.of(ProblemRaised))
        stopping = Thread(target=desk.threads.stop)
        stopping.start()
        while desk.threads.submit([]):
            stopping.join(0.01)
        other.execute("ROLLBACK")
    stopping.join(60)
    assert not stopping.is_alive()
    assert set(desk.entries()) == {workout.workout_id for workout in sent}
    assert len(desk.events.of(ProblemRaised)) == 1


@pytest.mark.expects_warnings
def test_what_a_locked_disk_refuses_for_too_long_after_the_stop_is_given_back(desk: Desk) -> None:
    desk.threads.start()
    desk.threads.submit(list(workouts(1)))
    desk.wait_until_accepted(1)
    with closing(connect(desk.path)) as other:
        other.execute("BEGIN IMMEDIATE")
        desk.threads.submit(list(workouts(3)))
        assert desk.threads.stop(10)
    assert desk.threads.writer.not_accepted() == 3
    assert desk.events.of(ProblemRaised)[-1].text.startswith("3 workouts could not be kept")
    assert len(desk.entries()) == 1


def test_another_look_at_the_outbox_is_taken_in_its_thread(desk: Desk) -> None:
    seen: list[str] = []
    desk.threads.start()
    desk.threads.writer.use(lambda outbox: outbox.save_draft("half a workout"))
    desk.threads.writer.use(lambda outbox: seen.append(outbox.load_draft() or ""))
    desk.events.wait_for(lambda: desk.link.state is ConnectionState.ONLINE)
    desk.threads.stop()
    assert seen == ["half a workout"]


class Resting(Condition):
    """Whoever waits for `rest_s` waits until `end` instead."""

    def __init__(self, rest_s: float) -> None:
        super().__init__()
        self._rest_s = rest_s
        self._begun, self._over = Flag(), Flag()

    @override
    def wait_for(self, predicate: Callable[[], T], timeout: float | None = None) -> T:
        if timeout != self._rest_s or self._over.is_set():
            return super().wait_for(predicate, timeout)
        self._begun.set()
        super().wait_for(lambda: self._over.is_set() or predicate(), 10)
        return predicate()

    def wait_begun(self) -> None:
        assert self._begun.wait(60)

    def end(self) -> None:
        self._over.set()
        with self:
            self.notify_all()


def test_with_a_rest_what_comes_one_by_one_is_sent_together(tmp_path: Path) -> None:
    broker, events = FakeBroker(), EventLog()
    rest_s = 60.0
    outbox = Outbox(tmp_path / "outbox.db", now_ms=now_ms)
    sending = OutboxSender(
        Outbox(tmp_path / "outbox.db", now_ms=now_ms),
        broker.publisher(),
        now_ms=now_ms,
        on_event=events,
        status=ConnectionStatus(broker.kind, broker.location, now_ms=now_ms, on_event=events),
        writing=Lock(),
        gap_s=rest_s,
    )
    rest = sending._changed = Resting(rest_s)
    first, *others = workouts(8)
    outbox.open()
    try:
        outbox.accept([submission_of(first, kind=MessageKind.SUBMITTED, submitted_at_ms=1)])
        sending.start()
        events.wait_for(lambda: events.of(Confirmed))
        rest.wait_begun()
        for workout in others:
            outbox.accept([submission_of(workout, kind=MessageKind.SUBMITTED, submitted_at_ms=1)])
            sending.wake()
        assert len(events.of(Confirmed)) == 1
        rest.end()
        events.wait_for(lambda: sum(len(event.workout_ids) for event in events.of(Confirmed)) == 8)
        assert len(events.of(Confirmed)) == 2
    finally:
        sending.stop()
        assert sending.join(60)
        outbox.close()


def test_a_line_that_is_cut_at_each_publish_is_tried_less_and_less_often(desk: Desk) -> None:
    resets: list[int] = []

    class Watched(Backoff):
        def reset(self) -> None:
            resets.append(len(desk.sent_ids()))
            super().reset()

    desk.threads.sender._backoff = Watched(first_s=0.01, max_s=0.02)
    for _ in range(3):
        desk.publisher_results(UNKNOWN)
    sent = list(workouts(1))
    desk.threads.start()
    desk.threads.submit(sent)
    desk.wait_until_confirmed(sent)
    desk.events.wait_for(lambda: resets[-1:] == [4])
    assert set(resets) <= {0, 4}


@pytest.mark.expects_warnings
def test_an_act_on_the_outbox_that_breaks_does_not_end_the_accepting(desk: Desk) -> None:
    sent = list(workouts(1))

    def act(_: Outbox) -> None:
        raise MemoryError

    desk.threads.start()
    desk.threads.writer.use(act)
    desk.threads.submit(sent)
    desk.wait_until_confirmed(sent)


@pytest.mark.expects_warnings
def test_a_workout_that_breaks_the_accepting_costs_only_itself(desk: Desk) -> None:
    sent = list(workouts(3))
    broken = sent[1].model_copy(update={"title": "\ud800"})  # half of a character: no text that could be written down
    desk.threads.start()
    desk.threads.submit([sent[0], broken, sent[2]])
    desk.wait_until_confirmed([sent[0], sent[2]])
    desk.threads.submit(more := list(workouts(1, 2)))
    desk.wait_until_confirmed([sent[0], sent[2], *more])
    assert len(desk.events.of(ProblemRaised)) == 1
    assert "not accepted" in desk.events.of(ProblemRaised)[0].text


@pytest.mark.expects_warnings
def test_an_outbox_that_cannot_be_opened_for_an_unknown_reason_is_tried_again(
    desk: Desk, monkeypatch: pytest.MonkeyPatch
) -> None:
    troubles: list[Exception] = [MemoryError(), PermissionError(), MemoryError(), PermissionError()]
    opened = Outbox.open

    def opening(outbox: Outbox) -> None:
        if troubles:
            raise troubles.pop()
        opened(outbox)

    monkeypatch.setattr(Outbox, "open", opening)
    desk.threads.sender._refused_wait_s = 0.01
    sent = list(workouts(1))
    desk.threads.submit(sent)
    desk.threads.start()
    desk.wait_until_confirmed(sent)


@pytest.mark.expects_warnings
def test_sending_goes_on_after_an_error_that_nobody_foresaw(desk: Desk, monkeypatch: pytest.MonkeyPatch) -> None:
    publisher = desk.broker.publishers[0]
    publish, troubles = publisher.publish, [MemoryError(), MemoryError()]

    def publishing(messages: Sequence[Message]) -> list[PublishResult]:
        if troubles:
            raise troubles.pop()
        return publish(messages)

    monkeypatch.setattr(publisher, "publish", publishing)
    desk.threads.sender._refused_wait_s = 0.01
    sent = list(workouts(1))
    desk.threads.start()
    desk.threads.submit(sent)
    desk.wait_until_confirmed(sent)
    lost = [event for event in desk.events.of(ConnectionChanged) if event.state is ConnectionState.OFFLINE]
    assert "unexpected" in lost[0].problem
    desk.events.wait_for(lambda: desk.link.state is ConnectionState.ONLINE)


@pytest.fixture
def other_sender(desk: Desk, monkeypatch: pytest.MonkeyPatch) -> Iterator[ProcessLock]:
    """Another program that is sending from the same outbox."""
    monkeypatch.setattr(sending, "KEEP_ALIVE_S", 0.01)
    with closing(ProcessLock(desk.path.with_suffix(".lock"))) as lock:
        assert lock.acquire()
        yield lock


def test_that_one_program_sends_at_a_time_and_the_next_takes_over_at_once(
    desk: Desk, other_sender: ProcessLock
) -> None:
    sent = list(workouts(3))
    desk.threads.start()
    desk.threads.submit(sent)
    desk.wait_until_kept(3)
    assert desk.sent_ids() == []
    other_sender.close()
    desk.wait_until_confirmed(sent)
    assert desk.sent_ids() == [workout.workout_id for workout in sent]
    desk.wait_until_free()


def test_that_what_another_program_sent_is_confirmed_here_too(desk: Desk, other_sender: ProcessLock) -> None:
    sent = list(workouts(3))
    desk.threads.start()
    desk.threads.submit(sent)
    desk.wait_until_kept(3)
    with closing(Outbox(desk.path, now_ms=now_ms)) as theirs:
        theirs.open()
        theirs.mark_confirmed([entry.seq for entry in theirs.pending(2)], at_ms := now_ms() + 5)
    desk.wait_until_confirmed(sent[:2])
    assert [event.at_ms for event in desk.events.of(Confirmed)] == [at_ms]
    desk.wait_until_kept(1)
    other_sender.close()
    desk.wait_until_confirmed(sent)
    assert desk.sent_ids() == [sent[2].workout_id]


def test_that_a_program_that_holds_the_lock_and_sends_nothing_is_not_waited_for(
    desk: Desk, other_sender: ProcessLock, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(sending_turn, "PATIENCE_S", 0.0)
    sent = list(workouts(3))
    desk.threads.start()
    desk.threads.submit(sent)
    desk.wait_until_confirmed(sent)


def test_that_a_sender_whose_broker_is_away_leaves_sending_to_others(desk: Desk) -> None:
    desk.queue.break_link()
    desk.threads.start()
    desk.threads.submit(list(workouts(3)))
    desk.wait_until_kept(3)
    desk.events.wait_for(lambda: desk.link.state is ConnectionState.OFFLINE)
    desk.wait_until_free()


def test_that_what_others_sent_and_cannot_be_read_is_told_later(
    desk: Desk, other_sender: ProcessLock, monkeypatch: pytest.MonkeyPatch
) -> None:
    read, troubles = Outbox.confirmed_since, iter([True, True])

    def fail(outbox: Outbox, at_ms: int, limit: int) -> dict[int, list[str]]:
        if next(troubles, False):
            raise StoreUnavailableError("The disk that holds outbox.db reports a read or write error.")
        return read(outbox, at_ms, limit)

    monkeypatch.setattr(Outbox, "confirmed_since", fail)
    sent = list(workouts(1))
    desk.threads.start()
    desk.threads.submit(sent)
    desk.wait_until_kept(1)
    with closing(Outbox(desk.path, now_ms=now_ms)) as theirs:
        theirs.open()
        theirs.mark_confirmed([entry.seq for entry in theirs.pending(1)], now_ms() + 5)
    desk.wait_until_confirmed(sent)
