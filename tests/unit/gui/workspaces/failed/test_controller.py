"""The Failed workspace and the threads that read and act for it: who is asked what, and when."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from contextlib import closing
from dataclasses import replace
from datetime import UTC
from functools import partial
from pathlib import Path
from types import SimpleNamespace
from typing import Any, cast

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QWidget
from pytestqt.qtbot import QtBot

from core.broker.ports import Message
from core.errors import FieldProblem, InvalidWorkoutError, PacelineError, StoreUnavailableError
from core.events import BatchProcessed, OutcomeKind, WorkoutOutcome
from core.failures.corrections import FieldCorrection
from core.failures.models import FailedFilter, FailedMessage, FailedState
from core.live.console_state import ConsoleState
from core.live.resends import FOLLOWED_MS
from core.live.workout_log import WorkoutLog
from core.store.reader import ResultsReader
from core.store.writer import ResultsStore
from gui.changes.undo_offers import UndoOffers
from gui.changes.workout_changes import WorkoutChanges
from gui.charts.export import ChartExporter
from gui.frame.worker_names import WorkerNames
from gui.frame.workspace import WorkspaceContext
from gui.frame.workspace_entry import EditWorkout, OpenWorkout, RepairWorkout
from gui.host.background_tasks import BackgroundTasks
from gui.host.pipeline_host import PipelineHost
from gui.host.rules_watch import RulesWatch
from gui.options import Options
from gui.theme.theme import Theme
from gui.workspaces.failed.actions import NOT_CONNECTED
from gui.workspaces.failed.bulk_fix.search import LOST_TICKS
from gui.workspaces.failed.controller import (
    PAGES,
    REFRESH_TICKS,
    UNSEEN_SOON_TICKS,
    FailedController,
)
from gui.workspaces.failed.messages.table_model import FailedPage, PageAsked
from gui.workspaces.failed.workspace import FailedWorkspace
from tests.support.failed_screen import FAR, T0, FailedScreen, failed_row, keys_between
from worker.failed.bulk_fix import MESSAGES_PER_STEP
from worker.failed.failed_service import ActionResult
from worker.failed.failed_thread import FailedActed, FailedProgress
from worker.runtime.query import Posted, Query, Reply

GROUPS, KEYS, MESSAGE, OF_WORKOUT = "failed groups", "failed keys", "failed message", "failed of workout"
SEARCH = "bulk fix search"


class FakeHost:
    """Remembers the queries, and the actions with who is told of them."""

    def __init__(self) -> None:
        self.settings = SimpleNamespace(database_url="sqlite:///nowhere.db")
        self.asked: list[str] = []
        self.queries: dict[str, Query[Any]] = {}  # the last one of each name
        self.searches: list[Query[Any]] = []
        self.acts: list[tuple[str, tuple[object, ...]]] = []
        self.listeners: dict[str, list[Callable[[Any], None]]] = {}  # of the last action of each name

    def ask(self, query: Query[Any]) -> None:
        self.asked.append(query.name)
        self.queries[query.name] = query
        if query.name == SEARCH:
            self.searches.append(query)

    def act_on_failed(self, act: Callable[[object], None]) -> None:
        act(self)

    def __getattr__(self, name: str) -> Callable[..., None]:
        return partial(self._act, name)

    def _act(self, name: str, *values: object) -> None:
        self.acts.append((name, tuple(value for value in values if not callable(value))))
        self.listeners[name] = [value for value in values if callable(value)]

    def reply(self, name: str, result: object) -> None:
        self.queries[name].on_result(result)

    def fail(self, name: str, error: PacelineError) -> None:
        on_error = self.queries[name].on_error
        assert on_error is not None
        on_error(error)


class MetresList:
    """As a reader has it: so many distances in metres."""

    def __init__(self, count: int) -> None:
        self.count_of_all = count
        self.failed = self
        self.looks = 0

    def keys(self, wanted: FailedFilter, limit: int) -> tuple[str, ...]:
        assert wanted == FailedFilter(FAR)
        return keys_between(0, self.count_of_all)[:limit]

    def count(self, wanted: FailedFilter) -> int:
        return self.count_of_all

    def messages(self, keys: Sequence[str]) -> Iterator[FailedMessage]:
        self.looks += 1
        body = b'{"type": "Running", "duration": 45, "distance": 5200}'
        for key in keys:
            row = replace(failed_row(0), key=key)
            yield FailedMessage(row, FailedState.OPEN, 0, "invalid", None, None, Message(body, key), len(body), ())


class Desk:
    def __init__(self, theme: Theme, qtbot: QtBot, *, read_only: bool = False) -> None:
        self.clock: Callable[[], int] = lambda: T0
        self.host = FakeHost()
        self.posted: list[Posted] = []
        self.tasks = BackgroundTasks(self.posted.append)
        self.told: list[str] = []
        host = cast(PipelineHost, self.host)
        self.window = QWidget()
        qtbot.addWidget(self.window)
        self.answers = FailedController(
            WorkspaceContext(
                theme,
                host,
                self.tasks,
                ChartExporter(),
                WorkoutLog(),
                Options(read_only=read_only),
                WorkerNames(),
                now_ms=lambda: self.clock(),
                zone=UTC,
                changes=WorkoutChanges(
                    theme, host, UndoOffers(), self.window, now_ms=lambda: self.clock(), read_only=read_only
                ),
                rules=RulesWatch(host, self.window),
            )
        )
        workspace = self.answers.widget
        assert isinstance(workspace, FailedWorkspace)
        self.screen = FailedScreen(theme, qtbot, workspace)
        self.clock = lambda: self.screen.now_ms
        self.requests: list[object] = []
        self.answers.navigation_requested.connect(self.requests.append)
        self.answers.notice_raised.connect(self.told.append)

    def open(self) -> None:
        self.answers.opened()
        self.answers.set_shown(True)
        self.screen.show_groups((FAR, 40))
        self.screen.answer_pages()
        self.host.asked.clear()

    def answer_looks(self, failed: MetresList) -> None:
        """All that are asked for, what the answers make it ask for, too."""
        while self.host.searches:
            self.answer_look(failed)

    def answer_look(self, failed: MetresList) -> None:
        search = self.host.searches.pop(0)
        search.on_result(search.run(cast(ResultsReader, failed)))

    def tick(self, seen: int, *, lost: bool = False) -> None:
        """`seen`: a number that changes when the list may have changed."""
        self.answers.tick(cast(ConsoleState, SimpleNamespace(failed=seen, failed_seen=0, lost=lost, unread=False)), T0)

    def reply_page(self) -> None:
        """To the last page that was asked for."""
        asked = self.screen.pages[-1]
        self.host.reply(PAGES[0], FailedPage(asked, self.screen.rows(asked), 40 if asked.counted else None))

    def acted(self, act: str, acted: FailedActed) -> None:
        """The end of the last action of that name."""
        self.host.listeners[act][-1](acted)

    @property
    def strip_text(self) -> str:
        notice = self.screen.workspace.list.strip.notice
        return "" if notice is None else notice.text

    def last_act(self) -> tuple[str, tuple[object, ...]]:
        return self.host.acts[-1]

    def looks(self) -> int:
        return len([name for name, _ in self.host.acts if name == "count_unlisted"])


@pytest.fixture
def desk(theme: Theme, qtbot: QtBot) -> Iterator[Desk]:
    desk = Desk(theme, qtbot)
    yield desk
    desk.tasks.close()


def test_nothing_is_asked_while_nobody_looks_or_nothing_is_open(desk: Desk) -> None:
    desk.tick(1)
    desk.answers.opened()
    desk.tick(2)
    assert desk.host.asked == []
    desk.answers.set_shown(True)
    assert GROUPS in desk.host.asked
    assert PAGES[0] in desk.host.asked


def test_a_list_that_changes_all_the_time_is_read_again_now_and_then(desk: Desk) -> None:
    desk.open()
    for seen in range(10):
        desk.tick(seen)
    assert desk.host.asked.count(GROUPS) <= 10 // REFRESH_TICKS
    desk.host.asked.clear()
    for _ in range(REFRESH_TICKS + 1):
        desk.tick(99)
    desk.host.asked.clear()
    for _ in range(10):
        desk.tick(99)
    assert desk.host.asked == []


def test_copies_that_only_the_queue_has_are_believed_when_seen_twice(desk: Desk) -> None:
    desk.open()
    desk.tick(1)
    assert desk.looks() == 1
    desk.host.listeners["count_unlisted"][0](12)
    assert desk.screen.workspace.list.strip.notice is None
    for _ in range(UNSEEN_SOON_TICKS):
        desk.tick(1)
    assert desk.looks() == 2
    desk.host.listeners["count_unlisted"][0](15)
    notice = desk.screen.workspace.list.strip.notice
    assert notice is not None
    assert "12 more" in notice.text
    desk.screen.workspace.list.strip.button.click()
    assert desk.last_act() == ("import_queue", ())


def test_that_nothing_is_fetched_while_the_broker_is_away(desk: Desk) -> None:
    desk.open()
    acts, button = desk.screen.workspace.message_actions, desk.screen.workspace.list.strip.button
    acts.show_unseen(8)
    desk.tick(1, lost=True)
    assert (button.isEnabled(), button.toolTip(), acts.why_not_send()) == (False, NOT_CONNECTED, NOT_CONNECTED)
    acts.read_in()
    assert ("import_queue", ()) not in desk.host.acts
    desk.tick(1, lost=False)
    assert (button.isEnabled(), button.toolTip(), acts.why_not_send()) == (True, "", "")


def test_acts_go_to_the_desk_and_their_end_reads_the_list_again(desk: Desk) -> None:
    desk.open()
    key = desk.screen.row(0).key
    QTest.keyClick(desk.screen.table, Qt.Key.Key_R)
    assert desk.last_act() == ("retry", ((key,),))
    desk.host.listeners["retry"][0](FailedProgress("retry", 0, 1))
    desk.acted("retry", FailedActed("retry", 1, ActionResult(1)))
    assert GROUPS in desk.host.asked
    QTest.keyClick(desk.screen.table, Qt.Key.Key_Delete)
    desk.screen.discard_dialog().discard_button.click()
    assert desk.last_act() == ("discard", ((key,),))
    desk.screen.workspace.message_actions.cancel_requested.emit()
    assert desk.last_act() == ("cancel", ())
    desk.acted("discard", FailedActed("discard", 1, ActionResult(0, problem="Stopped.")))
    desk.screen.workspace.repair.resend_requested.emit(key, b"{}")
    assert desk.last_act() == ("resend", (key, b"{}"))
    error = InvalidWorkoutError((FieldProblem("duration", "is required"),))
    desk.acted("resend", FailedActed("resend", 1, ActionResult(0), error))
    assert not desk.screen.workspace.message_actions.busy


def processed(kind: OutcomeKind, *ids: str) -> BatchProcessed:
    return BatchProcessed(T0, "worker-1", tuple(WorkoutOutcome(each, "", "", kind, None, 1.0) for each in ids))


@pytest.mark.parametrize("chosen", ["one", "selection", "all"])
def test_a_retry_is_followed_until_the_messages_have_failed_again_or_are_stored(desk: Desk, chosen: str) -> None:
    desk.open()
    strip = desk.screen.workspace.list.strip
    if chosen == "selection":
        QTest.keyClick(desk.screen.table, Qt.Key.Key_Space)
    if chosen == "all":
        desk.screen.workspace.list.bar.retry_button.click()
        desk.host.reply(KEYS, (desk.screen.row(0).key, desk.screen.row(1).key))
    else:
        QTest.keyClick(desk.screen.table, Qt.Key.Key_R)
    desk.answers.take([processed(OutcomeKind.FAILED, "w-1")])  # before the answer that it was sent
    desk.acted("retry", FailedActed("retry", 2, ActionResult(2, sent=("w-1", "w-2"))))
    assert strip.notice is not None
    assert (strip.notice.kind, strip.notice.text) == ("problem", "2 retried: 1 failed again, 1 waiting.")
    desk.answers.take([processed(OutcomeKind.FAILED, "w-2")])
    assert (strip.notice.kind, strip.notice.text) == ("problem", "2 failed again.")


def test_a_retry_that_is_stored_is_told_in_green_and_until_then_waits(desk: Desk) -> None:
    desk.open()
    strip = desk.screen.workspace.list.strip
    QTest.keyClick(desk.screen.table, Qt.Key.Key_R)
    desk.acted("retry", FailedActed("retry", 2, ActionResult(2, 1, sent=("w-1", "w-2"))))
    assert strip.notice is not None
    assert (strip.notice.kind, strip.notice.text) == (
        "waiting",
        "2 retried, 2 waiting. 1 was no longer on the list.",
    )
    desk.answers.take([processed(OutcomeKind.STORED, "w-1", "w-2", "w-3")])
    assert (strip.notice.kind, strip.notice.text) == ("done", "2 stored. 1 was no longer on the list.")


def test_a_notice_that_was_put_away_does_not_come_back(desk: Desk) -> None:
    desk.open()
    QTest.keyClick(desk.screen.table, Qt.Key.Key_R)
    desk.acted("retry", FailedActed("retry", 1, ActionResult(1, sent=("w-1",))))
    desk.screen.workspace.list.strip.close_button.click()
    desk.answers.take([processed(OutcomeKind.FAILED, "w-1")])
    assert desk.strip_text == ""


def test_who_waits_too_long_is_told_so_once(desk: Desk) -> None:
    desk.open()
    QTest.keyClick(desk.screen.table, Qt.Key.Key_R)
    desk.acted("retry", FailedActed("retry", 1, ActionResult(1, sent=("w-1",))))
    state = SimpleNamespace(failed=0, failed_seen=0, lost=False, unread=False)
    desk.answers.tick(cast(ConsoleState, state), desk.screen.now_ms + FOLLOWED_MS)
    assert desk.strip_text == "1 retried, 1 without a result for 10 min."


def test_answers_find_their_place(desk: Desk) -> None:
    desk.open()
    desk.screen.workspace.message_actions.toggle_all()
    desk.host.reply(KEYS, (desk.screen.row(1).key,))
    assert desk.screen.model.checked_count == 1
    desk.screen.workspace.message_requested.emit(desk.screen.row(0).key)
    desk.host.reply(MESSAGE, None)
    desk.host.reply(GROUPS, ())
    late = FailedPage(PageAsked(FailedFilter(), -1, 0, True), (failed_row(0),), 1)
    desk.host.reply(PAGES[0], late)
    assert desk.screen.model.rowCount() != 1


def test_what_cannot_be_read_is_told_and_asked_again(desk: Desk) -> None:
    desk.answers.opened()
    desk.answers.set_shown(True)
    desk.host.fail(GROUPS, StoreUnavailableError("The results database is locked."))
    assert desk.screen.workspace.list.state.title == "The failed list cannot be read"
    desk.host.asked.clear()
    for _ in range(REFRESH_TICKS + 1):
        desk.tick(99)
    assert GROUPS in desk.host.asked


def test_a_list_that_may_have_changed_says_when_it_was_read(desk: Desk) -> None:
    desk.open()
    shown = desk.screen.workspace.list
    desk.tick(1)
    desk.tick(1)
    desk.reply_page()
    assert shown.count_words == "40 messages"
    desk.screen.now_ms += 61_000
    for _ in range(REFRESH_TICKS):
        desk.tick(1, lost=True)
    assert shown.foot_words == "40 messages as of 00:00:00, newest first"
    desk.reply_page()  # it is read once more when the connection is lost
    desk.screen.now_ms += 3_600_000
    for _ in range(REFRESH_TICKS):
        desk.tick(1, lost=True)
    assert shown.foot_words == "40 messages as of 00:01:01, newest first"
    for _ in range(REFRESH_TICKS):
        desk.tick(1)
    assert shown.count_words == "40 messages"
    desk.host.fail(PAGES[0], StoreUnavailableError("The results database is locked."))
    desk.tick(1)
    assert shown.count_words == "40 as of 00:01"
    assert shown.foot_words == "The results database is locked."


def test_a_message_leads_to_its_timeline(desk: Desk) -> None:
    desk.open()
    desk.screen.workspace.timeline_requested.emit("w-1")
    assert desk.requests == [OpenWorkout("w-1")]


def test_a_receipt_leads_to_its_failure_or_to_the_form(desk: Desk, qtbot: QtBot) -> None:
    desk.open()
    desk.answers.handle(RepairWorkout("w-1"))
    assert desk.host.asked[-1] == OF_WORKOUT
    desk.host.reply(OF_WORKOUT, None)
    assert desk.requests == [EditWorkout("w-1")]
    key = desk.screen.row(7).key
    with qtbot.waitSignal(desk.answers.show_requested, timeout=1_000):
        desk.host.reply(OF_WORKOUT, (key, FAR))
    desk.screen.answer_pages()
    assert desk.screen.table.current_key == key


def test_an_export_is_told_when_it_is_whole_or_why_not(desk: Desk, qtbot: QtBot, tmp_path: Path) -> None:
    desk.open()
    desk.screen.workspace.message_actions.export_requested.emit(str(tmp_path / "failed.csv"), FailedFilter(), None)
    qtbot.waitUntil(lambda: bool(desk.posted))
    (reply,) = desk.posted
    assert isinstance(reply, Reply)
    assert isinstance(reply.result, PacelineError), "there is no such database"
    reply.deliver()
    assert desk.told == [str(reply.result)]


def test_an_export_that_is_whole_is_told(desk: Desk, qtbot: QtBot, tmp_path: Path) -> None:
    desk.open()
    desk.host.settings.database_url = f"sqlite:///{tmp_path / 'results.db'}"
    with closing(ResultsStore(desk.host.settings.database_url, now_ms=lambda: T0)) as store:
        store.open()
    desk.screen.workspace.message_actions.export_requested.emit(str(tmp_path / "failed.csv"), FailedFilter(), None)
    qtbot.waitUntil(lambda: bool(desk.posted))
    (reply,) = desk.posted
    assert isinstance(reply, Reply)
    reply.deliver()
    assert desk.told == ["0 messages saved as failed.csv."]
    assert (tmp_path / "failed.csv").exists()


def test_who_only_looks_on_asks_nothing_of_the_broker(theme: Theme, qtbot: QtBot) -> None:
    desk = Desk(theme, qtbot, read_only=True)
    desk.open()
    for seen in range(5):
        desk.tick(seen)
    QTest.keyClick(desk.screen.table, Qt.Key.Key_R)
    assert desk.host.acts == []
    desk.tasks.close()


def test_a_list_is_looked_through_in_parts_for_a_mistake_that_many_share(desk: Desk) -> None:
    desk.open()
    failed = MetresList(2 * MESSAGES_PER_STEP + 1)
    desk.answer_looks(failed)
    assert failed.looks == 3
    assert desk.strip_text == "All 401 look like metres written as km."
    desk.screen.show_groups((FAR, 40), ("error/Moody", 3))
    desk.screen.workspace.groups.choose(None)
    assert desk.strip_text == "", "it was of another list"


def test_what_is_found_in_a_list_that_is_no_longer_shown_is_dropped(desk: Desk) -> None:
    desk.open()
    (late,) = desk.host.searches
    desk.host.searches.clear()
    desk.screen.show_groups((FAR, 40), ("error/Moody", 3))
    desk.screen.workspace.groups.choose("error/Moody")
    late.on_result(late.run(cast(ResultsReader, MetresList(5))))
    assert desk.host.searches == [], "nothing to look for in messages that failed for such a reason"
    assert desk.strip_text == ""


def test_a_list_that_changes_all_the_time_is_looked_through_for_a_small_part_of_it(desk: Desk) -> None:
    desk.open()
    failed = MetresList(MESSAGES_PER_STEP)
    looked = 0
    for seen in range(200):
        desk.tick(seen)
        if desk.host.searches and seen % 2:  # an answer takes a tick
            looked += 1
            desk.answer_look(failed)
    assert 0 < looked <= 60
    QTest.keyClick(desk.screen.table, Qt.Key.Key_R)
    desk.acted("retry", FailedActed("retry", 1, ActionResult(1)))
    assert desk.host.searches, "at once, after an act"


def test_a_look_that_is_not_answered_is_begun_again(desk: Desk) -> None:
    desk.open()
    desk.host.searches.clear()
    for _ in range(LOST_TICKS + 1):
        desk.tick(99)
    assert len(desk.host.searches) == 1
    desk.host.fail(SEARCH, StoreUnavailableError("The results database is locked."))
    assert desk.screen.workspace.list.state.title != "The failed list cannot be read"
    desk.answers.reload()
    desk.answer_looks(MetresList(3))
    assert desk.strip_text == "All 3 look like metres written as km."


def test_a_conversion_goes_to_the_desk_and_is_told_when_it_is_over(desk: Desk) -> None:
    desk.open()
    desk.answer_looks(MetresList(3))
    desk.screen.workspace.list.strip.button.click()
    desk.screen.read_preview()
    desk.screen.convert_dialog().send_button.click()
    name, (changes,) = desk.last_act()
    assert (name, [change.key for change in cast(tuple[FieldCorrection, ...], changes)]) == (
        "convert",
        list(keys_between(0, 3)),
    )
    desk.host.listeners["convert"][0](FailedProgress("convert", 1, 3))
    assert desk.screen.workspace.list.bar.words == "Converting: 1 of 3"
    desk.acted("convert", FailedActed("convert", 3, ActionResult(1, 2)))
    assert desk.strip_text == "1 converted and sent. 2 had been settled by someone else."
