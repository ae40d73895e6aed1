"""What a menu of an athlete does with all data of the athlete: exported, merged, erased."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, Qt, Slot
from PySide6.QtWidgets import QFileDialog

from core.events import AthleteErased, Event
from core.workouts.names import isolated
from gui.controllers.care_tasks import CareTasks
from gui.formatting import file_title
from gui.frame.main_window import MainWindow
from gui.host.bridge import Bridge
from gui.host.pipeline_host import PipelineHost
from gui.shortcuts import SHORTCUTS, Scope
from gui.theme.theme import Theme
from gui.workspaces.athletes.formatting import counted

if TYPE_CHECKING:
    from core.care.athlete_export import AthleteExported
    from core.care.erase import Erased, Found
    from core.care.merge import MergeChoices, MergeRecord
    from core.care.places import DataPlaces
    from worker.care.merging import Merging


class AthleteCare(QObject):
    """Main thread."""

    def __init__(
        self,
        window: MainWindow,
        theme: Theme,
        host: PipelineHost,
        tasks: CareTasks,
        bridge: Bridge,
        *,
        now_ms: Callable[[], int],
    ) -> None:
        super().__init__(window)
        self._window, self._theme, self._host, self._tasks = window, theme, host, tasks
        self._bridge, self._now_ms = bridge, now_ms
        self._listens = False

    def act(self, act: str, athlete: str) -> None:
        {"export": self._export, "merge": self._merge, "erase": self._erase}[act](athlete)

    @property
    def _places(self) -> DataPlaces:
        from core.care.places import places_of

        return places_of(self._host.settings)

    # --- export ------------------------------------------------------------------------------------------------------

    def _export(self, athlete: str) -> None:
        dialog = QFileDialog(self._window, "Export an athlete", f"{file_title(athlete)}.json")
        dialog.setAcceptMode(QFileDialog.AcceptMode.AcceptSave)
        dialog.setDefaultSuffix("json")
        open_files(dialog, partial(self._on_export_file, athlete))

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

    # --- erasure -----------------------------------------------------------------------------------------------------

    def _erase(self, athlete: str) -> None:
        """Look for what is kept first, to say it in the question."""
        from core.care.erase import find_athlete

        places, now_ms = self._places, self._now_ms
        self._tasks.run(
            "Looking for what is kept",
            lambda watch: find_athlete(places, athlete, now_ms=now_ms, watch=watch),
            lambda _found: "",
            partial(self._ask_to_erase, athlete),
        )

    def _ask_to_erase(self, athlete: str, found: Found) -> None:
        from gui.dialogs.erase_dialog import EraseDialog

        counts = [
            ("Workouts in the results", len(found.workout_ids)),
            ("Failed messages", len(found.failure_keys)),
            ("Sent from here, with their receipts", len(found.sent)),
            ("Messages in the queue", len(found.queued)),
            ("Templates with the name", found.templates),
        ]
        dialog = EraseDialog(self._theme, athlete, counts, self._window)
        dialog.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        dialog.confirmed.connect(self._on_erase_confirmed)
        dialog.open()

    @Slot(str)
    def _on_erase_confirmed(self, athlete: str) -> None:
        from core.care.erase import erase_athlete
        from worker.failed.failed_service import current_user

        places, now_ms = self._places, self._now_ms
        self._tasks.run(
            "Erasing an athlete",  # whose name is not to stand there at the end
            lambda watch: erase_athlete(places, athlete, by=current_user(), now_ms=now_ms, watch=watch),
            _erased_text,
            partial(self._on_erased, athlete),
        )

    def _on_erased(self, athlete: str, _erased: Erased) -> None:
        """Everything that is live forgets the name by one event."""
        if not self._listens:  # now, so that all workspaces have got it before
            self._listens = True
            self._bridge.events_arrived.connect(self._on_events)
        self._bridge.post(AthleteErased(self._now_ms(), athlete))

    @Slot(object)
    def _on_events(self, events: Sequence[Event]) -> None:
        for event in events:
            if isinstance(event, AthleteErased):
                from gui.controllers.forgotten_names import forget_name

                self._window.undo_offers.forget(event.athlete)
                forget_name(self._window, event.athlete)

    # --- merge -------------------------------------------------------------------------------------------------------

    def _merge(self, athlete: str) -> None:
        from core.care.merge import merge_choices

        url = self._host.settings.database_url
        self._tasks.run(
            "Looking for similar names",
            lambda _watch: merge_choices(url, athlete),
            lambda _choices: "",
            partial(self._ask_to_merge, athlete),
        )

    def _ask_to_merge(self, athlete: str, choices: MergeChoices) -> None:
        from gui.dialogs.merge_dialog import MergeDialog

        dialog = MergeDialog(self._theme, athlete, choices.counts, choices.likely, self._window)
        dialog.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        dialog.confirmed.connect(self._on_merge_confirmed)
        dialog.open()

    @Slot(str, str)
    def _on_merge_confirmed(self, source: str, into: str) -> None:
        merging = self._merging()
        self._tasks.run(
            "Merge",
            lambda watch: merging.merge(source, into, watch),
            partial(_merged_text, source, into),
            partial(self._on_merged, source, into),
        )

    def _on_merged(self, source: str, into: str, moved: int) -> None:
        if moved:
            self._window.undo_offers.offer("Merged", self.unmerge, what=f"{source} into {into}", lasts=True)

    @Slot()
    def unmerge(self) -> None:
        """Undo the newest merge, also of an earlier start of the program."""
        if self._tasks.show_running():
            return
        merging = self._merging()
        self._tasks.run("Undo of a merge", merging.undo, _unmerged_text, self._on_unmerged)

    def _on_unmerged(self, _moved: object) -> None:
        self._window.undo_offers.withdraw(self.unmerge)

    def _merging(self) -> Merging:
        from worker.care.merging import Merging

        return Merging(self._places, self._host.writer, now_ms=self._now_ms)


def open_files(dialog: QFileDialog, on_chosen: Callable[[str], None]) -> None:
    """Ask for a file, or a folder."""
    dialog.fileSelected.connect(on_chosen)
    dialog.finished.connect(dialog.deleteLater)
    dialog.open()


def _exported_text(file: Path, exported: AthleteExported, *, is_whole: bool) -> str:
    left_out = "" if is_whole else " What waits on RabbitMQ is not in it; it is once it is stored."
    return (
        f"Saved as {file}: {counted(exported.workouts, 'workout')}, {counted(exported.failed, 'failed message')}, "
        f"{exported.sent:,} sent from here, {exported.queued:,} in the queue.{left_out}"
    )


def _erased_text(erased: Erased) -> str:
    from core.care.erase import erasure_notes

    whole = (
        f"Erased: {counted(erased.workouts, 'workout')}, {counted(erased.failures, 'failed message')}, "
        f"{erased.sent:,} sent from here, {erased.queued:,} in the queue. "
        "It is written down that this was done, without the name."
    )
    return "\n".join([whole, *erasure_notes(erased)])


def _merged_text(source: str, into: str, moved: int) -> str:
    goes = "is" if moved == 1 else "are"
    return (
        f"{counted(moved, 'workout')} of {isolated(source)} {goes} moved to {isolated(into)} as the corrections are "
        f"stored. {SHORTCUTS[Scope.PROGRAM]['undo'].key} undoes it."
    )


def _unmerged_text(undone: tuple[int, MergeRecord]) -> str:
    moved, record = undone
    goes = "goes" if moved == 1 else "go"
    return f"{counted(moved, 'workout')} of {isolated(record.into)} {goes} back to {isolated(record.source)}."
