"""Reusable controls, shared by all workspaces."""

from gui.widgets.buttons import Button, IconButton
from gui.widgets.dialog import Dialog
from gui.widgets.empty_state import EmptyArt, EmptyPage, EmptyState, Swatch
from gui.widgets.keys import ACTING_KEYS, ENTER_KEYS, READING_MS, ReadingTime, copy_of, is_enter, is_held, pressed
from gui.widgets.labelled_field import LabelledField
from gui.widgets.labels import ElidedLabel, Label, NoteLabel, NumberLabel, alt_is_held, restyle
from gui.widgets.panel import GAP_PX, PADDING_PX, FittedRow, Panel, Rule
from gui.widgets.pills import CountBadge, KeyCap, ScopePill, Tag, badge_width, paint_badge
from gui.widgets.scroll_area import ScrollArea
from gui.widgets.segments import SegmentedControl
from gui.widgets.state_glyphs import STATE_GLYPHS, Glyph, StateGlyph, paint_glyph, paint_state_disc, paint_state_glyph

__all__ = [
    "ACTING_KEYS",
    "ENTER_KEYS",
    "GAP_PX",
    "PADDING_PX",
    "READING_MS",
    "STATE_GLYPHS",
    "Button",
    "CountBadge",
    "Dialog",
    "ElidedLabel",
    "EmptyArt",
    "EmptyPage",
    "EmptyState",
    "FittedRow",
    "Glyph",
    "IconButton",
    "KeyCap",
    "Label",
    "LabelledField",
    "NoteLabel",
    "NumberLabel",
    "Panel",
    "ReadingTime",
    "Rule",
    "ScopePill",
    "ScrollArea",
    "SegmentedControl",
    "StateGlyph",
    "Swatch",
    "Tag",
    "alt_is_held",
    "badge_width",
    "copy_of",
    "is_enter",
    "is_held",
    "paint_badge",
    "paint_glyph",
    "paint_state_disc",
    "paint_state_glyph",
    "pressed",
    "restyle",
]
