"""The navigation rail at the left: one item per workspace, Settings at the bottom."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import QPointF, QRectF, QSize, Qt, Signal, Slot
from PySide6.QtGui import QFontMetricsF, QPainter, QPaintEvent, QPen
from PySide6.QtWidgets import QAbstractButton, QButtonGroup, QFrame, QSizePolicy, QVBoxLayout, QWidget
from typing_extensions import override

from gui.frame.workspace_entry import WorkspaceEntry
from gui.shortcuts import SHORTCUTS, Scope, go_to
from gui.theme.theme import Theme

# At the usual size of texts, with a line of one pixel at the right.
RAIL_WIDTH_PX = 64
ITEM_HEIGHT_PX, LOW_ITEM_PX = 56, 44
ICON_PX = 22


class RailItem(QAbstractButton):
    """An item of the rail: icon over a word, with an optional count at the icon's corner."""

    def __init__(self, theme: Theme, icon: str, title: str, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._theme, self._icon, self._count = theme, icon, 0
        self.setText(title)
        theme.fix_size(self, width_px=RAIL_WIDTH_PX - 1)
        theme.bound_height(self, LOW_ITEM_PX, ITEM_HEIGHT_PX)
        self.setSizePolicy(QSizePolicy.Policy.Fixed, QSizePolicy.Policy.Preferred)
        self.setFocusPolicy(Qt.FocusPolicy.TabFocus)
        self.setAttribute(Qt.WidgetAttribute.WA_Hover)
        self.setAccessibleName(title)
        theme.changed.connect(self._on_theme_changed)

    @property
    def count(self) -> int:
        return self._count

    def set_count(self, count: int) -> None:
        if count != self._count:
            self._count = count
            self.setAccessibleName(f"{self.text()}, {count:,}" if count else self.text())
            self.update()

    @override
    def sizeHint(self) -> QSize:
        return QSize(self._theme.px(RAIL_WIDTH_PX - 1), self._theme.px(ITEM_HEIGHT_PX))

    @override
    def paintEvent(self, event: QPaintEvent) -> None:
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        self._paint_back(painter)
        hue = self._theme.colour("accent" if self.isChecked() else "second")
        middle = (self.width() + 1) / 2
        # In a low window items are lower, and icon and word closer together.
        down = self.height() / ITEM_HEIGHT_PX
        icon_box = QRectF(middle - ICON_PX / 2, 20 * down - ICON_PX / 2, ICON_PX, ICON_PX)
        self._theme.paint_icon(painter, icon_box, self._icon, hue)
        painter.setFont(self._theme.font("small_bold" if self.isChecked() else "small"))
        painter.setPen(self._theme.colour("text" if self.isChecked() else "second"))
        width = QFontMetricsF(painter.font()).horizontalAdvance(self.text())
        painter.drawText(QPointF(middle - width / 2, 44 * down), self.text())
        if self._count:
            self._paint_count(painter)

    def _paint_back(self, painter: QPainter) -> None:
        box = QRectF(6, 3, self.width() - 11, self.height() - 6)
        painter.setPen(Qt.PenStyle.NoPen)
        if self.isChecked():
            painter.setBrush(self._theme.colour("accent", 16))
            painter.drawRoundedRect(box, 8, 8)
            painter.setBrush(self._theme.colour("accent"))
            painter.drawRoundedRect(QRectF(-3, self.height() / 2 - 12, 6, 24), 2, 2)
        elif self.underMouse():
            painter.setBrush(self._theme.colour("faint", 16))
            painter.drawRoundedRect(box, 8, 8)
        if self.hasFocus():
            painter.setBrush(Qt.BrushStyle.NoBrush)
            painter.setPen(QPen(self._theme.colour("accent"), 2))
            painter.drawRoundedRect(box.adjusted(1, 1, -1, -1), 7, 7)

    def _paint_count(self, painter: QPainter) -> None:
        words = str(self._count) if self._count < 100 else "99+"
        painter.setFont(self._theme.font("small_bold"))
        width = max(16.0, QFontMetricsF(painter.font()).horizontalAdvance(words) + 8)
        box = QRectF(min((self.width() + 1) / 2 + 5, self.width() - 3 - width), 4, width, self._theme.px(16))
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(self._theme.colour("failed"))
        painter.drawRoundedRect(box, 8, 8)
        painter.setPen(self._theme.colour("on_accent"))
        painter.drawText(box, Qt.AlignmentFlag.AlignCenter, words)

    @Slot()
    def _on_theme_changed(self) -> None:
        self.update()


class RailMark(QWidget):
    """The program's logo: three strokes, like lanes."""

    def __init__(self, theme: Theme, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._theme = theme
        self.setFixedHeight(48)
        theme.fix_size(self, width_px=RAIL_WIDTH_PX - 1)
        self.setAccessibleName("Paceline")
        theme.changed.connect(self._on_theme_changed)

    @override
    def paintEvent(self, event: QPaintEvent) -> None:
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        for stroke, percent in enumerate((100, 72, 45)):
            pen = QPen(self._theme.colour("accent", percent), 2.8)
            pen.setCapStyle(Qt.PenCapStyle.RoundCap)
            painter.setPen(pen)
            left = self.width() / 2 - 8.1 + stroke * 6.4
            painter.drawLine(QPointF(left, 30.6), QPointF(left + 3.8, 17.4))
        painter.setRenderHint(QPainter.RenderHint.Antialiasing, False)
        painter.setPen(QPen(self._theme.colour("line"), 1))
        painter.drawLine(0, 47, self.width(), 47)

    @Slot()
    def _on_theme_changed(self) -> None:
        self.update()


class NavigationRail(QFrame):
    """Selects the visible workspace. `chosen` carries its key."""

    chosen = Signal(str)
    settings_requested = Signal()

    def __init__(self, theme: Theme, workspaces: Sequence[WorkspaceEntry], parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._theme = theme
        self.setProperty("role", "rail")
        self.setSizePolicy(QSizePolicy.Policy.Fixed, QSizePolicy.Policy.Preferred)
        self.setAccessibleName("Workspaces")
        self._keys = [workspace.key for workspace in workspaces]
        self._group = QButtonGroup(self)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 1, 4)
        column.setSpacing(0)
        column.addWidget(RailMark(theme))
        column.addSpacing(4)
        for number, workspace in enumerate(workspaces):
            item = RailItem(theme, workspace.icon, workspace.title)
            item.setCheckable(True)
            item.setToolTip(go_to(number + 1, workspace.title).hint())
            self._group.addButton(item, number)
            column.addWidget(item)
        column.addStretch(1)
        self._settings = RailItem(theme, "tune-variant", "Settings")
        self._settings.setToolTip(SHORTCUTS[Scope.PROGRAM]["settings"].hint())
        column.addWidget(self._settings)
        self._group.idClicked.connect(self._on_clicked)
        self._settings.clicked.connect(self._on_settings_clicked)

    def item(self, key: str) -> RailItem:
        """Set the count of an item; 0 hides it. Raises KeyError for an unknown workspace."""
        if key not in self._keys:
            raise KeyError(key)
        item = self._group.button(self._keys.index(key))
        assert isinstance(item, RailItem)
        return item

    def mark(self, key: str) -> None:
        """Mark a workspace as the current one."""
        self.item(key).setChecked(True)

    def set_count(self, key: str, count: int) -> None:
        self.item(key).set_count(count)

    @Slot(int)
    def _on_clicked(self, number: int) -> None:
        self.chosen.emit(self._keys[number])

    @Slot()
    def _on_settings_clicked(self) -> None:
        self.settings_requested.emit()
