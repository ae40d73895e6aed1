"""The actions of the main window itself, with text, shortcut and group."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import QObject
from PySide6.QtGui import QAction, QKeySequence

from core.events import WorkerState
from gui.frame.view_models import WorkerButtonView
from gui.frame.workspace_entry import WorkspaceEntry

GO_TO, WORKER, CONNECTION, LOOK, PROGRAM = "Go to", "Worker", "Connection", "Look", "Program"


class FrameActions(QObject):
    """Actions owned by the window, so that their shortcuts work everywhere in it."""

    def __init__(self, workspaces: Sequence[WorkspaceEntry], parent: QObject) -> None:
        super().__init__(parent)
        self.go_to = [
            self._make(workspace.title, GO_TO, f"Ctrl+{number}") for number, workspace in enumerate(workspaces, 1)
        ]
        self.start = self._make("Start worker", WORKER)
        self.stop = self._make("Stop worker", WORKER)
        self.pause = self._make("Pause worker", WORKER, "Ctrl+P")
        self.resume = self._make("Resume worker", WORKER)
        self.drain = self._make("Drain: finish what the worker holds, take no more", WORKER)
        self.connect_to = self._make("Change connection…", CONNECTION, "Ctrl+Shift+C")
        self.reconnect = self._make("Try to reconnect now", CONNECTION)
        self.reconnect.setEnabled(False)
        self.dark = self._make("Dark theme", LOOK)
        self.light = self._make("Light theme", LOOK)
        self.system = self._make("Theme of the system", LOOK)
        self.full_screen = self._make("Full screen", LOOK, "F11")
        self.settings = self._make("Settings…", PROGRAM, "Ctrl+,")
        self.shortcuts = self._make("Shortcuts", PROGRAM, "F1")
        self.commands = self._make("Commands", PROGRAM, "Ctrl+K")
        self.quit = self._make("Quit", PROGRAM, "Ctrl+Q")

    @property
    def all(self) -> list[QAction]:
        """All actions, in the order in which they are listed."""
        return [
            *self.go_to,
            *(self.start, self.stop, self.pause, self.resume, self.drain),
            *(self.connect_to, self.reconnect),
            *(self.dark, self.light, self.system, self.full_screen),
            *(self.settings, self.shortcuts, self.commands, self.quit),
        ]

    def show_worker(self, view: WorkerButtonView) -> None:
        """Give the shared shortcut of pause and resume to the one that is possible."""
        paused = view.state is WorkerState.PAUSED
        self.start.setEnabled(view.can_start)
        self.stop.setEnabled(not view.can_start)
        self.pause.setEnabled(view.can_pause and not paused)
        self.resume.setEnabled(paused)
        self.drain.setEnabled(view.can_drain)
        self.pause.setShortcut(QKeySequence() if paused else QKeySequence("Ctrl+P"))
        self.resume.setShortcut(QKeySequence("Ctrl+P") if paused else QKeySequence())

    def _make(self, words: str, group: str, keys: str = "") -> QAction:
        action = QAction(words, self)
        action.setProperty("group", group)
        action.setAutoRepeat(False)  # else a held key would pause and resume in turn
        if keys:
            action.setShortcut(QKeySequence(keys))
        return action
