"""Connects the bar of the tour to the demonstration that it drives."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from PySide6.QtCore import QObject, Slot
from PySide6.QtGui import QScreen

from core.events import Event
from core.live.console_state import ConsoleState
from gui.theme.theme import Theme
from gui.workspaces.demo.tour.bar import INVITATION, TourBar
from gui.workspaces.demo.tour.control import ConsoleTourControl
from gui.workspaces.demo.tour.notes import PresenterNotes
from worker.demo.tour.tour import Tour


class TourController(QObject):
    """Main thread. `point_at` shows the number of the step at a part; an empty part: nowhere."""

    def __init__(
        self,
        bar: TourBar,
        control: ConsoleTourControl,
        point_at: Callable[[str, int], None],
        now_ms: Callable[[], int],
    ) -> None:
        super().__init__(bar)
        self._bar, self._control, self._point_at, self._now_ms = bar, control, point_at, now_ms
        self.tour = Tour(control)
        self._state: ConsoleState | None = None
        self._pointed: tuple[str, int] = ("", 0)
        self._notes: PresenterNotes | None = None
        bar.next_requested.connect(self.go_on)
        bar.back_requested.connect(self.go_back)
        bar.leave_requested.connect(self.leave)

    def set_presenting(self, presenting: bool, theme: Theme, screen: QScreen | None) -> None:
        """`screen`: for the notes; None where there is no second one."""
        if self._notes is not None:
            self._notes.close()
            self._notes.deleteLater()
            self._notes = None
        if presenting and screen is not None:
            self._notes = PresenterNotes(theme, self._bar)
            self._notes.show_on(screen)
            self._show()

    def take(self, events: Sequence[Event]) -> None:
        self.tour.take(events)

    def refresh(self, state: ConsoleState, now_ms: int) -> None:
        """Ten times a second."""
        self._state = self._control.state = state
        self._control.now_ms = now_ms
        if self.tour.number:
            self._show()

    @Slot()
    def go_on(self) -> None:
        if self._state is not None:
            self.tour.next(self._state, self._now_ms())
            self._show()

    @Slot()
    def go_back(self) -> None:
        if self._state is not None:
            self.tour.back(self._state, self._now_ms())
            self._show()

    @Slot()
    def leave(self) -> None:
        self.tour.leave()
        self._show()

    def _show(self) -> None:
        caption = None if self._state is None else self.tour.caption(self._state, self._now_ms())
        if caption is None or self._state is None:
            self._bar.show_step(0, INVITATION, done=False)
        else:
            done = self.tour.is_done(self._state, self._now_ms())
            self._bar.show_step(self.tour.number, caption, done=done)
        if self._notes is not None:
            self._notes.show_step(self.tour.number, Tour.count, caption, self.tour.notes)
        pointed = self.tour.part, self.tour.number
        if pointed != self._pointed:
            self._pointed = pointed
            self._point_at(*pointed)
            if self.tour.number:
                self._bar.focus_next()
