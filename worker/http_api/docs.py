"""Documentation of the HTTP endpoint: an HTML page and an OpenAPI description. Limits come from the model."""

from __future__ import annotations

import json
from collections.abc import Mapping
from functools import cache
from html import escape
from importlib.resources import files
from string import Template
from typing import Any

from core.codec.json_reader import MAX_BODY_BYTES
from core.outbox.change_requests import NUMBERED
from core.workouts.limits import BOUNDS
from core.workouts.model import MAX_NAME_CHARACTERS, MAX_SETS, Workout

REQUIRED = ("type", "duration")
MEANINGS: Mapping[str, str] = {
    "type": "Sport. Known names and aliases (Running, run) map to the catalogue, others are kept as given.",
    "duration": "Minutes.",
    "userId": "The athlete; absent: anonymous, kept off leaderboards, earns only what looks at one workout alone.",
    "distance": "Kilometres; refused where the duration makes it faster than people are.",
    "timestamp": "Start, ISO 8601 with its zone, whose offset gives the workout's own day, hour and week (Z is +0); "
    "absent: the time of submission.",
    "id": "UUID of the workout; absent: one is made, and answered.",
    "revision": "1 when absent; a higher one replaces a lower one.",
    "elevationGain": "Ascent.",
    "avgHeartRate": "Average heart rate.",
    "maxHeartRate": "Highest heart rate.",
    "avgPower": "Average power.",
    "cadence": "Revolutions or steps.",
    "rpe": "Perceived effort.",
    "weightKg": "Body weight; without it calories are an estimate.",
    "title": "One line.",
    "notes": "Free text.",
    "sets": "Of a strength or interval session: objects with reps, weight (kg), seconds, meters.",
}
CHANGE_ANSWERS: Mapping[int, str] = {
    200: "It is so already; nothing was sent.",
    202: "Received, and safe on the disk; revision is that of the change.",
    400: "The body is no JSON object, or If-Match no revision.",
    404: "No workout with this id is stored or was sent from here, or it is deleted.",
    409: "Another change was accepted as this revision at the same moment.",
    412: "The newest revision is another than If-Match says; revision tells which.",
    422: "The workout would be invalid; errors names each field and its problem.",
    428: "If-Match is missing.",
    503: "It cannot be kept, or the results cannot be read: then POST the whole workout with id and next revision.",
}
_WITH_REVISION = (200, 202, 409, 412)
_WITH_ERRORS = (400, 409, 412, 422, 428)
ANSWERS: Mapping[int, str] = {
    202: "Received, and safe on the disk. id is the workout's.",
    400: "Invalid workout data; errors names each field and its problem.",
    401: "A token is wanted, and this was none or another.",
    403: "A page of another site, or a foreign name of this computer.",
    404: "There is nothing at this path.",
    405: "The method does not work here; Allow says which do.",
    408: "The body did not come in time.",
    413: f"The body is larger than {MAX_BODY_BYTES:,} bytes.",
    415: "The body is not said to be plain JSON in UTF-8.",
    503: "It cannot be kept just now; nothing was promised, so send it again.",
}
_TEXT_BOUNDS = {
    "type": f"1 to {MAX_NAME_CHARACTERS} characters",
    "userId": f"1 to {MAX_NAME_CHARACTERS} visible characters",
    "timestamp": "from the year 2000 to 5 minutes ahead; offset from -12:00 to +14:00",
    "title": "at most 255 characters",
    "notes": "at most 2,000 characters",
    "sets": f"at most {MAX_SETS}",
}
_OF_BODIES = ("408", "413", "415", "422")
_PROBLEM = {"type": "object", "properties": {"field": {"type": "string"}, "problem": {"type": "string"}}}
_ERRORS = {"type": "array", "items": _PROBLEM}
_TYPES = {"sets": "list", "revision": "integer"}


