"""How a queue was declared is read from the broker's words, and judged."""

from __future__ import annotations

from types import SimpleNamespace
from typing import Any, cast

import pytest
from pika import exceptions

from core.broker.rabbitmq.connection import RabbitMQConnection
from core.broker.rabbitmq.forms import MAX_DIFFERENCES, Form, read_form, why_no_way_back, why_not_kept
from core.broker.topology import JOBS_QUEUE
from core.errors import BrokerRefusedError

GOOD = {"x-message-ttl": 1000, "x-dead-letter-exchange": "", "x-dead-letter-routing-key": JOBS_QUEUE}


class Broker:
    """A link to a broker that says these words, one a declaration, and then agrees."""

    def __init__(self, *said: str, code: int = 406) -> None:
        self.address = SimpleNamespace(place="host:5672")
        self.declared: list[dict[str, Any]] = []
        self._said, self._code = list(said), code

    def channel(self) -> Any:
        return SimpleNamespace(closed_by=None, raw=SimpleNamespace(queue_declare=self._declare))

    def discard(self, _channel: Any) -> None: ...

    def call(self, channel: Any, _doing: str, start: Any) -> None:
        start(channel.raw, None)
        if self._said:
            channel.closed_by = exceptions.ChannelClosedByBroker(self._code, self._said.pop(0))
            raise BrokerRefusedError("no")

    def _declare(self, _name: str, **arguments: Any) -> None:
        self.declared.append(arguments)


def differs(name: str, current: str, received: str = "none") -> str:
    return (
        f"PRECONDITION_FAILED - inequivalent arg '{name}' for queue 'it's' in vhost '/': "
        f"received {received} but current is {current}"
    )


def typed(value: str, kind: str) -> str:
    return f"the value '{value}' of type '{kind}'"


def test_that_each_difference_is_taken_over() -> None:
    broker = Broker(
        differs("durable", "'false'", "'true'"),
        differs("auto_delete", "'true'", "'false'"),
        differs("x-message-ttl", typed("5", "signedint"), typed("1000", "signedint")),
        differs("x-dead-letter-exchange", typed("it's", "longstr"), typed("", "longstr")),
        differs("x-dead-letter-routing-key", "none", typed(JOBS_QUEUE, "longstr")),
        differs("x-single-active-consumer", typed("true", "bool")),
    )
    assert read_form(cast(RabbitMQConnection, broker), "it's", GOOD) == Form(
        durable=False,
        auto_delete=True,
        arguments={"x-message-ttl": 5, "x-dead-letter-exchange": "it's", "x-single-active-consumer": True},
    )
    assert [each["durable"] for each in broker.declared] == [True] + 6 * [False]


def test_that_an_equal_one_takes_one_declaration_and_a_forbidden_one_none_more() -> None:
    broker = Broker()
    assert read_form(cast(RabbitMQConnection, broker), "q", {}) == Form(durable=True, auto_delete=False, arguments={})
    assert broker.declared[0]["arguments"] is None
    assert read_form(cast(RabbitMQConnection, Broker("ACCESS_REFUSED - no", code=403)), "q", {}) is None


@pytest.mark.parametrize(
    "said",
    [
        "RESOURCE_LOCKED - cannot obtain exclusive access",
        differs("x-other", typed("[1]", "array")),
        differs("x-other", typed("much", "signedint")),
        differs("x-other", "something"),
    ],
)
def test_that_words_that_are_not_understood_are_a_refusal(said: str) -> None:
    with pytest.raises(BrokerRefusedError, match="no"):
        read_form(cast(RabbitMQConnection, Broker(said)), "q", {})


def test_that_a_broker_that_never_agrees_is_given_up() -> None:
    said = [differs("x-max-length", typed(str(n), "signedint")) for n in range(MAX_DIFFERENCES)]
    with pytest.raises(BrokerRefusedError, match="form that is not known"):
        read_form(cast(RabbitMQConnection, Broker(*said)), "q", {})
    with pytest.raises(BrokerRefusedError, match="no"):
        read_form(cast(RabbitMQConnection, Broker(said[0], said[0])), "q", {})


@pytest.mark.parametrize(
    ("arguments", "why"),
    [
        (GOOD, ""),
        ({**GOOD, "x-max-length": 5, "x-overflow": "reject-publish-dlx"}, ""),
        ({}, "its x-message-ttl is not set instead of 1000"),
        ({**GOOD, "x-dead-letter-exchange": "other"}, "its x-dead-letter-exchange is 'other' instead of ''"),
        ({**GOOD, "x-max-length-bytes": 5}, "drops its oldest messages beyond 5 (x-max-length-bytes)"),
        ({**GOOD, "x-queue-type": "stream"}, "it is a stream"),
    ],
)
def test_that_a_way_back_is_one_that_loses_nothing(arguments: dict[str, object], why: str) -> None:
    found = why_no_way_back(Form(durable=True, auto_delete=False, arguments=arguments), 1)
    assert found == why if not why else why in found


def test_that_a_queue_that_may_go_keeps_nothing() -> None:
    assert why_not_kept(Form(durable=True, auto_delete=False, arguments={"x-dead-letter-exchange": "dlx"})) == ""
    assert "not durable" in why_not_kept(Form(durable=False, auto_delete=False, arguments={}))
    assert "auto_delete" in why_not_kept(Form(durable=True, auto_delete=True, arguments={}))
    assert "x-expires" in why_not_kept(Form(durable=True, auto_delete=False, arguments={"x-expires": 1}))
    assert "after 5 ms" in why_not_kept(Form(durable=True, auto_delete=False, arguments={"x-message-ttl": 5}))
