"""The actions of the main window itself, with text, shortcut and group."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import QObject
from PySide6.QtGui import QAction, QActionGroup, QKeySequence

from gui.frame.view_models import DRAINS, WorkerButtonView
from gui.frame.workspace_entry import WorkspaceEntry


class FrameActions(QObject):
    """Actions owned by the window, so that their shortcuts work everywhere in it.

    Buttons and menus of the frame trigger these; `triggered` of a group gives the action, whose `data` says which.
    """

    def __init__(self, workspaces: Sequence[WorkspaceEntry], parent: QObject) -> None:
        super().__init__(parent)
        self.go_to, self.worker, self.theme, self.text_size = (self._group() for _ in range(4))
        for number, workspace in enumerate(workspaces, 1):
            self._make(workspace.title, "Go to", f"Ctrl+{number}", self.go_to, workspace.key)
        self.start = self._make("&Start worker", "Worker", "", self.worker, "start")
        self.stop = self._make("S&top worker", "Worker", "", self.worker, "stop")
        self.pause = self._make("Pause worker", "Worker", "Ctrl+P", self.worker, "pause")
        self.drain = self._make(f"Drain: {DRAINS}", "Worker", "", self.worker, "drain")
        self.connect_to = self._make("Change connection…", "Connection", "Ctrl+Shift+C")
        self.reconnect = self._make("Try to reconnect now", "Connection")
        self.reconnect.setEnabled(False)
        for words, mode in (("Dark theme", "dark"), ("Light theme", "light"), ("Theme of the system", "system")):
            self._make(words, "Look", "", self.theme, mode)
        larger = self._make("Larger text", "Look", "Ctrl++", self.text_size, "1")
        larger.setShortcuts([QKeySequence("Ctrl++"), QKeySequence("Ctrl+=")])  # the same key without Shift
        self._make("Smaller text", "Look", "Ctrl+-", self.text_size, "-1")
        self._make("Text size of the system", "Look", "Ctrl+0", self.text_size, "0")
        self.full_screen = self._make("Full screen", "Look", "F11")
        self.settings = self._make("Settings…", "Program", "Ctrl+,")
        self.shortcuts = self._make("Shortcuts", "Program", "F1")
        self.commands = self._make("Commands", "Program", "Ctrl+K")
        self.quit = self._make("Quit", "Program", "Ctrl+Q")

    @property
    def all(self) -> list[QAction]:
        """All actions, in the order in which they are listed."""
        return self.findChildren(QAction)

    def show_worker(self, view: WorkerButtonView) -> None:
        self.start.setEnabled(view.can_start)
        self.stop.setEnabled(view.can_stop)
        self.pause.setEnabled(view.can_pause)
        self.pause.setText("Resume worker" if view.is_paused else "Pause worker")
        self.pause.setData("resume" if view.is_paused else "pause")
        self.drain.setEnabled(view.can_pause)

    def _group(self) -> QActionGroup:
        group = QActionGroup(self)
        group.setExclusionPolicy(QActionGroup.ExclusionPolicy.None_)
        return group

    def _make(
        self, words: str, group: str, keys: str = "", chosen_in: QActionGroup | None = None, data: str = ""
    ) -> QAction:
        action = QAction(words, self)
        action.setProperty("group", group)
        action.setData(data)
        action.setAutoRepeat(False)  # else a held key would pause and resume in turn
        action.setShortcut(QKeySequence(keys))
        if chosen_in is not None:
            chosen_in.addAction(action)
        return action
