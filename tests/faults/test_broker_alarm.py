"""RabbitMQ low on memory or disk: sending stops with a clear word, all is kept, consuming goes on, then all is sent."""

from __future__ import annotations

import re
from collections.abc import Callable
from contextlib import AbstractContextManager
from pathlib import Path
from time import monotonic

import pytest
from PySide6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot

from core.broker.ports import Message
from core.broker.rabbitmq import RabbitMQBroker
from core.broker.topology import JOBS_QUEUE
from core.config.settings import load_settings
from core.events import ConnectionState, Refused
from core.live.receipts import Stage
from gui.theme.theme import Theme
from tests.faults.watched_pipeline import running_pipeline
from tests.support.console_rig import running
from tests.support.figures import Report
from tests.support.invariants import wait_until_empty
from tests.support.keychains import NoKeychain
from tests.support.rabbitmq_node import PrivateNode
from tests.support.rabbitmq_tools import foreign, ready_count
from tests.support.workouts import messages

pytestmark = [pytest.mark.rabbitmq, pytest.mark.expects_warnings]

MEMORY = (PrivateNode.low_on_memory, "low on memory")
DISK = (PrivateNode.low_on_disk, "low on disk")
Alarm = tuple[Callable[[PrivateNode], AbstractContextManager[None]], str]
BAD = Message(b"no workout", "bad-1")


@pytest.mark.parametrize(
    ("alarm", "count"),
    [
        pytest.param(MEMORY, 300, id="memory"),
        pytest.param(MEMORY, 10_000, id="memory-long", marks=pytest.mark.slow),
        pytest.param(DISK, 10_000, id="disk-long", marks=pytest.mark.slow),
    ],
)
def test_that_in_an_alarm_sending_waits_consuming_goes_on_and_nothing_is_lost(
    rabbitmq_node: PrivateNode, tmp_path: Path, report: Report, alarm: Alarm, count: int
) -> None:
    url = rabbitmq_node.new_vhost()
    others = messages(count, seed=99)
    with running_pipeline(tmp_path / "line", url) as line:
        line.wait_working()
        line.pipeline.each_worker(lambda worker: worker.pause())
        publisher = RabbitMQBroker(url).publisher()
        publisher.open()
        publisher.publish([BAD, *others])
        publisher.close()
        with alarm[0](rabbitmq_node):
            began_s = monotonic()
            line.submit(count)
            line.wait_for(lambda: line.link is not None and line.link.state is ConnectionState.BLOCKED)
            told_s = monotonic() - began_s
            line.wait_accepted()
            assert line.link is not None
            assert re.fullmatch(
                rf"RabbitMQ at 127.0.0.1:\d+ takes no messages just now: {alarm[1]}\.", line.link.problem
            )
            # What was in the queue before is worked off, although a bad body at its head cannot be put aside.
            line.pipeline.each_worker(lambda worker: worker.resume())
            line.wait_for(lambda: len(line.settled - line.accepted - {"bad-1"}) == count)
            assert line.confirmed == set()
            assert line.log.of(Refused) == []
        over_s = monotonic()
        line.wait_online()
        line.wait_settled()
        sent_s = monotonic() - over_s
        wait_until_empty(url)
    account = line.account(failed=["bad-1"])
    assert account.stored.keys() == line.accepted | {str(message.message_id) for message in others}
    with foreign(url) as channel:
        assert ready_count(channel, f"{JOBS_QUEUE}.failed") >= 1
    report(
        told_after_s=told_s,
        consumed_meanwhile=count,
        kept_meanwhile=count,
        stored=sum(account.stored.values()),
        sent_and_stored_after_s=sent_s,
        duplicates_absorbed=account.duplicates,
    )


def test_that_the_window_says_plainly_that_the_broker_takes_nothing(
    qapp: QApplication, qtbot: QtBot, tmp_path: Path, rabbitmq_node: PrivateNode
) -> None:
    theme = Theme("dark")
    settings = load_settings(broker=rabbitmq_node.new_vhost(), data_dir=tmp_path, keychain=NoKeychain())
    with running(qtbot, settings, theme) as console:
        bar, banner = console.parts.window.top_bar, console.parts.window.banner
        with rabbitmq_node.low_on_memory():
            console.type("Ana", "", "30", "4")
            console.wait_for(lambda: bar.pill.text().startswith("Blocked"))
            assert console.receipts()[0].stage is Stage.PENDING
            assert "will be sent" in console.shown(0)
            console.wait_for(lambda: banner.view is not None and banner.isVisible())
            assert "takes no messages just now: low on memory." in banner.headline.text()
            console.type("Ben", "", "45", "6")
            console.wait_for(lambda: [receipt.stage for receipt in console.receipts()] == [Stage.PENDING] * 2)
            console.wait_for(lambda: "2 workouts are kept here and will be sent." in banner.words.text())
        console.wait_for(lambda: [receipt.stage for receipt in console.receipts()] == [Stage.STORED] * 2)
        console.wait_for(lambda: bar.pill.text().startswith("RabbitMQ") and not banner.isVisible())
    theme.deleteLater()
