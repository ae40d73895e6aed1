"""The process of the load: what it accepts, reports and refuses."""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Callable, Iterator
from contextlib import closing
from datetime import UTC
from functools import partial
from pathlib import Path
from queue import SimpleQueue
from threading import Condition, Thread

import pytest

from core.codec.workout_codec import decode
from core.outbox.outbox import Outbox, OutboxEntry
from core.workouts.model import Workout
from tests.support.waiting import wait_until
from worker.demo.lines import line_of
from worker.demo.producers.load import Pattern
from worker.demo.producers.load_command import COULD_NOT_RUN, LoadProducer
from worker.demo.producers.load_process import COMMAND
from worker.demo.producers.load_request import MOST_WHOLE, LoadReport, LoadRequest, title_of
from worker.runtime.clock import now_ms

BOUND_S = 60.0


class _Lines:
    """An input to which a test writes."""

    def __init__(self) -> None:
        self._lines: SimpleQueue[bytes] = SimpleQueue()

    def tell(self, request: LoadRequest) -> None:
        self._lines.put(line_of(request))

    def end(self) -> None:
        self._lines.put(b"")

    def readline(self, _size: int, /) -> bytes:
        return self._lines.get()


class _Rig:
    """A producer in a thread of the test. The load is paused: what comes after the first workout is bursts."""

    def __init__(self, path: Path) -> None:
        self.path, self.lines = path, _Lines()
        self.changed = Condition()
        self.reports: list[LoadReport] = []
        producer = LoadProducer(Outbox(path, now_ms=now_ms, timeout_s=0.05), self._on_report, UTC)
        first = LoadRequest(outbox_file=str(path), rate_per_s=1.0, paused=True)
        self.thread = Thread(target=producer.run, args=(first, self.lines))

    def _on_report(self, report: LoadReport) -> None:
        with self.changed:
            self.reports.append(report)
            self.changed.notify_all()

    def wait_for(self, reached: Callable[[], object]) -> None:
        with self.changed:
            assert self.changed.wait_for(lambda: bool(reached()), BOUND_S)

    def has_made(self, count: int) -> bool:
        return sum(len(report.unkept) + len(report.whole) for report in self.reports) == count

    def accepted(self) -> list[str]:
        """As reported."""
        whole = [workout.workout_id for report in self.reports for workout in report.whole]
        return whole + [workout_id for report in self.reports for workout_id, _ in report.brief]

    def entries(self) -> list[OutboxEntry]:
        outbox = Outbox(self.path, now_ms=now_ms)
        outbox.open()
        with closing(outbox):
            return outbox.pending(10_000)

    def end(self) -> None:
        self.lines.end()
        self.thread.join(BOUND_S)
        assert not self.thread.is_alive()


@pytest.fixture
def rig(tmp_path: Path) -> Iterator[_Rig]:
    made = _Rig(tmp_path / "outbox.db")
    made.thread.start()
    yield made
    made.end()


def _facts(workout: Workout) -> dict[str, object]:
    return workout.model_dump(exclude={"id"})


def test_that_what_is_reported_is_what_the_outbox_has(rig: _Rig) -> None:
    rig.wait_for(lambda: len(rig.accepted()) == 1)
    rig.lines.tell(LoadRequest(burst=700))
    rig.wait_for(lambda: len(rig.accepted()) == 701)
    entries = {entry.submission.workout_id: entry for entry in rig.entries()}
    assert sorted(rig.accepted()) == sorted(entries)
    for report in rig.reports:
        for workout in report.whole:
            entry = entries[workout.workout_id]
            assert decode(entry.submission.message, now_ms=now_ms()).workout == workout
            assert entry.accepted_at_ms == report.at_ms
        assert len(report.whole) <= MOST_WHOLE
        for workout_id, title in report.brief:
            assert title == f"{entries[workout_id].submission.athlete}, {entries[workout_id].submission.sport}"


def test_that_a_share_is_reported_to_be_spoiled_and_not_accepted(rig: _Rig) -> None:
    rig.lines.tell(LoadRequest(share=0.2))
    rig.lines.tell(LoadRequest(burst=300))
    rig.wait_for(lambda: len(rig.accepted()) + sum(len(report.spoiled) for report in rig.reports) == 301)
    spoiled = [workout.workout_id for report in rig.reports for workout in report.spoiled]
    assert 20 < len(spoiled) < 110
    assert not {entry.submission.workout_id for entry in rig.entries()} & set(spoiled)


