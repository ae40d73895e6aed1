"""A whole window in which every shortcut of the registry has something to act on."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable
from contextlib import closing

from PySide6.QtCore import Qt, SignalInstance
from PySide6.QtGui import QKeySequence
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QAbstractButton, QApplication, QDialog, QLabel, QMenu, QWidget

from core.broker.connect import open_broker
from core.broker.ports import Message
from core.events import Accepted, BatchProcessed, OutcomeKind, WorkoutOutcome
from core.live.receipts import Stage
from core.outbox.changes import correct
from core.roster.draft import RosterDraft
from core.workouts.model import Workout
from gui.frame.view_models import BannerView, Offer
from gui.frame.workspace_entry import OpenWorkout
from gui.workspaces.athletes.workspace import AthletesWorkspace
from gui.workspaces.console.form.form import WorkoutForm
from gui.workspaces.failed.workspace import FailedWorkspace
from gui.workspaces.pipeline.workspace import PipelineWorkspace
from gui.workspaces.roster.page import RosterPage
from tests.support.program_rig import Program
from tests.support.workouts import workouts

FAILED_ID = "00000000-0000-4000-8000-000000000001"
FAR = b'{"type": "Running", "duration": 45, "distance": 5200, "userId": "Ana", "timestamp": "2025-12-10T10:00:00Z"}'


class KeyWalk:
    """`aim` gives the focus to where a shortcut works; `effect` is something that changes when it is pressed."""

    def __init__(self, program: Program) -> None:
        self.program, self.window = program, program.parts.window
        self._counts: dict[str, int] = {}
        self._number = 0
        program.wait_for(lambda: program.session.controller.workspaces.all_built)
        program.wait_for(lambda: program.state.online)
        self._send()
        self.window.activateWindow()
        program.wait_for(self.window.isActiveWindow)

    @property
    def three_workouts(self) -> list[Workout]:
        return list(workouts(3))

    @property
    def stored_row(self) -> int:
        return self.program.stages().index(Stage.STORED)

    @property
    def form(self) -> WorkoutForm:
        return self.program.parts.form

    @property
    def athletes(self) -> AthletesWorkspace:
        return self.program.parts.athletes

    @property
    def pipeline(self) -> PipelineWorkspace:
        return self.program.parts.pipeline

    @property
    def failed(self) -> FailedWorkspace:
        return self.program.parts.failed

    def press(self, keys: str) -> None:
        focused = QApplication.focusWidget() or self.window
        QTest.keySequence(focused, QKeySequence(keys))

    def counted(self, name: str, signal: SignalInstance) -> Callable[[], object]:
        """How often the signal was emitted."""

        def count(*_values: object) -> None:
            self._counts[name] += 1

        if name not in self._counts:
            self._counts[name] = 0
            signal.connect(count)
        return lambda: self._counts[name]

    def focus(self, widget: QWidget) -> None:
        self.close_others()
        widget.setFocus(Qt.FocusReason.OtherFocusReason)
        self.program.wait_for(widget.hasFocus)

    def close_others(self) -> None:
        for other in (*self.window.findChildren(QDialog), *self.window.findChildren(QMenu)):
            if other.isVisible():
                other.close()
        self.program.wait_for(lambda: QApplication.activeModalWidget() is None)
        self.window.palette_overlay.close_palette()
        self.window.activateWindow()
        self.program.wait_for(self.window.isActiveWindow)

    def fill_form(self) -> None:
        self.window.show_workspace("console")
        self._number += 1  # one more of the same athlete would be asked about
        self.form.clear()
        for name, text in (("userId", f"Athlete {self._number}"), ("type", "Running"), ("duration", "45")):
            self.form.body_fields.fields[name].set_text(text)
        self.focus(self.form.body_fields.fields["userId"].edit)

    def show_banner(self, *offers: Offer) -> None:
        self.window.show_banner(BannerView("walk", "Look here.", offers=offers))

    def show_athletes(self) -> None:
        self.window.show_workspace("athletes")
        self.athletes.leave_roster()
        if self.athletes.shows_history:
            self.athletes.history.left.emit()
        self.athletes.list.search.clear()
        self.program.wait_for(lambda: self.athletes.list.table.chosen and self.athletes.page.page is not None)

    def show_history(self) -> None:
        self.show_athletes()
        self.athletes.show_history("")
        self.program.wait_for(lambda: self.athletes.history.model.rows)

    def show_roster(self) -> RosterPage:
        """With three new rows, of which the first is not filled in, and the second is asked about."""
        self.window.show_workspace("athletes")
        page = self.athletes.roster
        rows = [{"userId": f"Runner {number}", "duration": "45", "distance": "52"} for number in range(3)]
        page.restore(RosterDraft(({**rows[0], "duration": "4o"}, *rows[1:]), page.session))
        self.athletes.show_roster()
        self.focus(page.table)
        page.table.go_to(1, "distance")
        return page

    def show_failed_rows(self) -> None:
        self.window.show_workspace("failed")
        self.program.wait_for(lambda: self.failed.list.model.rowCount() > 1 and self.failed.repair.key)
        self.failed.list.table.choose(0)

    def correct_stored(self) -> None:
        """So that it has two revisions."""
        if self.program.state.ledger().corrections == 0:
            change = correct(self.sent, self.sent.model_copy(update={"notes": "Hills"}))
            self.form.correction_submitted.emit(change)
            self.program.wait_for(lambda: self.program.state.ledger().corrections == 1)

    def show_timeline(self) -> None:
        self.program.session.controller.workspaces.go(OpenWorkout(self.stored_id))
        self.program.wait_for(lambda: self.pipeline.timeline.timeline is not None)

    def _send(self) -> None:
        with closing(open_broker(self.program.session.controller._host.settings.broker_url).publisher()) as publisher:
            publisher.open()
            publisher.publish([Message(FAR, f"far-{number}") for number in range(3)])
        (self.sent,) = workouts(1)
        self.stored_id = self.sent.workout_id
        self.program.session.controller.submit([self.sent])
        self.program.wait_for(lambda: self.program.state.ledger().stored == 1 and self.program.state.failed == 3)
        outcome = WorkoutOutcome(FAILED_ID, "Ben", "Running", OutcomeKind.FAILED, 5.0, 1.0, 0.0, reason="too far")
        self.program.session.post(Accepted(1, FAILED_ID, "Ben", "Running", 45.0, 5.2))
        self.program.session.post(BatchProcessed(2, "worker-1", (outcome,)))
        self.program.wait_for(lambda: len(self.program.stages()) == 2)


def doubled_letters(window: QWidget) -> list[str]:
    """The texts whose Alt letter another control that can be seen in this window has, too."""
    found: dict[str, list[str]] = defaultdict(list)
    for widget in window.findChildren(QWidget):
        if not (widget.isVisible() and widget.window() is window):
            continue
        if isinstance(widget, QAbstractButton) or (isinstance(widget, QLabel) and widget.buddy() is not None):
            text = widget.text().replace("&&", "")
            if "&" in text:
                found[text[text.index("&") + 1].upper()].append(text)
    return [text for texts in found.values() if len(texts) > 1 for text in texts]
