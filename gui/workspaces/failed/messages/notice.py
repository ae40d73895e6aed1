"""What the strip over the list can say. Qt-free."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

READ_IN, DONE, PROBLEM, CONVERT = "read in", "done", "problem", "convert"


@dataclass(frozen=True, slots=True)
class Notice:
    """`key` comes back with the button; without `button` there is none. `short`: where the text has no room."""

    key: str
    kind: Literal["offer", "suggestion", "done", "problem"]
    text: str
    button: str = ""
    short: str = ""
    can_be_closed: bool = True
