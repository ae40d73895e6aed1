"""The workout: its fields, their units and hard limits. Warnings are in `core/workouts/plausibility.py`."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import UTC, datetime, timedelta, timezone
from typing import Annotated, Any
from uuid import UUID, uuid4

from pydantic import (
    AfterValidator,
    BaseModel,
    BeforeValidator,
    ConfigDict,
    Field,
    JsonValue,
    PlainValidator,
    StringConstraints,
    ValidationError,
    ValidationInfo,
    field_validator,
    model_validator,
)

from core.errors import BoundError, FieldProblem, InvalidWorkoutError, ProblemKind
from core.workouts import limits as bounds
from core.workouts.distance_limits import check_distance
from core.workouts.json_values import json_problem
from core.workouts.names import canonical_name, canonical_title
from core.workouts.sports import default_catalogue
from core.workouts.validation_errors import field_problems, problem_kind, quoted

ANONYMOUS = "anonymous"
EARLIEST_START = datetime(2000, 1, 1, tzinfo=UTC)
LATEST_START_AHEAD = timedelta(minutes=5)
# The zones that are in use since 2000 (IANA time zone database), all of whole minutes.
WESTERNMOST_OFFSET = timedelta(hours=-12)
EASTERNMOST_OFFSET = timedelta(hours=14)
_MINUTE = timedelta(minutes=1)
MAX_NAME_CHARACTERS = 64
MAX_SETS = 500

# Shown and exported on one line: no control characters.
_ONE_LINE = r"^[^\p{Cc}\p{Zl}\p{Zp}]*$"
# Notes may have line breaks and tabs; NUL and the like are refused, since PostgreSQL cannot store NUL.
_LINES = r"^[^\p{Cc}]*(?:[\t\r\n][^\p{Cc}]*)*$"


def _athlete_name(value: object) -> object:
    if not isinstance(value, str):
        return value
    name = canonical_name(value)
    return ANONYMOUS if name.casefold() == ANONYMOUS else name


def _sport_name(value: object) -> object:
    return default_catalogue().canonical(canonical_name(value)) if isinstance(value, str) else value


def _title(value: object) -> object:
    return canonical_title(value) if isinstance(value, str) else value


def _unsigned_zero(value: float) -> float:
    """-0.0 as 0.0: the one negative number that passes a bound of zero."""
    return value + 0.0


def _start_since_2000(moment: datetime) -> datetime:
    """The same moment with a fixed offset, which gives the workout's local time; UTC where that is +0."""
    offset = moment.utcoffset()
    if offset is None:
        raise ValueError("must say its time zone, like 2025-12-10T10:00:00Z")
    if moment < EARLIEST_START:
        raise BoundError("must not be before the year 2000", ProblemKind.PAST)
    if not offset:
        return moment if moment.tzinfo is UTC else moment.replace(tzinfo=UTC, fold=0)
    if offset % _MINUTE or not WESTERNMOST_OFFSET <= offset <= EASTERNMOST_OFFSET:
        raise BoundError("must have an offset of whole minutes from -12:00 to +14:00", ProblemKind.RANGE)
    try:
        moment.astimezone(UTC)
    except OverflowError:
        raise BoundError("must not be after the year 9999", ProblemKind.FUTURE) from None
    return moment.replace(tzinfo=timezone(offset), fold=0)


def _plain_extra(value: object) -> Mapping[str, JsonValue]:
    if not isinstance(value, Mapping):
        raise ValueError("must be a mapping of unknown fields")
    extra = dict(value)
    taken = sorted(extra.keys() & BODY_FIELDS)
    if taken:
        raise ValueError(f"{quoted(taken[0])} is a field of its own")
    problem = json_problem(extra)
    if problem is not None:
        raise ValueError(problem)
    return extra


