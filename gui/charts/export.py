"""Exports a chart as a file or to the clipboard. Files are written in a thread of their own."""

from __future__ import annotations

import csv
import io
import threading
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from PySide6.QtCore import QBuffer, QByteArray, QIODevice, QMimeData, QObject, QSize, Qt, Signal, SignalInstance, Slot
from PySide6.QtGui import QGuiApplication, QPixmap
from PySide6.QtWidgets import QFileDialog, QWidget

_PICTURE_SCALE = 2.0


@dataclass(frozen=True, slots=True)
class Table:
    """Column names with units, and rows of plain numbers for a spreadsheet."""

    columns: tuple[str, ...]
    rows: tuple[tuple[str | int | float | None, ...], ...]

    def as_text(self, delimiter: str = ",") -> str:
        """CSV, or with a tab as separator the format that spreadsheets paste; None is an empty cell."""
        written = io.StringIO()
        writer = csv.writer(written, delimiter=delimiter, lineterminator="\n")
        writer.writerow(self.columns)
        writer.writerows(self.rows)
        return written.getvalue()


def picture_of(widget: QWidget) -> QPixmap:
    """An image of the widget at twice its size."""
    size = QSize(round(widget.width() * _PICTURE_SCALE), round(widget.height() * _PICTURE_SCALE))
    picture = QPixmap(size)
    picture.setDevicePixelRatio(_PICTURE_SCALE)
    picture.fill(Qt.GlobalColor.transparent)
    widget.render(picture)
    return picture


class ChartExporter(QObject):
    """Main thread. Writes in a short-lived thread, since the folder may be on a slow network drive."""

    saved = Signal(str)  # path
    failed = Signal(str)  # one sentence

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._writing: list[threading.Thread] = []
        self._telling = threading.Lock()
        self._finished = False
        self._copied: QMimeData | None = None

    def save_picture(self, widget: QWidget, title: str) -> None:
        self._ask(widget, title, ".png", lambda: _png(picture_of(widget)))

    def save_file(self, widget: QWidget, title: str, name: str, content: bytes) -> None:
        """`name`: of the file that is offered, with its ending."""
        self._ask_name(widget, title, name, content)

    def save_table(self, widget: QWidget, title: str, table: Table) -> None:
        self._ask(widget, title, ".csv", lambda: table.as_text().encode("utf-8"))

    def copy(self, widget: QWidget, table: Table) -> None:
        """Copy image and table together; each program pastes the format that it supports."""
        data = self._copied = QMimeData()
        data.setImageData(picture_of(widget).toImage())
        data.setText(table.as_text("\t"))
        QGuiApplication.clipboard().setMimeData(data)

    def write(self, path: Path, content: bytes) -> None:
        """Returns at once; `saved` or `failed` follows."""
        self._writing = [thread for thread in self._writing if thread.is_alive()]
        thread = threading.Thread(target=self._write, args=(path, content), name="chart-export")
        self._writing.append(thread)
        thread.start()

    def finish(self, timeout_s: float) -> None:
        """At shutdown: wait for the writing threads, and leave no object owned by Python in the clipboard.

        Qt deletes the clipboard's content after the interpreter has ended. Deleting an object that Python made then
        ends the process by a segmentation fault; a text that Qt keeps itself does not.
        """
        for thread in self._writing:
            thread.join(timeout_s)
        with self._telling:
            self._finished = True
        clipboard = QGuiApplication.clipboard()
        if self._copied is not None and clipboard.mimeData() is self._copied:
            clipboard.setText(clipboard.text())
        self._copied = None

    def _ask(self, widget: QWidget, title: str, ending: str, content: Callable[[], bytes]) -> None:
        # As it is now, not as it will be once the name is typed.
        self._ask_name(widget, title, title.lower().replace(" ", "-") + ending, content())

    def _ask_name(self, widget: QWidget, title: str, name: str, made: bytes) -> None:
        dialog = QFileDialog(widget.window(), f"Save {title}", name)
        dialog.setAcceptMode(QFileDialog.AcceptMode.AcceptSave)
        dialog.setDefaultSuffix(name.rpartition(".")[2])
        dialog.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        _Answer(self, dialog, made)
        dialog.open()

    def _write(self, path: Path, content: bytes) -> None:
        try:
            path.write_bytes(content)
        except OSError as error:
            self._emit_result(self.failed, f"Could not save {path.name}: {error.strerror or error}.")
        else:
            self._emit_result(self.saved, str(path))

    def _emit_result(self, signal: SignalInstance, text: str) -> None:
        """Called in the writing thread. A slow drive may answer after this object was deleted."""
        with self._telling:
            if not self._finished:
                signal.emit(text)


class _Answer(QObject):
    """Lives as long as its dialog and passes the chosen name on."""

    def __init__(self, exporter: ChartExporter, dialog: QFileDialog, content: bytes) -> None:
        super().__init__(dialog)
        self._exporter, self._content = exporter, content
        dialog.fileSelected.connect(self._on_file_selected)

    @Slot(str)
    def _on_file_selected(self, path: str) -> None:
        self._exporter.write(Path(path), self._content)


def _png(picture: QPixmap) -> bytes:
    data = QByteArray()
    buffer = QBuffer(data)
    buffer.open(QIODevice.OpenModeFlag.WriteOnly)
    picture.save(buffer, "PNG")
    return bytes(data.data())
