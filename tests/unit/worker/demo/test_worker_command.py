"""The process of a worker, by its standard input and its end."""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

import pytest

from core.broker.connect import open_broker
from core.broker.ports import Inspector
from tests.support.invariants import read_account
from tests.support.waiting import wait_until
from tests.support.workouts import messages
from worker.demo.worker_command import COULD_NOT_RUN
from worker.demo.worker_process import COMMAND
from worker.demo.worker_request import WorkerAct, WorkerPlace, WorkerRequest

BOUND_S = 60.0


class Desk:
    """A process, and the queue that it works on."""

    def __init__(self, folder: Path) -> None:
        self.results = folder / "results.db"
        self.place = WorkerPlace(
            name="W",
            broker_url=f"sqlite:///{folder / 'queue.db'}",
            database_url=f"sqlite:///{self.results}",
            log_folder=str(folder / "logs"),
        )
        self.log = folder / "logs" / "W.log"
        self.process = subprocess.Popen(
            [sys.executable, "-m", COMMAND], stdin=subprocess.PIPE, stdout=subprocess.DEVNULL, stderr=subprocess.PIPE
        )
        self._broker = open_broker(self.place.broker_url)

    def tell(self, line: bytes) -> None:
        assert self.process.stdin is not None
        self.process.stdin.write(line)
        self.process.stdin.flush()

    def end_input(self) -> None:
        assert self.process.stdin is not None
        self.process.stdin.close()

    def publish_one(self) -> str:
        publisher = self._broker.publisher()
        publisher.open()
        with closing(publisher):
            (message,) = messages(1, 1)
            publisher.publish([message])
        return message.message_id or ""

    def wait_for_job(self) -> None:
        inspector: Inspector = self._broker.inspector()
        inspector.open()
        with closing(inspector):
            wait_until(lambda: inspector.depth().running == 1, BOUND_S)

    def stored(self) -> list[str]:
        return list(read_account(self.results).stored)


@pytest.fixture
def desk(tmp_path: Path) -> Iterator[Desk]:
    desk = Desk(tmp_path)
    with desk.process:
        yield desk
        desk.process.kill()


def test_that_it_finishes_its_workout_when_its_console_has_ended(desk: Desk) -> None:
    sent = desk.publish_one()
    desk.tell(WorkerRequest(place=desk.place, work="0.5:0.5").line)
    desk.wait_for_job()
    desk.end_input()
    assert desk.process.wait(BOUND_S) == 0
    assert desk.stored() == [sent]


def test_that_it_gives_its_workout_back_when_it_is_to_stop_now(desk: Desk) -> None:
    desk.publish_one()
    desk.tell(WorkerRequest(place=desk.place, work="600").line)
    desk.wait_for_job()
    desk.tell(WorkerRequest(act=WorkerAct.STOP_NOW).line)
    assert desk.process.wait(BOUND_S) == 0
    assert desk.stored() == []


def test_that_a_line_that_is_no_request_is_logged_and_the_work_goes_on(desk: Desk) -> None:
    desk.tell(WorkerRequest(place=desk.place, work="600").line)
    desk.tell(b"what?\n")
    desk.tell(b'{"work": "long"}\n')
    sent = desk.publish_one()
    desk.wait_for_job()
    desk.tell(WorkerRequest(work="", act=WorkerAct.RETRY).line)
    desk.tell(WorkerRequest(act=WorkerAct.DRAIN).line)
    assert desk.process.wait(BOUND_S) == 0
    assert desk.stored() == [sent]
    assert desk.log.read_text(encoding="utf-8").count("a request was not understood") == 2


@pytest.mark.parametrize(
    ("lines", "problem"),
    [
        (b"", ""),
        (b'{"work": "1:2"}\n', ""),
        (b"what?\n", "no request to a worker"),
        (b'{"place": {"name": "W", "broker_url": "x://y", "database_url": "sqlite:///r"}}\n', "broker address"),
    ],
)
def test_that_it_does_not_run_without_a_place_to_work_at(desk: Desk, lines: bytes, problem: str) -> None:
    _, words = desk.process.communicate(lines, BOUND_S)
    assert desk.process.returncode == COULD_NOT_RUN
    assert problem in words.decode()
