"""How a console starts the process of a comparison: never by a shell. Qt-free."""

from __future__ import annotations

import os
import sys
from collections.abc import Mapping, Sequence

from worker.demo.child_process import ROOT
from worker.demo.comparison.plan import ComparisonPlan

COMMAND = "worker.demo.comparison.command"


def command_line(plan: ComparisonPlan) -> Sequence[str]:
    """The program and its arguments; the process ends with its standard input."""
    numbers = {name: getattr(plan, name) for name in ("count", "threads", "clients", "failing", "seed")}
    options = [text for name, number in numbers.items() for text in (f"--{name}", str(number))]
    options += ["--work", plan.work.text()]
    options += [] if plan.outage is None else ["--outage", plan.outage.text()]
    options += [] if plan.kill_s is None else ["--kill", f"{plan.kill_s:g}"]
    # -P: not what the current folder has by these names
    return [sys.executable, "-P", "-m", COMMAND, "--attached", *options]


def more_environment() -> Mapping[str, str]:
    """Where the modules of this program are, also for one that is not installed."""
    return {"PYTHONPATH": os.pathsep.join([str(ROOT), *filter(None, [os.environ.get("PYTHONPATH")])])}
