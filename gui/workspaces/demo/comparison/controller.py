"""Connects the panel of the comparison to the process that measures."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from PySide6.QtCore import QObject, QProcess, QProcessEnvironment, Slot

from core.errors import SettingError
from gui.widgets.timers import once_timer
from gui.workspaces.demo.comparison.panel import ComparisonPanel
from worker.demo.child_process import more_environment
from worker.demo.comparison.invocation import command_line
from worker.demo.comparison.plan import ComparisonPlan
from worker.demo.comparison.report import MAX_LINE_BYTES, read_report

KILL_AFTER_MS = 8_000
MAX_PROBLEM_BYTES = 500


class ComparisonController(QObject):
    """Main thread. The process ends with its standard input, so also when this program is killed."""

    def __init__(
        self,
        panel: ComparisonPanel,
        command: Callable[[ComparisonPlan], Sequence[str]] = command_line,
    ) -> None:
        """`command`: the program and its arguments."""
        super().__init__(panel)
        self._panel, self._command = panel, command
        self._process: QProcess | None = None
        self._complaint = b""  # the end of its standard error
        self._problem = ""  # why it is being ended
        self._has_ended = self._stopping = False
        self._again = False  # a run was requested while the process of the last one was ending
        self._kill = once_timer(self, KILL_AFTER_MS, self._on_kill_due)
        panel.run_requested.connect(self._on_run_requested)
        panel.stop_requested.connect(self.stop)

    @property
    def running(self) -> bool:
        return self._process is not None

    @Slot()
    def stop(self) -> None:
        """Returns at once; the process ends, or is killed after KILL_AFTER_MS."""
        if self._process is not None:
            self._stopping = True
            self._end_process(self._process)

    @Slot()
    def _on_run_requested(self) -> None:
        if self._process is None:
            self._run()
        elif self._has_ended:
            self._again = True
            self._end_process(self._process)

    def _run(self) -> None:
        self._complaint, self._problem = b"", ""
        self._has_ended = self._stopping = self._again = False
        process = self._process = QProcess(self)
        environment = QProcessEnvironment.systemEnvironment()
        for name, value in more_environment().items():
            environment.insert(name, value)
        process.setProcessEnvironment(environment)
        process.readyReadStandardOutput.connect(self._on_output)
        process.readyReadStandardError.connect(self._on_error_output)
        process.finished.connect(self._on_finished)
        process.errorOccurred.connect(self._on_error)
        self._panel.show_running()
        program, *arguments = self._command(self._panel.plan)
        process.start(program, arguments)

    @Slot()
    def _on_output(self) -> None:
        process = self._process
        while process is not None and not self._problem and process.canReadLine():
            self._take(bytes(process.readLine(MAX_LINE_BYTES + 1).data()))
        if process is not None and not self._problem and process.bytesAvailable() > MAX_LINE_BYTES:
            self._problem = "The comparison reported a line that is too long."
        if process is not None and self._problem:
            process.readAllStandardOutput()
            self._end_process(process)

    def _take(self, line: bytes) -> None:
        if self._stopping or self._has_ended:
            return
        try:
            report = read_report(line)
        except SettingError as error:
            self._problem = str(error)
            return
        self._has_ended = report.ended
        self._panel.show_report(report)

    @Slot()
    def _on_error_output(self) -> None:
        if self._process is not None:
            text = bytes(self._process.readAllStandardError().data())
            self._complaint = (self._complaint + text)[-MAX_PROBLEM_BYTES:]

    @Slot(int, QProcess.ExitStatus)
    def _on_finished(self, code: int, status: QProcess.ExitStatus) -> None:
        self._on_output()
        self._on_error_output()
        self._forget_process()
        if self._problem:
            self._panel.show_problem(self._problem)
        elif self._stopping:
            self._panel.show_stopped()
        elif not self._has_ended:
            self._panel.show_problem(self._why(code, status))
        if self._again and not self._stopping:
            self._run()

    @Slot(QProcess.ProcessError)
    def _on_error(self, error: QProcess.ProcessError) -> None:
        """Other errors are followed by the end of the process."""
        if error is QProcess.ProcessError.FailedToStart and self._process is not None:
            reason = self._process.errorString()
            self._forget_process()
            self._panel.show_problem(f"Its process could not be started ({reason}).")

    @Slot()
    def _on_kill_due(self) -> None:
        if self._process is not None:
            self._process.kill()

    def _end_process(self, process: QProcess) -> None:
        process.closeWriteChannel()
        if not self._kill.isActive():
            self._kill.start()

    def _forget_process(self) -> None:
        self._kill.stop()
        if self._process is not None:
            self._process.deleteLater()
        self._process = None

    def _why(self, code: int, status: QProcess.ExitStatus) -> str:
        sentences = self._complaint.decode(errors="replace").strip().splitlines()
        if sentences and sentences[-1].isprintable():
            return sentences[-1]
        if status is QProcess.ExitStatus.CrashExit:
            return "Its process was killed."
        return f"Its process ended with code {code}."
