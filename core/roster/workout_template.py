"""A template of one workout by name: what the coach's form had in it, without the start."""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping, Sequence
from typing import Annotated

from pydantic import BaseModel, ConfigDict, Field, JsonValue, ValidationError, field_validator

from core.roster.template import MAX_NAME, MAX_TEMPLATES
from core.workouts.folding import has_words
from core.workouts.model import BODY_FIELDS

VERSION = 1
MAX_FIELDS_BYTES = 16_000
NOT_KEPT = frozenset({"id", "revision", "timestamp", "weightKg"})  # of one workout, of one day


class WorkoutTemplate(BaseModel):
    """`fields`: of a body, in its units; what no field of the form can show again is not among them."""

    model_config = ConfigDict(frozen=True, extra="forbid", allow_inf_nan=False)

    name: Annotated[str, Field(min_length=1, max_length=MAX_NAME)]
    fields: dict[str, JsonValue] = Field(default_factory=dict)

    @field_validator("fields")
    @classmethod
    def _bounded(cls, fields: dict[str, JsonValue]) -> dict[str, JsonValue]:
        if unknown := sorted(fields.keys() - BODY_FIELDS | (NOT_KEPT & fields.keys())):
            raise ValueError(f"has {unknown[0]}, which no template has")
        if len(json.dumps(fields)) > MAX_FIELDS_BYTES:
            raise ValueError(f"is longer than {MAX_FIELDS_BYTES:,} bytes")
        return fields

    @property
    def athlete(self) -> str:
        """Empty: it is for any athlete."""
        return str(self.fields.get("userId", ""))

    def has_words(self, words: Iterable[str]) -> bool:
        """Whether each folded word is found in its name or in one of its texts."""
        return has_words(words, self.name, *(text for text in self.fields.values() if isinstance(text, str)))


class _WorkoutFile(BaseModel):
    model_config = ConfigDict(extra="forbid")

    version: Annotated[int, Field(ge=VERSION, le=VERSION)] = VERSION
    templates: Annotated[tuple[WorkoutTemplate, ...], Field(max_length=MAX_TEMPLATES)] = ()


def workout_template(name: str, fields: Mapping[str, object]) -> WorkoutTemplate:
    """ValidationError for a name that is empty or too long."""
    kept = {key: value for key, value in fields.items() if key in BODY_FIELDS - NOT_KEPT}
    return WorkoutTemplate.model_validate({"name": " ".join(name.split()), "fields": kept})


def with_workout_template(
    templates: Iterable[WorkoutTemplate], template: WorkoutTemplate, *, instead_of: str = ""
) -> tuple[WorkoutTemplate, ...]:
    """By name; one of the same name is replaced, and so is the one that it is `instead_of`. The oldest go where there
    are too many."""
    gone = {template.name.casefold(), instead_of.casefold()}
    kept = [*(each for each in templates if each.name.casefold() not in gone), template][-MAX_TEMPLATES:]
    return tuple(sorted(kept, key=lambda each: each.name.casefold()))


def without_workout_template(templates: Iterable[WorkoutTemplate], name: str) -> tuple[WorkoutTemplate, ...]:
    return tuple(each for each in templates if each.name != name)


def dump_workout_templates(templates: Sequence[WorkoutTemplate]) -> str:
    return json.dumps(_WorkoutFile(templates=tuple(templates)).model_dump(mode="json"), indent=1, ensure_ascii=False)


def parse_workout_templates(text: str | bytes) -> tuple[WorkoutTemplate, ...] | None:
    """None where it is no file of such templates."""
    try:
        return _WorkoutFile.model_validate_json(text).templates
    except ValidationError:
        return None
