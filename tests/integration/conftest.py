"""What the integration tests share: commands as processes, and a broker of each kind for them."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from tests.support.broker_rigs import RabbitMQRig
from tests.support.command_processes import NO_KEYCHAIN, CommandProcess, Commands, start_command
from tests.support.rabbitmq_node import PrivateNode

if TYPE_CHECKING:
    from PySide6.QtWidgets import QApplication

    from gui.theme.theme import Theme


@pytest.fixture
def start(tmp_path: Path) -> Iterator[Commands]:
    """Start a command on the test's own data folder; whatever is left of it is ended afterwards."""
    started: list[CommandProcess] = []

    def start(module: str, *arguments: str) -> CommandProcess:
        started.append(start_command(module, "--data-dir", str(tmp_path), *arguments, env=NO_KEYCHAIN))
        return started[-1]

    yield start
    for process in started:
        if process.poll() is None:
            process.kill()
        process.communicate()


@pytest.fixture(params=["embedded", pytest.param("rabbitmq", marks=pytest.mark.rabbitmq)])
def broker(request: pytest.FixtureRequest, tmp_path: Path) -> str:
    if request.param == "embedded":
        return f"sqlite:///{tmp_path / 'queue.db'}"
    node: PrivateNode = request.getfixturevalue("rabbitmq_node")
    return node.new_vhost()


@pytest.fixture
def rig(rabbitmq_node: PrivateNode) -> Iterator[RabbitMQRig]:
    """RabbitMQ with nothing in it."""
    made = RabbitMQRig(rabbitmq_node.new_vhost())
    yield made
    made.close()


@pytest.fixture
def theme(qapp: QApplication) -> Iterator[Theme]:
    from gui.theme.theme import Theme  # most of these tests have no window

    theme = Theme("dark")
    yield theme
    theme.deleteLater()
