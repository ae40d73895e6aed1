"""The dialog that finds a template, or a stored workout, to fill the form with: typing searches, Enter takes."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import tzinfo
from typing import Any

from PySide6.QtCore import QModelIndex, Qt, Signal, Slot
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import QLineEdit, QWidget
from typing_extensions import override

from core.athletes.history import MAX_TEXT, HistoryFilter, HistoryPage, HistoryRequest, HistoryRow, search_words
from core.roster.workout_template import WorkoutTemplate
from gui.forms.formatting import Units
from gui.history.columns import HistoryFormat
from gui.history.model import PAGE_ROWS, HistoryModel
from gui.shortcuts import SHORTCUTS, Scope
from gui.theme.theme import Theme
from gui.widgets import Button, Dialog, ElidedLabel, Label
from gui.widgets.announcements import announce
from gui.widgets.cells import RowT
from gui.widgets.keys import is_held, pressed
from gui.widgets.painted_table import PaintedTable
from gui.widgets.table_model import RowsModel
from gui.widgets.timers import once_timer
from gui.workspaces.console.picker.columns import TemplateFormat, template_columns, workout_columns

WIDTH_PX, ROW_PX, NARROW_PX = 860, 28, 700
TEMPLATE_ROWS, WORKOUT_ROWS = 4, 9  # in view
TYPED_MS = 120  # after the last key press
NONE_KEPT = (
    f"No templates yet: {SHORTCUTS[Scope.FORM]['template'].key} in the form keeps what stands there under a name."
)


class PickerSearch(QLineEdit):
    """The keys of the picker, while one types."""

    key_pressed = Signal(str)  # name of the shortcut
    moved = Signal(int)  # rows

    @override
    def keyPressEvent(self, event: QKeyEvent) -> None:
        steps = {
            Qt.Key.Key_Down: 1,
            Qt.Key.Key_Up: -1,
            Qt.Key.Key_PageDown: WORKOUT_ROWS,
            Qt.Key.Key_PageUp: -WORKOUT_ROWS,
        }
        if (rows := steps.get(Qt.Key(event.key()))) is not None:
            self.moved.emit(rows)
        elif name := pressed(Scope.PICKER, event):
            if not is_held(event):
                self.key_pressed.emit(name)
        else:
            super().keyPressEvent(event)


class PickerDialog(Dialog):
    """Main thread. Templates first, then the stored workouts, newest first. Asks by `model.page_requested`."""

    workout_chosen = Signal(str)  # workout id
    template_chosen = Signal(object)  # WorkoutTemplate
    rename_requested = Signal(object)  # WorkoutTemplate
    delete_requested = Signal(object)  # WorkoutTemplate

    def __init__(
        self,
        theme: Theme,
        units: Units,
        *,
        now_ms: Callable[[], int],
        zone: tzinfo | None,
        parent: QWidget | None = None,
    ) -> None:
        super().__init__(theme, "Recent workouts and templates", width_px=WIDTH_PX, parent=parent)
        self._templates: tuple[WorkoutTemplate, ...] = ()
        self._stale = True  # the workouts are not those of what was typed last
        self._enter_waits = False  # for those
        self.search = PickerSearch()
        self.search.setPlaceholderText("Name of a template, athlete, sport, title, notes")
        self.search.setAccessibleName("Search templates and workouts")
        self.search.setMaxLength(MAX_TEXT)
        self.search.setFont(theme.font("body"))
        theme.fix_size(self.search, height_px=32)
        texts = HistoryFormat(now_ms, zone, units)
        self.model = HistoryModel(texts, workout_columns(texts), self)
        self.workouts: PaintedTable[HistoryRow] = self._table(theme, self.model, "Stored workouts")
        self.template_model: RowsModel[WorkoutTemplate] = RowsModel(
            template_columns(TemplateFormat(units)), lambda one: one.name, parent=self
        )
        self.templates: PaintedTable[WorkoutTemplate] = self._table(theme, self.template_model, "Templates")
        self.no_templates = Label(theme, NONE_KEPT, "small", "second")
        self.found = ElidedLabel(theme, "", "small", "second")
        self._typing = once_timer(self, TYPED_MS, self._ask)
        self._build(theme)
        self._connect()
        self._show_templates()
        self._ask()

    @property
    def current_template(self) -> WorkoutTemplate | None:
        return self.templates.current_row

    def show_templates(self, templates: Sequence[WorkoutTemplate], name: str = "") -> None:
        """`name`: the one to go to."""
        self._templates = tuple(templates)
        self._show_templates()
        if (number := self.template_model.number_of(name)) is not None:
            self._go_to(self.templates, number)

    def take(self, page: HistoryPage) -> None:
        if not self.model.take(page):
            return
        self._stale = self._typing.isActive() or (self.model.is_searching and not self.model.rows)
        self.workouts.updateGeometries()
        self._choose_first()
        self._show_buttons()
        self._show_found("")
        if self._enter_waits and not self._stale:
            self._enter_waits = False
            self._use()

    def show_problem(self, sentence: str) -> None:
        self.model.forget_asked()
        self._show_found(sentence)

    def _table(self, theme: Theme, model: RowsModel[RowT], name: str) -> PaintedTable[RowT]:
        table = PaintedTable(theme, model, name, row_px=ROW_PX, narrow_px=NARROW_PX, beside_bar=True)
        table.setFocusPolicy(Qt.FocusPolicy.NoFocus)  # the field keeps it: typing goes on
        table.doubleClicked.connect(self._use)
        table.selectionModel().currentRowChanged.connect(self._on_current_changed)
        return table

    def _build(self, theme: Theme) -> None:
        self.workouts.setFixedHeight(24 + WORKOUT_ROWS * ROW_PX)
        self.body.addWidget(self.search)
        self.body.addSpacing(12)
        self.body.addWidget(self.templates)
        self.body.addWidget(self.no_templates)
        self.body.addSpacing(8)
        self.body.addWidget(self.workouts)
        self.rename_button = Button(theme, "&Rename…", "pencil-outline")
        self.delete_button = Button(theme, "&Delete template", "trash-can-outline")
        self.use_button = Button(theme, "&Use again", "restore", role="default")
        cancel = Button(theme, "&Cancel")
        for button in (self.rename_button, self.delete_button, cancel, self.use_button):
            button.setAutoDefault(False)
        self.foot.addWidget(self.rename_button)
        self.foot.addWidget(self.delete_button)
        self.foot.addWidget(self.found, 1)
        self.foot.addWidget(cancel)
        self.foot.addWidget(self.use_button)
        cancel.clicked.connect(self.reject)

    def _connect(self) -> None:
        self.search.textChanged.connect(self._on_typed)
        self.search.key_pressed.connect(self._on_key)
        self.search.moved.connect(self._on_moved)
        self.use_button.clicked.connect(self._use)
        self.rename_button.clicked.connect(self._on_rename)
        self.delete_button.clicked.connect(self._on_delete)
        self.search.setFocus()

    def _show_templates(self) -> None:
        words = search_words(self.search.text())
        shown = [one for one in self._templates if one.has_words(words)]
        self.template_model.show(shown)
        self.templates.setVisible(bool(shown))
        self.templates.setFixedHeight(24 + ROW_PX * min(len(shown), TEMPLATE_ROWS))
        self.no_templates.setVisible(not self._templates)
        self._choose_first()
        self._show_buttons()

    def _choose_first(self) -> None:
        """Unless a row is chosen."""
        if self.templates.current_row is None and self.workouts.current_row is None:
            if self.template_model.rowCount():
                self._go_to(self.templates, 0)
            elif self.model.rowCount() and not self._stale:
                self._go_to(self.workouts, 0)

    def _go_to(self, table: PaintedTable[Any], number: int) -> None:
        other = self.workouts if table is self.templates else self.templates
        other.selectionModel().clear()
        table.setCurrentIndex(table.rows_model.index(number, 0))

    def _show_found(self, problem: str) -> None:
        count = len(self.model.rows)
        if problem or self.model.is_searching:
            self.found.setText(problem or "looking…")
        else:
            self.found.setText(f"{count:,} found" if self.model.is_whole else f"more than {count:,}")

    def _show_buttons(self) -> None:
        why_not = "" if self.current_template is not None else "Choose a template first"
        keys = SHORTCUTS[Scope.PICKER]
        self.rename_button.set_possible(keys["rename"].hint(), why_not)
        self.delete_button.set_possible(keys["delete"].hint(), why_not)
        chosen = self.current_template is not None or self.workouts.current_row is not None
        self.use_button.set_possible(keys["use"].hint(), "" if chosen else "There is nothing to choose")

    @Slot()
    def _ask(self) -> None:
        self._typing.stop()
        self.model.ask_for(HistoryRequest(HistoryFilter(text=self.search.text().strip()), limit=PAGE_ROWS))
        self._show_found("")

    @Slot(str)
    def _on_typed(self, _text: str) -> None:
        self._enter_waits, self._stale = False, True
        self.templates.selectionModel().clear()
        self.workouts.selectionModel().clear()
        self._show_templates()
        self._typing.start()

    @Slot(int)
    def _on_moved(self, rows: int) -> None:
        """From the last template to the first workout, and back."""
        table = self.templates if self.current_template is not None else self.workouts
        count = table.rows_model.rowCount()
        wanted = table.currentIndex().row() + rows
        if table is self.templates and wanted >= count and self.model.rowCount():
            self._go_to(self.workouts, 0)
        elif table is self.workouts and wanted < 0 and self.template_model.rowCount():
            self._go_to(self.templates, self.template_model.rowCount() - 1)
        elif count:
            self._go_to(table, max(0, min(wanted, count - 1)))

    @Slot(str)
    def _on_key(self, name: str) -> None:
        match name:
            case "use":
                self._use()
            case "rename":
                self._on_rename()
            case _:
                self._on_delete()

    @Slot()
    def _use(self) -> None:
        """A workout that is not read yet is waited for."""
        template, row = self.current_template, self.workouts.current_row
        if template is not None:
            self.accept()
            self.template_chosen.emit(template)
        elif self._stale:
            self._enter_waits = True
            if self._typing.isActive():
                self._ask()
        elif row is not None:
            self.accept()
            self.workout_chosen.emit(row.workout_id)

    @Slot()
    def _on_rename(self) -> None:
        if (template := self.current_template) is not None:
            self.rename_requested.emit(template)

    @Slot()
    def _on_delete(self) -> None:
        if (template := self.current_template) is not None:
            self.delete_requested.emit(template)

    @Slot(QModelIndex)
    def _on_current_changed(self, index: QModelIndex) -> None:
        self._show_buttons()
        if index.isValid():
            model = self.template_model if index.model() is self.template_model else self.model
            other = self.workouts if model is self.template_model else self.templates
            other.selectionModel().clear()
            said = (str(model.index(index.row(), place).data() or "") for place in range(model.columnCount()))
            announce(self, ", ".join(filter(None, said)), at_once=True)
