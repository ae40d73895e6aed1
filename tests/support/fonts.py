"""Layouts are drawn for Inter; where a wider font stands in for it, a window needs as much more room."""

from __future__ import annotations

from gui.theme.theme import Theme

_SAMPLE = "Worker running, 38 waiting"
_INTER_PX = 164  # of the sample, in the narrower of the two faces


def room_for(theme: Theme, px: int) -> int:
    """The width in which this font says as much as Inter does in `px`; never less than `px`."""
    widest = max(theme.metrics(role).horizontalAdvance(_SAMPLE) for role in ("body", "medium", "title"))
    return round(px * max(1.0, widest / _INTER_PX))
