"""Many callers, one commit, a verdict for each."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import closing
from functools import partial
from pathlib import Path
from threading import Condition

import pytest
from typing_extensions import override

from core.broker.backoff import Backoff
from core.codec.workout_codec import dumps_workout, encode
from core.errors import StoreUnavailableError
from core.events import Accepted, ProblemRaised, Producer
from core.outbox.destination import Destination
from core.outbox.outbox import Outbox, OutboxEntry, Submission
from core.sqlite.connection import connect
from core.workouts.model import Workout
from tests.support.fakes import EventLog
from tests.support.waiting import wait_until
from tests.support.workouts import workouts
from worker.outbox.outbox_writer import GROUP, MAX_WAITING, AcceptRequest, AcceptResult, OutboxWriter
from worker.outbox.submission import accepted
from worker.runtime.clock import now_ms


class CountingOutbox(Outbox):
    def __init__(self, path: Path) -> None:
        super().__init__(path, now_ms=now_ms, timeout_s=0.05)
        self.commits: list[int] = []

    @override
    def accept(self, submissions: Sequence[Submission]) -> list[OutboxEntry]:
        self.commits.append(len(submissions))
        return super().accept(submissions)


class Desk:
    """A writer, and what it said."""

    def __init__(self, path: Path, max_waiting: int = 1_000) -> None:
        self.path = path
        self.outbox = CountingOutbox(path)
        self.events = EventLog()
        self.changed = Condition()
        self.results: dict[object, AcceptResult] = {}
        self.noticed = 0
        self.writer = OutboxWriter(
            self.outbox,
            now_ms=now_ms,
            on_event=self.events,
            on_accepted=self._on_accepted,
            backoff=Backoff(first_s=0.01, max_s=0.02),
            max_waiting=max_waiting,
        )

    def ask(self, workout: Workout | None, ticket: object, body: bytes | None = None, *, retry: bool = False) -> bool:
        given = body if body is not None else b"" if workout is None else dumps_workout(workout)
        reply = partial(self._on_reply, ticket)
        return self.writer.accept([AcceptRequest(workout, now_ms(), reply, given, retry)])

    def result(self, ticket: object) -> AcceptResult:
        with self.changed:
            assert self.changed.wait_for(lambda: ticket in self.results, 10)
            return self.results.pop(ticket)

    def entries(self) -> list[OutboxEntry]:
        outbox = Outbox(self.path, now_ms=now_ms)
        outbox.open()
        with closing(outbox):
            return outbox.pending(10_000)

    def _on_accepted(self) -> None:
        self.noticed += 1

    def _on_reply(self, ticket: object, result: AcceptResult) -> None:
        with self.changed:
            assert ticket not in self.results
            self.results[ticket] = result
            self.changed.notify_all()


@pytest.fixture
def desk(tmp_path: Path) -> Iterator[Desk]:
    desk = Desk(tmp_path / "outbox.db")
    yield desk
    assert desk.writer.end(10)


def test_that_what_waits_together_is_kept_in_one_commit(desk: Desk) -> None:
    given = list(workouts(40))
    for number, workout in enumerate(given):
        assert desk.ask(workout, number)
    desk.writer.start()
    assert [desk.result(number) for number in range(40)] == [AcceptResult() for number in range(40)]
    assert desk.outbox.commits == [40]
    assert [entry.submission.workout_id for entry in desk.entries()] == [each.workout_id for each in given]
    assert [event.workout_id for event in desk.events.of(Accepted)] == [each.workout_id for each in given]
    assert desk.noticed == 1


def test_that_the_event_says_what_a_workout_came_by(desk: Desk) -> None:
    form, sent, unknown = workouts(3)
    desk.writer.start()
    assert desk.writer.submit([form])
    assert desk.writer.accept([AcceptRequest(sent, now_ms(), lambda _result: None, source=Producer.HTTP)])
    assert desk.writer.accept([AcceptRequest(unknown, now_ms(), lambda _result: None)])
    desk.events.wait_for(lambda: len(desk.events.of(Accepted)) == 3)
    found = {event.workout_id: event.source for event in desk.events.of(Accepted)}
    assert found == {form.workout_id: "form", sent.workout_id: "http", unknown.workout_id: ""}


def test_that_what_was_submitted_is_on_the_disk_before_an_act_that_came_earlier(desk: Desk) -> None:
    """The next form's draft must not replace that of a workout that a crash could still lose."""
    kept: list[int] = []
    desk.writer.use(lambda outbox: kept.append(len(outbox.pending(10))))
    desk.ask(next(workouts(1)), "a")
    desk.writer.start()
    desk.result("a")
    wait_until(lambda: bool(kept), 10, "the act")
    assert kept == [1]


