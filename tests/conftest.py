"""Fixtures that every test may ask for, and what every test is held to."""

from __future__ import annotations

import gc
import logging
import os
import threading
from collections.abc import Iterator
from time import monotonic

import pytest
from hypothesis import HealthCheck, settings
from hypothesis.internal.conjecture import engine
from pytestqt.qtbot import QtBot

from gui.startup.garbage import CollectionSchedule, collect_due
from tests.support.postgres_server import PrivateServer, start_private_server
from tests.support.rabbitmq_node import PrivateNode, start_private_node
from worker.demo import worker_process
from worker.demo.experiments.experiment import Experiment
from worker.demo.producers import load_process

pytest_plugins = [
    "tests.support.figures",
    "tests.support.measured_tests",
    "tests.support.process_exits",
    "tests.support.suite_order",
]

os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")

# The machine decides how long an example takes, so time is no failure; the number of examples bounds the suite.
settings.register_profile("paceline", deadline=None, suppress_health_check=[HealthCheck.too_slow])
settings.load_profile("paceline")
# A failing example is shrunk for as long as this; the library's own five minutes are longer than a test may take. What
# is found stays the same, and the next run goes on from there.
engine.MAX_SHRINKING_SECONDS = 8

# What a test waits for comes within moments on an idle computer; pytest-qt's five seconds are too short for a busy one.
for _wait in (QtBot.waitUntil, QtBot.waitSignal, QtBot.waitSignals):
    _wait.__kwdefaults__ = {**(_wait.__kwdefaults__ or {}), "timeout": 60_000}

THREAD_GRACE_S = 60.0

# As in a console: a chart of an earlier test must not be collected by a worker thread of this one.
gc.disable()
_garbage = CollectionSchedule(monotonic())


def pytest_runtest_logfinish() -> None:
    """Between two tests, in the main thread: what the fixtures held is free by now."""
    collect_due(_garbage)


@pytest.fixture(autouse=True)
def no_leaked_threads() -> Iterator[None]:
    """A test that leaves a thread running fails."""
    before = set(threading.enumerate())
    yield
    for thread in set(threading.enumerate()) - before:
        thread.join(THREAD_GRACE_S)
        assert not thread.is_alive(), f"the test left the thread {thread.name!r} running"


@pytest.fixture(autouse=True)
def no_unexpected_warnings(request: pytest.FixtureRequest, caplog: pytest.LogCaptureFixture) -> Iterator[None]:
    """A WARNING in the log fails the test, unless it is marked `expects_warnings`."""
    yield
    if request.node.get_closest_marker("expects_warnings"):
        return
    loud = [record for record in caplog.get_records("call") if record.levelno >= logging.WARNING]
    assert not loud, "\n".join(record.getMessage() for record in loud)


@pytest.fixture(scope="session", autouse=True)
def patient_with_child_processes() -> Iterator[None]:
    """On a busy computer a process needs longer to start, and so to stop, than a person at a demonstration waits."""
    with pytest.MonkeyPatch.context() as patch:
        for module in (load_process, worker_process):
            patch.setattr(module, "KILL_AFTER_S", 60.0)
        yield


@pytest.fixture
def patient_experiments(monkeypatch: pytest.MonkeyPatch) -> None:
    """Worker processes give way to all else, so on a busy computer one needs longer to start than a person waits."""
    monkeypatch.setattr(Experiment, "bound_ms", 240_000)


@pytest.fixture(scope="session")
def rabbitmq_node() -> Iterator[PrivateNode]:
    """One node for the whole run. A test that kills or freezes it brings it back before it ends."""
    node = start_private_node()
    try:
        yield node
    finally:
        node.stop()


@pytest.fixture(scope="session")
def postgres_server() -> Iterator[PrivateServer]:
    """One server for the whole run. A test that kills or freezes it brings it back before it ends."""
    server = start_private_server()
    try:
        yield server
    finally:
        server.stop()
