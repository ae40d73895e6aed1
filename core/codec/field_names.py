"""Finds body fields under another spelling: `Timestamp`, `user_id`, `startTime` where our own name is absent."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from functools import lru_cache
from uuid import UUID

from rapidfuzz.distance import OSA

from core.errors import FieldProblem, ProblemKind
from core.parsing.text import folded
from core.workouts.invisible import without_invisible
from core.workouts.model import BODY_FIELDS

MAX_NAME = 40
LEAST_FOR_TYPO = 8  # letters: in a shorter name, one changed letter makes another word

_DURATIONS_IN_OTHER_UNITS = (
    *("duration s", "duration sec", "duration seconds", "duration in seconds", "duration ms", "duration in ms"),
    *("elapsed time", "moving time", "elapsed time in seconds", "moving time in seconds"),
)
_DISTANCES_IN_OTHER_UNITS = (
    *("distance m", "distance meters", "distance metres", "distance in m", "distance in meters", "distance in metres"),
    *("distance mi", "distance miles", "distance in mi", "distance in miles"),
)
# Names with only one meaning in a workout. Not `user`, `name`, `weight`, `note`, `date_created`, which have others.
_SYNONYMS: Mapping[str, tuple[str, ...]] = {
    "type": (
        *("sport", "sport type", "activity", "activity type", "workout type", "exercise type"),
        *("sportart", "aktivität", "aktivitätstyp", "type d'activité", "deporte", "tipo de actividad"),
    ),
    "duration": (
        *("duration min", "duration mins", "duration minutes", "duration in minutes", "minutes"),
        *("dauer", "dauer min", "dauer minuten", "durée", "durée min", "duración", "duración min"),
        *_DURATIONS_IN_OTHER_UNITS,
    ),
    "userId": ("athlete", "athlete id", "athlete name", "athlet", "athletin", "sportler", "athlète", "atleta"),
    "distance": (
        *("distance km", "distance in km", "distance kilometers", "distance kilometres", "distance in kilometers"),
        *("dist", "distanz", "distanz km", "strecke", "distancia", "distancia km"),
        *_DISTANCES_IN_OTHER_UNITS,
    ),
    "timestamp": (
        *("date", "date time", "start", "start time", "start date", "started", "started at", "start at"),
        *("start date time", "start timestamp", "start time local", "start date local", "activity date"),
        *("start time in seconds", "datum", "startzeit", "startzeitpunkt", "zeitpunkt", "zeitstempel", "fecha"),
    ),
    "elevationGain": ("elevation gain m", "total elevation gain", "total ascent"),
    "avgHeartRate": ("average heart rate", "avg hr", "average hr", "avg heart rate bpm"),
    "maxHeartRate": ("maximum heart rate", "max hr", "max heart rate bpm"),
    "avgPower": ("average power", "avg watts", "average watts", "avg power w"),
    "cadence": ("avg cadence", "average cadence"),
    "weightKg": ("body weight", "body weight kg", "athlete weight"),
}


def _key(name: str) -> str:
    return "".join(char for char in folded(without_invisible(name)) if char not in "_- ")


_FIELD_BY_KEY: Mapping[str, str] = {_key(name): name for name in BODY_FIELDS} | {
    _key(synonym): field for field, synonyms in _SYNONYMS.items() for synonym in synonyms
}
_IN_OTHER_UNITS = frozenset(map(_key, (*_DURATIONS_IN_OTHER_UNITS, *_DISTANCES_IN_OTHER_UNITS)))
_KEYS_WITH_TYPOS = tuple((key, name) for name in sorted(BODY_FIELDS) if len(key := _key(name)) >= LEAST_FOR_TYPO)


def misnamed_fields(fields: Mapping[str, object], *, id_is_known: bool = False) -> tuple[FieldProblem, ...]:
    """One problem for each known field that is absent while another spelling of it is present."""
    return tuple(
        FieldProblem(field, f"field `{name}` looks like `{field}`", ProblemKind.MISNAMED)
        for field, name in other_names(fields, id_is_known=id_is_known).items()
    )


def other_names(fields: Mapping[str, object], *, id_is_known: bool = False) -> Mapping[str, str]:
    """Absent known field -> its other spelling in the body.

    Beside the right field, a near miss is an unknown field like any other. None counts as absent; lists, objects and
    booleans never match, since no such field holds one. An `Id` that is no UUID is another program's own number, and
    with `id_is_known` (an AMQP message_id, say) any `Id` is.
    """
    if BODY_FIELDS.issuperset(fields):
        return {}
    found: dict[str, str] = {}
    for name, value in fields.items():
        # Our own names and short ones are passed over for speed; the search would find the same.
        field = None if name in BODY_FIELDS or len(name) > MAX_NAME else field_like(name)
        if field is None or fields.get(field) is not None or (field == "id" and id_is_known):
            continue
        if _could_be(field, name, value):
            found.setdefault(field, name)
    return found


def is_in_our_unit(name: str) -> bool:
    """Whether the name implies our unit: unlike `durationSeconds` or `distance_mi`."""
    return _key(name) not in _IN_OTHER_UNITS


@lru_cache(maxsize=1_024)  # producers send the same few names again and again
def field_like(name: str) -> str | None:
    """The body field that `name` spells differently: case, `_`, `-`, spaces, a synonym, or one wrong letter."""
    key = _key(name)
    return _FIELD_BY_KEY.get(key) or next(_typos(key), None)


def _typos(key: str) -> Iterator[str]:
    if len(key) >= LEAST_FOR_TYPO - 1 and key.isalpha():
        for known, name in _KEYS_WITH_TYPOS:
            if OSA.distance(key, known, score_cutoff=1) == 1:
                yield name


def _could_be(field: str, name: str, value: object) -> bool:
    if field == "timestamp" and isinstance(value, str) and _key(name) != "timestamp":
        return any(character.isdigit() for character in value)  # `start` may be a place
    if field == "sets":
        return isinstance(value, list)
    if field == "id":
        return _is_uuid(value)
    return isinstance(value, str | int | float) and not isinstance(value, bool)


def _is_uuid(value: object) -> bool:
    try:
        return isinstance(value, str) and bool(UUID(value))
    except ValueError:
        return False
