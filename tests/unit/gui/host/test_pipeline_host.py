"""The pipeline behind the window: opened, changed and ended while workouts come."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager
from pathlib import Path
from threading import Event, Thread

import pytest

from core.codec.workout_codec import MessageKind
from core.events import Accepted, Confirmed, ProblemRaised, Producer
from core.outbox.outbox import Outbox
from core.sqlite.connection import connect
from core.store.writer import ResultsStore
from core.workouts.model import Workout
from gui.host.pipeline_host import PipelineHost, WorkerSettings
from tests.support.fakes import EventLog
from tests.support.program_rig import settings_in
from tests.support.workouts import workouts
from worker.host.pipeline import Pipeline
from worker.outbox.outbox_writer import MAX_WAITING
from worker.outbox.submission import accepted, submission_of
from worker.runtime.clock import now_ms
from worker.runtime.query import Posted, Query, Reply

WAIT_S = 60.0


class Place:
    """A host on real files, and what its pipelines say."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.events = EventLog()
        self.host = self.new_host(read_only=False)

    def new_host(self, *, read_only: bool) -> PipelineHost:
        worker = WorkerSettings(10, "", 1)
        return PipelineHost(
            settings_in(self.folder),
            worker,
            read_only=read_only,
            post=self._post,
            on_restored=lambda _: None,
            now_ms=now_ms,
        )

    def url(self, name: str) -> str:
        return f"sqlite:///{self.folder / name}"

    def accepted_ids(self) -> set[str]:
        with closing(Outbox(self.host.settings.folder.outbox_file, now_ms=lambda: 1)) as outbox:
            outbox.open()
            return {entry.submission.workout_id for entry in outbox.recent(1_000)}

    def confirmed_ids(self) -> set[str]:
        return {each for event in self.events.of(Confirmed) for each in event.workout_ids}

    @contextmanager
    def kept_from_writing(self, workout: Workout) -> Iterator[None]:
        """A pipeline that is stopped meanwhile goes on trying to accept this one."""
        with closing(connect(self.host.settings.folder.outbox_file)) as other:
            other.execute("BEGIN IMMEDIATE")
            self.host.submit([workout])
            yield
            other.execute("ROLLBACK")

    def beginning(self, act: Callable[[], object]) -> Thread:
        thread = Thread(target=act)
        thread.start()
        return thread

    def wait_until_closed(self, thread: Thread) -> None:
        while self.host.is_open and thread.is_alive():
            thread.join(0.01)

    def _post(self, posted: Posted) -> None:
        if not isinstance(posted, Reply):
            self.events(posted)


@pytest.fixture
def place(tmp_path: Path) -> Iterator[Place]:
    place = Place(tmp_path)
    yield place
    assert place.host.stop()


def ids_of(sent: list[Workout]) -> set[str]:
    return {workout.workout_id for workout in sent}


def test_what_was_submitted_before_anything_was_open_is_kept_at_the_end(place: Place) -> None:
    sent = list(workouts(3))
    place.host.submit(sent)
    assert place.host.stop()
    assert place.accepted_ids() == ids_of(sent)


def test_what_was_submitted_while_the_connection_changed_is_kept_at_the_end(place: Place) -> None:
    sent = list(workouts(4))
    place.host.open()
    with place.kept_from_writing(sent[0]):
        changing = place.beginning(lambda: place.host.change_broker(place.url("other.db")))
        place.wait_until_closed(changing)
        place.host.submit(sent[1:])
        ending = place.beginning(place.host.stop)
    for thread in (changing, ending):
        thread.join(WAIT_S)
        assert not thread.is_alive()
    assert place.accepted_ids() == ids_of(sent)


def test_of_two_quick_changes_the_second_is_what_is_used(place: Place) -> None:
    sent = list(workouts(2))
    place.host.open()
    first, second = place.url("first.db"), place.url("second.db")
    with place.kept_from_writing(sent[0]):
        changes = [place.beginning(lambda: place.host.change_broker(first))]
        place.wait_until_closed(changes[0])
        changes.append(place.beginning(lambda: place.host.change_broker(second)))
    for thread in changes:
        thread.join(WAIT_S)
        assert not thread.is_alive()
    used: list[str] = []
    place.host.do(lambda pipeline: used.append(pipeline._options.broker_url))
    assert [place.host.settings.broker_url, *used] == [second, second]
    place.host.submit(sent[1:])
    assert place.host.stop()
    assert place.accepted_ids() == ids_of(sent)


