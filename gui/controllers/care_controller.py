"""Care of the data from the window: of one athlete, and of all."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, Qt, Signal, Slot
from PySide6.QtWidgets import QFileDialog

from gui.controllers.athlete_care import AthleteCare, open_files
from gui.controllers.care_tasks import CareTasks
from gui.controllers.workspace_loader import WorkspaceLoader
from gui.formatting import READ_ONLY
from gui.frame.main_window import MainWindow
from gui.host.bridge import Bridge
from gui.host.pipeline_host import PipelineHost
from gui.options import Options
from gui.theme.theme import Theme
from gui.workspaces.athletes.formatting import counted

if TYPE_CHECKING:
    from core.care.backup import BackupMade
    from core.care.manifest import FileKind, Manifest


OF_DEMO = "A demonstration has a folder of its own"


class Care(QObject):
    """Main thread. Nothing is loaded, and no thread is started, before something is asked for."""

    restore_requested = Signal(object)  # folder of a checked backup: end everything, restore it, and begin anew

    def __init__(
        self,
        window: MainWindow,
        theme: Theme,
        host: PipelineHost,
        workspaces: WorkspaceLoader,
        bridge: Bridge,
        options: Options,
        *,
        now_ms: Callable[[], int],
    ) -> None:
        super().__init__(window)
        self._window, self._theme, self._host, self._now_ms = window, theme, host, now_ms
        self._tasks = CareTasks(window, theme, bridge.post)
        self._athletes = AthleteCare(window, theme, host, self._tasks, bridge, now_ms=now_ms)
        self._tasks.ended.connect(workspaces.notice_raised)
        workspaces.care_requested.connect(self.act)
        actions, why_not = window.frame_actions, READ_ONLY if options.read_only else ""
        for action, slot, reason in (
            (actions.backup, self._on_backup, why_not),
            (actions.restore, self._on_restore, why_not or (OF_DEMO if options.demo else "")),
            (actions.unmerge, self._athletes.unmerge, why_not),
        ):
            action.why_not = partial(str, reason)
            action.setEnabled(not reason)
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
            self._athletes.act(act, athlete)

    # --- all of it ---------------------------------------------------------------------------------------------------

    @Slot()
    def _on_backup(self) -> None:
        self._choose_folder("Back up into a new folder in", "Back up", self._on_backup_folder)

    def _choose_folder(self, title: str, accept: str, on_chosen: Callable[[str], None]) -> None:
        if self._tasks.show_running():
            return
        dialog = QFileDialog(self._window, title)
        dialog.setFileMode(QFileDialog.FileMode.Directory)
        dialog.setOption(QFileDialog.Option.ShowDirsOnly)
        dialog.setLabelText(QFileDialog.DialogLabel.Accept, accept)
        open_files(dialog, on_chosen)

    def _on_backup_folder(self, path: str) -> None:
        from core.care.backup import make_backup
        from core.care.places import places_of

        places, now_ms, folder = places_of(self._host.settings), self._now_ms, Path(path)
        self._tasks.run(
            "Backup",
            lambda watch: make_backup(places, folder, now_ms=now_ms, watch=watch),
            _backup_text,
            lambda _made: None,
        )

    @Slot()
    def _on_restore(self) -> None:
        self._choose_folder("Folder of the backup", "Check", self._on_restore_folder)

    def _on_restore_folder(self, path: str) -> None:
        from core.care.restore import check_restorable

        backup, folder = Path(path), self._host.settings.folder.path
        self._tasks.run(
            "Checking the backup",
            lambda watch: check_restorable(backup, folder, watch=watch),
            lambda _manifest: "",
            partial(self._ask_to_restore, backup),
        )

    def _ask_to_restore(self, backup: Path, manifest: Manifest) -> None:
        from gui.dialogs.restore_dialog import RestoreDialog

        settings = self._host.settings
        elsewhere = settings.database_url != settings.folder.results_url
        dialog = RestoreDialog(
            self._theme, backup, manifest, contents_of(manifest), self._window, has_other_results=elsewhere
        )
        dialog.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        dialog.confirmed.connect(self.restore_requested)
        dialog.open()


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