def test_that_the_body_is_sent_as_it_came(desk: Desk) -> None:
    (workout,) = workouts(1)
    body = b'{ "type":"run", "duration": 45.0, "x-ours":true}'
    desk.writer.start()
    assert desk.ask(workout, "a", body)
    desk.result("a")
    (entry,) = desk.entries()
    assert entry.submission.message.body == body
    assert entry.submission.message.message_id == workout.workout_id


def test_that_an_id_with_other_content_is_told_to_its_caller_only(desk: Desk) -> None:
    first, second = workouts(2)
    desk.ask(first, "first")
    desk.ask(first.model_copy(update={"title": "Another"}), "changed")
    desk.ask(second, "second")
    desk.writer.start()
    assert desk.result("first") == AcceptResult()
    assert desk.result("second") == AcceptResult()
    (problem,) = desk.result("changed").problems
    assert problem.field == "id"
    assert "already submitted" in problem.problem
    assert len(desk.entries()) == 2


def test_that_one_wrong_among_many_costs_few_commits(desk: Desk) -> None:
    given = list(workouts(64))
    desk.ask(given[0], "first")
    for number, workout in enumerate(given[1:]):
        desk.ask(workout, number)
    desk.ask(given[0].model_copy(update={"title": "Another"}), "changed")
    desk.writer.start()
    assert desk.result("changed").problems
    assert all(desk.result(number) == AcceptResult() for number in range(63))
    assert len(desk.outbox.commits) <= 15
    assert len(desk.entries()) == 64


@pytest.mark.expects_warnings
def test_that_each_part_of_a_group_has_the_verdict_of_its_own_commit(
    desk: Desk, monkeypatch: pytest.MonkeyPatch
) -> None:
    first, second, third = workouts(3)
    accept, full = desk.outbox.accept, StoreUnavailableError("The disk is full.")

    def accept_until_it_is_full(submissions: Sequence[Submission]) -> list[OutboxEntry]:
        if desk.entries() and len(submissions) == 1 and submissions[0].workout_id == third.workout_id:
            raise full
        return accept(submissions)

    monkeypatch.setattr(desk.outbox, "accept", accept_until_it_is_full)
    for ticket, workout in enumerate((first, second, first.model_copy(update={"title": "Another"}), third)):
        desk.ask(workout, ticket)
    desk.writer.start()
    assert [desk.result(ticket) for ticket in (0, 1)] == [AcceptResult(), AcceptResult()]
    assert desk.result(2).problems
    assert desk.result(3).error == "The disk is full."


def test_that_a_workout_known_already_is_kept_once(desk: Desk) -> None:
    (workout,) = workouts(1)
    desk.writer.start()
    for ticket, result in (("a", AcceptResult()), ("b", AcceptResult(was_known=True))):
        desk.ask(workout, ticket)
        assert desk.result(ticket) == result
    assert len(desk.entries()) == 1


@pytest.mark.expects_warnings
def test_that_a_locked_file_is_told_at_once_and_the_next_is_kept(desk: Desk) -> None:
    first, second = workouts(2)
    desk.writer.start()
    desk.ask(None, "looked")
    assert desk.result("looked") == AcceptResult()
    with closing(connect(desk.path)) as other:
        other.execute("BEGIN IMMEDIATE")
        desk.ask(first, "first")
        assert "locked by another program" in desk.result("first").error
        other.execute("ROLLBACK")
    desk.ask(second, "second")
    assert desk.result("second") == AcceptResult()
    assert [problem.kind for problem in desk.events.of(ProblemRaised)] == ["outbox"]
    assert [entry.submission.workout_id for entry in desk.entries()] == [second.workout_id]
    assert desk.noticed == 1


@pytest.mark.expects_warnings
def test_that_a_file_that_was_moved_is_told_and_the_next_is_kept_in_the_one_of_that_name(desk: Desk) -> None:
    first, second = workouts(2)
    desk.writer.start()
    desk.ask(None, "looked")
    assert desk.result("looked") == AcceptResult()
    desk.path.rename(desk.path.with_name("moved.db"))
    desk.ask(first, "first")
    assert "moved or deleted" in desk.result("first").error
    desk.ask(second, "second")
    assert desk.result("second") == AcceptResult()
    assert [entry.submission.workout_id for entry in desk.entries()] == [second.workout_id]


