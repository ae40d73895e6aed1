"""RabbitMQ says no, or the queue goes: the right sentence, few tries, and work goes on once it is repaired."""

from __future__ import annotations

from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack
from dataclasses import dataclass
from pathlib import Path
from secrets import token_hex
from time import monotonic

import pytest

from core.broker.topology import JOBS_QUEUE
from core.events import ConnectionState
from tests.faults.watched_pipeline import WatchedPipeline, running_pipeline
from tests.support.figures import Report
from tests.support.rabbitmq_node import (
    PASSWORD,
    READER,
    READER_PASSWORD,
    STRANGER,
    STRANGER_PASSWORD,
    USER,
    PrivateNode,
)
from tests.support.rabbitmq_tools import foreign, ready_count
from tests.support.tcp_relay import Relay
from tests.support.waiting import let_pass

pytestmark = [pytest.mark.rabbitmq, pytest.mark.expects_warnings]

RECOVERY_S = 20.0  # a refusal is asked again every 5 s
slow = pytest.mark.slow


@dataclass(frozen=True)
class Case:
    """What is wrong, what must be said, and the call of rabbitmqctl that repairs it."""

    name: str
    url: str
    says: str
    repair: tuple[tuple[str, ...], ...]

    def mend(self, node: PrivateNode) -> None:
        for command in self.repair:
            node.ctl(*command)


def cases(node: PrivateNode) -> Iterator[Case]:
    stranger_vhost, reader_vhost = (node.new_vhost().rsplit("/", 1)[1] for _ in range(2))
    missing = f"made-later-{token_hex(4)}"
    new_password = token_hex(4)
    everything = (".*", ".*", ".*")
    yield Case(
        "wrong password",
        node.url_for(stranger_vhost, STRANGER, new_password),
        "refused the user name or password",
        (
            ("set_permissions", "-p", stranger_vhost, STRANGER, *everything),
            ("change_password", STRANGER, new_password),
        ),
    )
    yield Case(
        "wrong vhost",
        node.url_for(missing, USER, PASSWORD),
        f"has no virtual host '{missing}'",
        (("add_vhost", missing), ("set_permissions", "-p", missing, USER, *everything)),
    )
    yield Case(
        "no right to configure",
        node.url_for(reader_vhost, READER, READER_PASSWORD),
        f"does not let '{READER}' create the queue {JOBS_QUEUE}",
        (("set_permissions", "-p", reader_vhost, READER, *everything),),
    )


@pytest.fixture
def own_node(rabbitmq_node: PrivateNode) -> Iterator[PrivateNode]:
    """The node of the run, with its users as they were afterwards."""
    yield rabbitmq_node
    rabbitmq_node.ctl("change_password", STRANGER, STRANGER_PASSWORD)


@pytest.mark.parametrize("watch_s", [2.0, pytest.param(60.0, marks=slow)])
def test_that_a_refusal_is_said_is_asked_again_slowly_and_ends_when_it_is_repaired(
    own_node: PrivateNode, tmp_path: Path, report: Report, watch_s: float
) -> None:
    count = 50
    with ExitStack() as stack:
        lines: list[tuple[Case, Relay, WatchedPipeline]] = []
        for number, case in enumerate(cases(own_node)):
            relay = stack.enter_context(Relay(own_node.port))
            url = case.url.replace(str(own_node.port), str(relay.port))
            lines.append((case, relay, stack.enter_context(running_pipeline(tmp_path / str(number), url))))
        for case, _, line in lines:
            line.wait_said(case.says)
            line.submit(count)
            line.wait_accepted()
        before = [relay.connects for _, relay, _ in lines]
        began_s = monotonic()
        let_pass(watch_s)  # this is what is measured: how often it is tried meanwhile
        watched_s = monotonic() - began_s
        tries = [relay.connects - then for (_, relay, _), then in zip(lines, before, strict=True)]
        states = [line.link.state for _, _, line in lines if line.link is not None]
        with ThreadPoolExecutor(len(lines)) as hands:
            list(hands.map(lambda line: line[0].mend(own_node), lines))
        repaired_s = monotonic()
        for _, _, line in lines:
            line.wait_settled(RECOVERY_S)
        recovered_s = monotonic() - repaired_s
        stored = [sum(line.account().stored.values()) for _, _, line in lines]
    assert states == [ConnectionState.REFUSED] * 3
    assert stored == [count] * 3
    # Publisher, worker and monitor each ask every 5 s.
    per_s = [tried / watched_s for tried in tries]
    assert all(rate < 1.0 or tried <= 3 for rate, tried in zip(per_s, tries, strict=True)), tries
    report(
        watched_s=watched_s,
        tries_password=tries[0],
        tries_vhost=tries[1],
        tries_configure=tries[2],
        stored=sum(stored),
        recovered_after_s=recovered_s,
    )


