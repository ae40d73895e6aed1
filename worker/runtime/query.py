"""Typed questions to another thread, and the replies that bring what it found to the main thread. Qt-free.

What a query or task takes along, and what it returns, is an immutable value. Its callbacks run in the main thread. They
are methods of the object that asked, or a `functools.partial` of one: then no reply reaches a deleted QObject.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Generic, TypeVar

from core.errors import PacelineError
from core.events import Event

if TYPE_CHECKING:
    from core.store.reader import ResultsReader

T = TypeVar("T")


@dataclass(frozen=True, slots=True)
class Query(Generic[T]):
    """A question to the results database. A newer query of the same name replaces one that still waits.

    `run` is called in the reader's thread. A query that fails is dropped and logged if it has no `on_error`.
    """

    name: str
    run: Callable[[ResultsReader], T]
    on_result: Callable[[T], None]
    on_error: Callable[[PacelineError], None] | None = None


@dataclass(frozen=True, slots=True)
class Reply(Generic[T]):
    """A result on its way to the main thread, which calls `deliver`."""

    result: T
    on_result: Callable[[T], None]

    def deliver(self) -> None:
        self.on_result(self.result)


Posted = Event | Reply[Any]
