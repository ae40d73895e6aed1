"""Texts in cells and beside them: how many lines they take."""

from __future__ import annotations

from gui.theme.theme import Theme
from gui.widgets.cells import wrapped_height


def test_that_a_text_is_broken_between_words_and_a_longer_one_anywhere(theme: Theme) -> None:
    metrics = theme.metrics("small")
    line_px, word_px = metrics.height(), metrics.horizontalAdvance("not 500")
    assert wrapped_height(theme, "not 500 not 500", word_px + 4, "small") < 2.5 * line_px
    assert wrapped_height(theme, "not 5000", word_px + 1, "small") > 1.5 * line_px
    assert wrapped_height(theme, "x" * 300, 100, "small") > 5 * line_px
    assert wrapped_height(theme, "", 100, "small") <= line_px