_Name = StringConstraints(min_length=1, max_length=MAX_NAME_CHARACTERS, pattern=_ONE_LINE)
_Title = Annotated[str, StringConstraints(max_length=255, pattern=_ONE_LINE), BeforeValidator(_title)]
_Notes = Annotated[str, StringConstraints(max_length=2000, pattern=_LINES)]
_HeartRate = Annotated[float, bounds.HEART_RATE_BPM.constraint()]
_ZERO = AfterValidator(_unsigned_zero)


class WorkoutSet(BaseModel):
    """One set of a strength or interval session; any part may be absent, unknown fields are kept."""

    model_config = ConfigDict(strict=True, frozen=True, extra="allow", validate_by_name=True, allow_inf_nan=False)
    __pydantic_extra__: dict[str, Any]

    reps: Annotated[int, bounds.SET_REPS.constraint()] | None = None
    weight_kg: Annotated[float, bounds.SET_WEIGHT_KG.constraint(), _ZERO] | None = Field(default=None, alias="weight")
    duration_s: Annotated[float, bounds.SET_DURATION_S.constraint(), _ZERO] | None = Field(
        default=None, alias="seconds"
    )
    distance_m: Annotated[float, bounds.SET_DISTANCE_M.constraint(), _ZERO] | None = Field(default=None, alias="meters")

    @model_validator(mode="after")
    def _plain_unknown_fields(self) -> WorkoutSet:
        problem = json_problem(self.__pydantic_extra__, depth=3)  # inside the list of sets, inside the body
        if problem is not None:
            raise ValueError(problem)
        return self


class Workout(BaseModel):
    """A valid workout. Immutable; from any thread.

    Made by field names here (`duration_min=45`), by body names in `check_workout`. Pydantic's ValidationError
    (a ValueError) where the constructor is given something out of bounds.
    """

    model_config = ConfigDict(strict=True, frozen=True, extra="forbid", validate_by_name=True, allow_inf_nan=False)

    id: Annotated[UUID, Field(strict=False)] = Field(default_factory=uuid4)
    revision: Annotated[int, bounds.REVISION.constraint()] = 1
    athlete: Annotated[str, _Name, BeforeValidator(_athlete_name)] = Field(default=ANONYMOUS, alias="userId")
    sport: Annotated[str, _Name, BeforeValidator(_sport_name)] = Field(alias="type")
    started_at: Annotated[datetime, AfterValidator(_start_since_2000)] = Field(alias="timestamp")
    duration_min: Annotated[float, bounds.DURATION_MIN.constraint()] = Field(alias="duration")
    distance_km: Annotated[float, bounds.DISTANCE_KM.constraint(), _ZERO] | None = Field(default=None, alias="distance")
    elevation_gain_m: Annotated[float, bounds.ELEVATION_GAIN_M.constraint(), _ZERO] | None = Field(
        default=None, alias="elevationGain"
    )
    avg_heart_rate_bpm: _HeartRate | None = Field(default=None, alias="avgHeartRate")
    max_heart_rate_bpm: _HeartRate | None = Field(default=None, alias="maxHeartRate")
    avg_power_w: Annotated[float, bounds.POWER_W.constraint(), _ZERO] | None = Field(default=None, alias="avgPower")
    cadence_rpm: Annotated[float, bounds.CADENCE_RPM.constraint(), _ZERO] | None = Field(default=None, alias="cadence")
    rpe: Annotated[float, bounds.RPE.constraint(), _ZERO] | None = None
    weight_kg: Annotated[float, bounds.BODY_WEIGHT_KG.constraint()] | None = Field(default=None, alias="weightKg")
    title: _Title | None = None
    notes: _Notes | None = None
    sets: Annotated[tuple[WorkoutSet, ...], Field(strict=False, max_length=MAX_SETS)] = ()
    extra: Annotated[Mapping[str, JsonValue], PlainValidator(_plain_extra)] = Field(default_factory=dict)

    @field_validator("distance_km")
    @classmethod
    def _within_the_sport(cls, distance_km: float | None, info: ValidationInfo) -> float | None:
        if distance_km and "sport" in info.data:
            check_distance(distance_km, info.data["sport"], info.data.get("duration_min"))
        return distance_km

    @field_validator("max_heart_rate_bpm")
    @classmethod
    def _not_below_average(cls, max_bpm: float | None, info: ValidationInfo) -> float | None:
        average = info.data.get("avg_heart_rate_bpm")
        if max_bpm is not None and average is not None and max_bpm < average:
            raise BoundError(f"must not be below the average of {average:g} bpm", ProblemKind.RANGE)
        return max_bpm

    def __hash__(self) -> int:
        return hash((self.id, self.revision))

    @property
    def anonymous(self) -> bool:
        """Not shown in rankings."""
        return self.athlete == ANONYMOUS

    @property
    def workout_id(self) -> str:
        """Canonical lower-case UUID text."""
        return str(self.id)

    @property
    def utc_offset_min(self) -> int:
        """Minutes to add to UTC for the local time of the workout, which determines its day, hour and week."""
        started_at = self.started_at
        return 0 if started_at.tzinfo is UTC else (started_at.utcoffset() or timedelta()) // _MINUTE

    @property
    def duration_ms(self) -> int:
        """Whole milliseconds: sums of these do not depend on their order."""
        return round(self.duration_min * 60_000)

    @property
    def distance_mm(self) -> int:
        """Whole millimetres, 0 without a distance."""
        return 0 if self.distance_km is None else round(self.distance_km * 1_000_000)


