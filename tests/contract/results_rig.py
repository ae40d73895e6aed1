"""A results store and a reader of it on every database, for tests of what screens read."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from core.store.queries import ResultsReader
from core.store.records import FailureRecord
from core.store.results import ResultsStore
from core.wire import Incoming
from tests.helpers.databases import MakePlace

__all__ = ["START_MS", "Clock", "apply", "reader", "store", "url"]

START_MS = 1_750_000_000_000


class Clock:
    def __init__(self) -> None:
        self.at_ms = START_MS

    def __call__(self) -> int:
        self.at_ms += 1000
        return self.at_ms


@pytest.fixture
def url(make_place: MakePlace) -> str:
    return make_place().url


@pytest.fixture
def store(url: str) -> Iterator[ResultsStore]:
    store = ResultsStore(url, now_ms=Clock())
    store.open()
    yield store
    store.close()


@pytest.fixture
def reader(store: ResultsStore, url: str) -> Iterator[ResultsReader]:
    reader = ResultsReader(url, now_ms=lambda: START_MS)
    reader.open()
    yield reader
    reader.close()


def apply(store: ResultsStore, *batch: Incoming, failures: tuple[FailureRecord, ...] = ()) -> None:
    store.apply(batch, worker="w-1", picked_up_at_ms=START_MS, failures=failures)
