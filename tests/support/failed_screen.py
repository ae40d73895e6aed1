"""The Failed workspace with a made-up list behind it, which a test can change."""

from __future__ import annotations

from datetime import UTC
from typing import TypeVar

from PySide6.QtWidgets import QDialog
from pytestqt.qtbot import QtBot

from core.failures.causes import cause_of
from core.failures.corrections import FieldCorrection
from core.failures.models import FailedFilter, FailedGroup, FailedRow
from gui.theme.theme import Theme
from gui.widgets import READING_MS
from gui.workspaces.failed.bulk_fix.dialog import ConvertDialog
from gui.workspaces.failed.messages.discard_dialog import DiscardDialog
from gui.workspaces.failed.messages.table_model import PAGE_ROWS, FailedPage, PageAsked
from gui.workspaces.failed.workspace import FailedWorkspace

T0 = 1_767_225_600_000
FAR = "invalid/distance/range"
DialogT = TypeVar("DialogT", bound=QDialog)


def key_of(number: int) -> str:
    return f"key-{number:07d}"


def failed_row(number: int) -> FailedRow:
    return FailedRow(
        key_of(number),
        cause_of(FAR),
        T0 - number * 1_000,
        "distance: must be from 0 to 1,000 km, not 5200",
        1,
        "worker-1",
        f"id-{number}",
        f"athlete {number}",
        "Running",
        45.0,
        5_200.0,
    )


def keys_between(first: int, end: int) -> tuple[str, ...]:
    return tuple(map(key_of, range(first, end)))


class FailedScreen:
    """Row 0 is the newest; `newer` ones stand above it, those of `gone` keys are off the list."""

    def __init__(self, theme: Theme, qtbot: QtBot, workspace: FailedWorkspace | None = None) -> None:
        """Without a `workspace`, one of its own."""
        self.qtbot = qtbot
        self.now_ms = T0
        self.workspace = workspace or FailedWorkspace(theme, now_ms=lambda: self.now_ms, zone=UTC)
        qtbot.addWidget(self.workspace)
        self.workspace.resize(1192, 700)
        self.workspace.show()
        self.workspace.message_actions.set_why_not("")
        self.model, self.table = self.workspace.list.model, self.workspace.list.table
        self.newer = 0
        self.gone: set[str] = set()
        self.counts: dict[str | None, int] = {}
        self.pages: list[PageAsked] = []
        self.messages: list[str] = []
        self.keys_asked: list[tuple[str, FailedFilter]] = []
        self.retried: list[tuple[str, ...]] = []
        self.discarded: list[tuple[str, ...]] = []
        self.resent: list[tuple[str, bytes]] = []
        self.converted: list[tuple[FieldCorrection, ...]] = []
        self._answered = 0
        self.workspace.page_requested.connect(self.pages.append)
        self.workspace.message_requested.connect(self.messages.append)
        self.workspace.message_actions.keys_requested.connect(
            lambda purpose, wanted: self.keys_asked.append((purpose, wanted))
        )
        self.workspace.message_actions.retry_requested.connect(self.retried.append)
        self.workspace.message_actions.discard_requested.connect(self.discarded.append)
        self.workspace.message_actions.resend_requested.connect(
            lambda key, body: self.resent.append((key, bytes(body)))
        )

        self.workspace.message_actions.convert_requested.connect(self.converted.append)

    def show_groups(self, *groups: tuple[str, int]) -> None:
        self.counts = dict(groups)
        self.workspace.show_groups(tuple(FailedGroup(cause_of(code), count, T0) for code, count in groups))

    def row(self, number: int) -> FailedRow:
        """As it was at first."""
        return failed_row(number)

    def rows(self, asked: PageAsked) -> tuple[FailedRow, ...]:
        end = min(self._count(asked), asked.first + PAGE_ROWS)
        return tuple(failed_row(number) for number in self._numbers(end)[asked.first : end])

    def answer_pages(self, count: int | None = None) -> None:
        """All that were asked for since the last time; what answers make it ask for, too."""
        while self._answered < len(self.pages):
            asked = self.pages[self._answered]
            self._answered += 1
            n = self._count(asked) if count is None else count
            place = None
            if asked.counted and asked.key:
                keys = [key_of(number) for number in self._numbers(n)]
                place = keys.index(asked.key) if asked.key in keys else None
            rows = self.rows(asked) if n else ()
            self.workspace.show_page(FailedPage(asked, rows, n if asked.counted else None, place))
            self.table.viewport().repaint()

    def _numbers(self, end: int) -> list[int]:
        """Of the first rows of the list, `end` of them."""
        all_numbers = range(-self.newer, end - self.newer + len(self.gone))
        return [number for number in all_numbers if key_of(number) not in self.gone][:end]

    def find_discard_dialog(self) -> DiscardDialog | None:
        return self._find_dialog(DiscardDialog)

    def find_convert_dialog(self) -> ConvertDialog | None:
        return self._find_dialog(ConvertDialog)

    def convert_dialog(self) -> ConvertDialog:
        found = self.find_convert_dialog()
        assert found is not None
        return found

    def read_preview(self) -> None:
        """For as long as it takes until it can be answered."""
        self.qtbot.waitUntil(self.convert_dialog().isActiveWindow)
        self.convert_dialog().repaint()
        self.now_ms += READING_MS

    def discard_dialog(self) -> DiscardDialog:
        found = self.find_discard_dialog()
        assert found is not None
        return found

    def _find_dialog(self, kind: type[DialogT]) -> DialogT | None:
        # Of this screen: one of an earlier test may be waiting for its end.
        return next((each for each in self.workspace.window().findChildren(kind) if each.isVisible()), None)

    def _count(self, asked: PageAsked) -> int:
        code = asked.wanted.cause
        return self.counts.get(code, 0) if code is not None else sum(self.counts.values())
