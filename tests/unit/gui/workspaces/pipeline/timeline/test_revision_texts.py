"""How revisions are written: in the units of the user and of the sport, with who, when and what."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest

from core.workouts.revisions import RevisionKind, StoredRevision, revision_steps
from gui.forms.formatting import Units
from gui.workspaces.pipeline.timeline.revision_texts import (
    MOST_CHARACTERS,
    NO_CONTENT,
    NOT_KNOWN,
    NOTHING_ELSE,
    RevisionFormat,
    RevisionText,
)

NOW_MS = int(datetime(2025, 12, 12, 18, 30, tzinfo=UTC).timestamp() * 1000)
RUN = {"type": "Running", "duration": 45, "distance": 5.2, "userId": "Ana", "timestamp": "2025-12-10T10:00:00Z"}


def revision(
    number: int,
    fields: dict[str, object] | None,
    kind: RevisionKind = "correction",
    *,
    outbox: str = "here",
    app_id: str | None = "paceline",
    ago_ms: int = 0,
) -> StoredRevision:
    return StoredRevision(number, kind, NOW_MS - ago_ms, None, outbox, app_id, fields)


def texts(*found: StoredRevision, units: Units | None = None) -> tuple[RevisionText, ...]:
    return RevisionFormat(NOW_MS, UTC, units or Units(), "here").texts(revision_steps(found))


def changed(before: dict[str, object], after: dict[str, object], units: Units | None = None) -> list[str]:
    newest, _ = texts(revision(1, before, "new"), revision(2, after), units=units)
    return [change.spoken for change in newest.changes]


@pytest.mark.parametrize(
    ("before", "after", "spoken"),
    [
        ({}, {"distance": 5.3}, "Distance 5.2 km to 5.3 km"),
        ({}, {"distance": 5.25}, "Distance 5.20 km to 5.25 km"),  # it would be the same, cut to one decimal
        ({}, {"distance": 5.201}, "Distance 5.2 to 5.201"),  # it is the same, cut to two
        ({}, {"duration": 90.5}, "Duration 45:00 to 1:30:30"),
        ({}, {"title": "Hills"}, "Title – to Hills"),
        ({"elevationGain": 120}, {}, "Ascent 120 m to –"),
        ({"avgHeartRate": 140}, {"avgHeartRate": 150}, "Heart rate 140 bpm to 150 bpm"),
        ({"weightKg": 60}, {"weightKg": 61.5}, "Body weight 60 kg to 61.5 kg"),
        ({}, {"timestamp": "2025-12-12T07:30:00Z"}, "Start 10 Dec 10:00 to 07:30"),
        # Within one minute.
        ({}, {"timestamp": "2025-12-10T10:00:20Z"}, "Start 2025-12-10T10:00:00Z to 2025-12-10T10:00:20Z"),
        (
            {"sets": [{"reps": 10, "weight": 40}]},
            {"sets": [{"reps": 8, "weight": 42.5}, {"seconds": 30}, {"bar": "Z"}]},
            "Sets 10@40 to 8@42.5, 30s, -",
        ),
        (
            {"sets": [{"reps": 10, "weight": 40}] * 3},
            {"sets": [{"reps": 8, "weight": 45}] * 3},
            "Sets 3x10@40 to 3x8@45",
        ),
        ({"sets": [{"reps": 5}]}, {"sets": [{"reps": 5, "note": "x"}]}, 'Sets [{"reps":5}] to [{"reps":5,"note":"x"}]'),
        ({"sets": "odd"}, {"sets": []}, 'Sets "odd" to –'),
        ({"shoe": {"name": "B"}}, {"shoe": 1}, 'shoe {"name":"B"} to 1'),
    ],
)
def test_that_a_change_names_its_field_with_the_value_before_and_after(
    before: dict[str, object], after: dict[str, object], spoken: str
) -> None:
    assert changed({**RUN, **before}, {**RUN, **after}) == [spoken]


def test_that_values_are_in_the_units_of_the_user_and_of_the_sport() -> None:
    swim = {**RUN, "type": "Swimming", "distance": 1.5}
    assert changed(RUN, {**RUN, "distance": 8.04672}, Units("mi", "lb")) == ["Distance 3.2 mi to 5.0 mi"]
    assert changed(swim, {**swim, "distance": 1.4}) == ["Distance 1,500 m to 1,400 m"]
    assert changed(RUN, swim) == ["Sport Running to Swimming", "Distance 5.2 km to 1,500 m"]
    assert changed({**RUN, "weightKg": 60}, {**RUN, "weightKg": 61}, Units("km", "lb"))[0].endswith(" lb")


def test_that_each_revision_says_who_when_and_what_the_newest_first() -> None:
    day_ms = 86_400_000
    found = texts(
        revision(1, RUN, "new", ago_ms=400 * day_ms),
        revision(2, {**RUN, "notes": "x" * 500}, outbox="0f1e2d3c4b", ago_ms=3 * day_ms),
        revision(3, None, "deletion", outbox="", app_id="watch"),
        revision(4, {**RUN, "notes": "x" * 500}, outbox="", app_id=None),
        revision(5, {**RUN, "notes": "x" * 500}, outbox="", app_id="paceline"),
    )
    assert [(one.number, one.done, one.when, one.who) for one in found] == [
        ("r5", "Corrected", "18:30:00", "by Paceline"),
        ("r4", "Brought back", "18:30:00", "its message names no program"),
        ("r3", "Deleted", "18:30:00", "by watch"),
        ("r2", "Corrected", "9 Dec 18:30", "from another outbox, 0f1e2d3c"),
        ("r1", "Sent", "7 Nov 2024", "from here"),
    ]
    assert [one.line for one in found] == [NOTHING_ELSE, NOTHING_ELSE, "", "", "Running 45:00, 5.2 km"]
    assert found[2].spoken == "Revision 3: Deleted 18:30:00, by watch"
    (notes,) = found[3].changes
    assert (notes.before, len(notes.after), len(notes.shown.after)) == ("–", 500, MOST_CHARACTERS)
    assert found[3].copied == f"r2 Corrected 9 Dec 18:30, from another outbox, 0f1e2d3c\nNotes: – → {'x' * 500}"
    assert found[4].copied == "r1 Sent 7 Nov 2024, from here\nRunning 45:00, 5.2 km"


def test_that_what_is_not_known_is_said() -> None:
    newest, middle, first = texts(revision(1, None, "new"), revision(2, {**RUN, "distance": None}), revision(3, None))
    assert (newest.line, middle.line, first.line) == (NO_CONTENT, NOT_KNOWN, NO_CONTENT)
    _, alone = texts(revision(2, {"type": "Yoga", "duration": 30}), revision(3, None, "deletion"))
    assert alone.line == "Yoga 30:00"
