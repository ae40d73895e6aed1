"""Colours that can be read, fonts, icons, and following the system."""

from __future__ import annotations

from dataclasses import asdict
from importlib.resources import files

import pytest
from hypothesis import given
from hypothesis import strategies as st
from PySide6.QtCore import Qt
from PySide6.QtGui import QColor, QFont
from PySide6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot

from gui.theme.icons import app_icon
from gui.theme.palette import DARK, LIGHT, Palette, Role, channels, mix
from gui.theme.style_sheet import style_sheet
from gui.theme.theme import Theme
from gui.widgets import Label, NumberLabel, SegmentedControl
from gui.widgets.state_glyphs import STATE_GLYPHS

PALETTES = pytest.mark.parametrize("palette", [DARK, LIGHT], ids=["dark", "light"])
GROUNDS: tuple[Role, ...] = ("window", "surface", "raised")
INKS: tuple[Role, ...] = ("text", "second", "waiting", "running", "stored", "failed", "achievement", "accent")
colours = st.tuples(*[st.integers(0, 255)] * 3).map(lambda rgb: "#{:02X}{:02X}{:02X}".format(*rgb))


def contrast(one: str, other: str) -> float:
    """The contrast ratio of WCAG 2.2, 1 to 21."""
    low, high = sorted((_luminance(one), _luminance(other)))
    return (high + 0.05) / (low + 0.05)


def _luminance(colour: str) -> float:
    red, green, blue = (_linear(value / 255) for value in channels(colour))
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue


def _linear(value: float) -> float:
    return value / 12.92 if value <= 0.04045 else float(((value + 0.055) / 1.055) ** 2.4)


@PALETTES
@pytest.mark.parametrize("ground", GROUNDS)
def test_that_every_ink_can_be_read_on_every_ground(palette: Palette, ground: Role) -> None:
    ratios = {ink: contrast(palette.ink(ink), palette.of(ground)) for ink in INKS}
    assert {ink: round(ratio, 2) for ink, ratio in ratios.items() if ratio < 4.5} == {}


@PALETTES
def test_that_every_ink_can_be_read_on_a_row_in_every_state(palette: Palette) -> None:
    for ground in (palette.surface, palette.selected, palette.hovered):
        ratios = {ink: round(contrast(palette.ink(ink), ground), 2) for ink in INKS}
        assert {ink: ratio for ink, ratio in ratios.items() if ratio < 4.5} == {}


@PALETTES
@pytest.mark.parametrize("hue", ["accent", "failed", "achievement", "waiting"])
def test_that_text_on_tints_can_be_read(palette: Palette, hue: Role) -> None:
    assert contrast(palette.text, palette.tint(hue, 16)) >= 4.5


@PALETTES
def test_that_the_glyph_of_every_state_is_seen_wherever_it_stands(palette: Palette) -> None:
    rows = (palette.surface, palette.window, palette.raised, palette.selected, palette.hovered)
    for state, (_, role) in STATE_GLYPHS.items():
        grounds = (*rows, palette.tint(role, 16))  # of a pill, and of a disc
        found = [round(contrast(palette.of(role), ground), 2) for ground in grounds]
        assert min(found) >= 3, (state, role, found)


@PALETTES
def test_that_the_focus_is_seen_on_every_ground(palette: Palette) -> None:
    assert min(contrast(palette.accent, palette.of(ground)) for ground in GROUNDS) >= 3


@PALETTES
def test_that_the_primary_button_can_be_read(palette: Palette) -> None:
    assert contrast(palette.on_accent, palette.accent) >= 4.5
    assert contrast(palette.on_accent, palette.failed) >= 4.5  # the count on the rail


def test_that_contrast_has_its_known_ends() -> None:
    assert contrast("#000000", "#FFFFFF") == pytest.approx(21)
    assert contrast("#777777", "#777777") == 1


@given(one=colours, other=colours, percent=st.floats(0, 100))
def test_that_a_mix_lies_between_its_colours(one: str, other: str, percent: float) -> None:
    for mixed, *ends in zip(channels(mix(one, other, percent)), channels(one), channels(other), strict=True):
        assert min(ends) <= mixed <= max(ends)


def test_that_a_tint_is_what_a_painter_with_alpha_gives() -> None:
    assert DARK.tint("accent", 16) == "#1F3046"
    assert (DARK.tint("accent", 0), DARK.tint("accent", 100)) == (DARK.surface, DARK.accent)