@pytest.mark.expects_warnings
def test_that_callers_are_told_while_the_file_cannot_even_be_opened(tmp_path: Path) -> None:
    folder = tmp_path / "later"
    desk = Desk(folder / "outbox.db")
    (workout,) = workouts(1)
    desk.writer.start()
    try:
        desk.ask(workout, "a")
        assert desk.result("a").error
        folder.mkdir()
        until_kept = (desk.ask(workout, number) and desk.result(number) for number in range(1_000))
        assert next(kept for kept in until_kept if kept and not kept.error)
    finally:
        assert desk.writer.end(10)


@pytest.mark.expects_warnings
def test_that_what_nobody_foresaw_is_told_too(desk: Desk, monkeypatch: pytest.MonkeyPatch) -> None:
    first, second = workouts(2)

    def burst(_submissions: Sequence[Submission]) -> list[OutboxEntry]:
        raise RuntimeError("boom")

    desk.writer.start()
    with monkeypatch.context() as patched:
        patched.setattr(desk.outbox, "accept", burst)
        desk.ask(first, "first")
        assert desk.result("first").error == "Something unexpected went wrong: RuntimeError."
    desk.ask(second, "second")
    assert desk.result("second") == AcceptResult()


def test_that_too_many_at_once_that_can_be_refused_are_not_taken_at_all(desk: Desk) -> None:
    (workout,) = workouts(1)
    taken: list[AcceptResult] = []
    one = AcceptRequest(workout, now_ms(), taken.append)
    assert not desk.writer.accept([one] * (MAX_WAITING + 1))
    assert desk.writer.accept([one])
    desk.writer.start()
    assert desk.writer.end(10)
    assert taken == [AcceptResult()]


def test_that_what_is_tried_again_waits_without_a_bound_and_keeps_nothing_else_from_being_taken(desk: Desk) -> None:
    many, (other,) = list(workouts(MAX_WAITING + 1)), workouts(1, seed=5)
    assert desk.writer.submit(many)
    assert desk.writer.not_accepted() == len(many)
    assert desk.ask(other, "other")
    desk.writer.start()
    assert desk.result("other") == AcceptResult()
    assert desk.writer.end(10)
    assert desk.outbox.commits == [GROUP + 1, 1]
    accepted_ids = {entry.submission.workout_id for entry in desk.entries()}
    assert accepted_ids == {each.workout_id for each in (*many, other)}
    assert desk.writer.not_accepted() == 0


@pytest.mark.expects_warnings
def test_that_a_locked_file_refuses_one_and_tries_the_other_again(desk: Desk) -> None:
    first, second, third = workouts(3)
    desk.writer.start()
    desk.ask(None, "looked")
    assert desk.result("looked") == AcceptResult()
    with closing(connect(desk.path)) as other:
        other.execute("BEGIN IMMEDIATE")
        desk.ask(first, "first", retry=True)
        desk.ask(second, "second")
        assert desk.result("second").unavailable
        desk.ask(third, "third")
        assert "locked by another program" in desk.result("third").error
        assert "first" not in desk.results
        other.execute("ROLLBACK")
    assert desk.result("first") == AcceptResult()
    assert [entry.submission.workout_id for entry in desk.entries()] == [first.workout_id]
    assert [problem.kind for problem in desk.events.of(ProblemRaised)] == ["outbox"]


@pytest.mark.expects_warnings
def test_that_trouble_that_comes_back_is_reported_again(desk: Desk) -> None:
    desk.writer.start()
    desk.ask(None, "looked")
    assert desk.result("looked") == AcceptResult()
    for number, workout in enumerate(workouts(2), 1):
        with closing(connect(desk.path)) as other:
            other.execute("BEGIN IMMEDIATE")
            desk.ask(workout, number, retry=True)
            desk.events.wait_for(lambda number=number: len(desk.events.of(ProblemRaised)) == number)  # type: ignore[misc]
            other.execute("ROLLBACK")
        assert desk.result(number) == AcceptResult()


