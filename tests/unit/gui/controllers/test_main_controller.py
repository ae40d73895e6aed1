"""Window and pipeline joined: on a real embedded queue in a folder of the test's own."""

from __future__ import annotations

import json
import re
import threading
from collections.abc import Iterator
from contextlib import closing
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
from PySide6.QtCore import QEvent, QObject, Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QWidget
from pytestqt.qtbot import QtBot
from typing_extensions import override

from core.config.settings import Settings
from core.errors import StoreUnavailableError
from core.events import ConnectionChanged, ConnectionState, LedgerSnapshot, ProblemRaised
from core.live.receipts import Stage
from core.outbox.outbox import Outbox
from core.sqlite.connection import connect
from gui.controllers.console_settings import load_console_settings
from gui.dialogs.connection_dialog import ConnectionDialog
from gui.dialogs.connection_url import NamedConnection
from gui.formatting import READ_ONLY
from gui.frame.view_models import SettingsView
from gui.options import Options
from gui.startup import session as console_session
from gui.startup.session import Session
from gui.theme.theme import Theme
from gui.widgets.announcements import Announcements
from tests.support.program_rig import WAIT_MS, NoKeychain, Program, running, settings_in
from tests.support.workouts import workouts
from worker.runtime.bounded_keychain import BoundedKeychain
from worker.runtime.damaged_files import quarantine_damaged


@pytest.fixture
def program(qtbot: QtBot, theme: Theme, tmp_path: Path) -> Iterator[Program]:
    with running(qtbot, theme, settings_in(tmp_path)) as program:
        program.wait_for(lambda: program.state.online)
        yield program


def test_a_workout_typed_into_the_window_is_stored_and_there_after_a_restart(
    qtbot: QtBot, theme: Theme, tmp_path: Path
) -> None:
    with running(qtbot, theme, settings_in(tmp_path)) as program:
        form = program.parts.form
        form.body_fields.fields["userId"].set_text("user-123")
        form.body_fields.fields["duration"].set_text("45")
        form.body_fields.fields["distance"].set_text("5.2")
        form.submit()  # before the files are even open
        program.wait_for(lambda: program.stages() == [Stage.STORED])
        # Stored may be counted while the disk still writes down that it was sent.
        program.wait_for(
            lambda: program.state.ledger().stored == 1 and program.state.ledger().verdict_text == "balances"
        )
        form.body_fields.fields["userId"].set_text("half a name")
        form.draft_changed.emit('{"texts": {"userId": "half a name"}}')
        program.wait_for(lambda: form.mark.isVisible())
    with running(qtbot, theme, settings_in(tmp_path)) as again:
        again.wait_for(lambda: again.stages() == [Stage.STORED])
        assert again.parts.form.body_fields.texts()["userId"] == "half a name"


def test_that_a_screen_reader_is_told_of_the_connection_and_of_what_is_stored(
    qtbot: QtBot, theme: Theme, tmp_path: Path
) -> None:
    with running(qtbot, theme, settings_in(tmp_path)) as program:
        told: list[str] = []
        spoken = program.parts.window.findChild(Announcements)
        assert spoken is not None
        spoken.announced.connect(told.append)
        program.session.controller.submit(tuple(workouts(40)))
        program.wait_for(lambda: sum(map(int, re.findall(r"(\d+) stored", " ".join(told)))) == 40)
        assert len([sentence for sentence in told if "stored" in sentence]) <= 2
        assert any("online" in sentence for sentence in told)
        fields = program.parts.form.body_fields.fields
        fields["duration"].set_text("soon")
        program.parts.form.submit()
        program.wait_for(lambda: any(sentence.startswith("Athlete: ") for sentence in told))


def test_that_the_top_bar_has_the_numbers_of_the_ledger_as_soon_as_the_workspaces(program: Program) -> None:
    controller, strip = program.session.controller, program.parts.window.top_bar.ledger
    counted = LedgerSnapshot(controller._now_ms(), 7, 0, 7, 7, 0, 0, 2)
    program.state.apply(counted)
    controller._on_chart_due()
    assert strip.view == program.state.ledger()
    assert strip.view.duplicates == 2


