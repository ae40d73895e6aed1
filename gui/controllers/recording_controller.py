"""Records this session when the user asks for it, and says so."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import datetime, tzinfo
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, QStandardPaths, Signal, Slot

from core.errors import PacelineError
from core.events import Event
from core.recording.records import Record, RecordedBatch, RecordingHeader
from core.version import VERSION
from gui.formatting import elapsed_text
from gui.frame.main_window import MainWindow
from gui.host.background_tasks import BackgroundTasks
from gui.options import Options

if TYPE_CHECKING:
    from worker.recording.recorder import Recorder

FOLDER, SUFFIX = "Paceline recordings", ".paceline"
STOP_S = 3.0


class RecordingController(QObject):
    """Main thread; the file is written by a thread of the recorder."""

    notice_raised = Signal(str)
    problem_raised = Signal(str, str)  # kind, sentence; from the recorder's thread

    def __init__(
        self,
        window: MainWindow,
        options: Options,
        now_ms: Callable[[], int],
        zone: tzinfo,
        current_events: Callable[[], Sequence[Event]],
        tasks: BackgroundTasks,
        parent: QObject,
    ) -> None:
        """`current_events`: events that say how things stand when a recording begins."""
        super().__init__(parent)
        self._window, self._options, self._now_ms, self._zone = window, options, now_ms, zone
        self._current_events = current_events
        self._tasks = tasks
        self._recorder: Recorder | None = None
        self._last: Path | None = None  # the newest one that is complete
        window.frame_actions.page.setEnabled(False)
        window.frame_actions.page.why_not = lambda: "" if self._last else "Nothing was recorded in this session"
        window.frame_actions.page.triggered.connect(self._on_page_requested)
        window.frame_actions.record.triggered.connect(self.toggle)

    @property
    def path(self) -> Path | None:
        """Of the file that is being written."""
        return None if self._recorder is None else self._recorder.path

    def start(self) -> None:
        """From the start of the program, if the command line says so."""
        if self._options.record is not None:
            self._begin(self._options.record)

    def take(self, events: Sequence[Event]) -> None:
        if self._recorder is not None:
            self._recorder.take(RecordedBatch(self._now_ms(), tuple(events)))

    def record(self, record: Record) -> None:
        if self._recorder is not None:
            self._recorder.take(record)

    def show(self) -> None:
        """Twice a second."""
        recorder = self._recorder
        if recorder is not None and not recorder.is_running:  # it could not go on, and has said why
            self._recorder = recorder = None
        began_ms = None if recorder is None else recorder.header.began_ms
        seconds = None if began_ms is None else (self._now_ms() - began_ms) / 1000
        self._window.status_bar.recording.show_time(seconds)

    def stop(self) -> bool:
        """Whether the file was ended in time, or there is none."""
        recorder, self._recorder = self._recorder, None
        if recorder is None:
            return True
        recorder.stop()
        return recorder.join(STOP_S)

    @Slot()
    def toggle(self) -> None:
        recorder = self._recorder
        if recorder is None:
            self._begin(self._usual_path())
        elif self.stop():
            self._last = recorder.path
            self._window.frame_actions.page.setEnabled(True)
            length = elapsed_text((self._now_ms() - recorder.header.began_ms) / 1000)
            self.notice_raised.emit(f"Recorded {length} to {recorder.path}.")
        self.show()

    @Slot()
    def _on_page_requested(self) -> None:
        if (path := self._last) is not None:
            self._tasks.run(partial(_write_page, path), self._on_page_written, self._on_page_failed)

    def _on_page_written(self, page: Path) -> None:
        self.notice_raised.emit(f"Saved as {page}.")

    def _on_page_failed(self, error: PacelineError) -> None:
        self.problem_raised.emit("recording", str(error))

    def _usual_path(self) -> Path:
        documents = QStandardPaths.writableLocation(QStandardPaths.StandardLocation.DocumentsLocation)
        now = datetime.fromtimestamp(self._now_ms() / 1000, self._zone)
        return Path(documents) / FOLDER / f"{now:%Y-%m-%d %H.%M.%S}{SUFFIX}"

    def _begin(self, path: Path) -> None:
        from worker.recording.recorder import Recorder  # few sessions are recorded

        now = datetime.fromtimestamp(self._now_ms() / 1000, self._zone)
        offset = now.utcoffset()
        header = RecordingHeader(
            version=VERSION,
            began_ms=self._now_ms(),
            names=self._options.record_names,
            demo=self._options.demo,
            utc_offset_min=0 if offset is None else round(offset.total_seconds() / 60),
        )
        try:
            path.parent.mkdir(parents=True, exist_ok=True)
            self._recorder = Recorder(path, header, now_ms=self._now_ms, on_problem=self._on_problem)
        except PacelineError as error:
            self.problem_raised.emit("recording", str(error))
            return
        except OSError as error:
            self.problem_raised.emit("recording", f"{path.parent} cannot be made ({error.strerror}).")
            return
        self._recorder.start()
        self.take(self._current_events())

    def _on_problem(self, sentence: str) -> None:
        """In the recorder's thread."""
        self.problem_raised.emit("recording", sentence)


def _write_page(path: Path) -> Path:
    """In a background thread. The page, which is beside the recording."""
    from core.recording.recording import open_recording
    from worker.recording.page.document import write_page

    page = path.with_suffix(".html")
    write_page(open_recording(path), page, replace=True)
    return page
