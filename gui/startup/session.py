"""One run of the console: builds its objects, starts threads after the first paint, and ends all in order."""

from __future__ import annotations

import gc
import os
import sys
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import replace
from functools import partial
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import TYPE_CHECKING

from PySide6.QtCore import QEvent, QObject, QTimer, Slot
from PySide6.QtWidgets import QApplication, QWidget
from typing_extensions import override

from core.config.file_url import file_url
from core.config.settings import Settings, load_settings
from core.config.system_zone import SystemZone
from core.events import Event
from core.live.console_state import ConsoleState
from core.logs import set_up_logs
from gui.controllers.console_settings import load_console_settings
from gui.controllers.main_controller import Controller
from gui.controllers.workspaces import WORKSPACES
from gui.frame.main_window import MainWindow
from gui.frame.workspace_entry import WorkspaceEntry
from gui.host.bridge import Bridge
from gui.options import Options
from gui.startup.exception_hooks import CrashHooks
from gui.startup.garbage_collector import GarbageCollector
from gui.startup.status_printer import StatusPrinter
from gui.startup.unix_signals import UnixSignals
from gui.theme.icons import app_icon
from gui.theme.theme import Theme
from gui.widgets.key_repeats import KeyRepeats
from worker.runtime.bounded_keychain import BoundedKeychain
from worker.runtime.clock import now_ms as clock_ms

if TYPE_CHECKING:
    from gui.playback.whole_recording import WholeRecording

FAILED = 2  # exit code
PAINT_WAIT_MS = 500
SWITCH_S = 0.0003  # the interpreter's switch interval: a thread waits as long for each turn while the window is painted
ZONE_MS = 5_000  # how often the system is asked for its time zone


@contextmanager
def console_settings(options: Options) -> Iterator[Settings]:
    """A demonstration has a temporary folder, removed at the end; `data_dir` is one of a demonstration that crashed.

    Raises SettingError for invalid settings.
    """
    if options.play is not None:
        with TemporaryDirectory(prefix="paceline-playback-") as name:
            yield load_settings(data_dir=Path(name))
        return
    if not options.demo:
        yield load_console_settings(broker=options.broker, database=options.database, data_dir=options.data_dir)
        return
    # Only a demonstration needs them.
    from worker.demo.folder import QUEUE, RESULTS, check_demo_folder, make_demo_folder, read_note, remove_demo_folder

    folder = make_demo_folder() if options.data_dir is None else check_demo_folder(options.data_dir)
    try:
        note = read_note(folder)
        broker = options.broker or (note and note.broker_url) or file_url(folder / QUEUE)
        yield load_settings(broker=broker, database=file_url(folder / RESULTS), data_dir=folder)
    finally:
        remove_demo_folder(folder)


def run_console(options: Options, *, has_display: bool) -> int:
    """Run until the console ends; returns the exit code. Main thread. Raises SettingError before a window is shown."""
    gc.disable()  # before the first thread: see gui/startup/garbage_collector.py
    # An accept waits for the GIL about six times, each time for this interval while the window is painting.
    sys.setswitchinterval(SWITCH_S)
    keychain = BoundedKeychain()
    recording = None if options.play is None else _opened(options.play, options.speed)
    with console_settings(options) as settings:
        logs = set_up_logs("paceline", folder=settings.folder.logs, stderr=None)
        try:
            return _run(options, settings, keychain, recording, has_display=has_display)
        finally:
            logs.close()


def _opened(path: Path, speed: float) -> WholeRecording:
    from gui.playback.whole_recording import open_whole  # few sessions play a recording

    return open_whole(path, speed)


