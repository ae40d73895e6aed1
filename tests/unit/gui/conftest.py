"""What tests of screens share."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from PySide6.QtWidgets import QApplication

from gui.theme.theme import Theme


@pytest.fixture
def theme(qapp: QApplication) -> Iterator[Theme]:
    """A dark theme that dresses nothing; `theme.apply` undresses again by itself after the test."""
    font, palette = qapp.font(), qapp.palette()
    theme = Theme("dark")
    yield theme
    if qapp.styleSheet():
        qapp.setStyleSheet("")
        qapp.setPalette(palette)
    qapp.setFont(font)
    theme.deleteLater()