@cache
def docs_page() -> str:
    """A self-contained HTML page."""
    template = Template(_resource("docs.html"))
    return template.substitute(
        most=f"{MAX_BODY_BYTES:,}",
        fields="\n".join(
            _row(f"<code>{name}</code>", _type_of(name), MEANINGS[name], _bounds_of(name)) for name in MEANINGS
        ),
        answers=_answer_rows(ANSWERS),
        change_answers=_answer_rows(CHANGE_ANSWERS),
    )


@cache
def openapi() -> Mapping[str, Any]:
    schema = _workout_schema()
    set_schema = schema.pop("$defs")["WorkoutSet"]
    answers = {str(status): _answer(status, text) for status, text in ANSWERS.items() if status not in (404, 405)}
    description: dict[str, Any] = json.loads(_resource("openapi.json"))
    description["paths"]["/workout"]["post"]["responses"] = answers
    changed = {str(status): _change_answer(status, text) for status, text in CHANGE_ANSWERS.items()}
    shared = {status: answer for status, answer in answers.items() if status in ("401", "403", "408", "413", "415")}
    change = description["paths"]["/workouts/{id}"]
    change["patch"]["responses"] = changed | shared
    change["delete"]["responses"] = {
        status: answer for status, answer in change["patch"]["responses"].items() if status not in _OF_BODIES
    }
    patch_schema = {
        **schema,
        "description": "New values; null removes a field, absent ones stay. id and revision cannot be corrected.",
        "properties": {name: each for name, each in schema["properties"].items() if name not in NUMBERED},
        "required": [],
    }
    description["components"]["schemas"] = {"Workout": schema, "Correction": patch_schema, "WorkoutSet": set_schema}
    return description


def _resource(name: str) -> str:
    return files("resources").joinpath("http", name).read_text(encoding="utf-8")


def _workout_schema() -> dict[str, Any]:
    schema = Workout.model_json_schema(by_alias=True, ref_template="#/components/schemas/{model}")
    properties = {name: dict(each) for name, each in schema["properties"].items() if name != "extra"}
    for name, each in properties.items():
        each.pop("title", None)
        each["description"] = MEANINGS[name]
        # The model's patterns are Python regular expressions; JSON Schema's are ECMA-262.
        for part in (each, *each.get("anyOf", ())):
            part.pop("pattern", None)
    return {
        **schema,
        "description": "A workout; fields that are not named here are kept and passed on.",
        "properties": properties,
        "required": list(REQUIRED),
        "additionalProperties": True,
    }


def _answer(status: int, text: str) -> dict[str, Any]:
    properties: dict[str, Any] = {"message": {"type": "string"}}
    if status == 202:
        properties["id"] = {"type": "string", "format": "uuid"}
    if status == 400:
        properties["errors"] = _ERRORS
    schema = {"type": "object", "properties": properties, "required": list(properties)}
    return {"description": text, "content": {"application/json": {"schema": schema}}}


def _change_answer(status: int, text: str) -> dict[str, Any]:
    properties: dict[str, Any] = {"message": {"type": "string"}}
    if status in (200, 202):
        properties["id"] = {"type": "string", "format": "uuid"}
    if status in _WITH_REVISION:
        properties["revision"] = {"type": "integer"}
    if status in _WITH_ERRORS:
        properties["errors"] = _ERRORS
    schema = {"type": "object", "properties": properties, "required": list(properties)}
    return {"description": text, "content": {"application/json": {"schema": schema}}}


def _answer_rows(answers: Mapping[int, str]) -> str:
    return "\n".join(_row(str(status), text) for status, text in answers.items())


def _type_of(name: str) -> str:
    return _TYPES.get(name) or ("number" if name in BOUNDS else "text")


def _bounds_of(name: str) -> str:
    if name in BOUNDS:
        return BOUNDS[name].sentence().removeprefix("must be ")
    return _TEXT_BOUNDS.get(name, "")


def _row(first: str, *cells: str) -> str:
    return f"<tr><td>{first}</td>{''.join(f'<td>{escape(cell)}</td>' for cell in cells)}</tr>"
