"""Receipts: a row for each workout sent from here, which follows it to its end."""

from __future__ import annotations

from dataclasses import replace
from zoneinfo import ZoneInfo

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QAbstractButton, QApplication
from pytestqt.qtbot import QtBot

from core.events import (
    Accepted,
    BatchProcessed,
    Confirmed,
    ConnectionChanged,
    ConnectionState,
    DepthSampled,
    EarnedBadge,
    Event,
    OutcomeKind,
    PickedUp,
    Refused,
    WorkoutOutcome,
)
from core.live.receipts import MAX_RECEIPTS, Stage
from core.live.workout_log import WorkoutLog, WorkoutTrace
from core.metrics.depth_and_flow import FlowRates
from gui.formatting import READ_ONLY
from gui.frame.worker_names import WorkerNames
from gui.theme.theme import Theme
from gui.workspaces.console.receipts.panel import ReceiptsPanel

T0 = 1_767_225_600_000


def workout_id(number: int) -> str:
    return f"00000000-0000-4000-8000-{number:012d}"


def accepted(number: int) -> Accepted:
    return Accepted(T0 + number, workout_id(number), f"athlete {number}", "Running", 45.0, 5.2)


def ended(number: int, kind: OutcomeKind, *, badges: tuple[EarnedBadge, ...] = (), reason: str = "") -> BatchProcessed:
    outcome = WorkoutOutcome(
        workout_id(number), f"athlete {number}", "Running", kind, 5.0, 1.0, 382.5, badges=badges, reason=reason
    )
    return BatchProcessed(T0 + number + 900, "worker-1", (outcome,))


def link(state: ConnectionState) -> ConnectionChanged:
    return ConnectionChanged(T0, state, "RabbitMQ", "localhost:5672")


class Rows:
    def __init__(self, theme: Theme, qtbot: QtBot) -> None:
        self.now_ms, self.names = T0 + 1_000, WorkerNames()
        self.panel = ReceiptsPanel(
            theme, WorkoutLog(), self.names, now_ms=lambda: self.now_ms, zone=ZoneInfo("Europe/Berlin")
        )
        qtbot.addWidget(self.panel)
        self.panel.resize(900, 260)
        self.panel.show()
        self.repairs: list[WorkoutTrace] = []
        self.panel.repair_requested.connect(self.repairs.append)
        self.tell(link(ConnectionState.ONLINE))

    def tell(self, *events: Event) -> None:
        self.panel.show_events(events)

    def stages(self) -> list[Stage]:
        return [receipt.stage for receipt in self.panel.model.rows]

    def cell(self, row: int, title: str) -> str:
        model = self.panel.model
        return str(model.index(row, model.place_of(title)).data())


@pytest.fixture
def rows(theme: Theme, qtbot: QtBot) -> Rows:
    return Rows(theme, qtbot)


def test_a_row_follows_its_workout_from_accepted_to_stored(rows: Rows) -> None:
    seen = []
    for event in (
        accepted(1),
        Confirmed(T0 + 100, (workout_id(1),)),
        PickedUp(T0 + 500, "worker-1", (workout_id(1),)),
        ended(1, OutcomeKind.STORED, badges=(EarnedBadge("run_5k", "5K Runner"),)),
    ):
        rows.tell(event)
        seen += rows.stages()
    assert seen == [Stage.ACCEPTED, Stage.WAITING, Stage.RUNNING, Stage.STORED]
    assert "5K Runner" in rows.cell(0, "Result")
    assert "0.9 s" in rows.cell(0, "Took")


def test_a_worker_of_this_console_has_the_name_that_other_screens_give_it(rows: Rows) -> None:
    rows.tell(accepted(1), Confirmed(T0 + 100, (workout_id(1),)), PickedUp(T0 + 500, "worker-1", (workout_id(1),)))
    assert rows.cell(0, "Result") == "worker-1"
    rows.names.set_own(["worker-0", "worker-1"])
    assert rows.cell(0, "Result") == "W2"
    rows.tell(ended(1, OutcomeKind.STORED))
    assert "worked on by W2" in rows.panel.model.index(0, 0).data(Qt.ItemDataRole.ToolTipRole)


def test_what_cannot_be_sent_is_kept_here_and_then_goes_on(rows: Rows) -> None:
    rows.tell(link(ConnectionState.OFFLINE), accepted(1))
    assert rows.stages() == [Stage.PENDING]
    assert rows.cell(0, "Result") == "will be sent"
    rows.tell(link(ConnectionState.ONLINE), Confirmed(T0 + 700, (workout_id(1),)))
    assert rows.stages() == [Stage.WAITING]


