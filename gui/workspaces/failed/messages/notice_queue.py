"""What the strip over the list says: how an act ended, copies to read in, or a mistake that many messages share."""

from __future__ import annotations

from PySide6.QtCore import QObject, Signal, Slot

from gui.widgets.timers import once_timer
from gui.workspaces.failed.messages.action_bar import ONLY_LOOKS
from gui.workspaces.failed.messages.notice import CONVERT, DONE, PROBLEM, READ_IN, Notice
from gui.workspaces.failed.messages.notice_strip import NoticeBar

DONE_MS = 8_000


class Notices(QObject):
    """Main thread. One notice at a time: an outcome before an offer, what can be put away before what cannot."""

    read_in_requested = Signal()
    convert_requested = Signal()

    def __init__(self, strip: NoticeBar) -> None:
        super().__init__(strip)
        self._strip = strip
        self._outcome: Notice | None = None
        self._suggestion: Notice | None = None
        self._unseen = self._unseen_closed = 0
        self._done_timer = once_timer(self, DONE_MS, self._on_done_shown)
        strip.accepted.connect(self._on_accepted)
        strip.dismissed.connect(self._on_dismissed)

    def show_done(self, words: str, remark: str) -> None:
        """For a while; until it is put away where there is a remark."""
        self._outcome = Notice(DONE, "done", f"{words} {remark}".rstrip())
        if remark:
            self._done_timer.stop()
        else:
            self._done_timer.start()
        self._show()

    def show_problem(self, words: str) -> None:
        """Until it is put away."""
        self._done_timer.stop()
        self._outcome = Notice(PROBLEM, "problem", words)
        self._show()

    def show_unseen(self, unseen: int) -> None:
        """How many more are in the broker's failed queue than on the list."""
        self._unseen = unseen
        self._show()

    def show_suggestion(self, suggestion: Notice | None) -> None:
        self._suggestion = suggestion
        self._show()

    def set_can_press(self, *, can_act: bool, busy: bool) -> None:
        self._strip.set_can_press(can_act and not busy, "" if can_act else ONLY_LOOKS)

    def _show(self) -> None:
        offer: Notice | None = None
        if self._unseen > self._unseen_closed:
            # Some of them may be copies of what was dealt with here.
            text = f"The broker's failed queue has {self._unseen:,} more than this list."
            offer = Notice(READ_IN, "offer", text, "Read in", f"{self._unseen:,} more in the queue")
        self._strip.show_notice(self._outcome or offer or self._suggestion)

    @Slot(str)
    def _on_accepted(self, key: str) -> None:
        (self.convert_requested if key == CONVERT else self.read_in_requested).emit()

    @Slot(str)
    def _on_dismissed(self, key: str) -> None:
        if key == READ_IN:
            self._unseen_closed = self._unseen
        else:
            self._outcome = None
        self._show()

    @Slot()
    def _on_done_shown(self) -> None:
        self._outcome = None
        self._show()
