"""Poison message detection: find the message that crashes workers, without failing the ones prefetched beside it.

A message that was in flight when a worker ended is redelivered. It is marked as a suspect before it is tried again; a
message that is marked already is tried alone. If the worker crashes then too, that attempt has failed, and the next one
follows after the usual delay: people and systems also kill workers, though hardly at the same message each time. A
message that the broker took back because its acknowledgement was late is found in the same way.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence, Set
from dataclasses import dataclass, field

from core.broker.ports import Delivery
from core.failures.failure_key import failure_key


@dataclass(frozen=True, slots=True)
class DeliveryGroup:
    """Deliveries to process together. `marks`: the keys of their poison marks, by tag."""

    deliveries: Sequence[Delivery]
    marks: Mapping[int, str] = field(default_factory=dict)
    alone: bool = False
    crashed: Set[int] = frozenset()  # tags of those that crashed a worker while alone: a failed attempt of each
    timed_out: Set[int] = frozenset()  # tags of those whose acknowledgement was late while alone: likewise

    @property
    def is_judged(self) -> bool:
        """Whether each of them has had its attempt, so that nothing is processed."""
        judged = self.crashed | self.timed_out
        return bool(judged) and all(delivery.tag in judged for delivery in self.deliveries)


def isolate_suspects(
    deliveries: Sequence[Delivery], suspects: Mapping[str, int], keys: Mapping[int, str]
) -> Iterator[DeliveryGroup]:
    """`keys`: see `suspect_keys`. `suspects`: keys marked already, with the crashes of the message alone."""
    together: list[Delivery] = []
    crashed: set[int] = set()
    timed_out: set[int] = set()
    alone: list[Delivery] = []
    for delivery in deliveries:
        known = suspects.get(keys[delivery.tag]) if delivery.redelivered and delivery.tag in keys else None
        if delivery.redelivered and suspects.get(timeout_mark(keys.get(delivery.tag, ""))):
            timed_out.add(delivery.tag)
            together.append(delivery)
        elif known:
            crashed.add(delivery.tag)
            together.append(delivery)
        elif known is not None or delivery.attempts:
            alone.append(delivery)
        else:
            together.append(delivery)
    if together:
        marks = {delivery.tag: keys[delivery.tag] for delivery in together if delivery.tag in keys}
        yield DeliveryGroup(together, marks, crashed=crashed, timed_out=timed_out)
    for delivery in alone:
        yield DeliveryGroup([delivery], {delivery.tag: keys[delivery.tag]} if delivery.tag in keys else {}, alone=True)


def timeout_mark(key: str) -> str:
    """The mark of a message whose acknowledgement was late while its worker processed nothing else."""
    return f"{key}/ack"


def suspect_keys(deliveries: Sequence[Delivery]) -> dict[int, str]:
    """Keys, by tag, of the messages that were delivered or attempted before."""
    return {d.tag: failure_key(d.message) for d in deliveries if d.redelivered or d.attempts}
