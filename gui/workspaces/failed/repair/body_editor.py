"""Converts a failed body to texts of the form's fields, and the edited fields back to a body.

Only changed and invalid fields are written again; the rest of the body stays as received. Qt-free.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime, tzinfo

import orjson

from core.broker.topology import TYPE_DELETED
from core.codec.json_reader import parse_object
from core.codec.workout_codec import decode
from core.errors import EntryError, FieldProblem, InvalidWorkoutError, UndecodableBodyError
from core.failures.causes import CONFLICT
from core.failures.models import FailedMessage
from gui.forms.form_parser import FIELDS, Texts, in_form, readers_of
from gui.forms.formatting import Units


@dataclass(frozen=True, slots=True)
class EditCheck:
    """A worker's check of a body. `sentence`: set if the body cannot be decoded."""

    problems: tuple[FieldProblem, ...] = ()
    sentence: str = ""

    @property
    def sound(self) -> bool:
        return not self.problems and not self.sentence

    def problem_of(self, name: str) -> FieldProblem | None:
        return next((problem for problem in self.problems if problem.field == name), None)

    @property
    def other_problems(self) -> tuple[FieldProblem, ...]:
        """Problems of fields that the form does not have."""
        return tuple(problem for problem in self.problems if problem.field not in FIELDS)


@dataclass(frozen=True, slots=True)
class OpenedBody:
    """A message opened in the pane. `fields` None: only its raw body can be edited."""

    one: FailedMessage
    fields: Mapping[str, object] | None
    raw: str
    verdict: EditCheck

    @property
    def next_revision(self) -> int | None:
        """The revision that would replace a workout stored with other content; None if that is not why it failed."""
        if self.one.row.cause.code != CONFLICT or self.fields is None:
            return None
        revision = self.fields.get("revision", 1)
        return revision + 1 if isinstance(revision, int) and not isinstance(revision, bool) else 2


def open_body(one: FailedMessage, *, now_ms: int) -> OpenedBody:
    raw = one.message.body.decode("utf-8", "replace")
    return OpenedBody(one, form_fields(one, one.message.body), raw, check_edit(one, one.message.body, now_ms=now_ms))


def form_fields(one: FailedMessage, body: bytes) -> Mapping[str, object] | None:
    """The fields of a body; None if it is no JSON object, or a deletion, which has no fields of the form."""
    if one.message.type == TYPE_DELETED:
        return None
    try:
        return parse_object(body)[0]
    except UndecodableBodyError:
        return None


def check_edit(one: FailedMessage, body: bytes, *, now_ms: int) -> EditCheck:
    """Check a body as FailedMessageService does before sending: same rules, same message."""
    from worker.failed.failed_service import (
        with_body,  # imported here: it loads the database modules, which are not needed at startup
    )

    try:
        decode(with_body(one, body), now_ms=now_ms)
    except InvalidWorkoutError as error:
        return refused(error)
    except UndecodableBodyError as error:
        return EditCheck(sentence=str(error))
    return EditCheck()


def refused(error: InvalidWorkoutError) -> EditCheck:
    """As the form says it."""
    return EditCheck(tuple(map(in_form, error.problems)))


@dataclass(frozen=True, slots=True)
class Edit:
    """The user's edit of the form. `before`: the texts when it was opened."""

    before: Texts
    after: Texts
    wrong: Collection[str]  # invalid fields, which are read even if the user did not change them
    revision: int | None = None  # a new revision to send

    @property
    def changed(self) -> bool:
        return self.revision is not None or any(_text(self.after, name) != _text(self.before, name) for name in FIELDS)


def body_of(
    fields: Mapping[str, object], edit: Edit, *, units: Units, now_ms: int, zone: tzinfo
) -> tuple[bytes, tuple[FieldProblem, ...]]:
    """The edited body, and the problems of texts that could not be parsed."""
    now = datetime.fromtimestamp(now_ms / 1000, UTC)
    readers = readers_of(edit.after, units, now, zone, sets=fields.get("sets"))
    made = dict(fields)
    problems = []
    if edit.revision is not None:
        made["revision"] = edit.revision
    for name in FIELDS:
        text = _text(edit.after, name)
        if text == _text(edit.before, name) and name not in edit.wrong:
            continue
        if not text:
            made.pop(name, None)
            continue
        try:
            made[name] = readers[name](text) if name in readers else text
        except EntryError as error:
            problems.append(FieldProblem(name, str(error)))
    return orjson.dumps(made), tuple(problems)


def pretty(body: bytes) -> str:
    """A JSON object indented over several lines; anything else unchanged."""
    try:
        fields, _ = parse_object(body)
    except UndecodableBodyError:
        return body.decode("utf-8", "replace")
    return orjson.dumps(fields, option=orjson.OPT_INDENT_2).decode()


def _text(texts: Texts, name: str) -> str:
    return texts.get(name, "").strip()
