"""Messages that came back when a worker died: which of them it died of is found out without harm to the others.

A message that was in hand when a worker ended comes again marked as redelivered. It is noted as a suspect before it is
tried again; one that was noted already is tried alone. If a worker dies then too, that try has failed, and the next one
comes after a wait, as after any failure: workers are also ended by people and machines, and never by these for long.
What the broker took back because its acknowledgement was late is found out in the same way.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence, Set
from dataclasses import dataclass, field
from typing import Protocol

from core.broker.ports import Delivery
from core.failures.failure_key import failure_key


class SuspectStore(Protocol):
    """See ResultsStore."""

    def poison_suspects(self, keys: Sequence[str]) -> dict[str, int]: ...

    def mark_suspects(self, keys: Sequence[str], *, alone: bool) -> None: ...

    def clear_suspects(self, keys: Sequence[str]) -> None: ...


@dataclass(frozen=True, slots=True)
class DeliveryGroup:
    """Deliveries to try together. `marks`: the keys under which they are noted, by tag."""

    deliveries: Sequence[Delivery]
    marks: Mapping[int, str] = field(default_factory=dict)
    alone: bool = False
    crashed: Set[int] = frozenset()  # tags of those that a worker died of, alone: a failed try of each
    timed_out: Set[int] = frozenset()  # of those that the broker took back, alone, after its time: likewise

    @property
    def is_judged(self) -> bool:
        """Whether each of them has had its try."""
        judged = self.crashed | self.timed_out
        return bool(judged) and all(delivery.tag in judged for delivery in self.deliveries)


def isolate_suspects(
    deliveries: Sequence[Delivery], suspects: Mapping[str, int], keys: Mapping[int, str]
) -> Iterator[DeliveryGroup]:
    """`keys`: as `keys_of` gives them. `suspects`: those that were noted already, with the deaths of it alone."""
    together: list[Delivery] = []
    deadly: set[int] = set()
    timed_out: set[int] = set()
    alone: list[Delivery] = []
    for delivery in deliveries:
        known = suspects.get(keys[delivery.tag]) if delivery.redelivered and delivery.tag in keys else None
        if delivery.redelivered and suspects.get(timeout_mark(keys.get(delivery.tag, ""))):
            timed_out.add(delivery.tag)
            together.append(delivery)
        elif known:
            deadly.add(delivery.tag)
            together.append(delivery)
        elif known is not None or delivery.attempts:
            alone.append(delivery)
        else:
            together.append(delivery)
    if together:
        marks = {delivery.tag: keys[delivery.tag] for delivery in together if delivery.tag in keys}
        yield DeliveryGroup(together, marks, crashed=deadly, timed_out=timed_out)
    for delivery in alone:
        yield DeliveryGroup([delivery], {delivery.tag: keys[delivery.tag]} if delivery.tag in keys else {}, alone=True)


def timeout_mark(key: str) -> str:
    """Under which it is noted that the broker took the message of `key` back from a worker that had nothing else."""
    return f"{key}/ack"


def suspect_keys(deliveries: Sequence[Delivery]) -> dict[int, str]:
    """Of those that were in hand before, or failed before, by tag."""
    return {d.tag: failure_key(d.message) for d in deliveries if d.redelivered or d.attempts}
