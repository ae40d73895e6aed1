"""A template: the session of a squad by name, with the athletes, the columns and what is the same for all."""

from __future__ import annotations

import json
import re
from collections.abc import Iterable, Sequence
from itertools import count
from typing import Annotated

from pydantic import BaseModel, ConfigDict, Field, ValidationError, field_validator

from core.roster.fields import FIELDS, MAX_CHARACTERS, MAX_ROWS, in_order
from core.roster.grid import RosterRow, Texts, TrainingSession
from core.workouts.names import canonical_name, spells

MAX_TEMPLATES = 200
MAX_NAME = 60  # characters
VERSION = 1

_CLOCK_AT_END = re.compile(r"(?:.*[ T])?(\d{1,2}:\d\d)(?::00)?", re.ASCII)

_Text = Annotated[str, Field(min_length=1, max_length=MAX_CHARACTERS)]


class Template(BaseModel):
    """`same`: texts of every row, by field; a start is a time of the day. `fields`: the columns."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    name: Annotated[str, Field(min_length=1, max_length=MAX_NAME)]
    athletes: Annotated[tuple[_Text, ...], Field(max_length=MAX_ROWS)] = ()
    same: dict[str, _Text] = Field(default_factory=dict)
    fields: tuple[str, ...] = ()

    @field_validator("same")
    @classmethod
    def _only_fields(cls, same: dict[str, str]) -> dict[str, str]:
        if unknown := sorted(same.keys() - set(FIELDS) | ({"userId"} & same.keys())):
            raise ValueError(f"has {unknown[0]}, which no column of the grid is for all")
        return same

    @field_validator("fields")
    @classmethod
    def _ordered(cls, fields: tuple[str, ...]) -> tuple[str, ...]:
        return in_order(fields)

    @property
    def sport(self) -> str:
        return self.same.get("type", "")

    @property
    def rows(self) -> tuple[Texts, ...]:
        """The sport is that of the session."""
        same = {name: text for name, text in self.same.items() if name != "type"}
        return tuple({"userId": athlete, **same} for athlete in self.athletes)


class _File(BaseModel):
    model_config = ConfigDict(extra="forbid")

    version: Annotated[int, Field(ge=VERSION, le=VERSION)] = VERSION
    templates: Annotated[tuple[Template, ...], Field(max_length=MAX_TEMPLATES)] = ()


def template_of(name: str, rows: Iterable[RosterRow], session: TrainingSession, fields: Sequence[str]) -> Template:
    """Of the rows with an athlete: each athlete once, and what stands in every row. ValidationError for a name that is
    empty or too long."""
    named = [row.texts for row in rows if row.texts.get("userId")]
    same: dict[str, str] = {}
    for field in FIELDS:
        texts = {row.get(field, session.sport if field == "type" else "") for row in named}
        if field != "userId" and len(texts) == 1 and (text := texts.pop()):
            same[field] = text
    if not named and session.sport:
        same["type"] = session.sport
    if "timestamp" in same:
        clock = _CLOCK_AT_END.fullmatch(same.pop("timestamp"))
        same |= {"timestamp": clock[1]} if clock is not None else {}
    athletes = tuple(dict.fromkeys(row["userId"] for row in named))
    return Template(name=" ".join(name.split()), athletes=athletes, same=same, fields=tuple(fields))


def with_template(templates: Iterable[Template], template: Template) -> tuple[Template, ...]:
    """By name; one of the same name is replaced, and the oldest go where there are too many."""
    others = [each for each in templates if each.name.casefold() != template.name.casefold()]
    kept = [*others, template][-MAX_TEMPLATES:]
    return tuple(sorted(kept, key=lambda each: each.name.casefold()))


def names_athlete(template: Template, athlete: str) -> bool:
    """Also in its own name, or in a text that is the same for all."""
    texts = (template.name, *template.same.values())
    return any(canonical_name(each) == athlete for each in template.athletes) or any(
        spells(text, athlete) for text in texts
    )


def without_athlete(templates: Sequence[Template], athlete: str) -> tuple[Template, ...]:
    """None has the name any more; a template that was called by it is called `Template 1`."""
    names = {each.name.casefold() for each in templates}
    free = (f"Template {number}" for number in count(1) if f"template {number}" not in names)
    return tuple(
        each.model_copy(
            update={
                "name": next(free) if spells(each.name, athlete) else each.name,
                "athletes": tuple(one for one in each.athletes if canonical_name(one) != athlete),
                "same": {field: text for field, text in each.same.items() if not spells(text, athlete)},
            }
        )
        for each in templates
    )


def dump_templates(templates: Sequence[Template]) -> str:
    return json.dumps(_File(templates=tuple(templates)).model_dump(mode="json"), indent=1, ensure_ascii=False)


def parse_templates(text: str | bytes) -> tuple[Template, ...] | None:
    """None where it is no file of templates."""
    try:
        return _File.model_validate_json(text).templates
    except ValidationError:
        return None
