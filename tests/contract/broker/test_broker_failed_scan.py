"""What every broker promises about walking through the failed list."""

from __future__ import annotations

import pytest

from core.broker.ports import FailedDelivery, Message, ScanResult
from core.errors import BrokerUnavailableError
from tests.support.broker_rigs import Rig, take, until
from tests.support.failures import each

AT_MS = 1_765_360_800_123


def fail_all(rig: Rig, *messages: Message) -> None:
    """Through a worker's hands into the failed list."""
    rig.publisher().publish(messages)
    consumer = rig.consumer(prefetch=1_000)
    failures = [FailedDelivery(each, "No.", "invalid", "w1", AT_MS) for each in take(consumer, len(messages))]
    assert consumer.dead_letter(failures) == len(messages)
    consumer.close()
    inspector = rig.inspector()
    until(lambda: inspector.depth().failed >= len(messages))


def numbered(count: int) -> list[Message]:
    return [Message(b"%d" % number, f"id-{number}", headers={"n": number}) for number in range(count)]


def test_that_an_empty_list_has_nothing_to_sift(rig: Rig) -> None:
    assert rig.inspector().scan_failed(each(lambda _: True)) == ScanResult(0, 0)


@pytest.mark.parametrize("count", [7, 450])
def test_that_each_is_shown_once_and_only_what_is_wanted_goes(rig: Rig, count: int) -> None:
    fail_all(rig, *numbered(count))
    before = rig.failed_again()
    shown: list[bytes] = []

    def judge(message: Message) -> bool:
        shown.append(message.body)
        return int(message.body) % 3 == 1

    inspector = rig.inspector()
    assert inspector.scan_failed(each(judge)) == ScanResult(count, len(range(1, count, 3)))
    assert shown == [b"%d" % number for number in range(count)]
    left = [message for message in before if int(message.body) % 3 != 1]
    until(lambda: inspector.depth().failed == len(left))
    assert rig.failed() == left


def test_that_the_judge_sees_headers_and_properties(rig: Rig) -> None:
    fail_all(
        rig, Message(b"\x00\xff", "id-1", "workout.submitted", "application/json", "them", 1_700_000_000, {"x": 1})
    )
    seen: list[Message] = []

    def judge(message: Message) -> bool:
        seen.append(message)
        return False

    rig.inspector().scan_failed(each(judge))
    (one,) = seen
    assert (one.body, one.message_id, one.type) == (b"\x00\xff", "id-1", "workout.submitted")
    assert (one.content_type, one.app_id, one.timestamp_s, one.headers["x"]) == (
        "application/json",
        "them",
        1_700_000_000,
        1,
    )


def test_that_a_walk_that_breaks_off_loses_nothing(rig: Rig) -> None:
    fail_all(rig, *numbered(9))

    def judge(message: Message) -> bool:
        if message.body == b"5":
            raise RuntimeError("no more")
        return False

    inspector = rig.inspector()
    with pytest.raises(RuntimeError):
        inspector.scan_failed(each(judge))
    until(lambda: inspector.depth().failed >= 9)
    assert {message.body for message in rig.failed()} == {b"%d" % number for number in range(9)}


def test_that_what_arrives_meanwhile_is_left_alone(rig: Rig) -> None:
    fail_all(rig, *numbered(3))
    rig.publish(b"late")
    consumer = rig.consumer(name="w2")
    late = take(consumer, 1)
    seen: list[bytes] = []

    def judge(message: Message) -> bool:
        if not seen:
            consumer.dead_letter([FailedDelivery(late[0], "No.", "invalid", "w2", AT_MS)])
        seen.append(message.body)
        return True

    inspector = rig.inspector()
    assert inspector.scan_failed(each(judge)) == ScanResult(3, 3)
    assert seen == [b"0", b"1", b"2"]
    until(lambda: inspector.depth().failed == 1)
    assert [message.body for message in rig.failed()] == [b"late"]


def test_that_a_closed_inspector_does_not_sift(rig: Rig) -> None:
    inspector = rig.inspector()
    inspector.close()
    with pytest.raises(BrokerUnavailableError):
        inspector.scan_failed(each(lambda _: True))
