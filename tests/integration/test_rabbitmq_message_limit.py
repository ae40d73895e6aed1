"""One message that RabbitMQ will never take, among others that it takes: each of those is sent, and once."""

from __future__ import annotations

import json
from collections.abc import Iterator, Sequence
from contextlib import closing
from dataclasses import replace
from pathlib import Path
from threading import Lock

import pytest

from core.broker.backoff import Backoff
from core.broker.ports import Message, PublishResult, PublishStatus
from core.broker.rabbitmq import RabbitMQBroker
from core.broker.topology import JOBS_QUEUE
from core.codec.workout_codec import MessageKind
from core.config.settings import load_settings
from core.files.options import ReadingOptions
from core.outbox.outbox import Outbox, OutboxCounts
from tests.support.fakes import EventLog
from tests.support.rabbitmq_node import PrivateNode, start_private_node
from tests.support.rabbitmq_tools import foreign, message, messages, ready_count
from tests.support.workouts import workouts
from worker.cli.submit import submit_files
from worker.outbox.send_thread import OutboxSender
from worker.outbox.submission import submission_of
from worker.runtime.clock import now_ms
from worker.runtime.connection_status import ConnectionStatus

pytestmark = pytest.mark.rabbitmq

LIMIT_BYTES = 2_000
HUGE = Message(b"x" * (LIMIT_BYTES + 1), message_id="huge")


@pytest.fixture(scope="module")
def node() -> Iterator[PrivateNode]:
    node = start_private_node(config=[f"max_message_size = {LIMIT_BYTES}"])
    yield node
    node.stop()


def publish(url: str, sent: Sequence[Message]) -> list[PublishResult]:
    publisher = RabbitMQBroker(url).publisher()
    publisher.open()
    try:
        return publisher.publish(sent)
    finally:
        publisher.close()


def ids_in_queue(url: str) -> list[str]:
    with foreign(url) as channel:
        count = ready_count(channel)
        return [channel.basic_get(JOBS_QUEUE, auto_ack=True)[1].message_id for _ in range(count)]


def check_only_these_rejected(url: str, sent: Sequence[Message], rejected: Sequence[Message], words: str) -> None:
    results = publish(url, sent)
    by_id = {each.message_id: result for each, result in zip(sent, results, strict=True)}
    bad = {each.message_id for each in rejected}
    assert {id_ for id_, result in by_id.items() if result.verdict is PublishStatus.REJECTED} == bad
    assert {result.verdict for id_, result in by_id.items() if id_ not in bad} <= {PublishStatus.CONFIRMED}
    assert all(words in by_id[id_].reason for id_ in bad)


@pytest.mark.parametrize("place", [0, 1, 150, 299])
def test_that_only_the_message_over_the_limit_is_rejected_and_the_rest_is_there_once(
    node: PrivateNode, place: int
) -> None:
    url, sent = node.new_vhost(), messages(300)
    sent.insert(place, HUGE)
    check_only_these_rejected(url, sent, [HUGE], "message size 2001")
    assert ids_in_queue(url) == [each.message_id for each in sent if each is not HUGE]


def test_that_several_over_the_limit_are_each_rejected_with_the_brokers_words(node: PrivateNode) -> None:
    url, sent = node.new_vhost(), messages(1_500)
    huge = [replace(HUGE, message_id=f"huge-{number}", body=b"x" * (2_001 + number % 3)) for number in range(40)]
    for number, each in enumerate(huge):
        sent.insert(number * 37, each)
    check_only_these_rejected(url, sent, huge, "PRECONDITION_FAILED - message size")
    assert sorted(ids_in_queue(url)) == sorted(str(each.message_id) for each in sent if each not in huge)


def test_that_one_just_at_the_limit_is_taken(node: PrivateNode) -> None:
    url = node.new_vhost()
    edge = Message(b"x" * LIMIT_BYTES, message_id="edge")
    assert [result.verdict for result in publish(url, [message(1), edge, message(2)])] == [PublishStatus.CONFIRMED] * 3


