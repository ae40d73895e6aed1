"""Case-insensitive text search beyond A to Z, which neither database does by itself."""

from __future__ import annotations

from typing import Any

from sqlalchemy import Column, ColumnElement, or_, true

LAST = "\U0010ffff"  # sorts after every other character


def contains(column: Column[Any], folded_value: str) -> ColumnElement[bool]:
    """Where the column contains that value. Scans all rows; `%`, `_` and the like are taken literally."""
    found = column.icontains(folded_value, autoescape=True)
    beside = column.table.c.get(f"{column.name}_folded")
    return found if beside is None else or_(found, beside.contains(folded_value, autoescape=True))


def begins_with(column: Column[Any], folded_value: str) -> ColumnElement[bool]:
    """For a column that is stored folded: uses its index."""
    return (column >= folded_value) & (column < folded_value + LAST) if folded_value else true()
