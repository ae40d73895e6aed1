"""What is left behind when a chart was copied: the program must end in order."""

from __future__ import annotations

import subprocess
import sys

# Widgets go before the interpreter does, as in a console; what is left is what the clipboard holds.
COPY_AND_END = """
from PySide6.QtWidgets import QApplication, QWidget
from gui.charts.export import ChartExporter, Table

app = QApplication(["copy", "-platform", "offscreen"])
widget = QWidget()
exporter = ChartExporter()
exporter.copy(widget, Table(("a",), ((1,),)))
{ending}
print(app.clipboard().text(), flush=True)
"""


def ended(ending: str) -> subprocess.CompletedProcess[str]:
    program = COPY_AND_END.format(ending=ending)
    return subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, timeout=60, check=False)


def test_that_a_program_that_copied_a_chart_ends_in_order() -> None:
    done = ended("exporter.finish(1.0)")
    assert (done.returncode, done.stdout.split()) == (0, ["a", "1"])


def test_that_what_was_copied_elsewhere_since_is_left_as_it_is() -> None:
    done = ended("app.clipboard().setText('b 2')\nexporter.finish(1.0)")
    assert (done.returncode, done.stdout.split()) == (0, ["b", "2"])