def test_what_another_queue_has_says_so_and_counts_no_time(rows: Rows) -> None:
    rows.tell(accepted(1), Confirmed(T0 + 100, (workout_id(1),)))
    rows.panel.set_in_other_queue([workout_id(1)])
    cells = [rows.cell(0, column) for column in ("Stage", "Took", "Result")]
    assert cells == ["not here", "", "in another queue"]
    rows.panel.set_in_other_queue([])
    assert rows.cell(0, "Stage") == "waiting"


def test_what_an_alarm_keeps_from_being_sent_is_kept_here_too(rows: Rows) -> None:
    rows.tell(accepted(1), link(ConnectionState.BLOCKED), accepted(2))
    assert rows.stages() == [Stage.PENDING, Stage.PENDING]
    rows.tell(link(ConnectionState.ONLINE), Confirmed(T0 + 700, (workout_id(1),)))
    assert rows.stages() == [Stage.ACCEPTED, Stage.WAITING]


def test_a_failed_row_says_why_and_asks_for_repair_by_key(rows: Rows) -> None:
    rows.tell(accepted(1), accepted(2), ended(1, OutcomeKind.FAILED, reason="distance: must be at most 100 km"))
    assert rows.stages() == [Stage.ACCEPTED, Stage.FAILED]
    assert "at most 100 km" in rows.cell(1, "Result")
    rows.panel.table.selectRow(1)
    QTest.keyClick(rows.panel.table, Qt.Key.Key_R)
    assert [receipt.workout_id for receipt in rows.repairs] == [workout_id(1)]
    rows.panel.table.selectRow(0)
    QTest.keyClick(rows.panel.table, Qt.Key.Key_R)
    assert len(rows.repairs) == 1, "only what failed is repaired"


def test_what_the_broker_rejects_says_why_and_can_be_repaired(rows: Rows) -> None:
    words = "PRECONDITION_FAILED - message size 70211 is larger than configured max size 65536"
    rows.tell(accepted(1), accepted(2), Refused(T0 + 700, workout_id(1), words, rejected=True))
    assert rows.stages() == [Stage.ACCEPTED, Stage.REJECTED]
    assert (rows.cell(1, "Stage"), rows.cell(1, "Result")) == ("rejected", words)
    assert rows.panel.segment.words("failed") == "Failed 1"
    rows.panel.table.selectRow(1)
    QTest.keyClick(rows.panel.table, Qt.Key.Key_R)
    assert [receipt.workout_id for receipt in rows.repairs] == [workout_id(1)]


def test_a_duplicate_is_said_to_be_one(rows: Rows) -> None:
    rows.tell(accepted(1), ended(1, OutcomeKind.DUPLICATE))
    assert rows.stages() == [Stage.DUPLICATE]


def test_that_the_menu_of_a_row_opens_repairs_and_copies_it(rows: Rows) -> None:
    opened: list[str] = []
    rows.panel.receipt_opened.connect(opened.append)
    rows.tell(accepted(7), accepted(8), ended(7, OutcomeKind.FAILED, reason="bad"))
    table, menu = rows.panel.table, rows.panel.more_button.menu()
    for row, key in ((0, Qt.Key.Key_R), (1, Qt.Key.Key_R), (1, Qt.Key.Key_O), (0, Qt.Key.Key_I)):
        table.selectRow(row)
        QTest.keyClick(table, Qt.Key.Key_F10, Qt.KeyboardModifier.ShiftModifier)
        QTest.keyClick(menu, key)
        menu.hide()
    assert [receipt.workout_id for receipt in rows.repairs] == [workout_id(7)]
    assert opened == [workout_id(7)]
    assert QApplication.clipboard().text() == workout_id(8)


def test_groups_show_their_own_rows_and_counts(rows: Rows) -> None:
    rows.tell(*(accepted(number) for number in range(6)))
    rows.tell(ended(0, OutcomeKind.FAILED, reason="no"), ended(1, OutcomeKind.STORED))
    segment = rows.panel.segment
    assert [segment.words(key) for key in ("all", "middle", "failed")] == ["All 6", "In flight 4", "Failed 1"]
    segment.findChildren(QAbstractButton)[2].click()
    assert rows.stages() == [Stage.FAILED]


def test_thousands_of_events_take_few_model_signals_and_a_bounded_table(rows: Rows) -> None:
    signals: list[str] = []
    model = rows.panel.model
    model.rowsInserted.connect(lambda *_: signals.append("inserted"))
    model.rowsRemoved.connect(lambda *_: signals.append("removed"))
    model.dataChanged.connect(lambda *_: signals.append("changed"))
    model.modelReset.connect(lambda: signals.append("reset"))
    rows.tell(*(accepted(number) for number in range(5_000)))
    assert model.rowCount() == MAX_RECEIPTS
    assert len(signals) <= 4
    assert rows.cell(0, "Athlete") == "athlete 4999"


