"""The messages panel: search field, table and action bar."""

from __future__ import annotations

from collections.abc import Callable
from datetime import tzinfo

from PySide6.QtCore import QRectF, QSize, Qt, QTimer, Signal, Slot
from PySide6.QtGui import QKeyEvent, QPainter, QPaintEvent, QResizeEvent
from PySide6.QtWidgets import QHBoxLayout, QLineEdit, QMenu, QVBoxLayout, QWidget
from typing_extensions import override

from core.failures.models import FailedFilter
from gui.shortcuts import Scope
from gui.theme.theme import Theme
from gui.widgets import ElidedLabel, EmptyPage, IconButton, Label, Panel, pressed
from gui.workspaces.failed.formatting import messages
from gui.workspaces.failed.messages.action_bar import ActionBar
from gui.workspaces.failed.messages.notice_strip import NoticeBar
from gui.workspaces.failed.messages.table import FailedTable
from gui.workspaces.failed.messages.table_model import FailedModel, FailedPage

SEARCH_MS = 250
SEARCH_PX, NARROW_SEARCH_PX = 168, 124
NARROW_PX = 452
WIDE_COUNT = 10_000


class SearchEdit(QLineEdit):
    """A search field. Down and Enter move to the list; Esc clears it."""

    left_for_list = Signal()

    def __init__(self, theme: Theme, placeholder: str, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._theme = theme
        self.setFont(theme.font("body"))
        self.setPlaceholderText(placeholder)
        self.setMaxLength(120)
        self.setTextMargins(22, 0, 0, 0)
        theme.changed.connect(self.update)

    @override
    def keyPressEvent(self, event: QKeyEvent) -> None:
        name = pressed(Scope.FAILED, event)
        if name == "messages" or event.key() == Qt.Key.Key_Down:
            self.left_for_list.emit()
        elif name == "clear" and self.text():
            self.clear()
        else:
            super().keyPressEvent(event)

    @override
    def paintEvent(self, event: QPaintEvent) -> None:
        super().paintEvent(event)
        painter = QPainter(self)
        box = QRectF(10, round((self.height() - 16) / 2), 16, 16)
        self._theme.paint_icon(painter, box, "magnify", self._theme.colour("second"))


class ListPanel(Panel):
    """Main thread. Shows given pages and emits requests."""

    filter_changed = Signal()
    retry_requested = Signal()
    discard_requested = Signal()
    export_requested = Signal(str)  # `csv` or `json`
    all_toggled = Signal()
    retry_reading = Signal()

    def __init__(
        self, theme: Theme, *, now_ms: Callable[[], int], zone: tzinfo | None = None, parent: QWidget | None = None
    ) -> None:
        super().__init__("Failed messages", parent, padding_px=0)
        self._theme = theme
        self.model = FailedModel(now_ms=now_ms, zone=zone, parent=self)
        self.table = FailedTable(theme, self.model)
        self.bar = ActionBar(theme)
        self.strip = NoticeBar(theme)
        self.state = EmptyPage(theme)
        self.search = SearchEdit(theme, "Athlete, sport, id")
        self._title = ElidedLabel(theme, "Failed messages", "title")
        self._count = Label(theme, "", "body", "second")
        self._shown = ElidedLabel(theme, "", "small", "second")
        self._anything = True  # there are failures of some cause
        self._problem = self._as_of = ""
        self._narrow = False
        self._search_timer = QTimer(self)
        self._search_timer.setSingleShot(True)
        self._search_timer.setInterval(SEARCH_MS)
        self._build(theme)
        self._connect()
        self._fit()
        theme.changed.connect(self._fit)

    @property
    def text(self) -> str:
        """The search text."""
        return self.search.text().strip()

    @property
    def count_words(self) -> str:
        """Beside the title: `16 messages`, or `16 as of 14:02`."""
        return self._count.text()

    @property
    def foot_words(self) -> str:
        """Below the rows: `16 messages as of 14:02:33, newest first`, or why they cannot be read."""
        return self._shown.text()

    def show_list(self, title: str, wanted: FailedFilter, key: str = "") -> None:
        """Show another list from its beginning; `key`: the message to select in it."""
        self.set_title(title)
        self.model.check(())
        self.table.seek(key)
        self.model.show(wanted, key)
        self.table.set_below(self.model.reason)
        self.refresh()

    def set_title(self, title: str) -> None:
        self._title.setText(title)

    def take(self, page: FailedPage) -> None:
        self._problem = ""
        if self.table.take(page):
            self.refresh()

    def show_problem(self, sentence: str) -> None:
        """Show that the list could not be read."""
        self._problem = sentence
        self.model.forget_asked()
        self.refresh()

    def show_as_of(self, as_of: str) -> None:
        """`as_of`: the time of the last reading, where it is not known what has failed since."""
        if as_of != self._as_of:
            self._as_of = as_of
            self.refresh()

    def set_anything(self, anything: bool) -> None:
        """Set whether there are failures of any cause."""
        if anything != self._anything:
            self._anything = anything
            self.refresh()

    @override
    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self._fit()

    @Slot()
    def _fit(self) -> None:
        narrow = self._narrow = self.width() < self._theme.px(NARROW_PX)
        self.bar.set_narrow(narrow)
        self._theme.fix_size(self.search, width_px=NARROW_SEARCH_PX if narrow else SEARCH_PX)
        self.search.setPlaceholderText("Search" if narrow else "Athlete, sport, id")
        self.refresh()

    def refresh(self) -> None:
        count, checked = self.model.rowCount(), self.model.checked_count
        self.bar.show_choice(count, checked)
        short = self._narrow or count >= WIDE_COUNT
        as_of = f" as of {self._as_of}" if self._as_of else ""
        brief = f"{count:,} as of {self._as_of[:5]}" if self._as_of and not self._narrow else f"{count:,}"
        self._count.setText(brief if short or self._as_of else messages(count))
        self._count.setVisible(self.model.loaded and count > 0)
        self._shown.setText((count and self._problem) or (f"{messages(count)}{as_of}, newest first" if count else ""))
        self.export_button.set_possible("" if count else "There is no message to export")
        all_checked = Qt.CheckState.Checked if 0 < count <= checked else Qt.CheckState.PartiallyChecked
        self.table.header.show_checked(all_checked if checked else Qt.CheckState.Unchecked)
        self._show_page(count)

    def _show_page(self, count: int) -> None:
        if self._problem and not count:
            self.state.show_state(
                "database-alert-outline", "failed", "The failed list cannot be read", self._problem, "Try again"
            )
        elif count:
            self._pages.setCurrentWidget(self.table)
            return
        elif not self.model.loaded:
            self.state.show_state("timer-sand", "second", "Reading the failed list", "")
        elif self.text and self._anything:
            line = "Searched in athlete, sport, id and reason of this cause."
            self.state.show_state("text-search", "second", "No message matches", line, "Clear the search")
        elif self._as_of:
            line = "The broker has not answered: what has failed since is not known."
            title = f"Nothing on the failed list as of {self._as_of}"
            self.state.show_state("power-plug-off-outline", "second", title, line)
        else:
            line = "What a worker gives up is kept here with the reason, until it is retried, repaired or discarded."
            self.state.show_state("check", "stored", "Nothing on the failed list", line)
        self._pages.setCurrentWidget(self.state)

    def _build(self, theme: Theme) -> None:
        self.body.setContentsMargins(1, 1, 1, 1)
        head = QHBoxLayout()
        head.setContentsMargins(12, 8, 12, 6)
        head.setSpacing(8)
        head.addWidget(self._title)
        head.addWidget(self._count)
        head.addStretch(1)
        head.addWidget(self.search)
        self.search.setAccessibleName("Search the failed messages")
        self.export_button = IconButton(theme, "export-variant", "Export what matches", size_px=32)
        self.export_button.setIconSize(QSize(16, 16))
        menu = QMenu(self.export_button)
        menu.addAction("As &CSV, for a spreadsheet…", self._on_csv_chosen)
        menu.addAction("As &JSON, whole messages…", self._on_json_chosen)
        self.export_button.setMenu(menu)
        head.addWidget(self.export_button)
        self.body.addLayout(head)
        over = QVBoxLayout()
        over.setContentsMargins(12, 0, 12, 0)
        over.addWidget(self.strip)
        self.body.addLayout(over)
        self._pages = self.add_pages()
        self._pages.addWidget(self.table)
        self._pages.addWidget(self.state)
        foot = QHBoxLayout()
        foot.setContentsMargins(12, 4, 12, 5)
        foot.setSpacing(12)
        foot.addWidget(self._shown, 1)
        foot.addWidget(Label(theme, "Reading here removes nothing", "small", "second"))
        self.body.addLayout(foot)
        self.body.addWidget(self.bar)

    def _connect(self) -> None:
        self._search_timer.timeout.connect(self._on_search_due)
        self.search.textChanged.connect(self._on_search_edited)
        self.search.left_for_list.connect(self._on_left_for_list)
        self.model.checks_changed.connect(self._on_checks_changed)
        self.table.all_toggled.connect(self.all_toggled)
        self.bar.retry_requested.connect(self.retry_requested)
        self.bar.discard_requested.connect(self.discard_requested)
        self.state.button_clicked.connect(self._on_state_button)

    @Slot()
    def _on_search_edited(self) -> None:
        self._search_timer.start()

    @Slot()
    def _on_search_due(self) -> None:
        self.filter_changed.emit()

    @Slot()
    def _on_left_for_list(self) -> None:
        if self._search_timer.isActive():
            self._search_timer.stop()
            self.filter_changed.emit()
        self.table.setFocus()

    @Slot()
    def _on_checks_changed(self) -> None:
        self.refresh()

    @Slot()
    def _on_state_button(self) -> None:
        if self._problem:
            self.retry_reading.emit()
        else:
            self.search.clear()
            self.search.setFocus()

    @Slot()
    def _on_csv_chosen(self) -> None:
        self.export_requested.emit("csv")

    @Slot()
    def _on_json_chosen(self) -> None:
        self.export_requested.emit("json")
