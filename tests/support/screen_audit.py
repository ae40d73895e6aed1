"""What is wrong with a window as a person meets it: texts cut, faint or over each other, nameless controls."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import combinations, groupby, pairwise

import numpy as np
import numpy.typing as npt
from PySide6.QtCore import QPoint, QRect, QRectF, Qt
from PySide6.QtGui import QAccessible, QColor, QImage, QRegion
from PySide6.QtTest import QTest
from PySide6.QtWidgets import (
    QAbstractButton,
    QAbstractItemView,
    QAbstractScrollArea,
    QAbstractSlider,
    QAbstractSpinBox,
    QApplication,
    QComboBox,
    QDialog,
    QHeaderView,
    QLabel,
    QLineEdit,
    QScrollArea,
    QScrollBar,
    QWidget,
)

from gui.frame.navigation_rail import NavigationRail
from gui.frame.status_bar import StatusBar
from gui.frame.top_bar import TopBar
from gui.widgets import Panel
from tests.support.painted_text import PaintedText, painted_texts

Pixels = npt.NDArray[np.uint8]

LEAST_TEXT, LEAST_SHAPE = 4.5, 3.0  # contrast that WCAG asks for texts, and for what tells a state
NO_ROLE = (QAccessible.Role.NoRole, QAccessible.Role.Client)
_EDGE_PX = 1.0  # what rounding and the soft edge of a glyph may reach beyond
_PIECES_PX = 2.0
_CONTROLS = (QAbstractButton, QAbstractItemView, QAbstractSlider, QAbstractSpinBox, QComboBox, QLabel, QLineEdit)


@dataclass(frozen=True, slots=True)
class SeenText:
    """A painted text in pixels of its window: `ink` whole, `room` where it could be seen."""

    widget: QWidget
    text: str
    ink: QRectF
    room: QRectF
    colour: QColor


def seen(window: QWidget) -> list[QWidget]:
    return [widget for widget in window.findChildren(QWidget) if widget.isVisible() and not _is_apart(widget, window)]


def _is_apart(widget: QWidget, window: QWidget) -> bool:
    return widget.window() is not window.window()


def in_window(widget: QWidget) -> QRect:
    return QRect(widget.mapTo(widget.window(), QPoint(0, 0)), widget.size())


def room_of(widget: QWidget, *, scrolled: bool) -> QRect:
    """Where the widget can be seen in its window; `scrolled`: once what can be scrolled to has been."""
    room, each = widget.rect(), widget
    across = along = scrolled  # not yet in an area that scrolls this way
    while not each.isWindow():
        parent = each.parentWidget()
        assert parent is not None
        room.translate(each.pos())
        area = parent.parentWidget()
        if scrolled and isinstance(area, QScrollArea) and area.viewport() is parent:
            across = across and area.horizontalScrollBarPolicy() == Qt.ScrollBarPolicy.ScrollBarAlwaysOff
            along = False
        if across or not scrolled:
            room.setLeft(max(room.left(), parent.rect().left()))
            room.setRight(min(room.right(), parent.rect().right()))
        if along or not scrolled:
            room.setTop(max(room.top(), parent.rect().top()))
            room.setBottom(min(room.bottom(), parent.rect().bottom()))
        each = parent
    return room if room.isValid() else QRect()


Painted = dict[QWidget, list[PaintedText]]


def texts_of(window: QWidget, painted: Painted | None = None, *, scrolled: bool = False) -> Iterator[SeenText]:
    """`painted`: what widgets paint, as far as it is known; more is added."""
    painted = {} if painted is None else painted
    for widget in (window, *seen(window)):
        room = QRectF(room_of(widget, scrolled=scrolled)) if widget is not window else QRectF(window.rect())
        if room.isEmpty():
            continue
        corner = QPoint(0, 0) if widget is window else in_window(widget).topLeft()
        if widget not in painted:
            painted[widget] = painted_texts(widget)
        for each in painted[widget]:
            clip = each.clip.translated(corner).intersected(room)
            yield SeenText(widget, each.text, each.ink.translated(corner), clip, each.colour)


def _named(widget: QWidget) -> str:
    parent = widget.parentWidget()
    return f"{type(widget).__name__} in {type(parent).__name__}"


def layout_problems(window: QWidget) -> dict[str, list[str]]:
    """Texts that are cut or over each other; each widget paints itself once for both."""
    painted: Painted = {}
    return {"cut": cut_texts(window, painted), "over": over_each_other(window, painted)}


def cut_texts(window: QWidget, painted: Painted | None = None) -> list[str]:
    """Texts of which a part is beyond the edge of their widget, or of one around it that does not scroll."""
    found = []
    for each in texts_of(window, painted, scrolled=True):
        ink = QRectF(each.ink)
        if _is_view(each.widget):  # the last row may be half in view
            ink.setTop(each.room.top())
            ink.setBottom(each.room.bottom())
            if _scrolls_sideways(each.widget):
                ink.setLeft(each.room.left())
                ink.setRight(each.room.right())
        elif isinstance(each.widget, QLineEdit) and each.widget.text():  # moves along with the caret
            ink.setLeft(each.room.left())
            ink.setRight(each.room.right())
        if not each.room.adjusted(-_EDGE_PX, -_EDGE_PX, _EDGE_PX, _EDGE_PX).contains(ink):
            found.append(f"{each.text!r} of {_named(each.widget)}: {_words(each.ink)} in {_words(each.room)}")
    return found


def _is_view(widget: QWidget) -> bool:
    """The inside of a list, a table or an editor."""
    area = widget.parentWidget()
    return isinstance(area, QAbstractScrollArea) and not isinstance(area, QScrollArea) and area.viewport() is widget


def _scrolls_sideways(inside: QWidget) -> bool:
    """The inside of a table with a bar for it, or of the header of such a table."""
    area = inside.parentWidget()
    if isinstance(area, QHeaderView):
        area = area.parentWidget()
    return isinstance(area, QAbstractScrollArea) and area.horizontalScrollBar().isVisible()


def _words(box: QRectF) -> str:
    return f"{box.left():.0f},{box.top():.0f} to {box.right():.0f},{box.bottom():.0f}"


def over_each_other(window: QWidget, painted: Painted | None = None) -> list[str]:
    """Texts whose glyphs are painted over those of another one, and controls that cover one another."""
    found = []
    seen_texts = [each for each in texts_of(window, painted) if each.room.intersects(each.ink)]
    texts = [(each, each.ink.intersected(each.room)) for each in seen_texts]
    for (one, one_ink), (other, other_ink) in combinations(texts, 2):
        if not one_ink.intersects(other_ink):
            continue
        common = one_ink.intersected(other_ink)
        if one.widget is other.widget and (one.text == other.text or common.width() <= _PIECES_PX):
            continue  # painted once more where it is selected; or pieces of one text, around an underlined letter
        if common.width() > _EDGE_PX and common.height() > _EDGE_PX:
            found.append(f"{one.text!r} and {other.text!r} of {_named(one.widget)}: {_words(common)}")
    controls = [each for each in seen(window) if isinstance(each, _CONTROLS) and not isinstance(each, QScrollBar)]
    rooms = [(each, room) for each in controls if not (room := room_of(each, scrolled=False)).isEmpty()]
    for (one_widget, one_room), (other_widget, other_room) in combinations(rooms, 2):
        if one_room.intersects(other_room) and not _is_part(one_widget, other_widget):
            found.append(f"{_named(one_widget)} and {_named(other_widget)}")
    return found


def _is_part(one: QWidget, other: QWidget) -> bool:
    return one.isAncestorOf(other) or other.isAncestorOf(one)


def unnamed(window: QWidget) -> list[str]:
    """Controls that Tab leads to and that a screen reader has no name or role for."""
    found = []
    for widget in tab_controls(window):
        interface = QAccessible.queryAccessibleInterface(widget)
        name = "" if interface is None else interface.text(QAccessible.Text.Name)
        has_role = interface is not None and (interface.role() not in NO_ROLE or isinstance(widget, QScrollArea))
        if not name or not has_role:
            found.append(_named(widget))
    return found


def tab_controls(window: QWidget) -> list[QWidget]:
    # A focus proxy is the inside of a scroll area, which has the focus itself.
    return [
        widget
        for widget in seen(window)
        if widget.focusPolicy() & Qt.FocusPolicy.TabFocus and widget.isEnabled() and widget.focusProxy() is None
    ]


# --- colours ---------------------------------------------------------------------------------------------------------


def pixels_of(widget: QWidget, box: QRect | None = None) -> Pixels:
    """What is on screen of a widget or a part of it: rows of blue, green, red, alpha, in pixels of the widget."""
    part = widget.rect() if box is None else box
    image = QImage(part.size(), QImage.Format.Format_RGB32)
    QWidget.render(widget, image, QPoint(0, 0), QRegion(part))
    rows = np.frombuffer(image.constBits(), np.uint8).reshape(image.height(), image.bytesPerLine() // 4, 4)
    return rows[:, : image.width()].copy()


def _luminance(blue_green_red: npt.NDArray[np.float64]) -> npt.NDArray[np.float64]:
    part = blue_green_red / 255
    linear = np.where(part <= 0.03928, part / 12.92, ((part + 0.055) / 1.055) ** 2.4)
    found: npt.NDArray[np.float64] = linear @ np.array([0.0722, 0.7152, 0.2126])
    return found


def contrast(one: npt.NDArray[np.float64], other: npt.NDArray[np.float64]) -> npt.NDArray[np.float64]:
    """Of colours as rows of blue, green and red, as WCAG computes it: 1 to 21."""
    lums = np.stack([_luminance(one), _luminance(other)])
    ratio: npt.NDArray[np.float64] = (lums.max(axis=0) + 0.05) / (lums.min(axis=0) + 0.05)
    return ratio


def _ground(pixels: Pixels, box: QRect) -> npt.NDArray[np.float64]:
    """The most frequent colour of a part of the screen: what is behind the text there."""
    part = pixels[max(0, box.top()) : box.bottom() + 1, max(0, box.left()) : box.right() + 1]
    colours, counts = np.unique(np.ascontiguousarray(part[:, :, :3]).reshape(-1, 3), axis=0, return_counts=True)
    found: npt.NDArray[np.float64] = colours[counts.argmax()].astype(np.float64)
    return found


def faint_texts(window: QWidget) -> list[str]:
    """Texts with too little contrast to what is painted behind them; those of disabled controls need less."""
    pixels, found = pixels_of(window), []
    for each in texts_of(window):
        box = each.ink.intersected(each.room).adjusted(-2, -1, 2, 1).toAlignedRect().intersected(window.rect())
        if box.isEmpty():
            continue
        ground = _ground(pixels, box)
        share = each.colour.alphaF()
        ink = np.array([each.colour.blue(), each.colour.green(), each.colour.red()], np.float64) * share
        ratio = float(contrast(ink + ground * (1 - share), ground))
        least = LEAST_TEXT if each.widget.isEnabled() else LEAST_SHAPE
        if ratio < least - 0.01:
            found.append(f"{each.text!r} of {_named(each.widget)}: {ratio:.2f}, {each.colour.name()} on {ground}")
    return found


# --- focus -----------------------------------------------------------------------------------------------------------


def shows_focus(widget: QWidget, elsewhere: QWidget) -> bool:
    """Whether enough of the screen around it changes, and clearly enough, when the widget has the focus."""
    window = widget.window()
    widget.setFocus(Qt.FocusReason.TabFocusReason)
    QApplication.processEvents()
    around = room_of(widget, scrolled=False).adjusted(-3, -3, 3, 3).intersected(window.rect())
    if around.isEmpty():
        return False
    with_focus = _colours(window, around)
    elsewhere.setFocus(Qt.FocusReason.OtherFocusReason)
    QApplication.processEvents()
    without = _colours(window, around)
    changed = contrast(with_focus, without) >= LEAST_SHAPE
    return int(changed.sum()) >= 24


def _colours(window: QWidget, box: QRect) -> npt.NDArray[np.float64]:
    return pixels_of(window, box)[:, :, :3].astype(np.float64)


def tab_stops() -> list[QWidget]:
    """The widgets that Tab leads to, from the one that has the focus until it comes back to one of them."""
    stops: list[QWidget] = []
    while (focused := QApplication.focusWidget()) is not None and focused not in stops:
        stops.append(focused)
        QTest.keyClick(focused, Qt.Key.Key_Tab)
    return stops


def out_of_order(stops: Sequence[QWidget]) -> list[str]:
    """Stops that come after one that is read later: below it, or at its right in the same row. Of one panel alone."""
    found = []
    first = min(range(len(stops)), key=lambda place: in_window(stops[place]).topLeft().toTuple()[::-1])
    for before, after in pairwise([*stops[first:], *stops[:first]]):
        one, other = in_window(before), in_window(after)
        if _panel_of(before) is not _panel_of(after):
            continue
        same_row = one.top() <= other.bottom() and other.top() <= one.bottom()
        back = other.right() < one.left() if same_row else other.bottom() < one.top() and other.left() <= one.right()
        if back:
            found.append(f"{_told(before)} before {_told(after)}")
    return found


def panels_out_of_order(stops: Sequence[QWidget]) -> list[str]:
    """Panels that Tab comes to after one that is below them, in the same column."""
    first = min(range(len(stops)), key=lambda place: in_window(stops[place]).topLeft().toTuple()[::-1])
    panels = [
        panel for panel, _ in groupby([*stops[first:], *stops[:first]], key=_outer_panel_of) if isinstance(panel, Panel)
    ]
    found = []
    for before, after in combinations(dict.fromkeys(panels), 2):
        one, other = in_window(before), in_window(after)
        same_column = one.left() <= other.right() and other.left() <= one.right()
        if same_column and other.bottom() <= one.top():
            found.append(f"{_told(before)} before {_told(after)}")
    return found


def visited_twice(stops: Sequence[QWidget]) -> list[str]:
    """Outermost panels that Tab leaves and comes back to before its round is over."""
    rounds = [panel for panel, _ in groupby(stops, key=_outer_panel_of)]
    if len(rounds) > 1 and rounds[0] is rounds[-1]:
        rounds.pop()
    return [_told(panel) for panel in dict.fromkeys(rounds) if panel is not None and rounds.count(panel) > 1]


def _panel_of(widget: QWidget) -> QWidget | None:
    return next(iter(_panels_of(widget)), None)


def _outer_panel_of(widget: QWidget) -> QWidget | None:
    return next(reversed(_panels_of(widget)), None)


def _panels_of(widget: QWidget) -> list[QWidget]:
    """Innermost first."""
    found: list[QWidget] = []
    each = widget.parentWidget()
    while each is not None:
        if isinstance(each, Panel | TopBar | StatusBar | NavigationRail | QDialog):
            found.append(each)
        each = each.parentWidget()
    return found


def _told(widget: QWidget) -> str:
    return f"{type(widget).__name__} {widget.accessibleName()!r}"


def told(problems: Mapping[str, Sequence[str]]) -> str:
    """One a line, for the message of a failed test."""
    return "".join(f"\n{where}: {each}" for where, found in problems.items() for each in found)