def test_that_a_start_is_taken_by_the_rules_of_the_systems_zone_and_of_the_next_one(
    qtbot: QtBot, theme: Theme, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("TZ", "Europe/Berlin")
    monkeypatch.setattr(console_session, "ZONE_MS", 10)
    with running(qtbot, theme, settings_in(tmp_path)) as program:
        program.wait_for(lambda: "failed" in program.parts.built)
        july, january = _newest(7, 15), _newest(1, 15)
        assert _sent_with_start(program, f"{july} 08:30") == f"{july} 06"
        assert _sent_with_start(program, f"{january} 08:30") == f"{january} 07"
        monkeypatch.setenv("TZ", "America/New_York")
        program.wait_for(lambda: "New_York" in repr(program.session._zone))
        assert _sent_with_start(program, f"{july} 08:30", minutes="46") == f"{july} 12"


def _newest(month: int, day: int) -> str:
    """The newest day of that name that is over, since one of more than a year ago is asked about."""
    now = datetime.now(UTC)
    this_year = datetime(now.year, month, day + 1, tzinfo=UTC) <= now
    return f"{now.year if this_year else now.year - 1}-{month:02}-{day:02}"


def _sent_with_start(program: Program, start: str, minutes: str = "45") -> str:
    """Day and hour in UTC of what was sent; the same minutes once more within a day would be asked about."""
    fields = program.parts.form.body_fields.fields
    for name, text in (("userId", "user-123"), ("type", "Running"), ("duration", minutes), ("timestamp", start)):
        fields[name].set_text(text)
    with program.qtbot.waitSignal(program.parts.form.workout_submitted) as submitted:
        program.parts.form.submit()
    return f"{submitted.args[0].started_at.astimezone(UTC):%Y-%m-%d %H}"


def test_only_the_console_is_built_before_the_first_picture(qtbot: QtBot, theme: Theme, tmp_path: Path) -> None:
    with running(qtbot, theme, settings_in(tmp_path)) as program:
        assert program.parts.built == {"console"}
        program.wait_for(lambda: program.session.controller.workspaces.all_built)


class WindowsShown(QObject):
    """Names the windows that come up."""

    def __init__(self) -> None:
        super().__init__()
        self.names: list[str] = []

    @override
    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        if event.type() is QEvent.Type.Show and isinstance(watched, QWidget) and watched.isWindow():
            self.names.append(type(watched).__name__)
        return False


def test_nothing_but_the_window_comes_up(qtbot: QtBot, theme: Theme, tmp_path: Path, qapp: QApplication) -> None:
    shown = WindowsShown()
    qapp.installEventFilter(shown)
    try:
        with running(qtbot, theme, settings_in(tmp_path)) as program:
            program.wait_for(lambda: program.state.online)
            program.wait_for(lambda: program.session.controller.workspaces.all_built)
    finally:
        qapp.removeEventFilter(shown)
    assert set(shown.names) == {"MainWindow"}


@pytest.mark.parametrize("key", ["pipeline", "failed"])
def test_a_workspace_chosen_before_it_is_built_is_shown(qtbot: QtBot, theme: Theme, tmp_path: Path, key: str) -> None:
    with running(qtbot, theme, settings_in(tmp_path)) as program:
        program.parts.window.show_workspace(key)
        assert getattr(program.parts, key).isVisible()


@pytest.mark.parametrize("key", ["pipeline", "failed"])
def test_the_first_picture_can_be_of_another_workspace(qtbot: QtBot, theme: Theme, tmp_path: Path, key: str) -> None:
    options = Options(size=(1280, 800), workspace=key)
    with running(qtbot, theme, settings_in(tmp_path), options) as program:
        assert getattr(program.parts, key).isVisible()
        if key == "pipeline":  # an empty list of failures has nothing to type into
            program.wait_for(lambda: program.parts.window.focusWidget() in program.parts.pipeline.findChildren(QWidget))


def test_the_worker_is_paused_resumed_stopped_and_started_from_the_window(program: Program) -> None:
    actions = program.parts.window.frame_actions
    program.wait_for(actions.pause.isEnabled)
    actions.pause.trigger()
    program.wait_for(lambda: "paused" in program.worker_says().lower())
    program.session.controller.submit(list(workouts(2)))
    program.wait_for(lambda: program.state.waiting == 2)
    actions.pause.trigger()  # which resumes now
    program.wait_for(lambda: program.state.ledger().stored == 2)
    actions.stop.trigger()
    program.wait_for(lambda: "stopped" in program.worker_says().lower())
    actions.start.trigger()
    program.wait_for(lambda: "ready" in program.worker_says().lower())
    actions.drain.trigger()
    program.wait_for(lambda: "stopped" in program.worker_says().lower())


def test_settings_are_followed_and_kept(program: Program, qtbot: QtBot, tmp_path: Path, theme: Theme) -> None:
    program.session.controller._on_settings_chosen(SettingsView("light", "mi", "lb", 7, "0.1"))
    assert not theme.dark
    program.parts.form.body_fields.fields["distance"].set_text("3.1")
    program.wait_for(lambda: (tmp_path / "settings.json").exists() and settings_in(tmp_path).stored.prefetch == 7)
    stored = settings_in(tmp_path).stored
    assert (stored.theme, stored.distance_unit, stored.simulate_work) == ("light", "mi", "0.1:0.1")


def test_another_queue_is_used_when_the_connection_is_changed(program: Program, tmp_path: Path) -> None:
    other = tmp_path / "other.db"
    program.session.controller.connection.change(NamedConnection(f"sqlite:///{other}", "Other"))
    program.wait_for(other.exists)
    program.session.controller.submit(list(workouts(1)))
    program.wait_for(lambda: program.stages() == [Stage.STORED])
    program.wait_for(lambda: settings_in(tmp_path).broker_url == f"sqlite:///{other}")


def test_what_waits_in_the_queue_that_was_left_says_so_until_that_is_used_again(
    program: Program, tmp_path: Path
) -> None:
    first = program.session.controller._host.settings.broker_url
    pause = program.parts.window.frame_actions.pause
    program.wait_for(pause.isEnabled)
    pause.trigger()
    program.wait_for(lambda: "paused" in program.worker_says().lower())
    program.session.controller.submit(list(workouts(2)))
    program.wait_for(lambda: program.stages() == [Stage.WAITING] * 2)
    program.session.controller.connection.change(NamedConnection(f"sqlite:///{tmp_path / 'other.db'}", "Other"))
    program.wait_for(lambda: program.stages() == [Stage.OTHER_QUEUE] * 2)
    program.session.controller.connection.change(NamedConnection(first))
    program.wait_for(lambda: program.stages() == [Stage.STORED] * 2)


def test_a_wrong_connection_is_told_and_the_old_one_goes_on(program: Program) -> None:
    program.session.controller.connection.change(NamedConnection("http://nowhere"))
    program.wait_for(lambda: "must begin with amqp://" in program.banner())
    program.session.controller.submit(list(workouts(1)))
    program.wait_for(lambda: program.stages() == [Stage.STORED])


def test_a_connection_that_cannot_be_used_is_neither_shown_nor_kept(
    program: Program, tmp_path_factory: pytest.TempPathFactory, tmp_path: Path
) -> None:
    other = tmp_path_factory.mktemp("notes") / "notes.txt"
    other.write_text("no queue")
    controller = program.session.controller
    before = controller.connection.broker
    controller.connection.change(NamedConnection(f"sqlite:///{other}", "Notes"))
    program.wait_for(lambda: "is not a database" in program.banner())
    assert controller.connection.broker == before
    assert controller._preferences.recent == ()
    program.session.controller.submit(list(workouts(1)))
    program.wait_for(lambda: program.stages() == [Stage.STORED])
    assert settings_in(tmp_path).broker_url == settings_in(tmp_path).folder.queue_url


def test_a_problem_is_shown_until_it_is_closed(program: Program) -> None:
    problem = ProblemRaised(1, "outbox", "The disk that holds the outbox is full.")
    program.session.post(problem)
    program.wait_for(lambda: "is full" in program.banner())
    program.parts.window.banner.dismissed.emit(f"outbox:{problem.text}")
    assert program.banner() == ""


def test_who_only_looks_cannot_send(qtbot: QtBot, theme: Theme, tmp_path: Path) -> None:
    with running(qtbot, theme, settings_in(tmp_path), Options(read_only=True)) as program:
        program.wait_for(lambda: program.state.online)
        assert not program.parts.form.isEnabled()
        assert program.parts.form.hint.text == READ_ONLY
        assert program.parts.window.top_bar.badge.text == "READ ONLY"
        assert "no worker" in program.worker_says().lower()


def test_files_that_cannot_be_used_are_told_and_the_form_waits(qtbot: QtBot, theme: Theme, tmp_path: Path) -> None:
    diary = tmp_path / "sub" / "diary.txt"
    diary.parent.mkdir()
    diary.write_text("Dear diary")
    settings = settings_in(tmp_path, database=f"sqlite:///{diary}")
    with running(qtbot, theme, settings) as program:
        program.wait_for(lambda: "is not a database" in program.banner())
        assert not program.parts.form.isEnabled()
        assert program.state.connection is not None
        assert program.state.connection.state is ConnectionState.REFUSED
        diary.unlink()
        program.parts.window.frame_actions.reconnect.trigger()
        program.wait_for(lambda: program.state.online and program.parts.form.isEnabled())


def test_a_wrong_address_from_the_command_line_ends_with_code_2_where_there_is_no_display(
    qtbot: QtBot, theme: Theme, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    url = f"sqlite:///{tmp_path / 'diary.txt'}"
    (tmp_path / "diary.txt").write_text("Dear diary")
    folder = tmp_path / "data"
    session = Session(theme, Options(database=url), settings_in(folder, database=url), has_display=False)
    with qtbot.waitSignal(session.controller.finished, timeout=WAIT_MS):
        pass
    session.close()
    assert session.exit_code == 2
    assert "paceline: " in capsys.readouterr().err


def test_a_demonstration_runs_by_itself_and_takes_bursts(qtbot: QtBot, theme: Theme, tmp_path: Path) -> None:
    with running(qtbot, theme, settings_in(tmp_path), Options(demo=True)) as program:
        program.wait_for(lambda: program.state.ledger().accepted > 1)
        assert program.parts.window.top_bar.badge.text == "DEMO"
        QTest.mouseClick(program.parts.demo.load.bursts[1], Qt.MouseButton.LeftButton)
        program.wait_for(lambda: program.state.ledger().accepted > 100)
        program.wait_for(lambda: program.state.running > 0)
    assert not (tmp_path / "settings.json").exists(), "a demonstration keeps nothing"


def test_a_picture_is_saved_and_the_program_ends(qtbot: QtBot, theme: Theme, tmp_path: Path) -> None:
    picture = tmp_path / "picture.png"
    options = Options(screenshot=picture, after_s=0.5, size=(1024, 700))
    session = Session(theme, options, settings_in(tmp_path / "data"), has_display=True)
    with qtbot.waitSignal(session.controller.finished, timeout=WAIT_MS):
        pass
    session.close()
    assert session.exit_code == 0
    assert picture.read_bytes().startswith(b"\x89PNG")


def test_that_whoever_comes_to_the_console_from_elsewhere_can_type_at_once(
    qtbot: QtBot, theme: Theme, tmp_path: Path
) -> None:
    with running(qtbot, theme, settings_in(tmp_path), Options(size=(1280, 800), workspace="pipeline")) as program:
        program.wait_for(lambda: program.state.online)
        program.parts.window.show_workspace("console")
        assert program.parts.window.focusWidget() is program.parts.form.body_fields.fields["userId"].edit


@pytest.mark.parametrize("key", ["pipeline", "failed"])
def test_that_keys_do_something_at_once_wherever_one_comes_to_from_the_rail(program: Program, key: str) -> None:
    parts, window = program.parts, program.parts.window
    window.rail.item("console").setFocus()
    window.show_workspace(key)
    first = parts.pipeline.toolbar.search if key == "pipeline" else parts.failed.list.search
    assert window.focusWidget() is first


def test_a_step_of_the_end_that_breaks_does_not_keep_the_program_alive_unseen(
    qtbot: QtBot, theme: Theme, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    session = Session(theme, Options(size=(1280, 800)), settings_in(tmp_path), has_display=True)

    def finish(_: float) -> None:
        raise RuntimeError

    monkeypatch.setattr(session.controller._exporter, "finish", finish)
    try:
        with qtbot.waitSignal(session.controller.finished, timeout=WAIT_MS), pytest.raises(RuntimeError):
            session.controller.shut_down()
    finally:
        session.close()


def test_that_nothing_is_built_of_a_window_that_has_gone(qtbot: QtBot, theme: Theme, tmp_path: Path) -> None:
    session = Session(theme, Options(size=(1280, 800)), settings_in(tmp_path), has_display=True)
    building = session.controller.workspaces._timer
    session.controller.workspaces.start()
    assert building.isActive()
    with qtbot.waitSignal(session.controller.finished, timeout=WAIT_MS):
        session.controller.shut_down()
        assert not building.isActive()
    session.close()
    assert not building.isActive()


def test_an_act_lost_in_a_change_that_failed_is_not_waited_for(
    program: Program, tmp_path_factory: pytest.TempPathFactory
) -> None:
    program.wait_for(lambda: "failed" in program.parts.built)
    other = tmp_path_factory.mktemp("notes") / "notes.txt"
    other.write_text("no queue")
    acts = program.parts.failed.message_actions
    acts._set_busy(True)
    program.session.controller.connection.change(NamedConnection(f"sqlite:///{other}"))
    program.wait_for(lambda: "is not a database" in program.banner())
    program.wait_for(lambda: not acts.busy)


class SlowKeychain(NoKeychain):
    """Does not answer before `released`."""

    def __init__(self) -> None:
        self.asked, self.released = threading.Event(), threading.Event()

    @override
    def load(self, key: str) -> str | None:
        self.asked.set()
        self.released.wait(WAIT_MS / 1000)
        return None


def saved_settings(folder: Path, **values: object) -> Settings:
    folder.mkdir(exist_ok=True)
    (folder / "settings.json").write_text(json.dumps(values))
    return load_console_settings(data_dir=folder)


def open_dialog(program: Program) -> ConnectionDialog:
    program.wait_for(lambda: program.parts.window.findChild(ConnectionDialog) is not None)
    dialog = program.parts.window.findChild(ConnectionDialog)
    assert isinstance(dialog, ConnectionDialog)
    return dialog


@pytest.mark.expects_warnings
def test_a_saved_address_that_cannot_be_used_is_asked_for_and_workouts_are_accepted_meanwhile(
    qtbot: QtBot, theme: Theme, tmp_path: Path
) -> None:
    keychain = BoundedKeychain(NoKeychain())
    settings = saved_settings(tmp_path, broker="amqp://coach@127.0.0.1:1/gym", database="mysql://x/y")
    with running(qtbot, theme, settings, keychain=keychain) as program:
        dialog = open_dialog(program)
        assert dialog.kind.value == "rabbitmq"
        assert dialog.fields["user"].line.text() == "coach"
        program.wait_for(lambda: "Type the password of coach@127.0.0.1:1/gym" in program.banner())
        program.session.controller.submit(list(workouts(1)))
        program.wait_for(lambda: program.stages() == [Stage.PENDING])
        dialog.kind.select("here")
        dialog.fields["file"].line.setText(str(tmp_path / "queue.db"))
        dialog.connect_button.click()
        assert "mysql" in dialog.fields["database"].line.text()  # is still wrong: nothing was chosen
        dialog.fields["database"].line.setText(f"sqlite:///{tmp_path / 'results.db'}")
        dialog.connect_button.click()
        program.wait_for(lambda: program.stages() == [Stage.STORED])
    again = load_console_settings(data_dir=tmp_path)
    assert (again.broker_url, again.problem) == (f"sqlite:///{tmp_path / 'queue.db'}", "")


class Kept(NoKeychain):
    """A keychain with one password."""

    @override
    def load(self, key: str) -> str | None:
        return "s3cret" if key == "coach@127.0.0.1:1/gym" else None


@pytest.mark.parametrize("user", ["coach", "ana"])
def test_that_a_recent_connection_has_its_password_from_the_keychain_or_asks_for_it(
    qtbot: QtBot, theme: Theme, tmp_path: Path, user: str, capfd: pytest.CaptureFixture[str]
) -> None:
    url = f"amqp://{user}@127.0.0.1:1/gym"
    settings = saved_settings(tmp_path, console={"connections": [{"url": url, "name": "Gym"}]})
    with running(qtbot, theme, settings, keychain=BoundedKeychain(Kept())) as program:
        program.wait_for(lambda: program.state.online)
        program.parts.window.frame_actions.connect_to.trigger()
        dialog = open_dialog(program)
        dialog.kind.select("rabbitmq")
        dialog.rabbit.recent.setCurrentIndex(1)
        dialog.rabbit.recent.activated.emit(1)
        password = dialog.fields["password"]
        program.wait_for(lambda: password.line.text() or password.error)
        assert password.line.text() == ("s3cret" if user == "coach" else "")
        assert bool(password.error) is (user == "ana")
        if user == "coach":
            with qtbot.waitSignal(dialog.connection_chosen) as chosen:
                dialog.connect_button.click()
            assert chosen.args is not None
            assert chosen.args[0].url == "amqp://coach:s3cret@127.0.0.1:1/gym"
        else:
            assert dialog.focusWidget() is password.line
            dialog.reject()
    shown = "".join(capfd.readouterr())
    written = b"".join(path.read_bytes() for path in tmp_path.rglob("*") if path.is_file())
    assert "s3cret" not in shown
    assert b"s3cret" not in written


@pytest.mark.expects_warnings
@pytest.mark.parametrize("holds", ["results", "queue"])
def test_that_a_file_of_another_program_is_told_at_the_field_that_names_it(
    qtbot: QtBot, theme: Theme, tmp_path: Path, holds: str
) -> None:
    notes = tmp_path / "notes.db"
    with closing(connect(notes)) as connection:
        connection.execute("CREATE TABLE notes (text)")
    of_settings = {"results": "database", "queue": "broker"}[holds]
    settings = saved_settings(tmp_path / "data", **{of_settings: f"sqlite:///{notes}"})
    with running(qtbot, theme, settings, keychain=BoundedKeychain(NoKeychain())) as program:
        dialog = open_dialog(program)
        sentence = f"{notes} is the database of another program. "
        program.wait_for(lambda: sentence in program.banner())
        if holds == "results":
            database = dialog.fields["database"]
            assert database.error == f"{sentence}Choose another file for the results database."
            assert database.isVisible()
            assert dialog.focusWidget() is database.line
            dialog.connect_button.click()  # unchanged
            program.wait_for(lambda: open_dialog(program) is not dialog)
            dialog = open_dialog(program)
            program.wait_for(lambda: dialog.fields["database"].error.startswith(sentence))
            dialog.fields["database"].line.setText(f"sqlite:///{tmp_path / 'data' / 'results.db'}")
        else:
            assert dialog.focusWidget() is dialog.fields["file"].line
            dialog.fields["file"].line.setText(str(tmp_path / "data" / "queue.db"))
        dialog.connect_button.click()
        program.session.controller.submit(list(workouts(1)))
        program.wait_for(lambda: program.stages() == [Stage.STORED])


def test_that_an_outbox_of_another_program_is_told_with_what_to_do(qtbot: QtBot, theme: Theme, tmp_path: Path) -> None:
    with closing(connect(tmp_path / "outbox.db")) as connection:
        connection.execute("CREATE TABLE notes (text)")
    with running(qtbot, theme, settings_in(tmp_path)) as program:
        program.wait_for(lambda: "outbox.db is the database of another program. Move it" in program.banner())
        assert not program.parts.form.isEnabled()
        assert program.parts.window.findChild(ConnectionDialog) is None


def _is_refused_again(program: Program, refused: ConnectionChanged) -> bool:
    program.session.post(refused)
    return "refused the user" in program.banner()


def test_that_a_broker_that_refuses_leaves_the_window_with_the_dialog_at_the_password(
    qtbot: QtBot, theme: Theme, tmp_path: Path
) -> None:
    url = "amqp://coach:wrong@127.0.0.1:1/gym"
    with running(qtbot, theme, settings_in(tmp_path, broker=url), Options(broker=url, size=(1280, 800))) as program:
        program.wait_for(lambda: program.session.controller.connection._host.is_open)
        problem = "RabbitMQ at 127.0.0.1:1 refused the user name or password."
        refused = ConnectionChanged(1, ConnectionState.REFUSED, "RabbitMQ", "127.0.0.1:1", problem)
        program.session.post(refused)
        dialog = open_dialog(program)
        assert dialog.focusWidget() is dialog.fields["password"].line
        assert dialog.fields["password"].line.selectedText()
        assert program.parts.window.isVisible()
        dialog.reject()
        program.wait_for(lambda: program.parts.window.findChild(ConnectionDialog) is None)
        program.wait_for(lambda: _is_refused_again(program, refused))  # its own tries say offline in between
        assert program.parts.window.findChild(ConnectionDialog) is None
        program.parts.window.activateWindow()
        program.wait_for(program.parts.window.isActiveWindow)
        QTest.keyClick(program.parts.window, Qt.Key.Key_O, Qt.KeyboardModifier.AltModifier)
        open_dialog(program).reject()


@pytest.mark.expects_warnings
def test_a_saved_queue_that_is_another_kind_of_file_is_asked_for(qtbot: QtBot, theme: Theme, tmp_path: Path) -> None:
    diary = tmp_path / "diary.txt"
    diary.write_text("Dear diary")
    keychain = BoundedKeychain(NoKeychain())
    settings = saved_settings(tmp_path / "data", broker=f"sqlite:///{diary}")
    with running(qtbot, theme, settings, keychain=keychain) as program:
        dialog = open_dialog(program)
        dialog.reject()
        program.wait_for(lambda: "is not a database" in program.banner())
        program.wait_for(lambda: program.parts.window.findChild(ConnectionDialog) is None)
        program.parts.window.frame_actions.reconnect.trigger()
        open_dialog(program).reject()
        assert program.parts.form.isEnabled()
    assert diary.read_text() == "Dear diary"


def _kept_draft(folder: Path) -> str:
    with closing(Outbox(folder / "outbox.db", now_ms=lambda: 1)) as outbox:
        outbox.open()
        return outbox.load_draft() or ""


@pytest.mark.expects_warnings
def test_that_what_is_typed_before_the_outbox_is_open_is_kept_as_soon_as_it_is(
    qtbot: QtBot, theme: Theme, tmp_path: Path
) -> None:
    slow = SlowKeychain()
    keychain = BoundedKeychain(slow, bound_s=WAIT_MS / 1000)
    settings = saved_settings(tmp_path, broker="amqp://coach@127.0.0.1:1/gym")
    try:
        with running(qtbot, theme, settings, keychain=keychain) as program:
            program.wait_for(slow.asked.is_set)
            form = program.parts.form
            with qtbot.waitSignal(form.draft_changed):
                qtbot.keyClicks(form.body_fields.fields["userId"].edit, "half a name")
            assert not form.mark.isVisible()
            slow.released.set()
            open_dialog(program).reject()
            program.wait_for(form.mark.isVisible)
            assert "half a name" in _kept_draft(tmp_path)
    finally:
        slow.released.set()


@pytest.mark.parametrize("typed", ["", "another name"])
def test_that_nothing_replaces_the_kept_draft_before_the_form_has_it(
    qtbot: QtBot, theme: Theme, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, typed: str
) -> None:
    """A busy computer looks at the files for longer than the form waits before it says what to keep."""
    with closing(Outbox(tmp_path / "outbox.db", now_ms=lambda: 1)) as outbox:
        outbox.open()
        outbox.save_draft('{"texts": {"userId": "half a name"}}')
    has_said = threading.Event()

    def slowly(*args: Any, **kwargs: Any) -> list[str]:
        assert has_said.wait(WAIT_MS / 1000)
        return quarantine_damaged(*args, **kwargs)

    monkeypatch.setattr("worker.host.pipeline.quarantine_damaged", slowly)
    with running(qtbot, theme, settings_in(tmp_path)) as program:
        form = program.parts.form
        name = form.body_fields.fields["userId"]
        program.wait_for(lambda: program.session.controller._host.is_open)
        with qtbot.waitSignal(form.draft_changed):
            name.set_text(typed)
            form.keep_draft()
        assert "half a name" in _kept_draft(tmp_path)
        has_said.set()
        program.wait_for(form.mark.isVisible)
        wanted = typed or "half a name"
        assert name.text == wanted
        assert wanted in _kept_draft(tmp_path)


@pytest.mark.expects_warnings
def test_that_drafts_are_saved_although_what_was_kept_cannot_be_read(
    qtbot: QtBot, theme: Theme, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """An empty form does not replace what was kept: it may be readable at the next start."""
    with closing(Outbox(tmp_path / "outbox.db", now_ms=lambda: 1)) as outbox:
        outbox.open()
        outbox.save_draft('{"texts": {"userId": "half a name"}}')

    def unreadable(*_args: Any, **_kwargs: Any) -> None:
        raise StoreUnavailableError("The file outbox.db cannot be read.")

    monkeypatch.setattr("worker.host.pipeline.restore_console", unreadable)
    with running(qtbot, theme, settings_in(tmp_path)) as program:
        form = program.parts.form
        with qtbot.waitSignal(form.draft_changed):
            program.wait_for(lambda: program.session.controller._host.is_open)
            form.keep_draft()
        form.keep_draft()
        assert "half a name" in _kept_draft(tmp_path)
        form.body_fields.fields["userId"].set_text("another name")
        program.wait_for(form.mark.isVisible)
        assert "another name" in _kept_draft(tmp_path)
        form.body_fields.fields["userId"].set_text("")
        program.wait_for(lambda: _kept_draft(tmp_path) == "")


def test_that_a_draft_that_ended_while_the_connection_changed_does_not_come_back(
    program: Program, qtbot: QtBot, tmp_path: Path
) -> None:
    form = program.parts.form
    form.body_fields.fields["userId"].set_text("half a name")
    form.draft_changed.emit('{"texts": {"userId": "half a name"}}')
    program.wait_for(form.mark.isVisible)
    host = program.session.controller._host
    with qtbot.waitSignal(program.session.controller.connection.opened, timeout=WAIT_MS):
        pipeline, host._pipeline = host._pipeline, None  # as while it changes
        form.body_fields.fields["userId"].set_text("")
        form.keep_draft()
        host._pipeline = pipeline
        program.session.controller.connection.change(NamedConnection(f"sqlite:///{tmp_path / 'other.db'}"))
    program.wait_for(lambda: _kept_draft(tmp_path) == "")
    assert form.body_fields.texts()["userId"] == ""


@pytest.mark.expects_warnings
def test_the_window_is_there_while_the_keychain_still_sleeps(qtbot: QtBot, theme: Theme, tmp_path: Path) -> None:
    slow = SlowKeychain()
    keychain = BoundedKeychain(slow, bound_s=0.5)
    settings = saved_settings(tmp_path, broker="amqp://coach@127.0.0.1:1/gym")
    try:
        with running(qtbot, theme, settings, keychain=keychain) as program:
            assert not slow.asked.is_set()  # before it was painted
            assert program.parts.window.isVisible()
            program.wait_for(slow.asked.is_set)
            dialog = open_dialog(program)
            dialog.reject()
            program.wait_for(lambda: "did not answer within 0.5 s" in program.banner())
    finally:
        slow.released.set()
