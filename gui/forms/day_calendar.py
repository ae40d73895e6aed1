"""The days of one month, to choose one of: gone through by arrow keys, and by months with Page Up and Page Down."""

from __future__ import annotations

from PySide6.QtCore import QDate, QEvent, QLocale, QObject, QRect, QRectF, Qt, Slot
from PySide6.QtGui import QColor, QKeyEvent, QPainter, QPen, QTextCharFormat
from PySide6.QtWidgets import QCalendarWidget, QTableView, QWidget
from typing_extensions import override

from gui.theme.theme import Theme

CELL_PX, LINE_PX = 36, 28
_YEARS = {int(Qt.Key.Key_PageUp): -1, int(Qt.Key.Key_PageDown): 1}  # with Shift


class DayCalendar(QCalendarWidget):
    """Main thread. Days outside the least and the greatest date are faint, and cannot be chosen."""

    def __init__(self, theme: Theme, parent: QWidget) -> None:
        super().__init__(parent)
        self._theme = theme
        self.today = QDate()
        self.setLocale(QLocale(QLocale.Language.English, QLocale.Country.UnitedKingdom))  # as all words here are
        self.setFirstDayOfWeek(Qt.DayOfWeek.Monday)
        self.setNavigationBarVisible(False)
        self.setDateEditEnabled(False)  # figures would open another window
        self.setVerticalHeaderFormat(QCalendarWidget.VerticalHeaderFormat.NoVerticalHeader)
        self.setHorizontalHeaderFormat(QCalendarWidget.HorizontalHeaderFormat.ShortDayNames)
        theme.fix_size(self, width_px=7 * CELL_PX, height_px=7 * LINE_PX)
        self.view = self.findChildren(QTableView)[0]
        self.view.horizontalHeader().setMinimumSectionSize(0)  # else the last day would be cut
        self.view.setAccessibleName("Day")
        self.view.installEventFilter(self)
        theme.changed.connect(self._on_theme_changed)
        self._on_theme_changed()

    @override
    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        if watched is not self.view:
            return super().eventFilter(watched, event)
        if event.type() in (QEvent.Type.FocusIn, QEvent.Type.FocusOut):
            self.updateCells()
        if not isinstance(event, QKeyEvent) or event.type() is not QEvent.Type.KeyPress:
            return super().eventFilter(watched, event)
        if event.modifiers() == Qt.KeyboardModifier.ShiftModifier and event.key() in _YEARS:
            self.setSelectedDate(self.selectedDate().addYears(_YEARS[event.key()]))
            return True
        return super().eventFilter(watched, event)

    @override
    def paintCell(self, painter: QPainter, rect: QRect, date: QDate) -> None:
        theme, box = self._theme, QRectF(rect).adjusted(2.5, 1.5, -2.5, -1.5)
        chosen, active = date == self.selectedDate(), self.view.hasFocus()
        painter.save()
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.fillRect(rect, theme.colour("raised"))
        ink = theme.ink("text" if date.month() == self.monthShown() else "second")
        if not self.minimumDate() <= date <= self.maximumDate():
            ink = theme.ink("faint")
        if chosen:
            ink = theme.ink("on_accent" if active else "text")
            painter.setPen(QPen(theme.colour("accent"), 1))
            painter.setBrush(theme.colour("accent") if active else QColor(theme.tint("accent", 20, "raised")))
            painter.drawRoundedRect(box, 6, 6)
        elif date == self.today:
            painter.setPen(QPen(theme.colour("second"), 1))
            painter.drawRoundedRect(box, 6, 6)
        painter.setFont(theme.font("title" if date == self.today else "body"))
        painter.setPen(ink)
        painter.drawText(QRectF(rect), int(Qt.AlignmentFlag.AlignCenter), str(date.day()))
        painter.restore()

    @Slot()
    def _on_theme_changed(self) -> None:
        self.setFont(self._theme.font("body"))
        names = QTextCharFormat()
        names.setForeground(self._theme.ink("second"))
        names.setBackground(self._theme.colour("raised"))
        names.setFont(self._theme.font("small"))
        self.setHeaderTextFormat(names)
        for day in Qt.DayOfWeek:
            self.setWeekdayTextFormat(day, names)
        self.updateCells()
