"""Walking through the failed queue of a real RabbitMQ: what others would notice of it."""

from __future__ import annotations

from collections.abc import Mapping
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import pika
import pytest

from core.broker.ports import Message, ScanResult
from core.broker.rabbitmq import RabbitMQBroker
from core.broker.topology import FAILED_QUEUE
from core.errors import BrokerRefusedError, BrokerUnavailableError
from tests.support.broker_rigs import until
from tests.support.failures import each
from tests.support.rabbitmq_node import READER, READER_PASSWORD, PrivateNode
from tests.support.rabbitmq_tools import foreign

pytestmark = pytest.mark.rabbitmq


def fill(
    url: str, count: int, headers: Mapping[str, Any] | None = None, arguments: Mapping[str, Any] | None = None
) -> None:
    properties = {"delivery_mode": 2, "priority": 3, "correlation_id": "c", "headers": dict(headers or {}) or None}
    with foreign(url) as channel:
        channel.queue_declare(FAILED_QUEUE, durable=True, arguments=dict(arguments or {}) or None)
        channel.confirm_delivery()
        for number in range(count):
            named = pika.BasicProperties(message_id=f"m-{number}", **properties)
            channel.basic_publish("", FAILED_QUEUE, b"%d" % number, named)


def sift(url: str, *wanted: bytes) -> ScanResult:
    inspector = RabbitMQBroker(url).inspector()
    inspector.open()
    try:
        return inspector.scan_failed(each(lambda message: message.body in wanted))
    finally:
        inspector.close()


def take_all(url: str) -> list[tuple[Any, Any, bytes]]:
    found: list[tuple[Any, Any, bytes]] = []
    with foreign(url) as channel:
        while True:
            method, properties, body = channel.basic_get(FAILED_QUEUE, auto_ack=True)
            if method is None:
                return found
            found.append((method, properties, body))


def test_that_nobody_can_tell_afterwards_that_somebody_walked_by(rabbitmq_node: PrivateNode) -> None:
    url = rabbitmq_node.new_vhost()
    death = [{"queue": "workout_jobs", "reason": "delivery_limit", "count": 1, "exchange": ""}]
    fill(url, 250, {"x-death": death, "theirs": [1, {"deep": True}]})
    assert sift(url, b"7") == ScanResult(250, 1)
    left = take_all(url)
    assert [body for _, _, body in left] == [b"%d" % n for n in range(250) if n != 7]
    assert not any(method.redelivered for method, _, _ in left)
    properties = left[0][1]
    assert (properties.message_id, properties.priority, properties.correlation_id, properties.delivery_mode) == (
        "m-0",
        3,
        "c",
        2,
    )
    assert properties.headers == {"x-death": death, "theirs": [1, {"deep": True}]}


def test_that_a_quorum_queue_does_not_count_it_as_a_delivery(rabbitmq_node: PrivateNode) -> None:
    url = rabbitmq_node.new_vhost() + "?queue_type=quorum"
    fill(url, 3, arguments={"x-queue-type": "quorum", "x-delivery-limit": 2})
    for _ in range(4):
        assert sift(url) == ScanResult(3, 0)
    assert [body for _, _, body in take_all(url)] == [b"0", b"1", b"2"]


def test_that_the_list_is_left_alone_while_another_program_consumes_it(rabbitmq_node: PrivateNode) -> None:
    url = rabbitmq_node.new_vhost()
    fill(url, 2)
    with foreign(url) as channel:
        channel.basic_qos(prefetch_count=1)
        channel.basic_consume(FAILED_QUEUE, lambda *_: None)
        with pytest.raises(BrokerRefusedError, match=r"Another program consumes workout_jobs\.failed"):
            sift(url, b"1")


def test_that_there_need_be_no_failed_queue(rabbitmq_node: PrivateNode) -> None:
    assert sift(rabbitmq_node.new_vhost()) == ScanResult(0, 0)


def test_that_a_user_who_may_not_read_it_is_told(rabbitmq_node: PrivateNode) -> None:
    url = rabbitmq_node.new_vhost()
    fill(url, 1)
    vhost = url.rpartition("/")[2]
    reader = rabbitmq_node.url_for(vhost, "reader", "reader-secret")
    # It may read, but not write back what is to stay.
    with pytest.raises((BrokerRefusedError, BrokerUnavailableError)):
        sift(reader)
    assert [body for _, _, body in take_all(url)] == [b"0"]


