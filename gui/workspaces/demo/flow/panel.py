"""The panel of the flow: what comes in, waits, is worked on, and where it ends, as it moves."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass

from PySide6.QtCore import QPoint, QRect, Signal, Slot
from PySide6.QtWidgets import QWidget

from core.events import Event, WorkerState
from core.live.console_state import ConsoleState
from core.live.flow import FlowCounts, FlowModel, count_flow
from core.live.workers import LiveWorker
from gui.frame.worker_names import WorkerNames
from gui.theme.motion import MotionSetting
from gui.theme.theme import Theme
from gui.widgets import ElidedLabel, FittedRow, Label, Panel
from gui.workspaces.demo.flow import formatting, spoken
from gui.workspaces.demo.flow.cards import card_numbers, card_of
from gui.workspaces.demo.flow.jobs import ShownJobs
from gui.workspaces.demo.flow.part_card import PartCard
from gui.workspaces.demo.flow.view import FlowView
from gui.workspaces.demo.flow.words import (
    ADD_WORKER,
    BADGES,
    FAILED,
    PRODUCERS,
    QUEUE,
    RETRY,
    STORE,
    Account,
    NumberRow,
)

HEAD_PX = 24
_HINT = "Click a part for its numbers and its code"
_TO_FAILED = "Open the failed list"


@dataclass(frozen=True, slots=True)
class _Seen:
    """What was shown last."""

    state: ConsoleState
    counts: FlowCounts
    workers: Mapping[str, LiveWorker]


class FlowPanel(Panel):
    """Main thread. `take` every batch of events; `refresh` ten times a second."""

    part_chosen = Signal(str)
    add_worker_requested = Signal()
    failed_requested = Signal()  # the list of failed messages

    def __init__(
        self, theme: Theme, names: WorkerNames, now_ms: Callable[[], int], parent: QWidget | None = None
    ) -> None:
        super().__init__("The flow", parent)
        self._theme, self._names, self._now_ms = theme, names, now_ms
        self._model = FlowModel()
        self._producers: dict[str, int] = {}
        self._jobs = ShownJobs()
        self._most_s = 0.0
        self._shown = True
        self._motion = MotionSetting()
        self._opened = ""  # the part whose card is open
        self.view = FlowView(theme, now_ms, self._spoken)
        self.card = PartCard(theme, self.view)
        self._build()
        self._seen = self._see(ConsoleState(now_ms), now_ms())  # of nothing yet
        self._show(self._seen)
        self.view.part_activated.connect(self._on_part_activated)
        self.view.left.connect(self.card.close_card)
        self.card.closed.connect(self._on_card_closed)
        self.card.action_requested.connect(self._on_card_action)

    def take(self, events: Iterable[Event]) -> None:
        """Events that ConsoleState has already."""
        now_ms = self._now_ms()
        self._model.take(events, now_ms)
        if self._moves():
            self.view.launch(self._model.movements(now_ms))
        else:
            self._model.forget_movements()

    def refresh(self, state: ConsoleState, now_ms: int) -> None:
        """Show the numbers as of now; only what changed is painted."""
        self._seen = self._see(state, now_ms)
        if self._shown and self.isVisible():
            if self._moves():
                self.view.launch(self._model.movements(now_ms))  # what was too little for a dot until now
            self._show(self._seen)

    def set_shown(self, shown: bool) -> None:
        """It came to the front, or another workspace did."""
        self._shown = shown
        if shown:
            self._motion.ask()
        else:
            self.view.stop()
            self.card.close_card()

    def set_producers(self, counts: Mapping[str, int]) -> None:
        """How many each has sent, in the order of the rows."""
        self._producers = dict(counts)

    def set_account(self, lost: int, doubled: int) -> None:
        self.view.flow.show_account(Account(lost, doubled))
        self.view.keys.setAccessibleDescription(f"{lost:,} lost, {doubled:,} doubled")

    def set_job_span(self, most_s: float) -> None:
        """The longest that a job may take, for the bars; 0: not known."""
        self._most_s = most_s

    def mark(self, part: str, number: int) -> None:
        """Put the number of a step of the tour at a part; an empty part: nowhere."""
        self.view.flow.mark(part, number)

    def part_rect(self, part: str) -> QRect:
        """Where a part is in this panel; empty for one that is not shown."""
        box = self.view.box_of(part)
        return box.translated(self.view.viewport().mapTo(self, QPoint(0, 0))) if box.isValid() else QRect()

    @property
    def is_still(self) -> bool:
        """The user asked the system for less motion."""
        return self._motion.is_reduced

    def _moves(self) -> bool:
        return self._shown and not self.is_still and self.isVisible()

    def _see(self, state: ConsoleState, now_ms: int) -> _Seen:
        depth = state.depth
        counts = count_flow(state.ledger(), depth.retrying if depth else 0, self._model.returned)
        views = self._jobs.of(formatting.shown_workers(state, self._names, now_ms), now_ms)
        return _Seen(state, counts, {view.name: view for view in views})

    def _show(self, seen: _Seen) -> None:
        state, counts, flow = seen.state, seen.counts, self.view.flow
        flow.show_nodes(
            {
                PRODUCERS: formatting.producers_words(counts, self._producers),
                QUEUE: formatting.queue_words(counts, state),
                STORE: formatting.store_words(counts),
                BADGES: formatting.badges_words(state),
                RETRY: formatting.retry_words(counts),
                FAILED: formatting.failed_words(counts),
            }
        )
        flow.show_edges(formatting.edge_words(counts, state, self._model))
        views = list(seen.workers.values())
        working = sum(view.state is WorkerState.RUNNING and not view.stale for view in views)
        flow.show_workers(
            [formatting.worker_words(view, self._names, self._most_s) for view in views],
            formatting.add_words(state, counts.waiting, working),
        )
        self._line.setText(formatting.dots_text(self._model, still=self.is_still))
        self.view.refresh_names()
        if self._opened:
            self.card.show_numbers(self._numbers(self._opened))

    def _numbers(self, part: str) -> tuple[NumberRow, ...]:
        seen = self._seen
        return card_numbers(part, seen.counts, seen.state, self._producers, seen.workers.get(part))

    def _spoken(self, part: str) -> str:
        item = self.view.flow.item_of(part)
        return "" if item is None else spoken.part_sentence(part, item.words)

    def _build(self) -> None:
        line = FittedRow(self._theme)
        self._line = ElidedLabel(self._theme, formatting.dots_text(self._model, still=self.is_still), "body", "second")
        self._hint = Label(self._theme, _HINT, "small", "second")
        line.row.addWidget(Label(self._theme, "The flow", "title"))
        line.row.setSpacing(8)
        line.row.addWidget(self._line)
        line.row.addStretch(1)
        line.row.addWidget(self._hint)
        line.ways = (self._hint.show, self._hint.hide)
        self._theme.fix_size(line, height_px=HEAD_PX)
        self.body.addWidget(line)
        self.body.addWidget(self.view, 1)

    @Slot(str)
    def _on_part_activated(self, part: str) -> None:
        self.part_chosen.emit(part)
        if part == ADD_WORKER:
            self.card.close_card()
            self.add_worker_requested.emit()
        elif part == self._opened:
            self.card.close_card()
            if part == FAILED:
                self.failed_requested.emit()
        else:
            self.card.close_card()
            self._open_card(part)

    def _open_card(self, part: str) -> None:
        item, text = self.view.flow.item_of(part), card_of(part)
        if item is None:
            return
        worker = self._seen.workers.get(part)
        title = text.title if worker is None else self._names.called(worker.name)
        around = self.view.box_of(part).translated(self.view.viewport().pos())
        self.card.open(text, title, self._numbers(part), around, _TO_FAILED if part == FAILED else "")
        self._opened = part
        self.view.keys.can_close = True

    @Slot()
    def _on_card_closed(self) -> None:
        self._opened = ""
        self.view.keys.can_close = False

    @Slot()
    def _on_card_action(self) -> None:
        self.card.close_card()
        self.failed_requested.emit()