@pytest.mark.expects_warnings
def test_what_the_pipeline_of_before_could_not_accept_is_accepted_by_the_next(place: Place) -> None:
    sent = list(workouts(3))
    place.host.open()
    assert not place.accepted_ids()  # and the file has its tables
    with closing(connect(place.host.settings.folder.outbox_file)) as other:
        other.execute("CREATE TRIGGER full BEFORE INSERT ON entries BEGIN SELECT RAISE(ABORT, 'full'); END")
        place.host.submit(sent)
        place.host.change_broker(place.url("other.db"))
        assert not place.accepted_ids()
        other.execute("DROP TRIGGER full")
    assert place.host.stop()
    assert place.accepted_ids() == ids_of(sent)
    assert "could not be kept" not in str(place.events.of(ProblemRaised))


def test_a_change_that_breaks_leaves_the_one_before_in_use(place: Place, monkeypatch: pytest.MonkeyPatch) -> None:
    place.host.open()
    before, started = place.host.settings.broker_url, Pipeline.start
    troubles: list[Exception] = [PermissionError()]

    def starting(pipeline: Pipeline) -> None:
        if troubles:
            raise troubles.pop()
        started(pipeline)

    monkeypatch.setattr(Pipeline, "start", starting)
    with pytest.raises(PermissionError):
        place.host.change_broker(place.url("other.db"))
    assert place.host.is_open
    assert place.host.settings.broker_url == before


def test_what_is_asked_while_it_starts_is_answered(place: Place, monkeypatch: pytest.MonkeyPatch) -> None:
    asked, started = Event(), Pipeline.start

    def starting(pipeline: Pipeline) -> None:
        place.host.ask(Query("anything", lambda _reader: asked.set(), lambda _: None))
        started(pipeline)

    with closing(ResultsStore(settings_in(place.folder).database_url, now_ms=now_ms)) as results:
        results.open()
    monkeypatch.setattr(Pipeline, "start", starting)
    place.host.open()
    assert asked.wait(WAIT_S)


def test_whoever_is_in_a_hurry_is_heard_while_it_ends(place: Place, monkeypatch: pytest.MonkeyPatch) -> None:
    hurried: list[bool] = []
    stopped = Pipeline.stop

    def stopping(pipeline: Pipeline, timeout_s: float = 9.0) -> bool:
        place.host.stop_now()
        return stopped(pipeline, timeout_s)

    monkeypatch.setattr(Pipeline, "stop", stopping)
    monkeypatch.setattr(Pipeline, "stop_now", lambda _: hurried.append(True))
    place.host.open()
    assert place.host.stop()
    assert hurried == [True]


@pytest.mark.expects_warnings
def test_what_cannot_be_kept_at_the_end_is_told(place: Place) -> None:
    place.host.settings.folder.outbox_file.mkdir()
    place.host.submit(list(workouts(2)))
    assert place.host.stop()
    assert "2 workouts could not be kept" in place.events.of(ProblemRaised)[-1].text


def test_however_many_wait_before_it_is_open_all_are_accepted(place: Place) -> None:
    sent = list(workouts(1)) * (20 * MAX_WAITING + 1)
    place.host.submit(sent)
    place.host.open()
    place.events.wait_for(lambda: len(place.events.of(Accepted)) == len(sent), WAIT_S)
    assert place.host.stop()
    assert place.accepted_ids() == ids_of(sent)
    assert not place.events.of(ProblemRaised)


def test_what_another_program_accepted_is_reported_and_sent(place: Place) -> None:
    place.host.open()
    (workout,) = workouts(1)
    submission = submission_of(workout, kind=MessageKind.SUBMITTED, submitted_at_ms=1)
    outbox = Outbox(place.host.settings.folder.outbox_file, now_ms=now_ms)
    outbox.open()
    with closing(outbox):
        outbox.accept([submission])
        place.host.report_accepted([accepted(submission, 1, outbox.origin, Producer.LOAD)])
    place.events.wait_for(lambda: place.events.of(Confirmed), WAIT_S)
    assert [event.source for event in place.events.of(Accepted)] == ["load"]
    assert place.events.of(Confirmed)[0].workout_ids == (workout.workout_id,)


def test_what_is_submitted_while_no_connection_is_open_is_accepted_at_once(
    place: Place, monkeypatch: pytest.MonkeyPatch
) -> None:
    sent, stopped = list(workouts(3)), Pipeline.stop

    def stopping(pipeline: Pipeline, timeout_s: float = 9.0) -> bool:
        assert not place.host.is_open
        place.host.submit(sent)
        place.events.wait_for(lambda: len(place.events.of(Accepted)) == len(sent), WAIT_S)
        return stopped(pipeline, timeout_s)

    place.host.open()
    with monkeypatch.context() as patched:
        patched.setattr(Pipeline, "stop", stopping)
        place.host.change_broker(place.url("other.db"))
    place.events.wait_for(lambda: place.confirmed_ids() == ids_of(sent))


def test_one_that_only_looks_on_accepts_nothing(tmp_path: Path) -> None:
    looking = Place(tmp_path).new_host(read_only=True)
    looking.submit(list(workouts(1)))
    assert looking.stop()
    assert not looking.settings.folder.outbox_file.exists()
