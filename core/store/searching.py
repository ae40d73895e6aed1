"""How a text is searched for, whatever its letters: neither database folds more than A to Z by itself."""

from __future__ import annotations

from typing import Any

from sqlalchemy import Column, ColumnElement, or_, true

LAST = "\U0010ffff"  # sorts behind every other character


def contains(column: Column[Any], folded_value: str) -> ColumnElement[bool]:
    """Where the column has that value anywhere. Reads every row; `%`, `_` and the like stand for themselves."""
    found = column.icontains(folded_value, autoescape=True)
    beside = column.table.c.get(f"{column.name}_folded")
    return found if beside is None else or_(found, beside.contains(folded_value, autoescape=True))


def begins_with(column: Column[Any], folded_value: str) -> ColumnElement[bool]:
    """Of a column that is folded throughout: a range of its index."""
    return (column >= folded_value) & (column < folded_value + LAST) if folded_value else true()
