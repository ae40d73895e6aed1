"""Looking through a queue file, and taking chosen messages out of it."""

from __future__ import annotations

import sqlite3
from contextlib import closing
from pathlib import Path

import pytest

from core.broker.connect import open_broker
from core.broker.embedded import messages as module
from core.broker.embedded.messages import QueuedMessage, find_messages, take_out
from core.broker.ports import Depth, Message
from tests.support.care_rig import CareRig


def depth(rig: CareRig) -> Depth:
    inspector = open_broker(rig.places.broker_url).inspector()
    inspector.open()
    with closing(inspector):
        return inspector.depth()


@pytest.fixture
def rig(tmp_path: Path) -> CareRig:
    rig = CareRig(tmp_path)
    rig.publish(Message(b"later"), Message(b"given up"))
    rig.retry_later(1)
    rig.dead_letter(1)
    rig.publish(*(Message(b"ready %d" % n) for n in range(3)))
    return rig


def found(rig: CareRig, part: bytes = b"") -> list[QueuedMessage]:
    return find_messages(rig.folder / "queue.db", lambda message: part in message.body)


def test_that_all_three_tables_are_looked_through_page_by_page(rig: CareRig, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(module, "ROWS_AT_ONCE", 2)
    steps: list[int] = []
    some = find_messages(rig.folder / "queue.db", lambda message: b"1" not in message.body, step=steps.append)
    assert [(one.table, one.message.body, one.is_held) for one in some] == [
        ("jobs", b"ready 0", False),
        ("jobs", b"ready 2", False),
        ("retrying", b"later", False),
        ("failed", b"given up", False),
    ]
    assert steps == [2, 3, 4, 5]


def test_that_what_is_taken_out_is_counted_no_more_and_overwritten(rig: CareRig) -> None:
    assert [one.message.body for one in take_out(rig.folder / "queue.db", found(rig))] == [
        b"ready 0",
        b"ready 1",
        b"ready 2",
        b"later",
        b"given up",
    ]
    left = depth(rig)
    assert (left.ready, left.retrying, left.failed) == (0, 0, 0)
    assert take_out(rig.folder / "queue.db", []) == []


def test_that_what_a_worker_holds_stays_with_it(rig: CareRig) -> None:
    with rig.holding(2):
        some = found(rig, b"ready")
        assert [one.is_held for one in some] == [True, True, False]
        assert [one.message.body for one in take_out(rig.folder / "queue.db", some)] == [b"ready 2"]
        assert (depth(rig).ready, depth(rig).running) == (0, 2)
    assert depth(rig).ready == 2


def test_that_what_a_worker_gave_back_can_be_taken_out(rig: CareRig) -> None:
    with rig.holding(1):
        pass
    assert len(take_out(rig.folder / "queue.db", found(rig, b"ready"))) == 3
    with closing(sqlite3.connect(rig.folder / "queue.db")) as connection:
        assert connection.execute("SELECT count(*) FROM claims").fetchone() == (0,)


def test_that_what_is_gone_already_is_not_counted_twice(rig: CareRig) -> None:
    some = found(rig)
    take_out(rig.folder / "queue.db", some)
    assert take_out(rig.folder / "queue.db", some) == []
    assert depth(rig).ready == 0