@pytest.mark.parametrize(
    ("bad", "words"),
    [
        (Message(b"x", message_id="bad", headers={"CC": "workout_jobs"}), "CC"),
        (Message(b"x", message_id="bad", headers={f"h{n}": "x" * 4_000 for n in range(40)}), "closed the connection"),
        (Message(b"x", message_id="bad" * 100), "AMQP"),
        (Message(b"x", message_id="bad", timestamp_s=-5), "AMQP"),
    ],
    ids=["a header that the broker does not understand", "more than a frame", "a long id", "an impossible time"],
)
def test_that_whatever_else_the_broker_never_takes_is_found_among_the_others(
    node: PrivateNode, bad: Message, words: str
) -> None:
    url, sent = node.new_vhost(), messages(60)
    sent.insert(30, bad)
    check_only_these_rejected(url, sent, [bad], words)
    assert set(ids_in_queue(url)) == {each.message_id for each in sent if each is not bad}


@pytest.mark.expects_warnings
def test_that_one_over_the_limit_in_the_outbox_holds_nothing_up(node: PrivateNode, tmp_path: Path) -> None:
    """The outbox of a console: everything before and behind it is in the queue once, and it stays with its reason."""
    url, sent, events = node.new_vhost(), list(workouts(900, 3)), EventLog()
    bad = sent[600] = sent[600].model_copy(update={"notes": "n" * LIMIT_BYTES})
    broker = RabbitMQBroker(url)
    with closing(Outbox(tmp_path / "outbox.db", now_ms=now_ms)) as outbox:
        outbox.open()
        outbox.accept([submission_of(each, kind=MessageKind.SUBMITTED, submitted_at_ms=1) for each in sent])
        sending = OutboxSender(
            Outbox(tmp_path / "outbox.db", now_ms=now_ms),
            broker.publisher(),
            now_ms=now_ms,
            on_event=events,
            status=ConnectionStatus(broker.kind, broker.location, now_ms=now_ms, on_event=events),
            writing=Lock(),
            backoff=Backoff(first_s=0.01, max_s=0.02),
        )
        sending.start()
        try:
            events.wait_for(lambda: outbox.counts() == OutboxCounts(900, 1, 1))
        finally:
            sending.stop()
            assert sending.join(60)
        (left,) = outbox.pending(10)
    assert left.submission.workout_id == bad.workout_id
    assert "message size" in left.refused_reason
    assert sorted(ids_in_queue(url)) == sorted(each.workout_id for each in sent if each is not bad)


@pytest.mark.expects_warnings
def test_that_paceline_submit_names_what_the_broker_rejects(
    node: PrivateNode, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    url = node.new_vhost()
    rows = [{"type": "Running", "duration": 30 + n, "notes": "n" * (LIMIT_BYTES if n == 3 else 5)} for n in range(9)]
    file = tmp_path / "rows.jsonl"
    file.write_text("\n".join(map(json.dumps, rows)))
    settings = load_settings(broker=url, data_dir=tmp_path)
    assert submit_files(settings, [str(file)], ReadingOptions(), dry_run=False) == 1
    told = capsys.readouterr()
    verdicts = [line.split("\t") for line in told.out.splitlines()]
    assert [verdict[1] for verdict in verdicts] == ["accepted"] * 9
    bad = verdicts[3][2]
    assert "9 accepted, 0 refused; 8 sent, 0 kept here, 1 rejected by the broker." in told.err
    assert f"{bad} was rejected by the broker and is kept here:" in told.err
    assert "message size" in told.err
    assert sorted(ids_in_queue(url)) == sorted(verdict[2] for verdict in verdicts if verdict[2] != bad)


@pytest.mark.expects_warnings
def test_that_paceline_submit_asks_once_more_for_what_the_broker_rejected(
    node: PrivateNode, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    url = node.new_vhost()
    file = tmp_path / "rows.jsonl"
    file.write_text(json.dumps({"type": "Running", "duration": 30, "notes": "n" * LIMIT_BYTES}))
    settings = load_settings(broker=url, data_dir=tmp_path)
    for _ in range(2):  # each is another program to the outbox
        assert submit_files(settings, [str(file)], ReadingOptions(), dry_run=False) == 1
        assert "was rejected by the broker and is kept here:" in capsys.readouterr().err
    node.ctl("eval", f"application:set_env(rabbit, max_message_size, {2 * LIMIT_BYTES}).")
    try:
        assert submit_files(settings, [str(file)], ReadingOptions(), dry_run=False) == 0
        assert "1 sent, 0 kept here." in capsys.readouterr().err
        assert len(ids_in_queue(url)) == 1
    finally:
        node.ctl("eval", f"application:set_env(rabbit, max_message_size, {LIMIT_BYTES}).")