@PALETTES
def test_that_the_style_sheet_has_no_gap_and_its_pictures_exist(palette: Palette) -> None:
    sheet = style_sheet(palette, dark=palette is DARK)
    assert "$" not in sheet
    assert palette.accent in sheet
    pictures = [line.split('url("')[1].split('"')[0] for line in sheet.splitlines() if "url(" in line]
    folder = files("resources").joinpath("icons")
    assert pictures
    assert all(folder.joinpath(picture.rsplit("/", 1)[1]).is_file() for picture in pictures)


@PALETTES
def test_that_every_role_is_a_colour(palette: Palette) -> None:
    assert all(QColor(value).isValid() and len(value) == 7 for value in asdict(palette).values())


def test_that_changing_the_mode_dresses_the_application_and_tells(
    theme: Theme, qapp: QApplication, qtbot: QtBot
) -> None:
    theme.apply(qapp)
    assert DARK.window in qapp.styleSheet()
    with qtbot.waitSignal(theme.changed):
        theme.set_mode("light")
    assert not theme.dark
    assert theme.palette is LIGHT
    assert LIGHT.window in qapp.styleSheet()
    assert DARK.window not in qapp.styleSheet()


def test_that_the_same_mode_again_tells_nothing(theme: Theme, qtbot: QtBot) -> None:
    with qtbot.assertNotEmitted(theme.changed):
        theme.set_mode("dark")


def test_that_the_system_is_followed_only_when_asked(theme: Theme, monkeypatch: pytest.MonkeyPatch) -> None:
    class Hints:
        def colorScheme(self) -> Qt.ColorScheme:
            return Qt.ColorScheme.Light

    monkeypatch.setattr("gui.theme.theme.QGuiApplication.styleHints", lambda: Hints())
    theme._on_system_scheme_changed(Qt.ColorScheme.Light)
    assert theme.dark
    theme.set_mode("system")
    assert not theme.dark


def test_that_fonts_have_their_sizes_weights_and_equal_figures(theme: Theme) -> None:
    sizes = {role: theme.font(role).pixelSize() for role in ("small", "body", "title", "headline")}
    assert sizes == {"small": 11, "body": 13, "title": 13, "headline": 20}
    assert theme.font("medium").weight() == QFont.Weight.Medium
    assert theme.font("title").featureValue(QFont.Tag("tnum")) == 1


def test_that_icons_are_drawn_in_their_role_and_kept(theme: Theme) -> None:
    icon = theme.icon("mdi6.run", "failed", 16)
    assert theme.icon("mdi6.run", "failed", 16) is icon
    image = icon.pixmap(16, 16).toImage()
    inked = {
        image.pixelColor(x, y).name().upper()
        for x in range(image.width())
        for y in range(image.height())
        if image.pixelColor(x, y).alpha() == 255
    }
    assert inked == {DARK.failed}


def test_that_an_unknown_icon_is_an_error(theme: Theme) -> None:
    assert not theme.icon("run").isNull()
    with pytest.raises(KeyError):
        theme.icon("no-such-thing")


def test_that_the_program_has_an_icon(qapp: QApplication) -> None:
    assert not app_icon().pixmap(64, 64).isNull()


def test_that_every_text_follows_the_chosen_size(theme: Theme, qtbot: QtBot, qapp: QApplication) -> None:
    theme.apply(qapp)
    label, number = Label(theme, "Duration", "small"), NumberLabel(theme, "Energy", "headline")
    segment = SegmentedControl(theme, "Edit", [("form", "Form"), ("raw", "Raw body")])
    for widget in (label, number, segment):
        qtbot.addWidget(widget)
        widget.show()
    number.set_value("1,234.5", "kcal")
    before = number.sizeHint(), segment.sizeHint()
    theme.set_text_factor(1.5)
    assert (label.font().pixelSize(), theme.font("body").pixelSize()) == (16, 20)
    assert number.sizeHint().width() > before[0].width() * 1.3
    assert segment.sizeHint().width() > before[1].width() * 1.2
    theme.set_mode("light")
    assert label.font().pixelSize() == 16
    theme.set_text_factor(1.0)
    assert (label.font().pixelSize(), number.sizeHint()) == (11, before[0])
    assert segment.sizeHint() == before[1]


def test_that_the_size_goes_by_steps_and_back_to_that_of_the_system(theme: Theme) -> None:
    assert [theme.text_factor, theme.text_factor_after(-1), theme.text_factor_after(1)] == [1.0, 1.0, 1.1]
    theme.set_text_factor(1.25)
    assert [theme.text_factor_after(-1), theme.text_factor_after(1), theme.text_factor_after(0)] == [1.1, 1.5, 1.0]
    theme.set_text_factor(1.5)
    assert [theme.text_factor_after(-1), theme.text_factor_after(1)] == [1.25, 1.5]
    theme.set_text_factor(1.0)
