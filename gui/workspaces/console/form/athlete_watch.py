"""What is stored of the athlete in the form: asked for, shown beside the name, and the last weight offered."""

from __future__ import annotations

from datetime import datetime

from PySide6.QtCore import QObject, Signal

from core.workouts.on_record import AthleteDay, AthleteRecord
from gui.workspaces.console.form.body import FormBody
from gui.workspaces.console.form.form_reader import FormReader
from gui.workspaces.console.form.on_record import count_text, date_text, wanted_of


class AthleteWatch(QObject):
    """Main thread. A weight is offered once for an athlete, so that it can be removed."""

    record_requested = Signal(object)  # AthleteDay; answer with `take`
    changed = Signal()  # something else is known

    def __init__(self, body: FormBody, reader: FormReader, parent: QObject) -> None:
        super().__init__(parent)
        self._body, self._reader = body, reader
        self._wanted: AthleteDay | None = None  # the question of last
        self.record: AthleteRecord | None = None  # and its answer
        self._is_weight_offered = False

    @property
    def is_known(self) -> bool:
        """Whether all is known that can be: of this athlete and day."""
        return self._wanted is None or (self.record is not None and self.record.wanted == self._wanted)

    def look(self, *, again: bool = False) -> None:
        """Ask what is stored of the athlete and day that stand there, where that was not asked yet."""
        wanted = wanted_of(self._body.texts(), now=self._reader.now, zone=self._reader.zone)
        before, self._wanted = self._wanted, wanted
        if wanted == before and not again:
            return
        if (before and before.athlete) != (wanted and wanted.athlete):
            self.record = None
            self._body.fields["userId"].hint.setText("")
            self._body.withdraw_weight()
            self._is_weight_offered = False
        if wanted is not None:
            self.record_requested.emit(wanted)

    def look_anew(self) -> None:
        """The form was filled in: whatever was offered before can be offered again."""
        self._is_weight_offered = False
        self.look()
        self.offer_last_weight()

    def take(self, record: AthleteRecord) -> None:
        """The answer; one about another athlete than the one that stands there is dropped."""
        if self._wanted is None or record.wanted.athlete != self._wanted.athlete:
            return
        before, self.record = self.record, record
        if record != before:
            self._body.fields["userId"].hint.setText(count_text(record))
            self.changed.emit()

    def offer_last_weight(self) -> None:
        if self.record is not None and self.record.weight is not None:
            self.offer_weight(self.record.weight.kg, self.record.weight.at)

    def offer_weight(self, kg: float, at: datetime) -> None:
        """Not to a repair, nor where one was typed or offered before."""
        if not (self._is_weight_offered or self._reader.kept or self._body.fields["weightKg"].text):
            self._is_weight_offered = True
            self._body.offer_weight(kg, date_text(at, self._reader.now))
            self.changed.emit()