@pytest.mark.parametrize("rounds", [2, pytest.param(30, marks=slow)])
def test_that_a_queue_deleted_under_us_is_said_made_again_and_nothing_is_lost(
    rabbitmq_node: PrivateNode, tmp_path: Path, report: Report, rounds: int
) -> None:
    """What waited in the deleted queue is gone with it, by whoever deleted it: so it is deleted while it is empty."""
    url = rabbitmq_node.new_vhost()
    slowest_s = 0.0
    with ExitStack() as stack:
        relay = stack.enter_context(Relay(rabbitmq_node.port))
        own_url = url.replace(str(rabbitmq_node.port), str(relay.port))
        line = stack.enter_context(running_pipeline(tmp_path / "line", own_url))
        for _ in range(rounds):
            line.wait_working()
            connects, said = relay.connects, len(line.links())
            with foreign(url) as channel:
                channel.queue_delete(JOBS_QUEUE)
            deleted_s = monotonic()
            line.wait_said("was deleted", said, 10.0)
            line.submit(200)
            line.wait_settled()
            slowest_s = max(slowest_s, monotonic() - deleted_s)
            assert relay.connects - connects <= 6
        account = line.account()
    assert sum(account.stored.values()) == 200 * rounds
    report(
        deletions=rounds,
        stored=sum(account.stored.values()),
        stored_again_after_s_at_most=slowest_s,
        duplicates_absorbed=account.duplicates,
    )


@pytest.mark.parametrize(
    "arguments",
    [{"x-max-priority": 5}, {"x-queue-type": "quorum"}, {"x-message-ttl": 3_600_000, "x-max-length": 100_000}],
    ids=["priority", "quorum", "limits"],
)
def test_that_a_queue_that_exists_in_another_form_is_used_as_it_is(
    rabbitmq_node: PrivateNode, tmp_path: Path, arguments: dict[str, object]
) -> None:
    url = rabbitmq_node.new_vhost()
    with foreign(url) as channel:
        channel.queue_declare(JOBS_QUEUE, durable=True, arguments=arguments)
        with running_pipeline(tmp_path / "line", url) as line:
            line.submit(100)
            line.wait_accepted()
            line.wait_settled()
            assert line.problems() == []
            assert sum(line.account().stored.values()) == 100
        channel.queue_declare(JOBS_QUEUE, durable=True, arguments=arguments)  # still that form
        assert ready_count(channel) == 0


def test_that_a_queue_somebody_keeps_for_himself_is_said_and_used_once_he_is_gone(
    rabbitmq_node: PrivateNode, tmp_path: Path
) -> None:
    url = rabbitmq_node.new_vhost()
    with ExitStack() as other:
        other.enter_context(foreign(url)).queue_declare(JOBS_QUEUE, exclusive=True)
        with running_pipeline(tmp_path / "line", url) as line:
            line.submit(20)
            line.wait_accepted()
            line.wait_for(lambda: line.link is not None and "RESOURCE_LOCKED" in line.link.problem)
            assert line.link is not None
            assert line.link.state is ConnectionState.OFFLINE, "it may pass by itself, so it is waited for"
            assert f"refused to use the queue {JOBS_QUEUE}" in line.link.problem
            other.close()
            line.pipeline.retry_now()
            line.wait_settled(RECOVERY_S)
            assert sum(line.account().stored.values()) == 20