def test_that_messages_that_another_program_takes_away_end_the_walk(
    rabbitmq_node: PrivateNode, monkeypatch: pytest.MonkeyPatch
) -> None:
    url = rabbitmq_node.new_vhost()
    fill(url, 3)
    monkeypatch.setattr("core.broker.rabbitmq.failed_scan.QUIET_S", 0.2)
    monkeypatch.setattr("core.broker.rabbitmq.failed_scan.queue_counts", lambda *_: (5, 0))
    assert sift(url, b"1") == ScanResult(3, 1)
    assert [body for _, _, body in take_all(url)] == [b"0", b"2"]


def test_that_another_program_that_comes_between_is_noticed(
    rabbitmq_node: PrivateNode, monkeypatch: pytest.MonkeyPatch
) -> None:
    url = rabbitmq_node.new_vhost()
    fill(url, 2)
    # It had not come yet when the consumers were counted.
    monkeypatch.setattr("core.broker.rabbitmq.failed_scan.queue_counts", lambda *_: (2, 0))
    with foreign(url) as channel:
        channel.basic_qos(prefetch_count=1)
        channel.basic_consume(FAILED_QUEUE, lambda *_: None)
        with pytest.raises(BrokerRefusedError, match=r"Another program consumes workout_jobs\.failed"):
            sift(url, b"1")


def test_that_a_missing_right_is_not_taken_for_another_program(rabbitmq_node: PrivateNode) -> None:
    url = rabbitmq_node.new_vhost()
    fill(url, 1)
    vhost = url.rpartition("/")[2]
    rabbitmq_node.ctl("set_permissions", "-p", vhost, READER, "^$", "^$", "^$")
    with pytest.raises(BrokerRefusedError, match=f"does not let '{READER}' read the failed list"):
        sift(rabbitmq_node.url_for(vhost, READER, READER_PASSWORD))


def test_that_when_nothing_more_comes_the_walk_ends(
    rabbitmq_node: PrivateNode, monkeypatch: pytest.MonkeyPatch
) -> None:
    url = rabbitmq_node.new_vhost()
    fill(url, 0)
    monkeypatch.setattr("core.broker.rabbitmq.failed_scan.QUIET_S", 0.2)
    monkeypatch.setattr("core.broker.rabbitmq.failed_scan.queue_counts", lambda *_: (2, 0))
    assert sift(url, b"1") == ScanResult(0, 0)


def test_that_a_connection_that_is_cut_during_the_walk_is_told(
    rabbitmq_node: PrivateNode, monkeypatch: pytest.MonkeyPatch
) -> None:
    url = rabbitmq_node.new_vhost()
    fill(url, 1)
    monkeypatch.setattr("core.broker.rabbitmq.failed_scan.queue_counts", lambda *_: (2, 0))
    monkeypatch.setattr("core.broker.rabbitmq.failed_scan.QUIET_S", 120.0)  # it is still waiting when the cut comes
    inspector = RabbitMQBroker(url).inspector()
    inspector.open()
    walk, vhost = ThreadPoolExecutor(1), url.rpartition("/")[2]
    try:
        found = walk.submit(inspector.scan_failed, each(lambda _: False))
        # It waits for the second message, which does not come.
        until(lambda: FAILED_QUEUE in rabbitmq_node.ctl("list_consumers", "-p", vhost) or found.done())
        rabbitmq_node.ctl("close_all_connections", "-p", vhost, "the test cuts it")
        with pytest.raises(BrokerUnavailableError):
            found.result(timeout=60)
    finally:
        walk.shutdown()
        inspector.close()
    assert [body for _, _, body in take_all(url)] == [b"0"]


def test_that_the_judge_sees_what_a_message_may_hold(rabbitmq_node: PrivateNode) -> None:
    url = rabbitmq_node.new_vhost()
    fill(url, 1, {"n": 1, "table": {"a": 1}})
    seen: list[Message] = []

    def judge(message: Message) -> bool:
        seen.append(message)
        return False

    inspector = RabbitMQBroker(url).inspector()
    inspector.open()
    inspector.scan_failed(each(judge))
    inspector.close()
    assert [(each.body, dict(each.headers)) for each in seen] == [(b"0", {"n": 1})]