def _run(
    options: Options,
    settings: Settings,
    keychain: BoundedKeychain,
    recording: WholeRecording | None,
    *,
    has_display: bool,
) -> int:
    if not has_display:
        os.environ["QT_QPA_PLATFORM"] = "offscreen"
    app = QApplication(["paceline"])
    app.setApplicationName("Paceline")
    app.setDesktopFileName("paceline")
    app.setWindowIcon(app_icon())
    app.setQuitOnLastWindowClosed(False)  # the controller ends its threads first, then the event loop
    return run_sessions(app, app.exec, options, settings, keychain, recording, has_display=has_display)


def run_sessions(
    app: QApplication,
    run_loop: Callable[[], int],
    options: Options,
    settings: Settings,
    keychain: BoundedKeychain,
    recording: WholeRecording | None = None,
    *,
    has_display: bool,
) -> int:
    """One after the other: where a session ends to restore a backup, or to play a recording from an earlier time,
    another one begins. Returns the exit code."""
    while True:
        theme = Theme(options.theme or settings.stored.theme)
        theme.apply(app)
        session = Session(theme, options, settings, keychain, has_display=has_display, recording=recording)
        try:
            run_loop()
        finally:
            session.close()
        if session.earlier is not None:
            recording, options = session.earlier, session.options
            theme.deleteLater()
            continue
        if session.backup is None:
            return session.exit_code
        settings = restored_settings(theme, options, settings, session.backup)
        theme.deleteLater()  # what was connected to it is gone


def restored_settings(theme: Theme, options: Options, before: Settings, backup: Path) -> Settings:
    """Restore it, and read the settings that are there then, with a notice of what came of it."""
    from gui.startup.restoring import Restoring

    words = Restoring(theme, backup, before.folder.path).run()
    with console_settings(options) as settings:
        return replace(settings, notices=(*settings.notices, words))


class FirstPaint(QObject):
    """Calls `then` after the first paint of the window, or after a while, since it may start minimised."""

    def __init__(self, window: QWidget, then: Callable[[], None]) -> None:
        super().__init__(window)
        self._window, self._then = window, then
        self._waiting = QTimer(self)
        self._waiting.setSingleShot(True)
        self._waiting.setInterval(PAINT_WAIT_MS)
        self._waiting.timeout.connect(self._on_due)
        self._waiting.start()
        window.installEventFilter(self)

    @override
    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        if event.type() is QEvent.Type.Paint:
            self._window.removeEventFilter(self)
            self._waiting.setInterval(0)  # after this paint event, not within it
        return False

    @Slot()
    def _on_due(self) -> None:
        self._window.removeEventFilter(self)
        self._then()


