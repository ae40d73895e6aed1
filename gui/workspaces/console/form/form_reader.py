"""What the form reads and writes texts with: units, clock, zone, and what a repair carries along. Qt-free."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import UTC, datetime, tzinfo

from core.errors import EntryError, FieldProblem, InvalidWorkoutError
from gui.forms.form_parser import FIELDS, NO_FIELDS, BodyFields, ParsedForm, Texts, parse_form, readers_of, texts_of
from gui.forms.formatting import Units
from gui.workspaces.console.form.correction import Correction


@dataclass(slots=True)
class FormReader:
    """Shared by the parts of a form. `kept` is set while a workout is repaired or corrected."""

    now_ms: Callable[[], int]
    zone: tzinfo
    units: Units = field(default_factory=Units)
    kept: BodyFields = field(default_factory=dict)
    correction: Correction | None = None

    @property
    def now(self) -> datetime:
        return datetime.fromtimestamp(self.now_ms() / 1000, UTC)

    def read(self, texts: Texts) -> ParsedForm:
        exact = NO_FIELDS if self.correction is None else self.correction.exact(texts)
        return parse_form(texts, units=self.units, now=self.now, zone=self.zone, kept=self.kept, exact=exact)

    def fields_of(self, texts: Texts) -> dict[str, object]:
        """The body fields of what is typed, valid or not. InvalidWorkoutError names the first that cannot be read."""
        readers = readers_of(texts, self.units, self.now, self.zone)
        found: dict[str, object] = {}
        for name in FIELDS:
            if text := texts.get(name, "").strip():
                try:
                    found[name] = readers[name](text) if name in readers else text
                except EntryError as error:
                    raise InvalidWorkoutError((FieldProblem(name, str(error)),)) from None
        return found

    def texts_of(self, fields: BodyFields) -> dict[str, str]:
        return texts_of(fields, units=self.units, zone=self.zone)
