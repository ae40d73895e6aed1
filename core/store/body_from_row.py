"""Rebuilds the body of a stored workout from its row, since the original bytes are not stored."""

from __future__ import annotations

from typing import Any
from uuid import UUID

import orjson
from sqlalchemy import Row

from core.store.database.schema import local_moment
from core.workouts.model import ANONYMOUS, ATTRIBUTE_BY_BODY_FIELD


def body_of(row: Row[Any]) -> bytes:
    """Compact JSON in the order of the contract, unknown fields last. `row`: all columns of `workouts`."""
    stored = row._mapping
    values = {
        **stored,
        "id": UUID(stored["id"]),
        "athlete": None if stored["athlete"] == ANONYMOUS else stored["athlete"],
        "started_at": local_moment(stored["started_at"], stored["utc_offset_min"]),
        "sets": None if stored["sets"] is None else orjson.loads(stored["sets"]),
    }
    fields = {name: values[attribute] for name, attribute in ATTRIBUTE_BY_BODY_FIELD.items()}
    fields = {name: value for name, value in fields.items() if value is not None}
    if stored["extra"] is not None:
        fields.update(orjson.loads(stored["extra"]))
    return orjson.dumps(fields, option=orjson.OPT_UTC_Z)
