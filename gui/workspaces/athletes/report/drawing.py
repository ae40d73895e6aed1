"""Draws a report on one sheet of A4."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import QMarginsF, QPointF, QRectF
from PySide6.QtGui import QPagedPaintDevice, QPageLayout, QPageSize, QPainter

from core.athletes.trend import TrendWeek
from gui.theme.theme import Theme
from gui.workspaces.athletes.page.trend_axis import month_starts, shown_value, value_ticks
from gui.workspaces.athletes.report.content import WORKOUT_COLUMNS, Report
from gui.workspaces.athletes.report.sheet import HEIGHT_PT, WIDTH_PT, Sheet

LEFT, RIGHT = 42.0, WIDTH_PT - 42.0
SMALL, BODY, TITLE, VALUE, NAME = 8.0, 9.5, 10.5, 16.0, 22.0
BOLD, MEDIUM = 600, 500
ROW, HEAD, GAP = 16.5, 20.0, 26.0  # heights of a row and of a title, and between two parts
CHART = 104.0
_MIDDLE = 24.0  # between the two columns
# Right ends of the columns of workouts, but for the first two, which begin there.
_DAY, _SPORT, _ENDS = LEFT, LEFT + 84, (LEFT + 268, LEFT + 346, LEFT + 426, RIGHT)


def draw_report(device: QPagedPaintDevice, theme: Theme, report: Report) -> bool:
    """False: the printer or file cannot be written. Sets the page to A4 without margins of its own."""
    full = QPageLayout(QPageSize(QPageSize.PageSizeId.A4), QPageLayout.Orientation.Portrait, QMarginsF(0, 0, 0, 0))
    full.setMode(QPageLayout.Mode.FullPageMode)
    device.setPageLayout(full)
    painter = QPainter()
    if not painter.begin(device):
        return False
    sheet = Sheet(theme, painter, device)
    y = _draw_head(sheet, report)
    y = _draw_totals(sheet, report, y)
    y = _draw_trend(sheet, report, y)
    y = max(_draw_records(sheet, report, y), _draw_badges(sheet, report, y))
    _draw_workouts(sheet, report, y)
    foot = HEIGHT_PT - 34
    sheet.rule(LEFT, RIGHT, foot - 14)
    sheet.text("Paceline", LEFT, foot, SMALL, weight=MEDIUM, ink="second")
    sheet.text(f"as of {report.written}", LEFT, foot, SMALL, ink="second", right=RIGHT)
    return painter.end()


def _draw_head(sheet: Sheet, report: Report) -> float:
    sheet.fill(QRectF(LEFT, 46, 4, 38), "accent")
    sheet.text(report.name, LEFT + 16, 64, NAME, weight=BOLD, room=RIGHT - LEFT - 16)
    sheet.text(report.line, LEFT + 16, 81, BODY, ink="second", room=RIGHT - LEFT - 16)
    return 84 + GAP


def _draw_title(sheet: Sheet, title: str, more: str, y: float, left: float = LEFT, right: float = RIGHT) -> float:
    end = sheet.text(title, left, y + 8, TITLE, weight=BOLD)
    sheet.text(more, end + 8, y + 8, BODY, ink="second", room=right - end - 8)
    sheet.rule(left, right, y + 14)
    return y + HEAD


def _draw_totals(sheet: Sheet, report: Report, y: float) -> float:
    y = _draw_title(sheet, "Totals", report.scope, y)
    step = (RIGHT - LEFT) / len(report.numbers)
    for place, number in enumerate(report.numbers):
        left = LEFT + place * step
        sheet.text(number.name, left, y + 10, SMALL, ink="second", room=step - 4)
        size = VALUE
        while size > SMALL and sheet.width(number.value, size, BOLD) + 3 + sheet.width(number.unit, SMALL) > step - 6:
            size -= 1  # a very long number is written smaller, not cut
        end = sheet.text(number.value, left, y + 28, size, weight=BOLD)
        sheet.text(number.unit, end + 3, y + 28, SMALL, ink="second")
        sheet.text(number.change, left, y + 40, SMALL, ink="second", room=step - 4)
    sheet.text(report.sports, LEFT, y + 57, BODY, ink="second", room=RIGHT - LEFT)
    return y + 57 + GAP - 4


def _draw_trend(sheet: Sheet, report: Report, y: float) -> float:
    y = _draw_title(sheet, report.trend_title, report.trend_line, y) + 8
    trend, units = report.trend, report.units
    most = max(max(week.value, week.average or 0) for week in trend.weeks)
    ticks = value_ticks(shown_value(trend.amount, most, units))
    labels = max(sheet.width(f"{tick:,}", SMALL) for tick in ticks)
    area = QRectF(LEFT + labels + 8, y, RIGHT - LEFT - labels - 8, CHART)
    step = area.width() / len(trend.weeks)

    def height(value: float) -> float:
        return shown_value(trend.amount, value, units) / ticks[-1] * area.height()

    for tick in ticks:
        line = area.bottom() - tick / ticks[-1] * area.height()
        sheet.rule(area.left(), area.right(), line)
        sheet.text(f"{tick:,}", LEFT, line + 3, SMALL, ink="second", right=area.left() - 8)
    for place, week in enumerate(trend.weeks):
        _draw_week(sheet, area, area.left() + (place + 0.5) * step, step * 0.62, height(week.value), week)
    average = [
        QPointF(area.left() + (place + 0.5) * step, area.bottom() - height(week.average))
        for place, week in enumerate(trend.weeks)
        if week.average is not None
    ]
    if len(average) > 1:
        sheet.line(average, "text", 0.9)
    words = "this week"
    free = area.right() - sheet.width(words, SMALL) - 8
    sheet.text(words, LEFT, area.bottom() + 12, SMALL, right=area.right())
    for place, month in month_starts(trend.weeks):
        left = area.left() + place * step + step * 0.19
        if left + sheet.width(month, SMALL) < free:
            sheet.text(month, left, area.bottom() + 12, SMALL, ink="second")
    legend = "line: average of four weeks; purple: the best week; dashed: the current week"
    sheet.text(legend, area.left(), area.bottom() + 25, SMALL, ink="second", room=area.width())
    return area.bottom() + 25 + GAP


def _draw_week(sheet: Sheet, area: QRectF, middle: float, width: float, height: float, week: TrendWeek) -> None:
    if height <= 0:
        return
    box = QRectF(middle - width / 2, area.bottom() - height, width, height)
    if week.is_current:
        sheet.outline(box, "accent")
    else:
        sheet.fill(box, "achievement" if week.is_best else "neutral", 100 if week.is_best else 55)


def _draw_records(sheet: Sheet, report: Report, y: float) -> float:
    right = (LEFT + RIGHT - _MIDDLE) / 2
    y = _draw_title(sheet, "Records", report.records_of, y, LEFT, right)
    days = max((sheet.width(day, SMALL) for _, _, day in report.records), default=0) + 10
    for title, value, day in report.records:
        y += ROW
        set_yet = bool(day)
        sheet.text(title, LEFT, y - 4, BODY, ink="second", room=110)
        look = BOLD if set_yet else 400
        sheet.text(value, LEFT, y - 4, BODY, weight=look, ink="text" if set_yet else "second", right=right - days)
        sheet.text(day, LEFT, y - 4, SMALL, ink="second", right=right)
    return y + GAP


def _draw_badges(sheet: Sheet, report: Report, y: float) -> float:
    left = (LEFT + RIGHT + _MIDDLE) / 2
    y = _draw_title(sheet, "Badges", report.badges_line, y, left)
    for name, when in report.badges:
        y += ROW
        start = RIGHT - sheet.width(when, SMALL)
        sheet.fill(QRectF(left, y - 10, 5, 5), "achievement")
        sheet.text(name, left + 12, y - 4, BODY, weight=MEDIUM, room=start - left - 20)
        sheet.text(when, left, y - 4, SMALL, ink="second", right=RIGHT)
    if not report.badges:
        sheet.text("none earned yet", left, y + ROW - 4, BODY, ink="second")
    return y + GAP


def _draw_workouts(sheet: Sheet, report: Report, y: float) -> None:
    y = _draw_title(sheet, "Last workouts", "", y)
    _draw_row(sheet, WORKOUT_COLUMNS, y + 8, SMALL, plain=True)
    y += 10
    for row in report.workouts:
        y += ROW
        _draw_row(sheet, row, y - 4, BODY, plain=False)


def _draw_row(sheet: Sheet, texts: Sequence[str], base: float, size: float, *, plain: bool) -> None:
    day, sport, *amounts = texts
    sheet.text(day, _DAY, base, size, ink="second", room=_SPORT - _DAY - 8)
    sheet.text(sport, _SPORT, base, size, ink="second" if plain else "text", room=_ENDS[0] - _SPORT - 60)
    for amount, end in zip(amounts, _ENDS, strict=True):
        sheet.text(amount, LEFT, base, size, ink="second" if plain else "text", right=end)
