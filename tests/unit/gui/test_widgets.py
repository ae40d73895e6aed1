"""The shared controls: what they say, how they are reached, what they draw."""

from __future__ import annotations

import pytest
from PySide6.QtCore import Qt
from PySide6.QtGui import QAccessible, QFontMetricsF
from PySide6.QtWidgets import QLineEdit, QWidget
from pytestqt.qtbot import QtBot

from gui.theme.states import State
from gui.theme.theme import Theme
from gui.widgets import (
    STATE_GLYPHS,
    Button,
    CountBadge,
    ElidedLabel,
    EmptyState,
    IconButton,
    KeyCap,
    LabelledField,
    NoteLabel,
    NumberLabel,
    ScopePill,
    SegmentedControl,
    StateGlyph,
    Tag,
    badge_width,
)

WINDOWS = (("1", "1"), ("5", "5"), ("15", "15"), ("60", "60 min"))


def inked_pixels(widget: QWidget) -> int:
    image = widget.grab().toImage()
    ground = image.pixel(0, 0)
    return sum(image.pixel(x, y) != ground for x in range(image.width()) for y in range(image.height()))


def test_that_choosing_a_segment_tells_its_key_once(theme: Theme, qtbot: QtBot) -> None:
    segment = SegmentedControl(theme, "Window", WINDOWS)
    qtbot.addWidget(segment)
    chosen: list[str] = []
    segment.selected.connect(chosen.append)
    qtbot.mouseClick(segment.button("15"), Qt.MouseButton.LeftButton)
    qtbot.mouseClick(segment.button("15"), Qt.MouseButton.LeftButton)
    assert (segment.value, chosen) == ("15", ["15"])
    assert not segment.button("1").isChecked()


def test_that_arrow_keys_move_between_segments(theme: Theme, qtbot: QtBot) -> None:
    segment = SegmentedControl(theme, "Window", WINDOWS)
    qtbot.addWidget(segment)
    segment.show()
    segment.button("1").setFocus()
    qtbot.waitUntil(segment.button("1").hasFocus)
    qtbot.keyClick(segment.button("1"), Qt.Key.Key_Right)
    assert segment.value == "5"
    assert segment.button("5").hasFocus()
    qtbot.keyClick(segment.button("5"), Qt.Key.Key_Left)
    assert segment.value == "1"
    stops = [key for key, _ in WINDOWS if segment.button(key).focusPolicy() & Qt.FocusPolicy.TabFocus]
    assert stops == ["1"], "Tab stops at the chosen one"
    interface = QAccessible.queryAccessibleInterface(segment.button("1"))
    assert interface is not None
    assert interface.role() is QAccessible.Role.RadioButton


def test_that_choosing_a_segment_moves_nothing(theme: Theme, qtbot: QtBot) -> None:
    segment = SegmentedControl(theme, "Window", WINDOWS)
    qtbot.addWidget(segment)
    before = segment.sizeHint()
    segment.select("60")
    assert segment.sizeHint() == before


def test_that_an_unknown_segment_is_an_error(theme: Theme, qtbot: QtBot) -> None:
    segment = SegmentedControl(theme, "Window", WINDOWS)
    qtbot.addWidget(segment)
    with pytest.raises(KeyError):
        segment.select("7")


def test_that_a_segment_says_its_new_count(theme: Theme, qtbot: QtBot) -> None:
    segment = SegmentedControl(theme, "Receipts", (("all", "All 0"), ("failed", "Failed 0")))
    qtbot.addWidget(segment)
    narrow = segment.button("failed").width()
    segment.set_words("failed", "Failed 12,345")
    assert segment.button("failed").accessibleName() == "Receipts: Failed 12,345"
    assert segment.button("failed").width() > narrow


def test_that_a_click_on_a_button_leaves_the_focus_in_the_form(theme: Theme, qtbot: QtBot) -> None:
    host = QWidget()
    qtbot.addWidget(host)
    field, button = QLineEdit(host), Button(theme, "Pause", parent=host)
    field.setAccessibleName("Athlete")
    host.show()
    field.setFocus()
    qtbot.mouseClick(button, Qt.MouseButton.LeftButton)
    assert host.focusWidget() is field


def test_that_a_compact_button_keeps_its_name(theme: Theme, qtbot: QtBot) -> None:
    button = Button(theme, "&Drain", "format-vertical-align-bottom")
    qtbot.addWidget(button)
    wide = button.sizeHint().width()
    button.set_compact(True)
    assert button.sizeHint().width() == 32 < wide
    assert (button.accessibleName(), button.toolTip()) == ("Drain", "Drain")
    button.set_compact(False)
    assert (button.sizeHint().width(), button.toolTip()) == (wide, "")


def test_that_a_button_takes_the_room_of_key_and_menu_mark(theme: Theme, qtbot: QtBot) -> None:
    plain, key, menu = Button(theme, "Go"), Button(theme, "Go", key="Enter"), Button(theme, "Go", menu_mark=True)
    for button in (plain, key, menu):
        qtbot.addWidget(button)
    assert plain.sizeHint().width() < menu.sizeHint().width() < key.sizeHint().width()


def test_that_an_ampersand_can_be_written_on_a_button(theme: Theme, qtbot: QtBot) -> None:
    button = Button(theme, "A")
    qtbot.addWidget(button)
    advance = QFontMetricsF(button.font()).horizontalAdvance
    one_mark_px = advance("A & B") - advance("A")
    assert button.width_with("A && B") - button.width_with("A") == pytest.approx(one_mark_px, abs=1)  # whole pixels
    assert advance("A && B") - advance("A & B") > 2


