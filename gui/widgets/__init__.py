"""Controls shared by all workspaces."""

from gui.widgets.buttons import Button, IconButton, Segment
from gui.widgets.empty import EmptyArt, EmptyState, Swatch
from gui.widgets.field import LabelledField
from gui.widgets.glyphs import (
    STATE_GLYPHS,
    Glyph,
    State,
    StateGlyph,
    paint_glyph,
    paint_state_disc,
    paint_state_glyph,
)
from gui.widgets.labels import ElidedLabel, Label, NumberLabel, alt_is_held, restyle
from gui.widgets.panel import GAP_PX, PADDING_PX, Panel, Rule
from gui.widgets.pills import Badge, KeyCap, ScopePill, Tag, badge_width, paint_badge
from gui.widgets.scroll_area import ScrollArea

__all__ = [
    "GAP_PX",
    "PADDING_PX",
    "STATE_GLYPHS",
    "Badge",
    "Button",
    "ElidedLabel",
    "EmptyArt",
    "EmptyState",
    "Glyph",
    "IconButton",
    "KeyCap",
    "Label",
    "LabelledField",
    "NumberLabel",
    "Panel",
    "Rule",
    "ScopePill",
    "ScrollArea",
    "Segment",
    "State",
    "StateGlyph",
    "Swatch",
    "Tag",
    "alt_is_held",
    "badge_width",
    "paint_badge",
    "paint_glyph",
    "paint_state_disc",
    "paint_state_glyph",
    "restyle",
]
