"""Messages that came back when a worker died: which of them it died of is found out without harm to the others.

A message that was in hand when a worker ended comes again marked as redelivered. It is noted as a suspect before it is
tried again; one that was noted already is tried alone, and given up when workers keep dying of it.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Protocol

from core.broker.ports import Delivery
from core.store.records import failure_key
from worker.retry import MAX_DEATHS, GiveUp, died


class SuspectStore(Protocol):
    """See ResultsStore."""

    def suspects(self, keys: Sequence[str]) -> dict[str, int]: ...

    def suspect(self, keys: Sequence[str], *, alone: bool) -> None: ...

    def clear(self, keys: Sequence[str]) -> None: ...


@dataclass(frozen=True, slots=True)
class Group:
    """Deliveries to try together. `marks`: the keys under which they are noted, by tag."""

    deliveries: Sequence[Delivery]
    marks: Mapping[int, str] = field(default_factory=dict)
    alone: bool = False
    condemned: Mapping[int, GiveUp] = field(default_factory=dict)  # by tag; these are not tried any more


def grouped(deliveries: Sequence[Delivery], suspects: Mapping[str, int], keys: Mapping[int, str]) -> Iterator[Group]:
    """`keys`: of the redelivered ones, by tag. `suspects`: those that were noted already, with the deaths."""
    together: list[Delivery] = []
    condemned: dict[int, GiveUp] = {}
    alone: list[Delivery] = []
    for delivery in deliveries:
        key = keys.get(delivery.tag)
        if key is not None and suspects.get(key, -1) >= MAX_DEATHS:
            condemned[delivery.tag] = died(suspects[key])
            together.append(delivery)
        elif (key is not None and key in suspects) or delivery.attempts:
            alone.append(delivery)
        else:
            together.append(delivery)
    if together:
        marks = {delivery.tag: keys[delivery.tag] for delivery in together if delivery.tag in keys}
        yield Group(together, marks, condemned=condemned)
    for delivery in alone:
        yield Group([delivery], {delivery.tag: keys[delivery.tag]} if delivery.tag in keys else {}, alone=True)


def keys_of(deliveries: Sequence[Delivery]) -> dict[int, str]:
    """Of those that were in hand before, by tag."""
    return {delivery.tag: failure_key(delivery.message) for delivery in deliveries if delivery.redelivered}
