"""Texts in cells and beside them: how many lines they take."""

from __future__ import annotations

import pytest
from PySide6.QtCore import QRectF
from PySide6.QtGui import QPainter, QPixmap

from gui.theme.theme import Theme
from gui.widgets import cells
from gui.widgets.cells import Cell, draw_fitted, wrapped_height


def test_that_a_text_is_broken_between_words_and_a_longer_one_anywhere(theme: Theme) -> None:
    metrics = theme.metrics("small")
    line_px, word_px = metrics.height(), metrics.horizontalAdvance("not 500")
    assert wrapped_height(theme, "not 500 not 500", word_px + 4, "small") < 2.5 * line_px
    assert wrapped_height(theme, "not 5000", word_px + 1, "small") > 1.5 * line_px
    assert wrapped_height(theme, "x" * 300, 100, "small") > 5 * line_px
    assert wrapped_height(theme, "", 100, "small") <= line_px


@pytest.mark.parametrize(
    ("height_px", "drawn"), [(70, ("wrapped", "body")), (48, ("wrapped", "small")), (30, ("elided", "body"))]
)
def test_that_a_fitted_text_is_wrapped_in_the_largest_font_that_has_room(
    theme: Theme, monkeypatch: pytest.MonkeyPatch, height_px: int, drawn: tuple[str, str]
) -> None:
    calls: list[tuple[str, object]] = []
    for kind in ("wrapped", "elided"):
        monkeypatch.setattr(cells, f"draw_{kind}", lambda *values, kind=kind: calls.append((kind, values[4])))
    three_lines = "unexpected character " * 6
    pixmap = QPixmap(10, 10)
    painter = QPainter(pixmap)
    draw_fitted(painter, theme, QRectF(0, 0, 290, height_px), three_lines, "body", "second")
    painter.end()
    assert calls == [drawn]


@pytest.mark.parametrize(("sport", "icons"), [("Running", 1), ("Quidditch", 1), ("", 0)])
def test_that_a_row_without_a_sport_has_no_icon(
    theme: Theme, monkeypatch: pytest.MonkeyPatch, sport: str, icons: int
) -> None:
    painted: list[object] = []
    monkeypatch.setattr(theme, "paint_icon", lambda *values: painted.append(values))
    box, pixmap = QRectF(0, 0, 90, 24), QPixmap(90, 24)
    painter = QPainter(pixmap)
    cell = Cell(painter, theme, box, box, None, sport, right=False, narrow=False, hovered="", focused=False)
    cell.paint_sport(sport, sport)
    painter.end()
    assert len(painted) == icons
