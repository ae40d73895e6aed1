"""Finds out how an existing queue was declared, and whether it keeps its messages.

AMQP has no request for that, but the broker names the first argument in which a declaration differs from the queue,
with its value. So the difference is taken over and the queue declared again, until the broker agrees. A policy cannot
be seen this way: https://www.rabbitmq.com/docs/queues#property-equivalence
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, replace

from core.broker.rabbitmq.connection import RabbitMQConnection
from core.broker.rabbitmq.error_mapping import ACCESS_REFUSED, closed_with
from core.broker.topology import JOBS_QUEUE
from core.errors import BrokerRefusedError

MAX_DIFFERENCES = 24  # RabbitMQ compares about 20 arguments

_DIFFERENCE = re.compile(r"inequivalent arg '([^']+)' for .+: received .+ but current is (.+)$", re.DOTALL)
_TYPED = re.compile(r"the value '(.*)' of type '(\w+)'$", re.DOTALL)
_WHOLE_NUMBER = re.compile(r"-?\d{1,18}")


@dataclass(frozen=True, slots=True)
class Form:
    durable: bool
    auto_delete: bool
    arguments: Mapping[str, object]

    @property
    def is_stream(self) -> bool:
        return self.arguments.get("x-queue-type") == "stream"


def read_form(connection: RabbitMQConnection, name: str, expected: Mapping[str, object]) -> Form | None:
    """Arguments of an existing queue; at once where they are the `expected` ones, else one declaration a difference.

    None where this user may not declare it. BrokerRefusedError for an exclusive queue of another connection.
    """
    form = Form(durable=True, auto_delete=False, arguments=expected)
    for _ in range(MAX_DIFFERENCES):
        channel = connection.channel()
        try:
            connection.call(
                channel,
                f"check the queue {name}",
                lambda raw, done, form=form: raw.queue_declare(  # type: ignore[misc]  # called before the next turn
                    name,
                    durable=form.durable,
                    auto_delete=form.auto_delete,
                    arguments=dict(form.arguments) or None,
                    callback=done,
                ),
            )
        except BrokerRefusedError:
            if closed_with(channel.closed_by, ACCESS_REFUSED):
                return None
            corrected = _corrected(form, str(getattr(channel.closed_by, "reply_text", "")))
            if corrected is None or corrected == form:
                raise
            form = corrected
        else:
            connection.discard(channel)
            return form
    raise BrokerRefusedError(
        f"The queue {name} on RabbitMQ at {connection.address.place} has a form that is not known."
    )


def why_no_way_back(form: Form, delay_s: int) -> str:
    """Why a queue does not return all its messages to `workout_jobs` after `delay_s`; empty where it does."""
    expected = {
        "x-message-ttl": delay_s * 1000,
        "x-dead-letter-exchange": "",
        "x-dead-letter-routing-key": JOBS_QUEUE,
    }
    for name, value in expected.items():
        if (found := form.arguments.get(name)) != value:
            return f"its {name} is {_readable(found)} instead of {_readable(value)}"
    return _why_leaky(form)


def why_not_kept(form: Form) -> str:
    """Why a queue does not keep its messages until they are consumed; empty where it does."""
    if "x-message-ttl" in form.arguments:
        return f"it drops messages after {_readable(form.arguments['x-message-ttl'])} ms (x-message-ttl)"
    return _why_leaky(form)


def _why_leaky(form: Form) -> str:
    if form.is_stream:
        return "it is a stream"
    if not form.durable:
        return "it is not durable"
    if form.auto_delete:
        return "it is deleted after its last consumer (auto_delete)"
    if "x-expires" in form.arguments:
        return "it is deleted when unused (x-expires)"
    for name in ("x-max-length", "x-max-length-bytes"):
        if name in form.arguments and not str(form.arguments.get("x-overflow")).startswith("reject-publish"):
            return f"it drops its oldest messages beyond {_readable(form.arguments[name])} ({name})"
    return ""


def _readable(value: object) -> str:
    return "not set" if value is None else repr(value)


def _corrected(form: Form, said: str) -> Form | None:
    """With the one difference that the broker named; None where it named none that is understood."""
    found = _DIFFERENCE.search(said)
    if found is None:
        return None
    name, current = found.groups()
    if name == "durable":
        return replace(form, durable=current == "'true'")
    if name == "auto_delete":
        return replace(form, auto_delete=current == "'true'")
    others = {known: value for known, value in form.arguments.items() if known != name}
    if current == "none":
        return replace(form, arguments=others)
    value = _value(current)
    return None if value is None else replace(form, arguments={**others, name: value})


def _value(text: str) -> object:
    found = _TYPED.match(text)
    if found is None:
        return None
    text, kind = found.groups()
    if kind == "bool":
        return text == "true"
    if kind == "longstr":
        return text
    return int(text) if _WHOLE_NUMBER.fullmatch(text) else None
