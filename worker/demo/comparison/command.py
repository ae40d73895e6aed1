"""The comparison as a process of its own, so that it does not share the interpreter with the console's window.

It prints a report a line. With `--attached` the end of its standard input, which is the end of the console, ends it.
"""

from __future__ import annotations

import argparse
import signal
import sys
from collections.abc import Sequence
from io import FileIO
from pathlib import Path
from threading import Thread
from types import FrameType

from core.config.settings import WorkSpan, parse_work_span
from core.errors import PacelineError, SettingError
from core.logs import set_up_logs
from worker.demo.comparison.plan import ComparisonPlan
from worker.demo.comparison.report import ComparisonReport
from worker.demo.comparison.run import Comparison, problem_of
from worker.demo.folder import make_demo_folder, remove_demo_folder

PROGRAM, STDIN = "comparison", 0
FAILED, WRONG_USE = 1, 2  # exit codes


def read_plan(arguments: argparse.Namespace) -> ComparisonPlan:
    """SettingError for a value out of bounds."""
    outage = None if arguments.outage is None else _span(arguments.outage, "--outage")
    return ComparisonPlan(
        count=arguments.count,
        threads=arguments.threads,
        clients=arguments.clients,
        work=_span(arguments.work, "--work"),
        failing=arguments.failing,
        seed=arguments.seed,
        outage=outage,
        kill_s=arguments.kill,
    )


def main(given: Sequence[str] | None = None) -> int:
    arguments = _parser().parse_args(given)
    try:
        plan = read_plan(arguments)
    except SettingError as error:
        sys.stderr.write(f"{error}\n")
        return WRONG_USE
    folder = make_demo_folder()
    logs = set_up_logs(PROGRAM, folder=folder, stderr=None)  # else tracebacks of failed tries would go to stderr
    try:
        return _run(plan, folder, attached=arguments.attached)
    except (PacelineError, OSError) as error:
        sys.stderr.write(f"{problem_of(error)}\n")
        return FAILED
    finally:
        logs.close()
        remove_demo_folder(folder)


def _run(plan: ComparisonPlan, folder: Path, *, attached: bool) -> int:
    comparison = Comparison(plan, folder, _write)

    def on_signal(_number: int, _frame: FrameType | None) -> None:
        comparison.stop()

    for number in (signal.SIGTERM, signal.SIGINT):
        signal.signal(number, on_signal)
    if attached:
        Thread(target=_follow_console, args=(comparison,), name="console end", daemon=True).start()
    report = comparison.run()
    if report is None:
        return FAILED
    _write(report)
    return 0


def _follow_console(comparison: Comparison) -> None:
    """Blocks until the standard input has ended."""
    # Not sys.stdin: the lock of its buffer, held by a thread that waits, would break the end of the interpreter.
    with FileIO(STDIN, closefd=False) as lines:
        while lines.read(1_024):
            pass
    comparison.stop()


def _write(report: ComparisonReport) -> None:
    """OSError once the console has ended."""
    sys.stdout.buffer.write(report.line)
    sys.stdout.buffer.flush()


def _span(text: str, field: str) -> WorkSpan:
    try:
        return parse_work_span(text)
    except SettingError as error:
        raise SettingError(f"{field}: {error}") from None


def _parser() -> argparse.ArgumentParser:
    usual = ComparisonPlan()
    parser = argparse.ArgumentParser(PROGRAM, description="Process workouts within the request, and by queue.")
    parser.add_argument("--count", type=int, default=usual.count, help="workouts of each side")
    parser.add_argument("--threads", type=int, default=usual.threads, help="processed at once, of each side")
    parser.add_argument("--clients", type=int, default=usual.clients, help="clients of each side")
    parser.add_argument("--work", default=usual.work.text(), help="seconds that a workout takes, MIN:MAX")
    parser.add_argument("--failing", type=int, default=usual.failing, help="workouts that always fail")
    parser.add_argument("--seed", type=int, default=usual.seed)
    parser.add_argument("--outage", help="FROM:TO, seconds after the start, in which all processing fails")
    parser.add_argument("--kill", type=float, help="seconds after the start, when both services are killed")
    parser.add_argument("--attached", action="store_true", help="end with the standard input")
    return parser


if __name__ == "__main__":
    raise SystemExit(main())
