"""The fields of a workout: texts, marks, units."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from datetime import UTC, datetime, tzinfo
from itertools import pairwise

from PySide6.QtCore import QSignalBlocker, QStringListModel, Qt, Signal, Slot
from PySide6.QtWidgets import QWidget

from core.errors import EntryError
from core.parsing.fields import parse_distance_km, parse_weight_kg
from core.parsing.sets import parse_sets
from core.parsing.sets_text import sets_text
from core.parsing.start import start_note
from core.workouts.folding import folded
from core.workouts.sports import UNKNOWN_SPORT_ICON, Sport, default_catalogue
from gui.forms.completers import NameCompleter, SportCompleter
from gui.forms.echo import (
    AMOUNTS,
    amount_echo,
    distance_echo,
    duration_echo,
    duration_unit,
    sets_echo,
    settled_duration,
    start_echo,
)
from gui.forms.field_edits import FieldEdit, NotesEdit
from gui.forms.form_fields import FormField
from gui.forms.form_parser import FIELDS, shown_fields
from gui.forms.formatting import DistanceUnit, Units, distance_number, weight_text
from gui.forms.optional_fields import MORE_NAMES, MoreFields
from gui.forms.start_edit import StartEdit
from gui.theme.theme import Theme

NUMBERS = ("duration", "distance")
SETS_PX = 50  # two lines
SETS_EXAMPLES = "3x10@40, 8@45, or\nSquat 3x10@40; Bench 5x5@60 lb"
DISTANCE_EXAMPLES = {"km": "5.2", "mi": "3.1", "m": "1500", "yd": "1650"}


class EntryFields(QWidget):
    """Main thread. Holds texts and marks; what they mean is the form's business, where they stand a subclass's."""

    edited = Signal(str)
    left_alone = Signal(str)

    def __init__(self, theme: Theme, *, now_ms: Callable[[], int], zone: tzinfo) -> None:
        """`zone`: of a start that names none."""
        super().__init__()
        self._now_ms, self._zone = now_ms, zone
        self.setProperty("role", "scrolled")
        self._catalogue = default_catalogue()
        self._names = QStringListModel(self)
        self._units = Units()
        self.start = StartEdit(theme, now=self._now, zone=zone)
        self._edits: dict[str, FieldEdit] = {
            "userId": FieldEdit(theme),
            "type": FieldEdit(theme),
            "duration": FieldEdit(theme),
            "distance": FieldEdit(theme),
            "timestamp": self.start,
        }
        labels = ("&Athlete", "S&port", "&Duration", "D&istance", "&Start")
        self.fields: dict[str, FormField] = {
            name: FormField(theme, name, label, edit, self)
            for (name, edit), label in zip(self._edits.items(), labels, strict=True)
        }
        self.sets = NotesEdit(theme, height_px=SETS_PX)
        self.fields["sets"] = FormField(theme, "sets", "Sets and &reps", self.sets, self)
        self.more = MoreFields(theme)
        self.fields.update(self.more.fields)
        self._prepare_edits(theme)
        for field in self.fields.values():
            field.edited.connect(self._on_edited)
            field.left_alone.connect(self.left_alone)
        self.follow_sport()
        self._align_numbers()

    @property
    def sport(self) -> Sport | None:
        return self._catalogue.find(self.fields["type"].text)

    def set_names(self, names: Sequence[str]) -> None:
        """The athletes to suggest."""
        self._names.setStringList(names)

    def texts(self) -> dict[str, str]:
        return {name: self.fields[name].text for name in FIELDS}

    def load(self, texts: Mapping[str, str]) -> None:
        """Replace what stands in the fields; fields not named become empty. No signals."""
        for edit in self._edits.values():
            edit.close_popup()
        with QSignalBlocker(self):
            for name in FIELDS:
                self.fields[name].set_text(texts.get(name, ""))
        self.clear_marks()
        self.follow_sport(convert=False)
        self._align_numbers()

    def clear_marks(self) -> None:
        for field in self.fields.values():
            field.show_problem("")
            field.show_doubt(False)

    def wrong(self) -> list[str]:
        """The fields marked as wrong, in the order of the form."""
        return [name for name in FIELDS if self.fields[name].message]

    def update_labels(self) -> None:
        self.more.button.update()
        for field in self.fields.values():
            field.label.update()

    def focus(self, name: str) -> None:
        """Put the caret into a field; a ScrollArea around this widget scrolls there."""
        if self.more.has(name):
            self.more.expand()
        edit = self.fields[name].edit
        edit.setFocus(Qt.FocusReason.OtherFocusReason)
        edit.selectAll()

    def follow_sport(self, *, convert: bool = True) -> None:
        """Fit icon, unit and further fields to the sport; a distance already typed is expressed in the new unit,
        unless it came along with the sport."""
        sport = self.sport
        self._edits["type"].set_icon(UNKNOWN_SPORT_ICON if sport is None else sport.icon)
        self._take_unit(self._units.distance_for(sport), convert=convert)
        offered = shown_fields(sport)
        distance = self.fields["distance"]
        distance.setVisible("distance" in offered or bool(distance.text) or bool(distance.message))
        sets = self.fields["sets"]
        sets.setVisible("sets" in offered or bool(sets.text) or bool(sets.message))
        self.more.offer(offered, () if sport is None else sport.own_fields)

    def set_units(self, units: Units) -> None:
        before, self._units = self._units, units
        self.more.edits["weightKg"].set_unit(units.weight)
        if units.weight != before.weight:
            self._convert_weight(before)
            self._convert_sets(before)
        self.follow_sport()

    def _convert_weight(self, before: Units) -> None:
        """60 kg must not become 60 lb."""
        field = self.fields["weightKg"]
        try:
            field.set_text(weight_text(parse_weight_kg(field.text, before.weight), self._units.weight))
        except EntryError:
            return  # it stays as typed, and is shown as wrong when it is parsed

    def _convert_sets(self, before: Units) -> None:
        field = self.fields["sets"]
        try:
            field.set_text(sets_text(parse_sets(field.text, before.weight), self._units.weight) if field.text else "")
        except EntryError:
            return  # as above

    def settle(self, name: str) -> None:
        """Write a value that was understood the way this program writes it (`45` becomes `45:00`)."""
        text = self.fields[name].text.strip()
        if name == "type":
            text = self._settled_sport(text)
        elif name == "duration" and text:
            text = settled_duration(text)
        self.fields[name].set_text(text)

    def _settled_sport(self, text: str) -> str:
        """The catalogue's name; the beginning of just one sport is that sport; any other text stays as it is."""
        if self._catalogue.find(text) is not None or len(text) < 2:
            return self._catalogue.canonical(text)
        begun = folded(text)
        fitting = [
            sport.name
            for sport in self._catalogue.all
            if any(folded(word).startswith(begun) for word in (sport.name, *sport.aliases))
        ]
        return fitting[0] if len(fitting) == 1 else text

    def _align_numbers(self) -> None:
        """Figures stand at the right; examples, while there are none, at the left."""
        for name in NUMBERS:
            side = Qt.AlignmentFlag.AlignRight if self.fields[name].text else Qt.AlignmentFlag.AlignLeft
            self._edits[name].setAlignment(side)
        self._echo()
        self.fields["distance"].set_label("D&istance" if self.fields["distance"].text else "D&istance, optional")

    def _echo(self) -> None:
        """Beside a number, at each key: what was read of it."""
        duration = self.fields["duration"].text
        self.fields["duration"].hint.setText(duration_echo(duration))
        self._edits["duration"].set_unit(duration_unit(duration))
        unit = self._units.distance_for(self.sport)
        self.fields["distance"].hint.setText(distance_echo(self.fields["distance"].text, unit))
        self.fields["sets"].hint.setText(sets_echo(self.fields["sets"].text))
        for name in AMOUNTS:
            self.fields[name].hint.setText(amount_echo(name, self.fields[name].text))

    def echo_start(self) -> None:
        """Beside the start what was read of it, and below it which of two it is where the clocks show it twice."""
        start, now = self.fields["timestamp"], self._now()
        start.hint.setText(start_echo(start.text, now=now, zone=self._zone))
        start.show_note(start_note(start.text, now=now, zone=self._zone))

    def _now(self) -> datetime:
        return datetime.fromtimestamp(self._now_ms() / 1000, UTC)

    def _take_unit(self, unit: DistanceUnit, *, convert: bool) -> None:
        edit, old = self._edits["distance"], self._edits["distance"].unit
        if unit == old:
            return
        edit.set_unit(unit)
        self._echo()
        edit.setPlaceholderText(DISTANCE_EXAMPLES[unit])
        if edit.text() and old and convert:
            try:
                edit.setText(distance_number(parse_distance_km(edit.text(), old), unit))
            except EntryError:
                return  # it stays as typed, and is shown as wrong when it is parsed

    def _prepare_edits(self, theme: Theme) -> None:
        self._edits["userId"].setPlaceholderText("Name, as it should be shown")
        self._edits["type"].setPlaceholderText("Any sport")
        self._edits["duration"].setPlaceholderText("45 or 1:05:30")
        self.sets.setPlaceholderText(SETS_EXAMPLES)
        self._edits["type"].set_menu()
        self._edits["userId"].set_suggestions(NameCompleter(self._names, self._edits["userId"]))
        self._edits["type"].set_suggestions(SportCompleter(theme, self._edits["type"]))
        self._edits["type"].menu_requested.connect(self._on_sports_requested)

    def _order_tabs(self) -> None:
        """Once all of them stand in this widget."""
        main: list[QWidget] = [*self._edits.values()]
        main.insert(main.index(self._edits["timestamp"]), self.sets)
        lent = [name for name in MORE_NAMES if not self.more.has(name)]
        main += [self.fields[name].edit for name in lent]
        chain = [*main, self.more.button, *(self.fields[name].edit for name in MORE_NAMES if name not in lent)]
        for before, after in pairwise(chain):
            QWidget.setTabOrder(before, after)

    @Slot(str)
    def _on_edited(self, name: str) -> None:
        if not self.signalsBlocked():
            if name == "type":
                self.follow_sport()
            elif name in MORE_NAMES:
                self.more.refresh()
                self._echo()
            elif name == "sets":
                self._echo()
            elif name in NUMBERS:
                self._align_numbers()
            self.edited.emit(name)

    @Slot()
    def _on_sports_requested(self) -> None:
        suggestions = self._edits["type"].suggestions
        if suggestions is not None and suggestions.isVisible():
            suggestions.close_list()
        elif suggestions is not None:
            suggestions.suggest_all()