@pytest.mark.expects_warnings
def test_that_what_waits_behind_a_group_that_the_disk_refuses_is_answered_with_it(
    desk: Desk, monkeypatch: pytest.MonkeyPatch
) -> None:
    first, second = workouts(2)

    def full(_submissions: Sequence[Submission]) -> list[OutboxEntry]:
        if "second" not in desk.results:
            desk.ask(second, "second")
        raise StoreUnavailableError("The disk is full.")

    desk.ask(first, "first")
    with monkeypatch.context() as patched:
        patched.setattr(desk.outbox, "accept", full)
        desk.writer.start()
        assert [desk.result(ticket).error for ticket in ("first", "second")] == ["The disk is full."] * 2
    assert desk.entries() == []


def test_that_the_destination_counts_for_what_is_used_after_it_and_the_writer_goes_on(desk: Desk) -> None:
    (workout,) = workouts(1)
    here, there = Destination("queue.db", "results.db"), Destination("other.db", "results.db")
    seen: list[tuple[Destination | None, list[str]]] = []

    def confirm(outbox: Outbox) -> None:
        outbox.mark_confirmed([entry.seq for entry in outbox.pending(10)], now_ms())

    def look(outbox: Outbox) -> None:
        seen.append((outbox.destination, outbox.ids_in_other_queue(10)))

    desk.writer.set_destination(here)
    desk.writer.start()
    desk.ask(workout, "a")
    assert desk.result("a") == AcceptResult()
    desk.writer.use(confirm)
    for destination in (here, there, here):
        desk.writer.set_destination(destination)
        desk.writer.use(look)
    desk.ask(workout, "b")
    assert desk.result("b").was_known
    assert desk.writer.end(10)
    assert seen == [(here, []), (there, [workout.workout_id]), (here, [])]


@pytest.mark.expects_warnings
def test_that_a_damaged_file_is_reported_and_the_one_put_in_its_place_takes_what_waits(tmp_path: Path) -> None:
    path = tmp_path / "outbox.db"
    path.write_bytes(b"SQLite format 3\x00" + b"rubbish" * 1_000)
    desk, (first, second) = Desk(path), workouts(2)
    desk.writer.start()
    try:
        desk.ask(first, "first", retry=True)
        desk.ask(second, "second")
        assert desk.result("second").unavailable
        path.rename(path.with_name("damaged.db"))
        assert desk.result("first") == AcceptResult()
    finally:
        assert desk.writer.end(10)
    assert [entry.submission.workout_id for entry in desk.entries()] == [first.workout_id]


def test_that_too_many_are_not_taken(tmp_path: Path) -> None:
    desk = Desk(tmp_path / "outbox.db", max_waiting=2)
    first, second, third = workouts(3)
    assert desk.ask(first, 1)
    assert desk.ask(second, 2)
    assert not desk.ask(third, 3)


def test_that_what_waits_at_the_stop_is_still_kept(tmp_path: Path) -> None:
    desk = Desk(tmp_path / "outbox.db")
    (workout,) = workouts(1)
    desk.ask(workout, "a")
    desk.writer.stop()
    assert not desk.ask(workout, "b")
    desk.writer.start()
    assert desk.writer.end(10)
    assert desk.result("a") == AcceptResult()
    assert len(desk.entries()) == 1


@pytest.mark.expects_warnings
def test_that_callers_are_told_when_it_cannot_be_opened_for_an_unknown_reason(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    desk = Desk(tmp_path / "outbox.db")
    opened, broken = desk.outbox.open, [True]

    def opening() -> None:
        if broken[0]:
            raise MemoryError
        opened()

    monkeypatch.setattr(desk.outbox, "open", opening)
    first, second = workouts(2)
    desk.writer.start()
    try:
        assert desk.ask(first, "first")
        assert "unexpected" in desk.result("first").error
        broken[0] = False
        while (desk.ask(second, "second"), desk.result("second"))[1].error:
            pass
        assert [entry.submission.workout_id for entry in desk.entries()] == [second.workout_id]
    finally:
        assert desk.writer.end(10)


def test_that_a_name_of_an_older_version_is_told_so_that_it_disturbs_no_row() -> None:
    workout = next(iter(workouts(1)))
    kept = Submission(encode(workout, submitted_at_ms=1), workout.workout_id, 1, athlete="Ana\u202e\xa0Souza\u200b")
    assert accepted(kept, 1, "outbox").athlete == "Ana Souza"