def test_that_a_long_text_is_shortened_and_told_in_full(theme: Theme, qtbot: QtBot) -> None:
    label = ElidedLabel(theme, "Could not reach RabbitMQ at broker.gym.lan:5672.")
    qtbot.addWidget(label)
    label.resize(120, 20)
    label.show()
    assert label.shown_text().endswith("…")
    assert label.toolTip() == label.text()
    label.resize(600, 20)
    assert label.shown_text() == label.text()
    assert label.toolTip() == ""
    assert label.minimumSizeHint().width() < 60


def test_that_a_number_is_read_with_its_name_and_unit(theme: Theme, qtbot: QtBot) -> None:
    number = NumberLabel(theme, "Empty in", "headline")
    qtbot.addWidget(number)
    assert number.accessibleName() == "Empty in: –"
    number.set_value("48", "s")
    assert (number.accessibleName(), number.text) == ("Empty in: 48 s", "48 s")
    assert number.sizeHint().width() > 20


def test_that_figures_have_equal_widths(theme: Theme, qtbot: QtBot) -> None:
    number = NumberLabel(theme, "Depth")
    qtbot.addWidget(number)
    widths = set()
    for digit in "0123456789":
        number.set_value(digit * 4)
        widths.add(number.sizeHint().width())
    assert len(widths) == 1


@pytest.mark.parametrize("state", list(STATE_GLYPHS))
def test_that_each_state_has_a_shape(theme: Theme, qtbot: QtBot, state: State) -> None:
    glyph = StateGlyph(theme, state, state, 24)
    qtbot.addWidget(glyph)
    assert inked_pixels(glyph) > 20
    assert glyph.accessibleName() == state


def test_that_no_two_states_share_a_shape() -> None:
    shapes = [shape for shape, _ in STATE_GLYPHS.values()]
    assert len(set(shapes)) == len(shapes)


def test_that_pills_say_what_they_mean_and_fit_their_words(theme: Theme, qtbot: QtBot) -> None:
    scope, badge = ScopePill(theme, "layers-outline", "whole queue"), CountBadge(theme, "5K Runner")
    key, tag = KeyCap(theme, "Ctrl+K"), Tag(theme, "DEMO", "Environment: DEMO")
    for pill in (scope, badge, key, tag):
        qtbot.addWidget(pill)
        assert inked_pixels(pill) > 50
    assert scope.accessibleName() == "Scope: whole queue"
    assert badge.accessibleName() == "Achievement: 5K Runner"
    assert key.accessibleName() == "Key Ctrl+K"
    assert [pill.sizeHint().height() for pill in (scope, badge, tag, key)] == [20, 20, 20, 18]
    assert badge.sizeHint().width() >= badge_width(theme, "5K Runner")
    narrow = scope.sizeHint().width()
    scope.set_text("sent from this computer")
    assert scope.sizeHint().width() > narrow
    assert scope.accessibleName() == "Scope: sent from this computer"


def test_that_a_note_is_whole_at_any_width(theme: Theme, qtbot: QtBot) -> None:
    note = NoteLabel(theme, "information-outline", "The original stays in the history.")
    qtbot.addWidget(note)
    line = note.heightForWidth(1_000)
    assert 0 < line < 2 * note.fontMetrics().height()
    assert note.heightForWidth(100) >= 2 * note.fontMetrics().height()
    note.resize(200, line)
    assert inked_pixels(note) > 100


def test_that_an_icon_button_is_named(theme: Theme, qtbot: QtBot) -> None:
    button = IconButton(theme, "pause-circle-outline", "Freeze the chart")
    qtbot.addWidget(button)
    assert (button.accessibleName(), button.toolTip()) == ("Freeze the chart", "Freeze the chart")
    button.set_icon("play-circle-outline", "Go on")
    assert button.accessibleName() == "Go on"
    assert not button.icon().isNull()


def test_that_an_empty_state_draws_and_says_what_will_come(theme: Theme, qtbot: QtBot) -> None:
    empty = EmptyState(theme, "latency", "No times yet", "How long each workout waits.", [("waiting", "long waits")])
    qtbot.addWidget(empty)
    empty.resize(480, 120)
    assert empty.accessibleName() == "No times yet"
    assert inked_pixels(empty) > 500


def test_that_a_field_says_what_is_wrong_below_it(theme: Theme, qtbot: QtBot) -> None:
    field = LabelledField(theme, "&Port", QLineEdit())
    qtbot.addWidget(field)
    field.resize(120, 80)
    field.show()
    field.show_error("A port is a number from 1 to 65535.")
    assert field.control.property("state") == "error"
    assert field.control.accessibleName() == "Port"
    assert field.control.accessibleDescription() == field.error != ""
    one_line = field.sizeHint().height()
    field.show_error("")
    assert field.control.property("state") == ""
    assert field.sizeHint().height() < one_line


def test_that_controls_follow_the_theme(theme: Theme, qtbot: QtBot) -> None:
    badge = CountBadge(theme, "5K Runner")
    qtbot.addWidget(badge)
    dark = badge.grab().toImage()
    theme.set_mode("light")
    assert badge.grab().toImage() != dark