def test_the_clock_of_a_waiting_row_goes_on(rows: Rows, qtbot: QtBot) -> None:
    rows.tell(accepted(1), Confirmed(T0 + 100, (workout_id(1),)))
    before = rows.cell(0, "Took")
    rows.now_ms += 5_000
    with qtbot.waitSignal(rows.panel.model.dataChanged, timeout=3_000):
        pass
    assert rows.cell(0, "Took") != before


def depth(ready: int) -> DepthSampled:
    return DepthSampled(T0, ready, 4, 1, 0, 0, None)


def test_each_row_that_waits_says_its_own_place_and_time(rows: Rows) -> None:
    count = 1_204
    rows.tell(*map(accepted, range(count)), Confirmed(T0, tuple(map(workout_id, range(count)))), depth(count))
    assert [rows.cell(row, "Result") for row in (0, count - 1)] == ["1,204th in line", "next"]
    rows.panel.set_flow(FlowRates(0.0, 10.0, 120.4, 10.0))
    shown = [rows.cell(row, "Result") for row in (0, 1, 604, count - 2, count - 1)]
    assert shown == [
        "1,204th, in about 2 min",
        "1,203rd, in about 2 min",
        "600th, in about 1 min",
        "2nd, in about 1 s",
        "next",
    ]
    tip = rows.panel.model.index(0, 0).data(Qt.ItemDataRole.ToolTipRole)
    assert tip.splitlines()[1] == "1,204th, in about 2 min"
    rows.tell(link(ConnectionState.OFFLINE))
    assert rows.cell(0, "Result") == "for a free worker"


def test_a_row_among_messages_of_others_says_how_many_are_ahead_at_most(rows: Rows) -> None:
    rows.tell(accepted(1), accepted(2), Confirmed(T0, (workout_id(1), workout_id(2))), depth(1_202))
    assert [rows.cell(row, "Result") for row in (0, 1)] == ["up to 1,201 ahead", "up to 1,200 ahead"]
    rows.panel.set_flow(FlowRates(0.0, 10.0, 120.2, 10.0))
    assert rows.cell(0, "Result") == "within about 2 min"


@pytest.mark.parametrize(
    ("width_px", "about"),
    [(500, ""), pytest.param(624, "", id="a window of 1024x700"), (832, "about "), (1_040, "about ")],
)
def test_the_longest_place_fits_into_its_column(rows: Rows, width_px: int, about: str) -> None:
    rows.tell(accepted(1))
    rows.panel.resize(width_px, 260)
    column = rows.panel.model.columns[rows.panel.model.place_of("Result")]
    room_px = rows.panel.table.columnWidth(rows.panel.model.place_of("Result")) - column.indent_px
    metrics = rows.panel._theme.metrics("small")
    for words in (f"1,888th, in {about}88 min", f"within {about}88 min", "up to 8,888 ahead", "1,888th in line"):
        assert metrics.horizontalAdvance(words) <= room_px, words


def test_where_the_result_has_no_room_the_figures_are_in_the_tip_alone(rows: Rows) -> None:
    rows.tell(accepted(1), replace(accepted(2), distance_km=None))
    for width_px, hidden in ((624, False), (500, True)):
        rows.panel.resize(width_px, 260)
        for title in ("Duration", "Distance"):
            assert rows.panel.table.isColumnHidden(rows.panel.model.place_of(title)) is hidden
    tips = [str(rows.panel.model.index(row, 0).data(Qt.ItemDataRole.ToolTipRole)).splitlines()[2] for row in (0, 1)]
    assert tips == ["45:00", "45:00, 5.2 km"]


def test_before_anything_was_sent_a_demonstration_is_offered(rows: Rows, qtbot: QtBot) -> None:
    with qtbot.waitSignal(rows.panel.demo_requested, timeout=1_000):
        qtbot.mouseClick(rows.panel._empty.demo_button, Qt.MouseButton.LeftButton)
    rows.panel.offer_demo(False)
    assert not rows.panel._empty.demo_button.isVisible()


def test_the_start_is_shown_where_there_is_room_and_told_in_the_tip_always(rows: Rows) -> None:
    rows.tell(
        accepted(1),
        replace(accepted(2), started_at="2025-12-30T18:24:00+01:00"),
        replace(accepted(3), started_at="2026-01-01T00:30:00-08:00"),
    )
    assert [rows.cell(row, "Start") for row in range(3)] == ["00:30 -08:00", "30 Dec 2025", ""]
    tips = [str(rows.panel.model.index(row, 0).data(Qt.ItemDataRole.ToolTipRole)) for row in range(3)]
    assert ["started" in tip for tip in tips] == [True, True, False]
    assert "started 30 Dec 2025 18:24" in tips[1]
    for width_px, hidden in ((900, True), (1_040, False), (700, True)):
        rows.panel.resize(width_px, 260)
        assert rows.panel.table.isColumnHidden(rows.panel.model.place_of("Start")) is hidden
        assert rows.panel.table.columnWidth(rows.panel.model.place_of("Result")) >= 80


