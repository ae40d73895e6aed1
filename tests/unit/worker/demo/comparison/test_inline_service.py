"""The service that processes within the request."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import closing
from http.client import HTTPConnection
from pathlib import Path

import pytest

from core.config.file_url import file_url
from core.config.settings import WorkSpan
from tests.support.invariants import read_account
from worker.consumer.simulated_work import Simulation
from worker.demo.comparison.faults import ProcessingFaults
from worker.demo.comparison.inline_service import InlineService
from worker.demo.comparison.plan import ComparisonPlan, plan_workouts

GOOD, BAD = plan_workouts(ComparisonPlan(count=2, failing=0))


@pytest.fixture
def connection(tmp_path: Path) -> Iterator[HTTPConnection]:
    faults = ProcessingFaults(frozenset({BAD.workout_id}), None, on_failed=lambda _: None)
    service = InlineService(file_url(tmp_path / "results.db"), 1, Simulation(WorkSpan(0, 0)), faults)
    service.start()
    with closing(HTTPConnection(*service.address, timeout=60)) as made:
        yield made
    service.stop()


def post(connection: HTTPConnection, body: bytes) -> int:
    connection.request("POST", "/workout", body)
    response = connection.getresponse()
    response.read()
    return response.status


def test_that_the_answer_comes_once_it_is_stored(connection: HTTPConnection, tmp_path: Path) -> None:
    assert post(connection, GOOD.body) == 201
    assert list(read_account(tmp_path / "results.db").stored) == [GOOD.workout_id]


def test_that_what_fails_is_kept_nowhere(connection: HTTPConnection, tmp_path: Path) -> None:
    assert post(connection, BAD.body) == 500
    account = read_account(tmp_path / "results.db")
    assert (account.stored, account.failed) == ({}, {})


@pytest.mark.parametrize("body", [b"", b"{", b'{"userId": 5}'])
def test_that_a_body_that_is_no_workout_is_refused(connection: HTTPConnection, body: bytes) -> None:
    assert post(connection, body) == 400


def test_that_a_body_that_is_too_long_is_not_read(connection: HTTPConnection) -> None:
    connection.putrequest("POST", "/workout")
    connection.putheader("Content-Length", "9" * 30)
    connection.endheaders()
    assert connection.getresponse().status == 400
