"""Connects the picker to the results and to the templates in the data folder."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import UTC, datetime
from threading import Lock

from PySide6.QtCore import QObject, Qt, Signal, Slot
from PySide6.QtWidgets import QWidget

from core.athletes.history import HistoryPage, HistoryRequest
from core.errors import PacelineError
from core.roster.template_file import WORKOUTS, load_templates, save_templates
from core.roster.workout_template import (
    WorkoutTemplate,
    with_workout_template,
    without_workout_template,
    workout_template,
)
from gui.forms.formatting import Units
from gui.forms.template_dialog import TemplateDialog
from gui.frame.workspace import WorkspaceContext
from gui.widgets.announcements import show_note
from gui.workspaces.console.picker.dialog import PickerDialog
from worker.runtime.query import Query

Templates = tuple[WorkoutTemplate, ...]
_KEPT = "It keeps what stands in the form, but for the start and the body weight, to begin with another time."
_RENAMED = "It keeps what it has, under another name."


class PickerController(QObject):
    """Main thread. `where`: the form, over which the dialogs open."""

    notice_raised = Signal(str)  # a sentence for the banner
    workout_chosen = Signal(str)  # workout id
    fields_chosen = Signal(object)  # body fields

    def __init__(self, context: WorkspaceContext, where: QWidget) -> None:
        super().__init__(where)
        self._context, self._where = context, where
        self._units = Units()
        self._templates: Templates = ()
        self._file_lock = Lock()  # one change of the file at a time
        self.dialog: PickerDialog | None = None

    def set_units(self, units: Units) -> None:
        self._units = units

    @Slot()
    def open(self) -> None:
        """What was typed before is looked for again only when it is typed again."""
        context = self._context
        dialog = self.dialog = PickerDialog(
            context.theme, self._units, now_ms=context.now_ms, zone=context.zone, parent=self._where.window()
        )
        dialog.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        dialog.model.page_requested.connect(self._on_page_requested)
        dialog.workout_chosen.connect(self.workout_chosen)
        dialog.template_chosen.connect(self._on_template_chosen)
        dialog.rename_requested.connect(self._on_rename_requested)
        dialog.delete_requested.connect(self._on_delete_requested)
        dialog.finished.connect(self._on_finished)
        dialog.show_templates(self._templates)
        dialog.open()
        self._on_page_requested(dialog.model.wanted)
        self._change(lambda kept: kept)

    def save(self, fields: Mapping[str, object]) -> None:
        """Ask for a name, and keep these body fields under it."""
        athlete, title = str(fields.get("userId", "")), str(fields.get("title", ""))
        dialog = self._name_dialog(title, _KEPT, "Save as template", athlete=athlete)

        def on_named(name: str) -> None:
            without = () if dialog.with_athlete.isChecked() else ("userId",)
            kept = {key: value for key, value in fields.items() if key not in without}
            template = workout_template(name, kept)
            self._change(lambda before: with_workout_template(before, template), template.name)
            show_note(self._where, f"The template {template.name} is kept")

        dialog.named.connect(on_named)
        dialog.open()
        self._change(lambda kept: kept)

    def _name_dialog(self, name: str, text: str, title: str, *, athlete: str = "", own: str = "") -> TemplateDialog:
        def is_known(typed: str) -> bool:
            return typed.casefold() in {each.name.casefold() for each in self._templates if each.name != own}

        parent = self.dialog or self._where.window()
        dialog = TemplateDialog(self._context.theme, name, is_known, text, title=title, athlete=athlete, parent=parent)
        dialog.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        return dialog

    def _change(self, change: Callable[[Templates], Templates], chosen: str = "") -> None:
        """In the file as it is now: another console may have changed it."""
        folder = self._context.host.settings.folder.path
        now = datetime.fromtimestamp(self._context.now_ms() / 1000, UTC)

        def work() -> tuple[Templates, str]:
            with self._file_lock:
                before, notice = load_templates(WORKOUTS, folder, now=now)
                after = change(before)
                if after != before:
                    save_templates(WORKOUTS, folder, after)
                return after, notice

        self._context.tasks.run(work, lambda found: self._on_templates(*found, chosen), self._on_file_problem)

    def _on_templates(self, templates: Templates, notice: str, chosen: str) -> None:
        self._templates = templates
        if self.dialog is not None:
            self.dialog.show_templates(templates, chosen)
        if notice:
            self.notice_raised.emit(notice)

    def _on_file_problem(self, error: PacelineError) -> None:
        self.notice_raised.emit(str(error))

    @Slot(object)
    def _on_page_requested(self, wanted: HistoryRequest) -> None:
        query = Query(
            "workouts to use", lambda reader: reader.athletes.history(wanted), self._on_page, self._on_problem
        )
        self._context.host.ask(query)

    def _on_page(self, page: HistoryPage) -> None:
        if self.dialog is not None:
            self.dialog.take(page)

    def _on_problem(self, error: PacelineError) -> None:
        if self.dialog is not None:
            self.dialog.show_problem(str(error))

    @Slot(object)
    def _on_template_chosen(self, template: WorkoutTemplate) -> None:
        self.fields_chosen.emit(dict(template.fields))

    @Slot(object)
    def _on_rename_requested(self, template: WorkoutTemplate) -> None:
        dialog = self._name_dialog(template.name, _RENAMED, "Rename the template", own=template.name)

        def on_named(name: str) -> None:
            renamed = workout_template(name, template.fields)
            self._change(lambda kept: with_workout_template(kept, renamed, instead_of=template.name), renamed.name)

        dialog.named.connect(on_named)
        dialog.open()

    @Slot(object)
    def _on_delete_requested(self, template: WorkoutTemplate) -> None:
        self._change(lambda kept: without_workout_template(kept, template.name))
        show_note(self._where, f"The template {template.name} is deleted")

    @Slot()
    def _on_finished(self) -> None:
        self.dialog = None
