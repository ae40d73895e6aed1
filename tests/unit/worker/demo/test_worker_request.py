"""The lines that a worker process reads."""

from __future__ import annotations

from io import BytesIO

import pytest

from core.errors import SettingError
from worker.demo.protections import Protections
from worker.demo.worker_request import WorkerAct, WorkerPlace, WorkerRequest, read_request, simulation_of, work_of

PLACE = WorkerPlace(name="W", broker_url="sqlite:///q", database_url="sqlite:///r", log_folder="logs")


@pytest.mark.parametrize(
    "request_",
    [
        WorkerRequest(place=PLACE, prefetch=5, work="1:2", act=WorkerAct.PAUSE),
        WorkerRequest(work="", protections=Protections(outbox=False)),
        *(WorkerRequest(act=act) for act in WorkerAct),
    ],
)
def test_that_a_request_is_read_as_it_was_written(request_: WorkerRequest) -> None:
    assert read_request(BytesIO(request_.line)) == request_


def test_that_the_input_ends_where_its_writer_did() -> None:
    assert read_request(BytesIO(b"")) is None
    assert read_request(BytesIO(b'{"act": "stop"}')) is None
    assert read_request(BytesIO(b"x" * 100_000)) is None


@pytest.mark.parametrize(
    "line",
    [
        b"stop",
        b'{"act": "jump"}',
        b'{"prefetch": 0}',
        b'{"more": 1}',
        b'{"protections": 1}',
        b'{"place": {"name": "W"}}',
        b"\xff",
    ],
)
def test_that_another_line_is_refused(line: bytes) -> None:
    with pytest.raises(SettingError, match="no request to a worker"):
        read_request(BytesIO(line + b"\n"))


def test_that_simulated_work_is_written_and_read() -> None:
    simulation = simulation_of("0.5:2")
    assert simulation is not None
    assert (work_of(simulation), work_of(None), simulation_of("")) == ("0.5:2", "", None)
    with pytest.raises(SettingError, match="Simulated work"):
        simulation_of("long")
