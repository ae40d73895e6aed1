"""How a console starts the process of a comparison: never by a shell. Qt-free."""

from __future__ import annotations

from collections.abc import Sequence

from worker.demo.child_process import module_command
from worker.demo.comparison.plan import ComparisonPlan

COMMAND = "worker.demo.comparison.command"


def command_line(plan: ComparisonPlan) -> Sequence[str]:
    """The program and its arguments; the process ends with its standard input."""
    numbers = {name: getattr(plan, name) for name in ("count", "threads", "clients", "failing", "seed")}
    options = [text for name, number in numbers.items() for text in (f"--{name}", str(number))]
    options += ["--work", plan.work.text()]
    options += [] if plan.outage is None else ["--outage", plan.outage.text()]
    options += [] if plan.kill_s is None else ["--kill", f"{plan.kill_s:g}"]
    return [*module_command(COMMAND), "--attached", *options]
