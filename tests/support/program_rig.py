"""Window and pipeline joined on a data folder of the test's own."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

from pytestqt.qtbot import QtBot

from core.config.settings import Settings, load_settings
from core.live.receipts import Stage
from gui.options import Options
from gui.startup.session import Session
from gui.theme.theme import Theme
from tests.support.program_parts import ProgramParts
from worker.runtime.bounded_keychain import BoundedKeychain

WAIT_MS = 240_000  # less than a test may take; only a failing one waits so long


class NoKeychain:
    def load(self, key: str) -> str | None:
        return None

    def save(self, key: str, password: str) -> bool:
        return False


class Program:
    def __init__(self, session: Session, qtbot: QtBot) -> None:
        self.session, self.state, self.qtbot = session, session.state, qtbot
        self.parts = ProgramParts(session)

    def wait_for(self, reached: Callable[[], object]) -> None:
        self.qtbot.waitUntil(lambda: bool(reached()), timeout=WAIT_MS)

    def stages(self) -> list[Stage]:
        return [receipt.stage for receipt in self.parts.receipts.model.rows]

    def banner(self) -> str:
        return self.parts.window.banner.accessibleName() if self.parts.window.banner.isVisible() else ""

    def worker_says(self) -> str:
        return self.parts.window.top_bar.worker.text()


def settings_in(folder: Path, *, broker: str | None = None, database: str | None = None) -> Settings:
    return load_settings(broker=broker, database=database, data_dir=folder, keychain=NoKeychain())


@contextmanager
def running(
    qtbot: QtBot,
    theme: Theme,
    settings: Settings,
    options: Options | None = None,
    keychain: BoundedKeychain | None = None,
) -> Iterator[Program]:
    session = Session(theme, options or Options(size=(1280, 800)), settings, keychain, has_display=True)
    try:
        yield Program(session, qtbot)
    finally:
        with qtbot.waitSignal(session.controller.finished, timeout=WAIT_MS):
            session.controller.shut_down()
        session.close()