def test_that_what_is_not_to_be_kept_is_given_to_the_console(rig: _Rig) -> None:
    rig.wait_for(lambda: len(rig.accepted()) == 1)
    rig.lines.tell(LoadRequest(is_kept=False))
    rig.lines.tell(LoadRequest(burst=40))
    rig.wait_for(lambda: sum(len(report.unkept) for report in rig.reports) == 40)
    rig.lines.tell(LoadRequest(is_kept=True))
    rig.lines.tell(LoadRequest(burst=1))
    rig.wait_for(lambda: len(rig.accepted()) == 2)
    assert len(rig.entries()) == 2


def test_that_a_full_outbox_is_reported_once_and_the_load_waits_for_room(rig: _Rig) -> None:
    rig.wait_for(lambda: len(rig.accepted()) == 1)
    rig.lines.tell(LoadRequest(is_full=True))
    rig.lines.tell(LoadRequest(burst=2_000))
    rig.wait_for(lambda: any(report.problem for report in rig.reports))
    rig.lines.tell(LoadRequest(is_full=False))
    rig.wait_for(lambda: len(rig.accepted()) == 2_001)
    assert [report.problem for report in rig.reports if report.problem] == ["The disk that holds outbox.db is full."]
    assert len(rig.entries()) == 2_001


def test_that_a_moved_outbox_is_followed_by_a_new_one(rig: _Rig) -> None:
    rig.wait_for(lambda: len(rig.accepted()) == 1)
    rig.path.rename(rig.path.with_name("moved.db"))
    rig.lines.tell(LoadRequest(burst=5))
    rig.wait_for(lambda: len(rig.accepted()) == 6)
    assert len(rig.entries()) == 5


def test_that_the_end_does_not_wait_for_a_disk_that_refuses(rig: _Rig) -> None:
    rig.wait_for(lambda: len(rig.accepted()) == 1)
    rig.path.rename(rig.path.with_name("moved.db"))
    rig.path.mkdir()
    rig.lines.tell(LoadRequest(burst=5))
    rig.wait_for(lambda: any(report.problem for report in rig.reports))


def test_that_every_process_has_the_same_load(tmp_path: Path) -> None:
    found = []
    for name in ("a.db", "b.db"):
        rig = _Rig(tmp_path / name)
        rig.lines.tell(LoadRequest(is_kept=False, pattern=Pattern.SPIKES, rate_per_s=10.0))
        rig.thread.start()
        rig.lines.tell(LoadRequest(burst=50))
        rig.wait_for(partial(rig.has_made, 51))
        rig.end()
        found.append([_facts(each) for report in rig.reports for each in (*report.whole, *report.unkept)])
    assert found[0] == found[1]


def _run(lines: bytes) -> subprocess.CompletedProcess[bytes]:
    return subprocess.run(
        [sys.executable, "-m", COMMAND], input=lines, capture_output=True, timeout=BOUND_S, check=False
    )


@pytest.mark.parametrize(
    ("lines", "problem"), [(b"", ""), (b'{"paused": true}\n', ""), (b"what?\n", "no request to a load")]
)
def test_that_it_does_not_run_without_an_outbox(lines: bytes, problem: str) -> None:
    done = _run(lines)
    assert done.returncode == COULD_NOT_RUN
    assert problem in done.stderr.decode()
    assert not done.stdout


def test_that_the_process_ends_with_its_input(tmp_path: Path) -> None:
    process = subprocess.Popen([sys.executable, "-m", COMMAND], stdin=subprocess.PIPE, stdout=subprocess.PIPE)
    with process:
        assert process.stdin is not None
        assert process.stdout is not None
        process.stdin.write(line_of(LoadRequest(outbox_file=str(tmp_path / "outbox.db"), rate_per_s=100.0)))
        process.stdin.flush()
        report = LoadReport.model_validate_json(process.stdout.readline())
        assert [title_of(each) for each in report.whole]
        process.stdin.close()
        wait_until(lambda: process.poll() is not None, BOUND_S)
    assert process.returncode == 0
