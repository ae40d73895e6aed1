"""The process of the sample load, as its console sees it: started, instructed, listened to."""

from __future__ import annotations

import subprocess
from collections.abc import Callable
from pathlib import Path
from threading import Timer

from typing_extensions import override

from core.errors import SettingError
from core.logs import get_log
from worker.demo.child_process import end_in_words, start_command, tell
from worker.demo.lines import line_of
from worker.demo.producers.load import MOST_BURST, Pattern
from worker.demo.producers.load_request import LoadReport, LoadRequest, read_load_report
from worker.runtime.service_thread import ServiceThread

COMMAND = "worker.demo.producers.load_command"
KILL_AFTER_S = 8.0  # a stop
RESTART_S = 3.0

_log = get_log(__name__)


class LoadProcess(ServiceThread):
    """A thread that reads what the process reports, and starts another one where it ends. For any thread.

    `on_report` is called in this thread. The process ends by itself when this program does, however that ends.
    """

    def __init__(
        self,
        outbox_file: Path,
        on_report: Callable[[LoadReport], None],
        *,
        rate_per_s: float,
        share: float,
        restart_s: float = RESTART_S,
    ) -> None:
        super().__init__("sample load")
        self._on_report, self._restart_s = on_report, restart_s
        self._wanted = LoadRequest(outbox_file=str(outbox_file), rate_per_s=rate_per_s, share=share)
        self._process: subprocess.Popen[bytes] | None = None
        self._kill: Timer | None = None  # of a process that was asked to end

    @property
    def pid(self) -> int | None:
        """None while there is no process."""
        process = self._process
        return None if process is None else process.pid

    def set_rate(self, rate_per_s: float) -> None:
        self._tell(LoadRequest(rate_per_s=rate_per_s))

    def set_share(self, share: float) -> None:
        """Of spoiled messages."""
        self._tell(LoadRequest(share=share))

    def set_pattern(self, pattern: Pattern) -> None:
        self._tell(LoadRequest(pattern=pattern))

    def set_paused(self, paused: bool) -> None:
        self._tell(LoadRequest(paused=paused))

    def set_kept(self, is_kept: bool) -> None:
        """Whether it goes into the outbox; else it is reported as unkept."""
        self._tell(LoadRequest(is_kept=is_kept))

    def set_full(self, is_full: bool) -> None:
        """Whether the outbox has no room, as on a full disk."""
        self._tell(LoadRequest(is_full=is_full))

    def burst(self, count: int) -> None:
        """So many more at once, whatever the rate; also while paused. At most MOST_BURST wait."""
        self._tell(LoadRequest(burst=min(MOST_BURST, count)))

    @override
    def stop(self) -> None:
        with self._changed:
            if not self._stopping and self._process is not None:
                self._bound_stop(self._process)
            super().stop()

    def _bound_stop(self, process: subprocess.Popen[bytes]) -> None:
        """The end of its input is the request. Call with the lock held."""
        assert process.stdin is not None
        process.stdin.close()
        self._kill = Timer(KILL_AFTER_S, process.kill)
        self._kill.daemon = True
        self._kill.start()

    def _tell(self, request: LoadRequest) -> None:
        with self._changed:
            if self._process is not None:
                tell(self._process, line_of(request))
                request = request.model_copy(update={"burst": None})  # of the one that runs
            burst = min(MOST_BURST, (self._wanted.burst or 0) + (request.burst or 0))
            changed = request.model_dump(exclude_none=True) | {"burst": burst}
            self._wanted = self._wanted.model_copy(update=changed)

    def _run(self) -> None:
        while not self._stopping:
            problem = self._run_once()
            with self._changed:
                if not self._stopping:
                    _log.warning("the process of the load ended", problem=problem)
                    self._changed.wait_for(lambda: self._stopping, self._restart_s)

    def _run_once(self) -> str:
        """Start the process and read until its end. Why it ended, as a sentence."""
        try:
            process = start_command(COMMAND, replies=True)
        except OSError as error:
            return f"Its process could not be started ({error.strerror})."
        with process:
            with self._changed:
                self._process = process
                tell(process, line_of(self._wanted))
                self._wanted = self._wanted.model_copy(update={"burst": 0})
                if self._stopping:
                    self._bound_stop(process)
            problem = self._read(process)
            with self._changed:
                self._process = None
                if self._kill is not None:
                    self._kill.cancel()
        return problem or end_in_words(process.returncode)

    def _read(self, process: subprocess.Popen[bytes]) -> str:
        assert process.stdout is not None
        try:
            while (report := read_load_report(process.stdout)) is not None:
                self._on_report(report)
        except SettingError as error:
            process.kill()
            return str(error)
        finally:
            self._wait(process)
        return ""

    @staticmethod
    def _wait(process: subprocess.Popen[bytes]) -> None:
        try:
            process.wait(KILL_AFTER_S)
        except subprocess.TimeoutExpired:  # it reports no more, and does not end
            process.kill()
            process.wait()
