"""Clients that post workouts one after the other over a kept connection, and measure how long each answer takes."""

from __future__ import annotations

from collections import deque
from collections.abc import Sequence
from contextlib import closing
from http.client import HTTPConnection, HTTPException
from threading import Barrier, BrokenBarrierError, Lock
from time import monotonic
from typing import NamedTuple

from typing_extensions import override

from worker.demo.comparison.plan import PlannedWorkout
from worker.demo.comparison.report import SideReport, percentile
from worker.runtime.service_thread import ServiceThread

REQUEST_BOUND_S = 60.0
RECONNECT_S = 0.1
START_BOUND_S = 20.0
NO_ANSWER = 0
_SUCCESS = range(200, 300)


class Answer(NamedTuple):
    """`status`: NO_ANSWER where none came. `wait_s`: also for a service that is away. `at_s`: monotonic, its end."""

    workout_id: str
    status: int
    wait_s: float
    at_s: float


class AnswerLog:
    """The answers of all clients of one side. Methods are for any thread."""

    def __init__(self) -> None:
        self._lock = Lock()
        self._answers: list[Answer] = []

    def add(self, answer: Answer) -> None:
        with self._lock:
            self._answers.append(answer)

    def accepted(self) -> frozenset[str]:
        """Ids that were answered with success."""
        with self._lock:
            return frozenset(each.workout_id for each in self._answers if each.status in _SUCCESS)

    @property
    def unanswered(self) -> int:
        with self._lock:
            return sum(each.status == NO_ANSWER for each in self._answers)

    def report(self, *, stored: int, lost: int, kept: int) -> SideReport:
        with self._lock:
            answers = list(self._answers)
        waits_ms = sorted(each.wait_s * 1000 for each in answers)
        good = sum(each.status in _SUCCESS for each in answers)
        span_s = max((each.at_s for each in answers), default=0.0) - min(
            (each.at_s - each.wait_s for each in answers), default=0.0
        )
        return SideReport(
            answered=len(answers),
            p50_ms=percentile(waits_ms, 50),
            p95_ms=percentile(waits_ms, 95),
            p99_ms=percentile(waits_ms, 99),
            sustained_per_s=good / span_s if span_s > 0 else None,
            stored=stored,
            lost=lost,
            kept=kept,
        )


class WorkoutClient(ServiceThread):
    """Takes the next workout from a deque that it shares with other clients, until there is none."""

    def __init__(self, address: tuple[str, int], ahead: deque[PlannedWorkout], start: Barrier, log: AnswerLog) -> None:
        """`start`: all clients wait there once they are connected, so that no side begins before the other."""
        super().__init__("comparison client")
        self._address, self._ahead, self._start, self._log = address, ahead, start, log

    @override
    def _run(self) -> None:
        with closing(HTTPConnection(*self._address, timeout=REQUEST_BOUND_S)) as connection:
            try:
                connection.request("GET", "/health")
                connection.getresponse().read()
                self._start.wait(START_BOUND_S)
            except (OSError, HTTPException, BrokenBarrierError):
                self._start.abort()
                return
            while not self._stopping and (workout := self._next()) is not None:
                began_s = monotonic()
                status = self._post(connection, workout)
                at_s = monotonic()
                self._log.add(Answer(workout.workout_id, status, at_s - began_s, at_s))

    def _post(self, connection: HTTPConnection, workout: PlannedWorkout) -> int:
        """The status, or NO_ANSWER: then it is not sent again, as the person cannot know whether it arrived."""
        try:
            self._connect(connection)
            connection.request("POST", "/workout", workout.body, {"Content-Type": "application/json"})
            response = connection.getresponse()
            response.read()
        except (OSError, HTTPException):
            connection.close()
            return NO_ANSWER
        return response.status

    def _connect(self, connection: HTTPConnection) -> None:
        """Where there is no connection, try until the service is back. OSError when it is not."""
        until_s = monotonic() + REQUEST_BOUND_S
        while connection.sock is None:
            try:
                connection.connect()
            except ConnectionRefusedError:
                if self._stopping or monotonic() > until_s:
                    raise
                with self._changed:
                    self._changed.wait_for(lambda: self._stopping, RECONNECT_S)

    def _next(self) -> PlannedWorkout | None:
        try:
            return self._ahead.popleft()
        except IndexError:
            return None


def make_clients(
    count: int, address: tuple[str, int], workouts: Sequence[PlannedWorkout], start: Barrier, log: AnswerLog
) -> Sequence[WorkoutClient]:
    """They share the workouts."""
    ahead = deque(workouts)
    return [WorkoutClient(address, ahead, start, log) for _ in range(count)]
