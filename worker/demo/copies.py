"""The ids of workouts that were stored again, where duplicates are not recognized.

A results database has one row for an id. So that the same workout can be in it twice, each copy has an id of its own,
derived from that of the original: an account of ids finds out which workout was doubled.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator
from uuid import UUID, uuid5

_SPACE = UUID("6f0c8f6e-3d0b-5b8e-9a53-6f2d1c7be0d0")


def copy_id(workout_id: str, number: int) -> str:
    """The id of copy `number`, from 1; the original is no copy."""
    return str(uuid5(_SPACE, f"{workout_id} {number}"))


def copy_ids(workout_id: str) -> Iterator[str]:
    """Of the first copy, the second and so on, without end."""
    number = 0
    while True:
        number += 1
        yield copy_id(workout_id, number)


def count_copies(workout_id: str, stored: Collection[str]) -> int:
    """How often a workout is stored beside the original."""
    count = 0
    for copy in copy_ids(workout_id):
        if copy not in stored:
            break
        count += 1
    return count
