"""Takes an erased name out of the widgets that still have it: what was typed, and texts of what is hidden."""

from __future__ import annotations

from PySide6.QtWidgets import QAbstractButton, QLabel, QLineEdit, QPlainTextEdit, QWidget

from core.workouts.names import spells


def forget_name(window: QWidget, name: str) -> None:
    """After the workspaces have forgotten it. Setting a text also drops what its field could undo."""
    for widget in window.findChildren(QWidget):
        if isinstance(widget, QPlainTextEdit):
            if spells(widget.toPlainText(), name):
                widget.setPlainText("")
        elif isinstance(widget, QLabel | QLineEdit | QAbstractButton) and spells(widget.text(), name):
            widget.setText("")
        for read, write in (
            (widget.accessibleName, widget.setAccessibleName),
            (widget.accessibleDescription, widget.setAccessibleDescription),
            (widget.toolTip, widget.setToolTip),
        ):
            if spells(read(), name):
                write("")
