"""Saves a report as PDF, and prints it."""

from __future__ import annotations

from PySide6.QtCore import QBuffer, QByteArray, QIODevice, QObject, Qt, Signal, Slot
from PySide6.QtGui import QPdfWriter
from PySide6.QtPrintSupport import QPrintDialog, QPrinter
from PySide6.QtWidgets import QDialog, QWidget

from gui.theme.theme import Theme
from gui.workspaces.athletes.report.content import Report
from gui.workspaces.athletes.report.drawing import draw_report

PDF_DOTS_PER_INCH = 600
CREATOR = "Paceline"
NOT_PRINTED = "The printer did not take the report."


def pdf_of(theme: Theme, report: Report) -> bytes:
    """The content of a PDF file."""
    data = QByteArray()
    buffer = QBuffer(data)
    buffer.open(QIODevice.OpenModeFlag.WriteOnly)
    writer = QPdfWriter(buffer)
    writer.setResolution(PDF_DOTS_PER_INCH)
    writer.setTitle(f"{report.name}, {report.written}")
    writer.setCreator(CREATOR)
    draw_report(writer, theme, report)
    buffer.close()
    return bytes(data.data())


class ReportPrinting(QObject):
    """Main thread. The dialog lists the printers; one page takes the spooler no time worth a thread."""

    printed = Signal(str)  # one sentence
    failed = Signal(str)  # one sentence

    def __init__(self, theme: Theme, report: Report, parent: QWidget) -> None:
        super().__init__(parent)
        self._theme, self._report = theme, report
        self.printer = QPrinter(QPrinter.PrinterMode.HighResolution)
        self.printer.setDocName(f"{report.name}, {report.written}")
        self.printer.setCreator(CREATOR)
        self.dialog = QPrintDialog(self.printer, parent)
        self.dialog.setWindowTitle("Print the report")
        self.dialog.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        self.dialog.accepted.connect(self.print)
        self.dialog.finished.connect(self.deleteLater)

    def open(self) -> None:
        QDialog.open(self.dialog)  # its own `open` takes a slot by name

    @Slot()
    def print(self) -> None:
        if draw_report(self.printer, self._theme, self._report):
            to = self.printer.outputFileName()
            self.printed.emit(f"Printed to {to}." if to else f"Sent to {self.printer.printerName()}.")
        else:
            self.failed.emit(NOT_PRINTED)
