"""A results store and a reader of it, on every database."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from core.store.reader import ResultsReader
from core.store.writer import ResultsStore
from tests.support.databases import MakePlace
from tests.support.results_rig import START_MS, Clock


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
