"""The main window: rail, bars and banner around the workspaces."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from PySide6.QtCore import QByteArray, QEvent, QSize, Qt, Signal, Slot
from PySide6.QtGui import QAction, QCloseEvent, QKeyEvent, QKeySequence, QStatusTipEvent
from PySide6.QtWidgets import QHBoxLayout, QMainWindow, QStackedWidget, QVBoxLayout, QWidget
from typing_extensions import override

from gui.changes.undo_offers import UndoOffers
from gui.frame.actions import FrameActions, why_not
from gui.frame.banner import Banner, DetailsDialog
from gui.frame.command_palette import CommandPalette
from gui.frame.navigation_rail import NavigationRail
from gui.frame.shortcuts_dialog import ShortcutsDialog
from gui.frame.status_bar import StatusBar
from gui.frame.top_bar import TopBar
from gui.frame.view_models import BannerView, WorkerButtonView
from gui.frame.workspace_entry import WorkspaceEntry
from gui.shortcuts import listed
from gui.theme.theme import Theme
from gui.widgets import GAP_PX, ScrollArea
from gui.widgets.announcements import show_note

START_SIZE = QSize(1280, 800)
_STEPS = {"larger": 1, "smaller": -1, "normal": 0}  # of the size of texts
LEAST_SIZE = QSize(720, 480)  # below 1024 x 700 the workspace scrolls and the bars say less


class MainWindow(QMainWindow):
    """Main thread. What the user asks for, its parts and `frame_actions` signal; it decides nothing itself."""

    text_factor_chosen = Signal(object)  # one of TEXT_FACTORS; None: that of the system
    workspace_shown = Signal(str)
    closed = Signal()

    def __init__(self, theme: Theme, workspaces: Sequence[WorkspaceEntry], *, title: str = "Paceline") -> None:
        """The widgets of the workspaces come later, by `fill`."""
        super().__init__()
        self._theme = theme
        self._workspaces = workspaces
        self._before_presenting: float | None = None  # the size of texts, while presenting
        self._keys = [workspace.key for workspace in workspaces]
        self._workspace_actions: dict[str, Sequence[QAction]] = {}
        self._focus_first: dict[str, Callable[[], None]] = {}
        self.setWindowTitle(title)
        self.setAccessibleName(title)
        self.setMinimumSize(LEAST_SIZE)
        self.resize(START_SIZE)
        self._build_parts()
        self._build_layout()
        self._connect_parts()
        if workspaces:
            self.show_workspace(workspaces[0].key)

    # --- display -------------------------------------------------------------------------------------------------

    def show_worker(self, view: WorkerButtonView) -> None:
        self.top_bar.show_worker(view)
        self.frame_actions.show_worker(view)

    def show_banner(self, view: BannerView | None) -> None:
        self.banner.show_view(view)
        self.frame_actions.reconnect.setEnabled(view is not None and "reconnect" in view.offers)

    @Slot(str)
    def show_workspace(self, key: str) -> None:
        """Show a workspace, with the focus where it was in it. Raises KeyError for an unknown one."""
        self.rail.mark(key)
        place = self._keys.index(key)
        if self._stack.currentIndex() != place or not self.isVisible():
            had_focus = self._areas[key].focusWidget() is not None
            self._stack.setCurrentIndex(place)  # Qt itself would focus any button of one that had no focus yet
            self.workspace_shown.emit(key)
            if not had_focus and key in self._focus_first:
                self._focus_first[key]()

    def fill(
        self, key: str, widget: QWidget, actions: Sequence[QAction], focus_first: Callable[[], None] | None = None
    ) -> None:
        """Insert a workspace that has been built, and its commands. Raises KeyError for an unknown workspace.

        `focus_first`: called when it is shown for the first time, to focus where one begins.
        """
        self._areas[key].put_in(widget)
        self._workspace_actions[key] = actions
        if focus_first is not None:
            self._focus_first[key] = focus_first
        self.addActions(list(actions))

    def add_bar(self, bar: QWidget) -> None:
        """Below the workspaces, above the status bar."""
        self._bars.insertWidget(self._bars.indexOf(self.status_bar), bar)

    @property
    def is_presenting(self) -> bool:
        return self._before_presenting is not None

    def set_presenting(self, presenting: bool) -> None:
        """For a stage: larger texts, and nothing around the workspace but the top bar."""
        if presenting == self.is_presenting:
            return
        before = self._before_presenting
        self._before_presenting = self._theme.text_factor if presenting else None
        self.rail.setVisible(not presenting)
        self.status_bar.setVisible(not presenting)
        self._theme.set_text_factor(self._theme.text_factor_after(2) if before is None else before)

    @property
    def workspace(self) -> str:
        """The key of the visible workspace."""
        return self._keys[self._stack.currentIndex()]

    # --- layout --------------------------------------------------------------------------------------------------

    def save_layout(self) -> bytes:
        return bytes(self.saveGeometry().data())

    def restore_layout(self, layout: bytes) -> bool:
        """Restore a layout; returns False and changes nothing if the bytes are not from `save_layout`."""
        return bool(layout) and self.restoreGeometry(QByteArray(layout))

    @override
    def event(self, event: QEvent) -> bool:
        if isinstance(event, QStatusTipEvent):
            if event.tip():  # a menu sends an empty one when it closes
                self.status_bar.line.show_note(event.tip())
            return True
        return super().event(event)

    @override
    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Say why, if these are the keys of an action that cannot be done now: Qt passes them on to the focus. So it
        does with Ctrl+Z in a field, where there may be nothing to undo."""
        pressed = QKeySequence(event.keyCombination())
        undo = self.frame_actions.undo
        if undo.isEnabled() and pressed in undo.shortcuts():
            if not event.isAutoRepeat():
                undo.trigger()
            return
        refusing = (action for action in self._all_actions() if not action.isEnabled() and why_not(action))
        for action in refusing:
            if pressed in action.shortcuts():
                show_note(self, why_not(action))
                return
        super().keyPressEvent(event)

    @override
    def closeEvent(self, event: QCloseEvent) -> None:
        self.closed.emit()
        super().closeEvent(event)

    # --- construction --------------------------------------------------------------------------------------------

    def _build_parts(self) -> None:
        self.frame_actions = FrameActions(self._workspaces, self)
        self.undo_offers = UndoOffers(self)
        self.rail = NavigationRail(self._theme, self._workspaces)
        self.top_bar = TopBar(self._theme, self.frame_actions)
        self.banner = Banner(self._theme, self.frame_actions)
        self.status_bar = StatusBar(self._theme, self.frame_actions, self.undo_offers)
        self._stack = QStackedWidget()
        self._areas = {workspace.key: _scrolled(workspace.title) for workspace in self._workspaces}
        for area in self._areas.values():
            self._stack.addWidget(area)

    def _build_layout(self) -> None:
        content = QVBoxLayout()
        content.setContentsMargins(12, 12, 12, 12)
        content.setSpacing(GAP_PX)
        content.addWidget(self.banner)
        content.addWidget(self._stack, 1)
        right = QVBoxLayout()
        right.setSpacing(0)
        right.addWidget(self.top_bar)
        right.addLayout(content, 1)
        right.addWidget(self.status_bar)
        self._bars = right
        whole = QWidget()
        whole.setProperty("role", "window")
        whole.setAttribute(Qt.WidgetAttribute.WA_StyledBackground)
        row = QHBoxLayout(whole)
        row.setContentsMargins(0, 0, 0, 0)
        row.setSpacing(0)
        row.addWidget(self.rail)
        row.addLayout(right, 1)
        self.setCentralWidget(whole)
        self.palette_overlay = CommandPalette(self._theme, whole)

    def _connect_parts(self) -> None:
        own = self.frame_actions
        self.rail.chosen.connect(self.show_workspace)
        self.rail.settings_requested.connect(own.settings.trigger)
        self.banner.details_requested.connect(self._on_details_requested)
        own.go_to.triggered.connect(self._on_go_to)
        own.shortcuts.triggered.connect(self._on_shortcuts_requested)
        own.commands.triggered.connect(self._on_commands_requested)
        own.text_size.triggered.connect(self._on_text_size)
        own.full_screen.triggered.connect(self._on_full_screen)
        own.undo.why_not = lambda: "" if self.undo_offers.current else "There is nothing to undo"
        own.undo.setEnabled(False)
        own.undo.triggered.connect(self.undo_offers.undo)
        self.undo_offers.changed.connect(self._on_undo_changed)
        own.quit.triggered.connect(self.close)
        self.addActions(own.all)

    def _all_actions(self) -> list[QAction]:
        of_workspaces = [action for key in self._keys for action in self._workspace_actions.get(key, ())]
        return [*of_workspaces, *self.frame_actions.all]

    # --- events --------------------------------------------------------------------------------------------------

    @Slot(QAction)
    def _on_text_size(self, action: QAction) -> None:
        steps = _STEPS[action.data()]
        self._theme.set_text_factor(self._theme.text_factor_after(steps))
        self.text_factor_chosen.emit(self._theme.text_factor if steps else None)

    @Slot()
    def _on_undo_changed(self) -> None:
        self.frame_actions.undo.setEnabled(self.undo_offers.current is not None)

    @Slot(QAction)
    def _on_go_to(self, action: QAction) -> None:
        self.show_workspace(action.data())

    @Slot()
    def _on_full_screen(self) -> None:
        self.setWindowState(self.windowState() ^ Qt.WindowState.WindowFullScreen)

    @Slot()
    def _on_shortcuts_requested(self) -> None:
        self._open(ShortcutsDialog(self._theme, listed([each.title for each in self._workspaces]), self))

    @Slot()
    def _on_commands_requested(self) -> None:
        if self.palette_overlay.isVisible():
            self.palette_overlay.close_palette()
            return
        actions = [action for action in self._all_actions() if action is not self.frame_actions.commands]
        self.palette_overlay.open_with(actions)

    @Slot(object)
    def _on_details_requested(self, view: BannerView) -> None:
        self._open(DetailsDialog(self._theme, view, self))

    @staticmethod
    def _open(dialog: DetailsDialog | ShortcutsDialog) -> None:
        dialog.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        dialog.open()


def _scrolled(title: str) -> ScrollArea:
    """A place for a workspace, which scrolls in windows smaller than its minimum size."""
    area = ScrollArea(upright=False)
    area.setFocusPolicy(Qt.FocusPolicy.NoFocus)
    area.setAccessibleName(title)
    area.put_in(QWidget())
    return area
