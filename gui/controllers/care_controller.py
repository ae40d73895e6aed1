"""Care of the data from the window: everything of one athlete exported, the whole backed up."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, Slot
from PySide6.QtWidgets import QFileDialog

from core.workouts.names import isolated
from gui.controllers.care_tasks import CareTasks
from gui.controllers.workspace_loader import WorkspaceLoader
from gui.formatting import READ_ONLY, file_title
from gui.frame.main_window import MainWindow
from gui.host.bridge import Bridge
from gui.host.pipeline_host import PipelineHost
from gui.theme.theme import Theme
from gui.workspaces.athletes.formatting import counted

if TYPE_CHECKING:
    from core.care.athlete_export import AthleteExported
    from core.care.backup import BackupMade
    from core.care.manifest import FileKind, Manifest
    from core.care.places import DataPlaces


class Care(QObject):
    """Main thread. Nothing is loaded, and no thread is started, before something is asked for."""

    def __init__(
        self,
        window: MainWindow,
        theme: Theme,
        host: PipelineHost,
        workspaces: WorkspaceLoader,
        bridge: Bridge,
        *,
        now_ms: Callable[[], int],
        read_only: bool,
    ) -> None:
        super().__init__(window)
        self._window, self._theme, self._host, self._now_ms = window, theme, host, now_ms
        self._tasks = CareTasks(window, theme, bridge.post)
        self._tasks.ended.connect(workspaces.notice_raised)
        workspaces.care_requested.connect(self.act)
        actions, why_not = window.frame_actions, READ_ONLY if read_only else ""
        for action, slot in ((actions.backup, self._on_backup),):
            action.why_not = lambda: why_not
            action.setEnabled(not why_not)
            action.triggered.connect(slot)

    def stop(self) -> None:
        """The program ends: what can still be stopped is."""
        self._tasks.stop()

    def join(self) -> bool:
        """In a background thread."""
        return self._tasks.join()

    @Slot(str, str)
    def act(self, act: str, athlete: str) -> None:
        """What a menu of an athlete asks for, by its name in the registry of shortcuts."""
        if not self._tasks.show_running():
            {"export": self._export}[act](athlete)

    @property
    def _places(self) -> DataPlaces:
        from core.care.places import places_of

        return places_of(self._host.settings)

    # --- one athlete -------------------------------------------------------------------------------------------------

    def _export(self, athlete: str) -> None:
        dialog = QFileDialog(self._window, "Export an athlete", f"{file_title(athlete)}.json")
        dialog.setAcceptMode(QFileDialog.AcceptMode.AcceptSave)
        dialog.setDefaultSuffix("json")
        self._open(dialog, partial(self._on_export_file, athlete))

    def _on_export_file(self, athlete: str, path: str) -> None:
        from core.care.athlete_export import export_athlete

        places, now_ms, file = self._places, self._now_ms, Path(path)
        self._tasks.run(
            f"Export of {isolated(athlete)}",
            # The dialog of the system has asked before.
            lambda watch: export_athlete(places, athlete, file, now_ms=now_ms, watch=watch, replace=True),
            partial(_exported_text, file, is_whole=places.has_local_queue),
            lambda _exported: None,
        )

    # --- all of it ---------------------------------------------------------------------------------------------------

    @Slot()
    def _on_backup(self) -> None:
        if self._tasks.show_running():
            return
        dialog = QFileDialog(self._window, "Back up into a new folder in")
        dialog.setFileMode(QFileDialog.FileMode.Directory)
        dialog.setOption(QFileDialog.Option.ShowDirsOnly)
        dialog.setLabelText(QFileDialog.DialogLabel.Accept, "Back up")
        self._open(dialog, self._on_backup_folder)

    def _on_backup_folder(self, path: str) -> None:
        from core.care.backup import make_backup

        places, now_ms, folder = self._places, self._now_ms, Path(path)
        self._tasks.run(
            "Backup",
            lambda watch: make_backup(places, folder, now_ms=now_ms, watch=watch),
            _backup_text,
            lambda _made: None,
        )

    @staticmethod
    def _open(dialog: QFileDialog, on_chosen: Callable[[str], None]) -> None:
        dialog.fileSelected.connect(on_chosen)
        dialog.finished.connect(dialog.deleteLater)
        dialog.open()


def _exported_text(file: Path, exported: AthleteExported, *, is_whole: bool) -> str:
    left_out = "" if is_whole else " What waits on RabbitMQ is not in it; it is once it is stored."
    return (
        f"Saved as {file}: {counted(exported.workouts, 'workout')}, {counted(exported.failed, 'failed message')}, "
        f"{exported.sent:,} sent from here, {exported.queued:,} in the queue.{left_out}"
    )


def _backup_text(made: BackupMade) -> str:
    whole = f"Saved as {made.folder}, opened and checked: {', '.join(contents_of(made.manifest))}."
    return " ".join([whole, *made.manifest.left_out])


def contents_of(manifest: Manifest) -> list[str]:
    """`3.4 MB`, `1,204 workouts`, …: how large a backup is, and what is in it."""
    kinds: tuple[FileKind, ...] = ("results", "outbox", "queue")
    results, outbox, queue = map(manifest.file_of, kinds)
    found = [size_text(sum(file.bytes for file in manifest.files))]
    if results is not None:
        found.append(counted(results.rows.get("workouts", 0), "workout"))
    if outbox is not None:
        found.append(f"{outbox.rows.get('entries', 0):,} sent from here")
    if queue is not None:
        found.append(f"{queue.rows.get('jobs', 0):,} in the queue")
    return found


def size_text(size: int) -> str:
    """`12 kB`, `3.4 MB`, `1.2 GB`."""
    for unit, of in (("GB", 1_000_000_000), ("MB", 1_000_000)):
        if size >= of:
            return f"{size / of:,.1f} {unit}"
    return f"{max(1, round(size / 1000)):,} kB"
