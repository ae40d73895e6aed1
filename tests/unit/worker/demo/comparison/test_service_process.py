"""The process of a service, as the process that compares has it."""

from __future__ import annotations

import sys
from collections.abc import Iterator
from contextlib import closing
from http.client import HTTPConnection
from pathlib import Path

import pytest

from core.config.settings import DataFolder, WorkSpan
from core.errors import SettingError
from tests.support.waiting import wait_until
from worker.demo.comparison import service_process
from worker.demo.comparison.plan import ComparisonPlan, plan_workouts
from worker.demo.comparison.service_process import ServiceProcess
from worker.demo.comparison.service_request import ServiceRequest, ServiceSide

GOOD, BAD = plan_workouts(ComparisonPlan(count=2, failing=0))


def make(folder: Path, side: ServiceSide, **more: object) -> ServiceProcess:
    DataFolder(folder).create()
    work = WorkSpan(0, 0).text()
    fields = {"side": side, "folder": str(folder), "threads": 1, "work": work, "seed": 1, "failing": (BAD.workout_id,)}
    return ServiceProcess(ServiceRequest.model_validate({**fields, **more}))


@pytest.fixture(params=ServiceSide, ids=lambda side: side.value)
def service(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[ServiceProcess]:
    made = make(tmp_path, request.param)
    made.start()
    yield made
    made.stop()


def post(service: ServiceProcess, body: bytes) -> int:
    with closing(HTTPConnection(*service.address, timeout=60)) as connection:
        connection.request("POST", "/workout", body, {"Content-Type": "application/json"})
        return connection.getresponse().status


def answers(service: ServiceProcess) -> bool:
    try:
        return post(service, GOOD.body) < 300
    except OSError:
        return False


def test_that_it_says_which_failed(service: ServiceProcess) -> None:
    post(service, GOOD.body)
    post(service, BAD.body)
    wait_until(lambda: service.failed == {BAD.workout_id}, 60.0)


def test_that_it_listens_where_it_did_once_it_was_killed(service: ServiceProcess) -> None:
    before = service.address
    service.kill()
    assert not answers(service)
    service.start_again(begun_s=1.0)
    wait_until(lambda: answers(service), 60.0)
    assert service.address == before


def test_that_what_fails_for_a_while_begins_with_the_clients(tmp_path: Path) -> None:
    service = make(tmp_path, ServiceSide.INLINE, failing=(), outage="0:60")
    service.start()
    try:
        service.begin()
        wait_until(lambda: not answers(service), 60.0)
        wait_until(lambda: service.failed == {GOOD.workout_id}, 60.0)
    finally:
        service.stop()


def test_that_a_service_that_cannot_start_says_why(tmp_path: Path) -> None:
    service = make(tmp_path, ServiceSide.INLINE, work="no span")
    with pytest.raises(SettingError, match="Simulated work must be MIN:MAX"):
        service.start()
    service.stop()


def test_that_a_program_that_cannot_be_started_is_a_sentence(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sys, "executable", str(tmp_path / "nowhere"))
    with pytest.raises(SettingError, match="could not be started"):
        make(tmp_path, ServiceSide.INLINE).start()


def test_that_a_process_that_talks_nonsense_is_ended(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(service_process, "COMMAND", "this")  # prints a text
    service = make(tmp_path, ServiceSide.INLINE)
    with pytest.raises(SettingError, match="not understood"):
        service.start()
    service.stop()


def test_that_stopping_what_never_started_does_nothing(tmp_path: Path) -> None:
    service = make(tmp_path, ServiceSide.QUEUED)
    service.begin()
    service.kill()
    service.stop()
    assert service.failed == frozenset()
