"""Actions with the words and keys of the registry, for window, menus and command palette."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence

from PySide6.QtCore import QObject
from PySide6.QtGui import QAction, QActionGroup, QKeySequence

from gui.frame.view_models import WorkerButtonView
from gui.frame.workspace_entry import WorkspaceEntry
from gui.shortcuts import SHORTCUTS, Scope, Shortcut, go_to


class CommandAction(QAction):
    """An action that the palette lists under its group. One that cannot be done now says why there and when its keys
    are pressed.

    `why_not` is called whenever that is asked; empty: it can be done.
    """

    def __init__(self, scope: Scope, shortcut: Shortcut, parent: QObject, *, why_not: Callable[[], str] = str) -> None:
        super().__init__(shortcut.words, parent)
        self.setProperty("group", scope.value)
        self.setProperty("keys", shortcut.key)
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
        self.go_to, self.worker, self.theme, self.text_size, self.data = (self._group() for _ in range(5))
        for number, workspace in enumerate(workspaces, 1):
            self._add(Scope.GO_TO, go_to(number, workspace.title), workspace.key, self.go_to)
        self._worker_view = WorkerButtonView()
        self.start, self.stop, self.pause, self.drain = (
            self._make(Scope.WORKER, name, self.worker) for name in ("start", "stop", "pause", "drain")
        )
        self.start.why_not = lambda: self._worker_view.why_not_start
        self.stop.why_not = lambda: self._worker_view.why_not_stop
        self.pause.why_not = self.drain.why_not = lambda: self._worker_view.why_not_pause
        self.connect_to = self._make(Scope.CONNECTION, "connect_to")
        self.reconnect = self._make(Scope.CONNECTION, "reconnect")
        self.reconnect.setEnabled(False)
        for name in ("dark", "light", "system"):
            self._make(Scope.LOOK, name, self.theme)
        for name in ("larger", "smaller", "normal"):
            self._make(Scope.LOOK, name, self.text_size)
        self.full_screen = self._make(Scope.LOOK, "full_screen")
        self.backup = self._make(Scope.DATA, "backup", self.data)
        self.restore = self._make(Scope.DATA, "restore", self.data)
        self.unmerge = self._make(Scope.DATA, "unmerge")
        self.record = self._make(Scope.DATA, "record")
        self.page = self._make(Scope.DATA, "page")
        self.undo, self.import_files, self.settings, self.shortcuts, self.commands, self.quit = (
            self._make(Scope.PROGRAM, name) for name in ("undo", "import", "settings", "shortcuts", "commands", "quit")
        )

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

    def _make(self, scope: Scope, name: str, chosen_in: QActionGroup | None = None) -> CommandAction:
        return self._add(scope, SHORTCUTS[scope][name], name, chosen_in)

    def _add(self, scope: Scope, shortcut: Shortcut, data: str, chosen_in: QActionGroup | None) -> CommandAction:
        action = CommandAction(scope, shortcut, self)
        action.setData(data)
        action.setAutoRepeat(False)  # else a held key would pause and resume in turn
        action.setShortcuts([QKeySequence(keys) for keys in shortcut.keys.split()])
        if chosen_in is not None:
            chosen_in.addAction(action)
        return action


def palette_actions(
    parent: QObject,
    scope: Scope,
    slots: Mapping[str, Callable[[], object]],
    why_not: Mapping[str, Callable[[], str]] | None = None,
) -> list[CommandAction]:
    """A workspace's commands of the palette, by their names in the registry. Their keys work in its widgets only."""
    made = []
    for name, slot in slots.items():
        action = CommandAction(scope, SHORTCUTS[scope][name], parent, why_not=(why_not or {}).get(name, str))
        action.triggered.connect(slot)
        made.append(action)
    return made