# Body name -> attribute, in the order of the model.
ATTRIBUTE_BY_BODY_FIELD: Mapping[str, str] = {
    info.alias or name: name for name, info in Workout.model_fields.items() if name != "extra"
}
SET_ATTRIBUTE_BY_BODY_FIELD: Mapping[str, str] = {
    info.alias or name: name for name, info in WorkoutSet.model_fields.items()
}
BODY_FIELDS = frozenset(ATTRIBUTE_BY_BODY_FIELD)


def check_workout(fields: Mapping[str, object], *, now: datetime, default_start: datetime | None = None) -> Workout:
    """A workout from body fields (`type`, `avgHeartRate`); InvalidWorkoutError names every bad one.

    `now` and `default_start` are aware. "Ahead" is measured from `now`; a missing start becomes `default_start`,
    or `now`. None counts as absent. Fields we do not know go to `extra`. Without an `id` a new one is made.
    """
    known = dict(fields)
    if None in known.values():
        known = {name: value for name, value in known.items() if value is not None or name not in BODY_FIELDS}
    if not BODY_FIELDS.issuperset(known):
        known["extra"] = {name: known.pop(name) for name in fields if name not in BODY_FIELDS}
    problems: tuple[FieldProblem, ...] = ()
    given_start = known.get("timestamp")
    try:
        known["timestamp"] = (default_start or now) if given_start is None else start_of(given_start, now)
    except ValueError as error:
        problems = (FieldProblem("timestamp", str(error), problem_kind(error)),)
        known["timestamp"] = now
    try:
        workout = Workout.model_validate(known, by_alias=True, by_name=False)
    except ValidationError as error:
        raise InvalidWorkoutError(problems + field_problems(error)) from None
    if problems:
        raise InvalidWorkoutError(problems)
    return workout


def start_of(value: object, now: datetime) -> datetime:
    """A start within bounds, with its own offset, from ISO 8601 text (or an aware datetime).

    ValueError says what is wrong.
    """
    if isinstance(value, str):
        try:
            moment = datetime.fromisoformat(value.strip().upper())
        except ValueError:
            raise ValueError(f"must be a date and time like 2025-12-10T10:00:00Z, not {quoted(value)}") from None
    elif isinstance(value, datetime):
        moment = value
    else:
        raise ValueError(f"must be text like 2025-12-10T10:00:00Z, not {quoted(value)}")
    moment = _start_since_2000(moment)
    if moment > now + LATEST_START_AHEAD:
        raise BoundError("must not be more than 5 minutes ahead of now", ProblemKind.FUTURE)
    return moment
