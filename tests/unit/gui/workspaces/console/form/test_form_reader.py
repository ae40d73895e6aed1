"""Texts are read with the units, the clock and the zone of their form."""

from __future__ import annotations

from datetime import UTC, timedelta, timezone

import pytest

from gui.forms.form_parser import kept_of
from gui.forms.formatting import Units
from gui.workspaces.console.form.form_reader import FormReader
from tests.support.form_rig import NOW, NOW_MS

TEXTS = {"userId": "Ana", "type": "Running", "duration": "45", "distance": "3.1", "timestamp": ""}


def test_that_units_clock_and_zone_are_those_of_the_moment() -> None:
    zone = timezone(timedelta(hours=-8))
    reader = FormReader(lambda: NOW_MS, zone)
    reader.units = Units("mi", "lb")
    workout = reader.read(TEXTS).workout
    assert workout is not None
    assert (workout.started_at, workout.started_at.utcoffset()) == (NOW, zone.utcoffset(None))
    assert workout.distance_km == pytest.approx(3.1 * 1.609344)
    fields = workout.model_dump(mode="json", by_alias=True, exclude_none=True)
    assert reader.texts_of(fields) == {**TEXTS, "duration": "45:00", "timestamp": "2026-03-01 10:24:00"}


def test_that_a_repair_keeps_its_id() -> None:
    reader = FormReader(lambda: NOW_MS, NOW.tzinfo or UTC)
    reader.kept = kept_of({"id": "3f2504e0-4f89-41d3-9a0c-0305e82c3301"})
    workout = reader.read(TEXTS).workout
    assert workout is not None
    assert (workout.workout_id, workout.revision) == ("3f2504e0-4f89-41d3-9a0c-0305e82c3301", 2)
