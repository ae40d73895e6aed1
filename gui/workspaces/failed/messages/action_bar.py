"""The bar below the list: number of checked messages and buttons for them; during an action its progress."""

from __future__ import annotations

from PySide6.QtCore import Qt, Signal, Slot
from PySide6.QtWidgets import QFrame, QHBoxLayout, QProgressBar, QStackedLayout, QVBoxLayout, QWidget

from gui.theme.theme import Theme
from gui.widgets import Button, ElidedLabel, Label

BAR_PX = 49  # with its top line
RETRY_TIP, DISCARD_TIP = "Sends the stored body again, unchanged", "Takes off the list, after a question"
BUSY = "Wait until the running action has ended"
NO_MESSAGE = "There is no message to act on"


class ActionBar(QFrame):
    """Main thread."""

    retry_requested = Signal()
    discard_requested = Signal()
    cancel_requested = Signal()

    def __init__(self, theme: Theme, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setProperty("role", "foot")
        self.setAccessibleName("What to do with the messages")
        self.setFixedHeight(BAR_PX)
        self._narrow = False
        self._why_not_retry = self._why_not_discard = ""
        self._matching = self._checked = 0
        self._words = Label(theme, "", "title")
        self._remark = ElidedLabel(theme, "", "small", "second")
        self.retry_button = Button(theme, "Retry", "refresh")
        self.discard_button = Button(theme, "Discard…", "trash-can-outline", role="danger")
        self._doing = ElidedLabel(theme, "", "title")
        self._progress = QProgressBar()
        self._progress.setTextVisible(False)
        self.cancel_button = Button(theme, "Cancel", "close")
        self._pages = QStackedLayout(self)
        self._pages.addWidget(self._make_choice())
        self._pages.addWidget(self._make_progress())
        self.retry_button.clicked.connect(self.retry_requested)
        self.discard_button.clicked.connect(self.discard_requested)
        self.cancel_button.clicked.connect(self._on_cancel_clicked)

    @property
    def busy(self) -> bool:
        return self._pages.currentIndex() == 1

    @property
    def words(self) -> str:
        return self._doing.text() if self.busy else self._words.text()

    def set_why_not(self, *, retry: str, discard: str) -> None:
        """Why that cannot be done with messages; empty: it can."""
        self._why_not_retry, self._why_not_discard = retry, discard
        self.show_choice(self._matching, self._checked)

    def show_choice(self, matching: int, checked: int) -> None:
        """Set the number of messages in the list, and how many of them are checked."""
        self._matching, self._checked = matching, checked
        self._words.setVisible(bool(checked) or not self._narrow)
        chosen = checked or matching
        if checked:
            self._words.setText(f"{checked:,} selected")
            self._remark.setText("later arrivals stay out")
            number = f" {checked:,}"
        else:
            self._words.setText("None selected" if matching else "")
            self._remark.setText("Space selects" if 0 < matching < 100 else "")
            number = f" all {matching:,}" if matching > 1 else ""
        self.retry_button.set_text(f"Retry{number}")
        self.discard_button.set_text("Discard…" if self._narrow else f"Discard{number}…")
        none = "" if chosen else NO_MESSAGE
        self.retry_button.set_possible(RETRY_TIP, self._why_not_retry or none)
        self.discard_button.set_possible(DISCARD_TIP, self._why_not_discard or none)

    def show_progress(self, words: str, done: int, total: int) -> None:
        self._doing.setText(words)
        self._progress.setRange(0, max(1, total))
        self._progress.setValue(done)
        self._progress.setAccessibleName(words)
        self.cancel_button.setEnabled(True)
        self._pages.setCurrentIndex(1)

    def end_progress(self) -> None:
        self._pages.setCurrentIndex(0)

    def set_narrow(self, narrow: bool) -> None:
        self._narrow = narrow
        self._remark.setVisible(not narrow)
        self.show_choice(self._matching, self._checked)

    def _make_choice(self) -> QWidget:
        box = QWidget()
        row = QHBoxLayout(box)
        row.setContentsMargins(12, 0, 12, 0)
        row.setSpacing(8)
        row.addWidget(self._words)
        row.addWidget(self._remark, 1)
        row.addStretch(0)
        row.addWidget(self.retry_button)
        row.addWidget(self.discard_button)
        return box

    def _make_progress(self) -> QWidget:
        box = QWidget()
        row = QHBoxLayout(box)
        row.setContentsMargins(12, 0, 12, 0)
        row.setSpacing(12)
        column = QVBoxLayout()
        column.setSpacing(4)
        column.addStretch(1)
        column.addWidget(self._doing)
        column.addWidget(self._progress)
        column.addStretch(1)
        row.addLayout(column, 1)
        row.addWidget(self.cancel_button, 0, Qt.AlignmentFlag.AlignVCenter)
        return box

    @Slot()
    def _on_cancel_clicked(self) -> None:
        self.cancel_button.setEnabled(False)
        self.cancel_requested.emit()
