"""Every shortcut of the registry is pressed in a real window, where it works, and something happens."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import suppress
from functools import partial
from pathlib import Path

import pytest
from PySide6.QtCore import Qt
from PySide6.QtGui import QGuiApplication
from PySide6.QtWidgets import QApplication, QDialog
from pytestqt.exceptions import TimeoutError as QtTimeoutError
from pytestqt.qtbot import QtBot

from core.broker.connect import BROKER_SCHEMES
from core.errors import RuleFileError
from core.roster.template_file import WORKOUTS, save_templates
from core.roster.workout_template import WorkoutTemplate
from gui.dialogs.connection_dialog import ConnectionDialog
from gui.dialogs.connection_url import NamedConnection
from gui.dialogs.settings_dialog import SettingsDialog
from gui.forms.template_dialog import TemplateDialog
from gui.frame.banner import DetailsDialog
from gui.frame.view_models import BannerView, Offer, SettingsView
from gui.frame.worker_names import WorkerNames
from gui.playback.bar import PlaybackBar
from gui.playback.whole_recording import open_whole
from gui.shortcuts import SHORTCUTS, Scope
from gui.theme.theme import Theme
from gui.workspaces.athletes.badges.rules_editor import RulesEditor
from gui.workspaces.console.picker.dialog import PickerDialog
from gui.workspaces.demo.chaos.panel import ChaosPanel
from gui.workspaces.demo.comparison.panel import ComparisonPanel
from gui.workspaces.demo.flow.panel import FlowPanel
from gui.workspaces.demo.load.panel import LoadPanel
from gui.workspaces.demo.tour.bar import TourBar
from gui.workspaces.demo.workspace import DemoWorkspace
from gui.workspaces.failed.messages.discard_dialog import DiscardDialog
from tests.support.key_walk import KeyWalk, doubled_letters
from tests.support.program_rig import running, settings_in
from tests.support.recorded import record_to
from worker.demo.comparison.plan import ComparisonPlan
from worker.demo.tour.step import Caption
from worker.demo.tour.tour import Tour

Aim = Callable[[KeyWalk], Callable[[], object]]  # gives the focus, and returns what is to change


@pytest.fixture
def walk(qtbot: QtBot, theme: Theme, tmp_path: Path) -> Iterator[KeyWalk]:
    with running(qtbot, theme, settings_in(tmp_path)) as program:
        yield KeyWalk(program)


# --- the form ----------------------------------------------------------------------------------------------------


def submit(walk: KeyWalk) -> Callable[[], object]:
    walk.fill_form()
    return walk.counted("submitted", walk.form.workout_submitted)


def clear(walk: KeyWalk) -> Callable[[], object]:
    walk.fill_form()
    return lambda: walk.form.draft().empty


def undo(walk: KeyWalk) -> Callable[[], object]:
    walk.fill_form()
    walk.form.clear()
    return lambda: walk.form.draft().empty


def suggestion(walk: KeyWalk) -> Callable[[], object]:
    walk.fill_form()
    walk.form.strip.ask("45 hours?", "45 min", answer="Enter again to send it.")
    return walk.counted("taken", walk.form.strip.suggestion_taken)


def again(walk: KeyWalk) -> Callable[[], object]:
    walk.fill_form()
    walk.form.set_recent(walk.three_workouts)
    walk.form.clear()
    return lambda: walk.form.draft().texts


def dialog_of_form(walk: KeyWalk, kind: type[QDialog]) -> Callable[[], object]:
    walk.fill_form()
    return lambda: len(walk.window.findChildren(kind))


def in_picker(walk: KeyWalk, name: str) -> Callable[[], object]:
    walk.fill_form()
    folder = walk.program.session.controller._host.settings.folder.path
    save_templates(WORKOUTS, folder, [WorkoutTemplate(name="Track")])
    walk.form.recent_requested.emit()
    picker = walk.window.findChildren(PickerDialog)[-1]
    walk.program.wait_for(lambda: picker.isActiveWindow() and picker.current_template is not None)
    picker.search.setFocus()
    walk.program.wait_for(picker.search.hasFocus)
    signals = {"use": picker.template_chosen, "rename": picker.rename_requested, "delete": picker.delete_requested}
    return walk.counted(f"picker {name}", signals[name])


def starts(walk: KeyWalk) -> Callable[[], object]:
    walk.fill_form()
    start = walk.form.body_fields.start
    start.menu.close_menu()
    walk.focus(start)
    return start.menu.isVisible


def line_break(walk: KeyWalk) -> Callable[[], object]:
    walk.fill_form()
    walk.form.body_fields.more.expand()
    walk.focus(walk.form.body_fields.fields["notes"].edit)
    return lambda: walk.form.body_fields.fields["notes"].text


# --- tables ------------------------------------------------------------------------------------------------------


def receipt(walk: KeyWalk, row: int) -> None:
    walk.window.show_workspace("console")
    table = walk.program.parts.receipts.table
    walk.focus(table)
    table.selectRow(row)


def open_receipt(walk: KeyWalk) -> Callable[[], object]:
    receipt(walk, walk.stored_row)
    return walk.counted("opened", walk.program.parts.receipts.table.opened)


def repair_receipt(walk: KeyWalk) -> Callable[[], object]:
    receipt(walk, 1 - walk.stored_row)
    return walk.counted("repair", walk.program.parts.receipts.table.repair_requested)


def change_receipt(walk: KeyWalk, name: str) -> Callable[[], object]:
    receipt(walk, walk.stored_row)
    return walk.counted(f"receipt {name}", getattr(walk.program.parts.receipts.table.changes, f"{name}_requested"))


def in_failed_table(walk: KeyWalk, seen: Callable[[], object] | None = None, row: int = 1) -> Callable[[], object]:
    walk.show_failed_rows()
    table = walk.failed.list.table
    walk.focus(table)
    table.choose(row)
    return seen or (lambda: table.currentIndex().row())


def copied(walk: KeyWalk) -> Callable[[], object]:
    QGuiApplication.clipboard().clear()
    return in_failed_table(walk, lambda: QGuiApplication.clipboard().text())


def menu(walk: KeyWalk) -> Callable[[], object]:
    return in_failed_table(walk, walk.failed.list.table.menu.isVisible)


def checked(walk: KeyWalk) -> Callable[[], object]:
    return in_failed_table(walk, lambda: walk.failed.list.model.checked_count)


def all_checked(walk: KeyWalk) -> Callable[[], object]:
    return in_failed_table(walk, walk.counted("all", walk.failed.list.table.all_toggled))


def none_checked(walk: KeyWalk) -> Callable[[], object]:
    in_failed_table(walk)
    walk.failed.list.model.toggle(0)
    return checked(walk)


def of_message(walk: KeyWalk, name: str) -> Callable[[], object]:
    return in_failed_table(walk, walk.counted(name, getattr(walk.failed.list.table, f"{name}_requested")))


def of_worker(walk: KeyWalk) -> Callable[[], object]:
    """What its keys would do is done by the pipeline; here it is only counted."""
    workers = walk.pipeline.workers
    walk.window.show_workspace("pipeline")
    walk.program.wait_for(lambda: workers.model.rowCount() and workers.model.rows[0].can_act)
    walk.program.wait_for(lambda: workers.model.rows[0].view.prefetch is not None)
    walk.focus(workers.table)
    workers.table.selectRow(0)
    asked = walk.counted("worker", workers.table.action_requested)
    prefetch = walk.counted("prefetch", workers.table.prefetch_requested)
    return lambda: (asked(), prefetch())


# --- the Athletes workspace ----------------------------------------------------------------------------------------


def search_athletes(walk: KeyWalk) -> Callable[[], object]:
    walk.show_athletes()
    walk.focus(walk.athletes.list.table)
    return walk.athletes.list.search.hasFocus


def athletes_found(walk: KeyWalk) -> Callable[[], object]:
    walk.show_athletes()
    walk.focus(walk.athletes.list.search)
    return walk.athletes.list.table.hasFocus


def athlete_page(walk: KeyWalk) -> Callable[[], object]:
    walk.show_athletes()
    walk.focus(walk.athletes.list.table)
    return walk.athletes.page.trend.chart.hasFocus


def athlete_list(walk: KeyWalk) -> Callable[[], object]:
    walk.show_athletes()
    walk.focus(walk.athletes.page.trend.chart)
    return walk.athletes.list.table.hasFocus


def athlete_paper(walk: KeyWalk) -> Callable[[], object]:
    walk.show_athletes()
    walk.focus(walk.athletes.list.table)
    return walk.counted("paper", walk.athletes.paper_requested)


def athlete_data(walk: KeyWalk, name: str) -> Callable[[], object]:
    """Only counted: the dialogs come once something was looked for, over the next key."""
    walk.athletes.care_requested.disconnect()
    walk.show_athletes()
    walk.focus(walk.athletes.list.table)
    return walk.counted(name, walk.athletes.care_requested)


def open_history(walk: KeyWalk) -> Callable[[], object]:
    walk.show_athletes()
    walk.focus(walk.athletes.list.table)
    return lambda: walk.athletes.shows_history


def history_search(walk: KeyWalk) -> Callable[[], object]:
    walk.show_history()
    walk.focus(walk.athletes.history.table)
    return walk.athletes.history.filters.search.hasFocus


def history_rows(walk: KeyWalk) -> Callable[[], object]:
    walk.show_history()
    walk.focus(walk.athletes.history.filters.search)
    return walk.athletes.history.table.hasFocus


def of_history_row(walk: KeyWalk, name: str) -> Callable[[], object]:
    history_search(walk)
    return walk.counted(f"history {name}", getattr(walk.athletes.history.table, name))


def history_revisions(walk: KeyWalk) -> Callable[[], object]:
    walk.correct_stored()
    history_search(walk)
    table = walk.athletes.history.table
    walk.athletes.history.load()
    walk.program.wait_for(lambda: table.current_row is not None and table.current_row.is_corrected)
    return walk.counted("revisions", table.revisions_requested)


def history_order(walk: KeyWalk) -> Callable[[], object]:
    history_search(walk)
    return lambda: walk.athletes.history.filters.descending


def open_roster(walk: KeyWalk) -> Callable[[], object]:
    walk.show_athletes()
    walk.focus(walk.athletes.list.table)
    return walk.athletes.roster.isVisible


def in_rules(walk: KeyWalk, name: str) -> Callable[[], object]:
    walk.close_others()
    editor = RulesEditor(walk.window._theme, parent=walk.window)
    editor.show_rules("# rules\n", "of the test")
    if name == "save":
        editor.put_text("# other rules\n")
        editor.show_check(editor.text, None, 1)
        editor.save_requested.connect(lambda text: editor.saved(text, "of the test"))
    else:
        editor.show_check(editor.text, RuleFileError("wrong", 2), 0)
    editor.open()
    editor.activateWindow()
    editor.edit.setFocus()
    walk.program.wait_for(editor.edit.hasFocus)
    return lambda: (editor.is_changed, editor.edit.textCursor().blockNumber())


def in_flow(walk: KeyWalk, name: str) -> Callable[[], object]:
    walk.close_others()
    panel = FlowPanel(walk.window._theme, WorkerNames(), lambda: 0)
    panel.setParent(walk.window, Qt.WindowType.Window)
    panel.resize(808, 376)
    panel.show()
    panel.activateWindow()
    walk.program.wait_for(panel.isActiveWindow)
    panel.view.keys.setFocus()
    panel.view.go_to("queue")
    if name == "close":
        walk.press("Enter")
    return panel.card.isVisible


def in_tour(walk: KeyWalk, signal: str) -> Callable[[], object]:
    """The workspace of a demonstration, in a window of its own, in a step of the tour."""
    walk.close_others()
    theme = walk.window._theme
    bar = TourBar(theme, Tour.count)
    demo = DemoWorkspace(
        theme,
        FlowPanel(theme, WorkerNames(), lambda: 0),
        ChaosPanel(theme),
        ComparisonPanel(theme, (ComparisonPlan(),)),
        LoadPanel(theme, rate_per_s=1.0, slowness_s=1.5, share=0.0),
        bar,
    )
    demo.setParent(walk.window, Qt.WindowType.Window)
    demo.resize(1200, 720)
    bar.show_step(2, Caption("Watch it wait", ("One", "Two")), done=True)
    demo.show()
    demo.activateWindow()
    walk.program.wait_for(demo.isActiveWindow)
    bar.go_on.setFocus()
    pressed: list[str] = []
    getattr(bar, signal).connect(partial(pressed.append, signal))
    return lambda: len(pressed)


def in_roster(walk: KeyWalk, name: str) -> Callable[[], object]:
    page = walk.show_roster()
    QGuiApplication.clipboard().setText("53")
    if name == "fill":
        walk.press("Shift+Down")
        page.grid.type(1, "distance", "51")
    if name == "submit":
        page.grid.keep(1, page.checks.verdict(page.grid.rows[1]).questions)
        page.checks.show_rows(page.grid.rows)
    dialogs = partial(page.findChildren, QDialog)
    table = page.table
    return lambda: (
        tuple(page.grid.rows),
        table.currentIndex(),
        table.span,
        table.editor.isVisible(),
        page.isVisible(),
        len(dialogs()),
    )


# --- the Pipeline and the Failed workspace -------------------------------------------------------------------------


def search(walk: KeyWalk) -> Callable[[], object]:
    of_worker(walk)
    return walk.pipeline.toolbar.search.hasFocus


def in_search(walk: KeyWalk, seen: Callable[[], object]) -> Callable[[], object]:
    walk.window.show_workspace("pipeline")
    walk.focus(walk.pipeline.toolbar.search)
    walk.pipeline.toolbar.search.setText("Ana")
    return seen


def rows(walk: KeyWalk) -> Callable[[], object]:
    return in_search(walk, walk.counted("rows", walk.pipeline.toolbar.search_entered))


def live(walk: KeyWalk) -> Callable[[], object]:
    return in_search(walk, walk.pipeline.toolbar.search.text)


def tab(walk: KeyWalk) -> Callable[[], object]:
    walk.show_timeline()
    walk.focus(walk.pipeline.timeline.tabs)
    return walk.pipeline.timeline.tabs.currentIndex


def timeline_revisions(walk: KeyWalk) -> Callable[[], object]:
    walk.correct_stored()
    tab(walk)
    revisions = walk.pipeline.timeline.revisions
    walk.program.wait_for(lambda: len(revisions.blocks) == 2)
    return revisions.blocks[0].hasFocus


def in_failed_search(walk: KeyWalk) -> Callable[[], object]:
    walk.show_failed_rows()
    walk.focus(walk.failed.list.search)
    walk.failed.list.search.setText("Ana")
    left = walk.counted("left", walk.failed.list.search.left_for_list)
    return lambda: (left(), walk.failed.list.search.text())


def in_repair(walk: KeyWalk, seen: Callable[[], object]) -> Callable[[], object]:
    in_failed_table(walk)
    walk.program.wait_for(lambda: walk.failed.repair.key == walk.failed.list.table.current_key)
    walk.failed.repair._sent_at_ms = None  # a second Enter right after the first is dropped
    walk.failed.repair.fields.fields["distance"].set_text("5.2")
    walk.focus(walk.failed.repair.fields.fields["distance"].edit)
    return seen


def of_repair(walk: KeyWalk, signal: str) -> Callable[[], object]:
    return in_repair(walk, walk.counted(signal, getattr(walk.failed.repair, signal)))


# --- the window --------------------------------------------------------------------------------------------------


def in_playback(walk: KeyWalk, name: str) -> Callable[[], object]:
    """The bar of a recording, in a window of its own."""
    walk.close_others()
    path = walk.program.session.controller._host.settings.folder.path / f"{name}.paceline"
    player = open_whole(record_to(path), 1.0).player(walk.window)
    bar = PlaybackBar(walk.window._theme, player)
    bar.setParent(walk.window, Qt.WindowType.Window)
    bar.show()
    bar.activateWindow()
    walk.program.wait_for(bar.isActiveWindow)
    began: list[object] = []
    player.earlier_requested.connect(began.append)
    return lambda: (player.clock.playing, player.clock.speed, len(began))


def action(walk: KeyWalk, name: str) -> Callable[[], object]:
    walk.close_others()
    act = getattr(walk.window.frame_actions, "import_files" if name == "import" else name)
    if name in ("quit", "record"):
        act.triggered.disconnect()  # the walk goes on, and leaves no file
    walk.program.wait_for(act.isEnabled)
    return walk.counted(name, act.triggered)


def text_size(walk: KeyWalk) -> Callable[[], object]:
    walk.close_others()
    return walk.counted("size", walk.window.text_factor_chosen)


def offer(walk: KeyWalk, name: Offer) -> Callable[[], object]:
    walk.fill_form()
    act = getattr(walk.window.frame_actions, name)
    act.setEnabled(True)
    act.triggered.disconnect()
    walk.show_banner(name)
    return walk.counted(f"offer {name}", walk.window.banner.offers[name].clicked)


def in_dialog(walk: KeyWalk) -> Callable[[], object]:
    walk.close_others()
    walk.window.frame_actions.settings.trigger()
    walk.program.wait_for(lambda: QApplication.activeModalWidget() is not None)
    dialog = QApplication.activeModalWidget()
    assert dialog is not None
    walk.program.wait_for(dialog.isActiveWindow)
    return dialog.isVisible


def letter(walk: KeyWalk) -> Callable[[], object]:
    walk.fill_form()
    return walk.form.body_fields.fields["duration"].edit.hasFocus


AIMS: dict[Scope, dict[str, Aim]] = {
    Scope.FORM: {
        "submit": submit,
        "clear": clear,
        "suggestion": suggestion,
        "again": again,
        "recent": partial(dialog_of_form, kind=PickerDialog),
        "template": partial(dialog_of_form, kind=TemplateDialog),
        "menu": starts,
        "break": line_break,
    },
    Scope.PICKER: {name: partial(in_picker, name=name) for name in ("use", "rename", "delete")},
    Scope.RECEIPTS: {
        "open": open_receipt,
        "repair": repair_receipt,
    },
    Scope.WORKOUTS: {name: partial(change_receipt, name=name) for name in ("correct", "delete", "again")},
    Scope.ATHLETES: {
        "search": search_athletes,
        "rows": athletes_found,
        "page": athlete_page,
        "list": athlete_list,
        "pdf": athlete_paper,
        "print": athlete_paper,
        "roster": open_roster,
        "history": open_history,
        "athlete_history": open_history,
        **{name: partial(athlete_data, name=name) for name in ("export", "merge", "erase")},
    },
    Scope.HISTORY: {
        "search": history_search,
        "rows": history_rows,
        "open": partial(of_history_row, name="opened"),
        "revisions": history_revisions,
        "order": history_order,
        "leave": partial(of_history_row, name="left"),
    },
    Scope.ROSTER: {
        name: partial(in_roster, name=name) for name, shortcut in SHORTCUTS[Scope.ROSTER].items() if shortcut.keys
    },
    Scope.RULES: {name: partial(in_rules, name=name) for name in ("save", "line")},
    Scope.PIPELINE: {"search": search, "rows": rows, "live": live},
    Scope.WORKERS: dict.fromkeys(("pause", "drain", "stop", "kill", "more", "fewer"), of_worker),
    Scope.TIMELINE: {"next": tab, "before": tab, "revisions": timeline_revisions},
    Scope.FAILED: {"messages": in_failed_search, "clear": in_failed_search},
    Scope.MESSAGES: {
        "repair": partial(of_message, name="repair"),
        "retry": partial(of_message, name="retry"),
        "discard": partial(of_message, name="discard"),
        "again": partial(of_message, name="again"),
        "none": none_checked,
    },
    Scope.REPAIR: {
        "list": partial(of_repair, signal="left"),
        "next": partial(of_repair, signal="step_requested"),
        "before": partial(of_repair, signal="step_requested"),
        "send": partial(of_repair, signal="resend_requested"),
    },
    Scope.FLOW: {name: partial(in_flow, name=name) for name in ("open", "close")},
    Scope.DEMO: {name: partial(in_tour, signal=f"{name}_requested") for name in ("next", "back", "leave", "presenter")},
    Scope.PLAYBACK: {name: partial(in_playback, name=name) for name in ("play", "slower", "faster", "begin")},
    Scope.TABLE: {
        "copy": copied,
        "menu": menu,
        "check": checked,
        "all": all_checked,
        "first": in_failed_table,
        "last": in_failed_table,
    },
    Scope.WORKER: {"pause": partial(action, name="pause")},
    Scope.CONNECTION: {"connect_to": partial(action, name="connect_to")},
    Scope.DATA: {name: partial(action, name=name) for name in ("backup", "restore", "record")},
    Scope.BANNER: {name: partial(offer, name=name) for name in ("reconnect", "connect_to", "start", "pause")},
    Scope.LOOK: {
        "larger": text_size,
        "smaller": text_size,
        "normal": text_size,
        "full_screen": partial(action, name="full_screen"),
    },
    Scope.PROGRAM: {
        "undo": undo,
        **{name: partial(action, name=name) for name in ("import", "settings", "shortcuts", "commands", "quit")},
    },
    Scope.DIALOG: {"accept": in_dialog, "reject": in_dialog, "letter": letter},
}


def test_that_every_shortcut_is_pressed_below() -> None:
    with_keys = {scope: {name for name, each in own.items() if each.keys} for scope, own in SHORTCUTS.items()}
    assert {scope: set(aims) for scope, aims in AIMS.items()} == with_keys


@pytest.mark.parametrize("scope", AIMS, ids=lambda scope: scope.name)
def test_that_each_key_does_something_where_it_works(walk: KeyWalk, scope: Scope) -> None:
    if scope is Scope.WORKERS:
        walk.pipeline.action_requested.disconnect()
        walk.pipeline.prefetch_requested.disconnect()
    if scope is Scope.ATHLETES:
        walk.athletes.paper_requested.disconnect()
    if scope is Scope.REPAIR:
        walk.failed.repair.resend_requested.disconnect()
    silent: list[str] = []
    for name, aim in AIMS[scope].items():
        for keys in SHORTCUTS[scope][name].keys.replace("letter", "D").split():
            seen = aim(walk)
            before = seen()
            walk.press(keys)
            with suppress(QtTimeoutError):
                walk.program.wait_for(lambda: seen() != before)  # noqa: B023  # within the round
            if seen() == before:
                silent.append(f"{name}: {keys}")
    assert silent == []


def test_that_no_two_controls_in_view_have_one_letter(walk: KeyWalk) -> None:
    walk.form.body_fields.more.expand()
    walk.show_banner("reconnect", "connect_to", "start", "pause")
    found: dict[str, list[str]] = {}
    for workspace in ("console", "athletes", "pipeline", "failed"):
        walk.window.show_workspace(workspace)
        if workspace == "failed":
            walk.show_failed_rows()
            walk.program.wait_for(lambda: walk.failed.repair.fields.isVisible())
            walk.failed.repair.fields.more.expand()
        # Start and Resume are offered in turn.
        if doubled := [words for words in doubled_letters(walk.window) if not words.endswith("wor&ker")]:
            found[workspace] = doubled
    assert found == {}


def test_that_no_two_controls_of_a_dialog_have_one_letter(walk: KeyWalk, theme: Theme, qtbot: QtBot) -> None:
    recent = (NamedConnection("amqp://ana@host:5672/", "Gym"),)
    common = {"start_test": print, "find_password": print, "database_url": "sqlite:////r.db"}
    connection = ConnectionDialog(theme, "amqps://ana:x@host:5671/", "sqlite:////q.db", recent, **common)  # type: ignore[arg-type]
    dialogs: list[QDialog] = [
        connection,
        SettingsDialog(theme, SettingsView()),
        DetailsDialog(theme, BannerView("a", "b", details="c")),
        DiscardDialog(theme, ("a", "b")),
    ]
    found: dict[str, list[str]] = {}
    for dialog in dialogs:
        qtbot.addWidget(dialog)
        dialog.show()
        kinds = list(BROKER_SCHEMES) if dialog is connection else [""]
        for kind in kinds:
            if kind:
                connection.kind.select(kind)
            if doubled := doubled_letters(dialog):
                found[f"{dialog.windowTitle()} {kind}"] = doubled
    assert found == {}
