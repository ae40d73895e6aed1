"""The actions of the palette, and those of the main window itself, with text, shortcut and group."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from PySide6.QtCore import QObject
from PySide6.QtGui import QAction, QActionGroup, QKeySequence

from gui.frame.view_models import DRAINS, WorkerButtonView
from gui.frame.workspace_entry import WorkspaceEntry


class CommandAction(QAction):
    """An action that the palette lists under its group. One that cannot be done now says why there and when its keys
    are pressed.

    `why_not` is called whenever that is asked; empty: it can be done.
    """

    def __init__(self, words: str, group: str, parent: QObject, *, why_not: Callable[[], str] = str) -> None:
        super().__init__(words, parent)
        self.setProperty("group", group)
        self.why_not = why_not


def why_not(action: QAction) -> str:
    """Why an action cannot be done now; empty: it can, or nothing is known."""
    return action.why_not() if isinstance(action, CommandAction) else ""


class FrameActions(QObject):
    """Actions owned by the window, so that their shortcuts work everywhere in it.

    Buttons and menus of the frame trigger these; `triggered` of a group gives the action, whose `data` says which.
    """

    def __init__(self, workspaces: Sequence[WorkspaceEntry], parent: QObject) -> None:
        super().__init__(parent)
        self.go_to, self.worker, self.theme, self.text_size = (self._group() for _ in range(4))
        for number, workspace in enumerate(workspaces, 1):
            self._make(workspace.title, "Go to", f"Ctrl+{number}", self.go_to, workspace.key)
        self._worker_view = WorkerButtonView()
        self.start = self._make("&Start worker", "Worker", "", self.worker, "start")
        self.stop = self._make("S&top worker", "Worker", "", self.worker, "stop")
        self.pause = self._make("Pause worker", "Worker", "Ctrl+P", self.worker, "pause")
        self.drain = self._make(f"Drain: {DRAINS}", "Worker", "", self.worker, "drain")
        self.start.why_not = lambda: self._worker_view.why_not(can=self._worker_view.can_start)
        self.stop.why_not = lambda: self._worker_view.why_not(can=self._worker_view.can_stop)
        self.pause.why_not = self.drain.why_not = lambda: self._worker_view.why_not(can=self._worker_view.can_pause)
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
        self._worker_view = view
        for action in (self.start, self.stop, self.pause, self.drain):
            action.setEnabled(not action.why_not())
        self.pause.setText("Resume worker" if view.is_paused else "Pause worker")
        self.pause.setData("resume" if view.is_paused else "pause")

    def _group(self) -> QActionGroup:
        group = QActionGroup(self)
        group.setExclusionPolicy(QActionGroup.ExclusionPolicy.None_)
        return group

    def _make(
        self, words: str, group: str, keys: str = "", chosen_in: QActionGroup | None = None, data: str = ""
    ) -> CommandAction:
        action = CommandAction(words, group, self)
        action.setData(data)
        action.setAutoRepeat(False)  # else a held key would pause and resume in turn
        action.setShortcut(QKeySequence(keys))
        if chosen_in is not None:
            chosen_in.addAction(action)
        return action
