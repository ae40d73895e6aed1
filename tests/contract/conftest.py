"""What the contracts are held to: every broker and every database, each empty and behind one fixture."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from pathlib import Path
from uuid import uuid4

import pytest

from core.broker.connect import BROKER_SCHEMES
from tests.support.broker_rigs import EmbeddedRig, MemoryRig, RabbitMQRig, Rig
from tests.support.databases import MakePlace, Place
from tests.support.memory_broker import MEMORY
from tests.support.postgres_server import PrivateServer
from tests.support.rabbitmq_node import PrivateNode
from tests.support.stored_results import make_store


@pytest.fixture(params=["embedded", "memory", pytest.param("rabbitmq", marks=pytest.mark.rabbitmq)])
def rig(request: pytest.FixtureRequest, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Rig]:
    made: Rig
    if request.param == "embedded":
        made = EmbeddedRig(tmp_path / "queue.db")
    elif request.param == "memory":
        monkeypatch.setitem(BROKER_SCHEMES, MEMORY.name, MEMORY)
        made = MemoryRig(f"memory://{uuid4()}")
    else:
        node: PrivateNode = request.getfixturevalue("rabbitmq_node")
        made = RabbitMQRig(node.new_vhost())
    yield made
    made.close()


@pytest.fixture(scope="session", params=["sqlite", pytest.param("postgresql", marks=pytest.mark.postgres)])
def make_bare_place(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> MakePlace:
    """Results databases without tables, as many as a test wants."""
    if request.param == "sqlite":
        return lambda: Place(_sqlite_url(tmp_path_factory))
    server: PrivateServer = request.getfixturevalue("postgres_server")
    return lambda: Place(server.new_database())


@pytest.fixture(scope="session")
def make_place(
    request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory, make_bare_place: MakePlace
) -> MakePlace:
    """Results databases with their tables and nothing in them: copies of one that the store made."""
    made = make_bare_place()
    make_store(made).close()
    if made.url.startswith("sqlite"):

        def make() -> Place:
            url = _sqlite_url(tmp_path_factory)
            shutil.copyfile(*(each.removeprefix("sqlite:///") for each in (made.url, url)))
            return Place(url)

        return make
    server: PrivateServer = request.getfixturevalue("postgres_server")
    return lambda: Place(server.new_database(like=made.url))


def _sqlite_url(folders: pytest.TempPathFactory) -> str:
    return f"sqlite:///{folders.mktemp('place') / 'results.db'}"
