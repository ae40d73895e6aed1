"""Many callers, one commit, a verdict for each."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import closing
from pathlib import Path
from threading import Condition, Lock

import pytest
from typing_extensions import override

from core.broker.backoff import Backoff
from core.codec.workout_codec import dumps_workout, encode
from core.errors import StoreUnavailableError
from core.events import Accepted
from core.outbox.outbox import Outbox, OutboxEntry, Submission
from core.sqlite.connection import connect
from core.workouts.model import Workout
from tests.support.fakes import EventLog
from tests.support.loop_rig import now_ms
from tests.support.workouts import workouts
from worker.outbox.accept_thread import accepted
from worker.outbox.ingest_writer_thread import IngestWriterThread, KeepRequest, KeepResult


class CountingOutbox(Outbox):
    def __init__(self, path: Path) -> None:
        super().__init__(path, now_ms=now_ms, timeout_s=0.05)
        self.commits: list[int] = []

    @override
    def accept(self, submissions: Sequence[Submission]) -> list[OutboxEntry]:
        self.commits.append(len(submissions))
        return super().accept(submissions)


class Desk:
    """A keeping thread, and what it said."""

    def __init__(self, path: Path, max_waiting: int = 1_000) -> None:
        self.path = path
        self.outbox = CountingOutbox(path)
        self.events = EventLog()
        self.changed = Condition()
        self.kept: dict[object, KeepResult] = {}
        self.noticed = 0
        self.thread = IngestWriterThread(
            self.outbox,
            now_ms=now_ms,
            on_event=self.events,
            on_accepted=self._on_accepted,
            on_settled=self._on_settled,
            writing=Lock(),
            backoff=Backoff(first_s=0.01, max_s=0.02),
            max_waiting=max_waiting,
        )

    def keep(self, workout: Workout | None, ticket: object, body: bytes | None = None) -> bool:
        given = body if body is not None else b"" if workout is None else dumps_workout(workout)
        return self.thread.keep(KeepRequest(workout, given, now_ms(), ticket))

    def verdict(self, ticket: object) -> KeepResult:
        with self.changed:
            assert self.changed.wait_for(lambda: ticket in self.kept, 10)
            return self.kept.pop(ticket)

    def entries(self) -> list[OutboxEntry]:
        outbox = Outbox(self.path, now_ms=now_ms)
        outbox.open()
        with closing(outbox):
            return outbox.pending(10_000)

    def _on_accepted(self) -> None:
        self.noticed += 1

    def _on_settled(self, settled: Sequence[KeepResult]) -> None:
        with self.changed:
            self.kept.update({kept.ticket: kept for kept in settled})
            self.changed.notify_all()


@pytest.fixture
def desk(tmp_path: Path) -> Iterator[Desk]:
    desk = Desk(tmp_path / "outbox.db")
    yield desk
    desk.thread.stop()
    assert desk.thread.join(10)


def test_that_what_waits_together_is_kept_in_one_commit(desk: Desk) -> None:
    given = list(workouts(40))
    for number, workout in enumerate(given):
        assert desk.keep(workout, number)
    desk.thread.start()
    assert [desk.verdict(number) for number in range(40)] == [KeepResult(number) for number in range(40)]
    assert desk.outbox.commits == [40]
    assert [entry.submission.workout_id for entry in desk.entries()] == [each.workout_id for each in given]
    assert [event.workout_id for event in desk.events.of(Accepted)] == [each.workout_id for each in given]
    assert desk.noticed == 1


def test_that_the_body_is_sent_as_it_came(desk: Desk) -> None:
    (workout,) = workouts(1)
    body = b'{ "type":"run", "duration": 45.0, "x-ours":true}'
    desk.thread.start()
    assert desk.keep(workout, "a", body)
    desk.verdict("a")
    (entry,) = desk.entries()
    assert entry.submission.message.body == body
    assert entry.submission.message.message_id == workout.workout_id


def test_that_an_id_with_other_content_is_told_to_its_caller_only(desk: Desk) -> None:
    first, second = workouts(2)
    desk.keep(first, "first")
    desk.keep(first.model_copy(update={"title": "Another"}), "changed")
    desk.keep(second, "second")
    desk.thread.start()
    assert desk.verdict("first") == KeepResult("first")
    assert desk.verdict("second") == KeepResult("second")
    (problem,) = desk.verdict("changed").problems
    assert problem.field == "id"
    assert "already submitted" in problem.problem
    assert len(desk.entries()) == 2


def test_that_one_wrong_among_many_costs_few_commits(desk: Desk) -> None:
    given = list(workouts(64))
    desk.keep(given[0], "first")
    for number, workout in enumerate(given[1:]):
        desk.keep(workout, number)
    desk.keep(given[0].model_copy(update={"title": "Another"}), "changed")
    desk.thread.start()
    assert desk.verdict("changed").problems
    assert all(desk.verdict(number) == KeepResult(number) for number in range(63))
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
        desk.keep(workout, ticket)
    desk.thread.start()
    assert [desk.verdict(ticket) for ticket in (0, 1)] == [KeepResult(0), KeepResult(1)]
    assert desk.verdict(2).problems
    assert desk.verdict(3).error == "The disk is full."


def test_that_a_workout_known_already_is_kept_once(desk: Desk) -> None:
    (workout,) = workouts(1)
    desk.thread.start()
    for ticket in ("a", "b"):
        desk.keep(workout, ticket)
        assert desk.verdict(ticket) == KeepResult(ticket)
    assert len(desk.entries()) == 1


@pytest.mark.expects_warnings
def test_that_a_locked_file_is_told_at_once_and_the_next_is_kept(desk: Desk) -> None:
    first, second = workouts(2)
    desk.thread.start()
    desk.keep(None, "looked")
    assert desk.verdict("looked") == KeepResult("looked")
    with closing(connect(desk.path)) as other:
        other.execute("BEGIN IMMEDIATE")
        desk.keep(first, "first")
        assert "locked by another program" in desk.verdict("first").error
        assert desk.thread.error
        other.execute("ROLLBACK")
    desk.keep(second, "second")
    assert desk.verdict("second") == KeepResult("second")
    assert desk.thread.error == ""
    assert [entry.submission.workout_id for entry in desk.entries()] == [second.workout_id]
    assert desk.noticed == 1


@pytest.mark.expects_warnings
def test_that_a_file_that_was_moved_is_told_and_the_next_is_kept_in_the_one_of_that_name(desk: Desk) -> None:
    first, second = workouts(2)
    desk.thread.start()
    desk.keep(None, "looked")
    assert desk.verdict("looked") == KeepResult("looked")
    desk.path.rename(desk.path.with_name("moved.db"))
    desk.keep(first, "first")
    assert "moved or deleted" in desk.verdict("first").error
    desk.keep(second, "second")
    assert desk.verdict("second") == KeepResult("second")
    assert [entry.submission.workout_id for entry in desk.entries()] == [second.workout_id]


@pytest.mark.expects_warnings
def test_that_callers_are_told_while_the_file_cannot_even_be_opened(tmp_path: Path) -> None:
    folder = tmp_path / "later"
    desk = Desk(folder / "outbox.db")
    (workout,) = workouts(1)
    desk.thread.start()
    try:
        desk.keep(workout, "a")
        assert desk.verdict("a").error
        folder.mkdir()
        until_kept = (desk.keep(workout, number) and desk.verdict(number) for number in range(1_000))
        assert next(kept for kept in until_kept if kept and not kept.error)
    finally:
        desk.thread.stop()
        assert desk.thread.join(10)


@pytest.mark.expects_warnings
def test_that_what_nobody_foresaw_is_told_too(desk: Desk, monkeypatch: pytest.MonkeyPatch) -> None:
    first, second = workouts(2)

    def burst(_submissions: Sequence[Submission]) -> list[OutboxEntry]:
        raise RuntimeError("boom")

    desk.thread.start()
    with monkeypatch.context() as patched:
        patched.setattr(desk.outbox, "accept", burst)
        desk.keep(first, "first")
        assert desk.verdict("first").error == "Something unexpected went wrong: RuntimeError."
    desk.keep(second, "second")
    assert desk.verdict("second") == KeepResult("second")


def test_that_too_many_are_not_taken(tmp_path: Path) -> None:
    desk = Desk(tmp_path / "outbox.db", max_waiting=2)
    first, second, third = workouts(3)
    assert desk.keep(first, 1)
    assert desk.keep(second, 2)
    assert not desk.keep(third, 3)


def test_that_what_waits_at_the_stop_is_still_kept(tmp_path: Path) -> None:
    desk = Desk(tmp_path / "outbox.db")
    (workout,) = workouts(1)
    desk.keep(workout, "a")
    desk.thread.stop()
    assert not desk.keep(workout, "b")
    desk.thread.start()
    assert desk.thread.join(10)
    assert desk.verdict("a") == KeepResult("a")
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
    desk.thread.start()
    try:
        assert desk.keep(first, "first")
        assert "unexpected" in desk.verdict("first").error
        broken[0] = False
        while (desk.keep(second, "second"), desk.verdict("second"))[1].error:
            pass
        assert [entry.submission.workout_id for entry in desk.entries()] == [second.workout_id]
    finally:
        desk.thread.stop()
        assert desk.thread.join(10)


def test_that_a_name_of_an_older_version_is_told_so_that_it_disturbs_no_row() -> None:
    workout = next(iter(workouts(1)))
    kept = Submission(encode(workout, submitted_at_ms=1), workout.workout_id, 1, athlete="Ana\u202e\xa0Souza\u200b")
    assert accepted(kept, 1).athlete == "Ana Souza"
