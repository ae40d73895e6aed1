"""What the contracts are held to: every broker and every database, each empty and behind one fixture."""

from __future__ import annotations

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
def make_place(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> MakePlace:
    """Empty results databases, as many as a test wants."""
    if request.param == "sqlite":
        return lambda: Place(f"sqlite:///{tmp_path_factory.mktemp('place') / 'results.db'}")
    server: PrivateServer = request.getfixturevalue("postgres_server")
    return lambda: Place(server.new_database())