class Session(QObject):
    """Main thread. Owns all objects that live as long as the window."""

    def __init__(
        self,
        theme: Theme,
        options: Options,
        settings: Settings,
        keychain: BoundedKeychain | None = None,
        *,
        has_display: bool,
        recording: WholeRecording | None = None,
        workspaces: Sequence[WorkspaceEntry] = WORKSPACES,
    ) -> None:
        """`recording`: is played."""
        super().__init__()
        self.options = options  # of this session, then of the one that begins where it ends
        self.earlier: WholeRecording | None = None  # to be played now that this session ends
        player = None if recording is None else recording.player(self)
        now_ms = clock_ms if player is None else player.clock.now_ms
        if player is not None:
            workspaces = [entry for entry in workspaces if entry.plays]
            options = replace(options, read_only=True)
        self.exit_code = 0
        self.backup: Path | None = None  # to be restored now that this session ends
        self._was_online = False
        self._garbage = GarbageCollector(self)
        self._bridge = Bridge(self)
        self._hooks = CrashHooks(self._bridge.post, clock_ms)
        self._signals = UnixSignals(self)
        self._signals.arrived.connect(self._on_signal)
        self.state = ConsoleState(now_ms)
        self._zone = SystemZone()
        title = "Paceline demo" if options.demo else "Paceline"
        self.window = MainWindow(theme, workspaces, title=title if recording is None else recording.title)
        self.controller = Controller(
            self.window,
            workspaces,
            self.state,
            self._bridge,
            theme,
            settings,
            options,
            keychain=keychain or BoundedKeychain(),
            now_ms=now_ms,
            zone=self._zone,
            player=player,
            parent=self,
        )
        if recording is not None and player is not None:
            from gui.playback.bar import PlaybackBar

            bar = PlaybackBar(theme, player)
            self.window.add_bar(bar)
            bar.time_chosen.connect(player.go_to)
            player.earlier_requested.connect(partial(self._on_earlier_requested, recording))
        if options.workspace is not None:
            self.window.show_workspace(options.workspace)
        if options.size is not None:
            self.window.resize(*options.size)
        self.controller.finished.connect(self._on_finished)
        self.controller.care.restore_requested.connect(self._on_restore_requested)
        if not has_display or options.screenshot is not None:  # no dialog could ask for another connection
            self.controller.refused.connect(self._on_refused)
            self.controller.online.connect(self._on_online)
        if not has_display and options.screenshot is None:
            self._printer = StatusPrinter(self.state, now_ms, self._zone, sys.stdout, self)
            self._printer.start()
        self.window.show()
        self.window.activateWindow()  # needed where there is no window manager
        app = QApplication.instance()
        assert isinstance(app, QApplication)
        self._key_repeats = KeyRepeats(app, self)
        self._key_repeats.watch(self.window.windowHandle())
        self.controller.workspaces.built[self.window.workspace].focus_first()
        self._zone_timer = QTimer(self)
        self._zone_timer.setInterval(ZONE_MS)
        self._zone_timer.timeout.connect(self._on_zone_due)
        self._zone_timer.start()
        self._first_paint = FirstPaint(self.window, self.controller.start)
        if options.screenshot is not None:
            QTimer.singleShot(round(options.after_s * 1000), self._on_screenshot_due)

    def post(self, event: Event) -> None:
        """Post events as the pipeline's threads do."""
        self._bridge.post(event)

    def close(self) -> None:
        self._garbage.stop()
        self._zone_timer.stop()
        self._signals.close()
        self._hooks.close()
        # Before the application ends: widgets that outlive it crash Qt.
        self.window.deleteLater()
        QApplication.sendPostedEvents(None, QEvent.Type.DeferredDelete.value)

    @Slot(int)
    def _on_signal(self, number: int) -> None:
        if number in self._signals.numbers:
            self.controller.shut_down()

    @Slot()
    def _on_finished(self) -> None:
        QApplication.quit()

    @Slot(object)
    def _on_restore_requested(self, backup: Path) -> None:
        """It needs that no program uses the data folder: end everything in order first."""
        self.backup = backup
        self.controller.shut_down()

    def _on_earlier_requested(self, recording: WholeRecording, at_ms: int) -> None:
        """The screens cannot go back: others begin anew."""
        self.earlier = recording.from_time(at_ms)
        size = self.window.width(), self.window.height()
        self.options = replace(self.options, workspace=self.window.workspace, size=size)
        self.controller.shut_down()

    @Slot()
    def _on_zone_due(self) -> None:
        """Follow a change of the system's time zone, as on a travelling laptop."""
        if self._zone.refresh():
            self.window.update()

    @Slot()
    def _on_screenshot_due(self) -> None:
        target = self.options.screenshot
        if target is not None and not self.window.grab().save(str(target), "PNG"):
            self._fail(f"The picture could not be saved as {target}.")
        self.controller.shut_down()

    @Slot(str)
    def _on_refused(self, sentence: str) -> None:
        """An error of a command-line option is shown in the terminal, not in a dialog."""
        if not self._was_online and not self.exit_code and (self.options.broker or self.options.database):
            self._fail(sentence)
            self.controller.shut_down()

    @Slot()
    def _on_online(self) -> None:
        self._was_online = True

    def _fail(self, sentence: str) -> None:
        sys.stderr.write(f"paceline: {sentence}\n")
        self.exit_code = FAILED
