"""Opens the import, reads its files and sends its rows step by step in the background."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from contextlib import suppress
from datetime import tzinfo
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, Qt, Slot

from core.errors import PacelineError, SettingError
from core.workouts.names import canonical_name
from gui.controllers.preferences import Preferences
from gui.frame.file_drops import FileDrops
from gui.frame.main_window import MainWindow
from gui.host.background_tasks import BackgroundTasks
from gui.host.pipeline_host import PipelineHost
from gui.theme.theme import Theme
from worker.runtime.query import Query

if TYPE_CHECKING:
    from core.files.headers import FileHeader
    from core.files.options import ReadingOptions
    from core.parsing.table_columns import ColumnChoice
    from core.store.known_workouts import KnownWorkouts
    from core.store.reader import ResultsReader
    from gui.dialogs.import_dialog import ImportDialog
    from worker.imports.preview import ImportPreview, PreviewStep
    from worker.imports.sending import ImportSending


class Imports(QObject):
    """Main thread. One import at a time; each step is a task, so that nothing waits for the whole.

    `_turn` counts what was begun: an answer to something that was begun before is dropped.
    """

    def __init__(
        self,
        window: MainWindow,
        theme: Theme,
        host: PipelineHost,
        tasks: BackgroundTasks,
        preferences: Preferences,
        *,
        now_ms: Callable[[], int],
        zone: tzinfo,
        read_only: bool = False,
    ) -> None:
        super().__init__(window)
        self._window, self._theme, self._host, self._tasks = window, theme, host, tasks
        self._preferences, self._now_ms, self._zone = preferences, now_ms, zone
        self._dialog: ImportDialog | None = None
        self._paths: tuple[str, ...] = ()
        self._headers: tuple[FileHeader, ...] = ()
        self._marks: tuple[tuple[int, int] | None, ...] = ()
        self._previewed_ms = 0
        self._turn = 0
        self._sending: ImportSending | None = None
        window.frame_actions.import_files.setEnabled(not read_only)
        if not read_only:
            window.frame_actions.import_files.triggered.connect(self.open)
            FileDrops(window).files_dropped.connect(self.open_files)

    @Slot()
    def open(self) -> None:
        self.open_files(())

    @Slot(object)
    def open_files(self, paths: Sequence[str]) -> None:
        """With files that were dropped, also into an import that is open and not sent yet."""
        from gui.dialogs.import_dialog import ImportDialog

        if self._dialog is None:
            dialog = ImportDialog(self._theme, units=self._preferences.units, zone=self._zone, parent=self._window)
            dialog.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
            dialog.files_chosen.connect(self._on_files_chosen)
            dialog.read_again_requested.connect(self._read)
            dialog.columns_requested.connect(self._on_columns_requested)
            dialog.import_requested.connect(self._on_import_requested)
            dialog.finished.connect(self._on_closed)
            self._dialog = dialog
            dialog.open()
        if paths and self._sending is None:
            self._on_files_chosen(tuple(paths))

    # --- preview -----------------------------------------------------------------------------------------------------

    @Slot(object)
    def _on_files_chosen(self, paths: tuple[str, ...]) -> None:
        self._paths, self._headers = paths, ()
        self._turn += 1
        on_found = partial(self._on_headers, self._turn)
        self._tasks.run(partial(_headers, paths), on_found, partial(self._on_preview_failed, self._turn))

    def _on_headers(self, turn: int, headers: tuple[FileHeader, ...]) -> None:
        if turn == self._turn:
            self._headers = headers
            self._read()

    @Slot()
    def _read(self) -> None:
        from worker.imports.preview import ImportPreview
        from worker.imports.sending import marks_of

        if self._dialog is None or not self._paths:
            return
        self._turn += 1
        self._previewed_ms = self._now_ms()
        self._dialog.restart(self._paths, has_columns=bool(self._headers))
        self._marks = marks_of(self._paths)
        self._step(self._turn, ImportPreview(self._paths, self._options(), self._previewed_ms))

    def _options(self) -> ReadingOptions:
        from core.files.options import ReadingOptions

        assert self._dialog is not None
        return ReadingOptions(
            athlete=canonical_name(self._dialog.athlete.text),
            sport=self._dialog.sport.text,
            columns={header.key: self._preferences.columns_of(header) for header in self._headers},
        )

    def _step(self, turn: int, preview: ImportPreview) -> None:
        self._tasks.run(preview.step, partial(self._on_step, turn, preview), partial(self._on_preview_failed, turn))

    def _on_step(self, turn: int, preview: ImportPreview, step: PreviewStep) -> None:
        from core.store.known_workouts import KnownWorkouts

        if turn != self._turn or self._dialog is None:
            return
        rows = [row for row in step.rows if row.workout is not None]
        if not rows or not self._host.is_open:
            self._on_known(turn, preview, step, KnownWorkouts())
            return
        ids = [row.workout.workout_id for row in rows if row.workout is not None]
        starts = [row.start for row in rows if row.start is not None]
        on_known = partial(self._on_known, turn, preview, step)
        self._host.ask(
            Query(
                "import duplicates",
                lambda reader: _known(reader, ids, starts),
                on_known,
                partial(self._on_not_known, turn, preview, step),
            )
        )

    def _on_not_known(self, turn: int, preview: ImportPreview, step: PreviewStep, _error: PacelineError) -> None:
        """The results cannot be read: what is there already, workers find out."""
        from core.store.known_workouts import KnownWorkouts

        self._on_known(turn, preview, step, KnownWorkouts())

    def _on_known(self, turn: int, preview: ImportPreview, step: PreviewStep, known: KnownWorkouts) -> None:
        from worker.imports.preview import checked

        if turn != self._turn or self._dialog is None:
            return
        self._dialog.add_rows(checked(step.rows, known), step.said, finished=step.finished)
        if not step.finished:
            self._step(turn, preview)

    def _on_preview_failed(self, turn: int, error: PacelineError) -> None:
        if turn == self._turn and self._dialog is not None:
            self._dialog.summary.setText(str(error))
            self._dialog.progress.setVisible(False)

    # --- columns -----------------------------------------------------------------------------------------------------

    @Slot()
    def _on_columns_requested(self) -> None:
        from gui.dialogs.import_columns import ColumnsDialog

        header = self._headers[0]
        dialog = ColumnsDialog(self._theme, header, self._preferences.columns_of(header), self._dialog)
        dialog.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        dialog.columns_chosen.connect(self._on_columns_chosen)
        dialog.open()

    @Slot(str, object)
    def _on_columns_chosen(self, key: str, choices: Sequence[ColumnChoice]) -> None:
        self._preferences.choose_columns(key, choices)
        self._read()

    # --- sending -----------------------------------------------------------------------------------------------------

    @Slot(object)
    def _on_import_requested(self, chosen: bytes) -> None:
        from worker.imports.sending import ImportSending

        self._turn += 1
        self._sending = ImportSending(
            self._paths,
            chosen,
            self._marks,
            self._options(),
            self._host.writer,
            previewed_ms=self._previewed_ms,
            now_ms=self._now_ms,
        )
        self._send(self._turn, self._sending)

    def _send(self, turn: int, sending: ImportSending) -> None:
        on_sent, on_failed = partial(self._on_sent, turn, sending), partial(self._on_not_sent, turn, sending)
        self._tasks.run(sending.step, on_sent, on_failed)

    def _on_sent(self, turn: int, sending: ImportSending, goes_on: bool) -> None:
        if turn != self._turn or self._dialog is None:
            return
        self._dialog.show_sent(sending.counts)
        if goes_on:
            self._send(turn, sending)
        else:
            self._dialog.show_report(sending.counts, stopped=False)

    def _on_not_sent(self, turn: int, sending: ImportSending, error: PacelineError) -> None:
        if turn == self._turn and self._dialog is not None:
            self._dialog.show_report(sending.counts, stopped=True, problem=str(error))

    @Slot()
    def _on_closed(self) -> None:
        self._dialog, self._sending = None, None
        self._turn += 1


def _headers(paths: Sequence[str]) -> tuple[FileHeader, ...]:
    """Of those that are tables, each header once."""
    from core.files.headers import read_header
    from core.files.options import ReadingOptions

    found: dict[str, FileHeader] = {}
    for path in paths:
        with suppress(SettingError, OSError), Path(path).open("rb") as file:  # its row says what is wrong
            header = read_header(file, path, ReadingOptions())
            if header is not None:
                found[header.key] = header
    return tuple(found.values())


def _known(reader: ResultsReader, ids: Sequence[str], starts: Sequence[tuple[str, int]]) -> KnownWorkouts:
    return reader.known_workouts(ids, starts)