def changed(number: int, revision: int, kind: str) -> Accepted:
    return Accepted(
        T0 + number + 950, workout_id(number), f"athlete {number}", "Running", 46.0, 5.2, "", revision, kind
    )


def test_that_a_correction_and_a_deletion_say_what_they_are(rows: Rows) -> None:
    rows.tell(accepted(1), ended(1, OutcomeKind.STORED), accepted(2), ended(2, OutcomeKind.STORED))
    rows.tell(changed(1, 2, "workout.corrected"))
    assert (rows.cell(0, "Athlete"), rows.cell(0, "Stage")) == ("athlete 1", "accepted r2")
    rows.tell(changed(2, 3, "workout.deleted"))
    assert (rows.cell(0, "Athlete"), rows.cell(0, "Stage")) == ("athlete 2", "accepted r3")
    outcomes = tuple(
        WorkoutOutcome(workout_id(number), "", "Running", OutcomeKind.STORED, 5.0, 1.0, revision=number + 1)
        for number in (1, 2)
    )
    rows.tell(BatchProcessed(T0 + 2_000, "worker-1", outcomes))
    assert [(rows.cell(row, "Stage"), rows.cell(row, "Result")) for row in (0, 1)] == [
        ("deleted", "deletion, revision 3"),
        ("stored r2", "correction, revision 2"),
    ]
    assert "correction, revision 2" in rows.panel.model.index(1, 0).data(Qt.ItemDataRole.ToolTipRole)


def test_that_only_what_can_be_changed_is_offered_to_be_corrected_or_deleted(rows: Rows) -> None:
    wanted: list[tuple[str, str]] = []
    rows.panel.table.changes.correct_requested.connect(lambda found: wanted.append(("correct", found)))
    rows.panel.table.changes.delete_requested.connect(lambda found: wanted.append(("delete", found)))
    table = rows.panel.table
    keys = (Qt.Key.Key_C, Qt.Key.Key_Delete)
    for key in (*keys, Qt.Key.Key_U):
        QTest.keyClick(table, key)  # no row is chosen
    rows.tell(
        accepted(1), ended(1, OutcomeKind.FAILED, reason="too far"), accepted(2), changed(2, 2, "workout.deleted")
    )
    rows.tell(accepted(3), accepted(4), Confirmed(T0 + 100, (workout_id(4),)))
    rows.panel.set_in_other_queue([workout_id(4)])
    places = {receipt.workout_id: row for row, receipt in enumerate(rows.panel.model.rows)}
    reasons = {}
    for number in (1, 2, 3, 4):
        table.selectRow(places[workout_id(number)])
        receipt = table.current_row
        assert receipt is not None
        (reasons[number],) = {action.why_not for action in table.row_actions(receipt)[2:4]}
        for key in keys:
            QTest.keyClick(table, key)
    assert reasons == {
        1: "It has failed: repair it, or discard it",
        2: "It is deleted",
        3: "",
        4: "It is in another queue",
    }
    assert wanted == [("correct", workout_id(3)), ("delete", workout_id(3))]
    table.changes.again_requested.connect(lambda found: wanted.append(("again", found)))
    for number in (1, 2, 3, 4):  # whatever became of it
        table.selectRow(places[workout_id(number)])
        QTest.keyClick(table, Qt.Key.Key_U)
    assert wanted[2:] == [("again", workout_id(number)) for number in (1, 2, 3, 4)]
    table.changes.why_not_any = READ_ONLY
    table.selectRow(places[workout_id(3)])
    for key in keys:
        QTest.keyClick(table, key)
    assert len(wanted) == 6
    receipt = table.current_row
    assert receipt is not None
    assert [action.why_not for action in table.row_actions(receipt)[2:]] == [
        READ_ONLY
    ] * 3  # the last one uses it again


def test_that_changes_wait_while_another_workspace_is_shown(rows: Rows) -> None:
    rows.tell(accepted(1))
    rows.panel.set_shown(False)
    rows.tell(accepted(2))
    assert len(rows.panel.model.rows) == 1
    rows.panel.refresh()
    assert len(rows.panel.model.rows) == 2
    rows.tell(accepted(3))
    rows.panel.set_shown(True)
    assert len(rows.panel.model.rows) == 3
    rows.tell(accepted(4))
    assert len(rows.panel.model.rows) == 4
