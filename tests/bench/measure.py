"""Runs roles in processes of their own and prints medians and ratios."""

from __future__ import annotations

import json
import subprocess
import sys
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from statistics import median

ROLE_BOUND_S = 300.0


@dataclass
class Series:
    """What one contender measured, run by run; a rate (higher is better) or a time."""

    name: str
    unit: str
    values: list[float] = field(default_factory=list)

    @property
    def median(self) -> float:
        return median(self.values)

    def line(self) -> str:
        spread = f"{min(self.values):,.1f} to {max(self.values):,.1f}"
        return f"  {self.name:<42} {self.median:>12,.1f} {self.unit:<8} ({spread}, {len(self.values)} runs)"


def run_role(module: str, *arguments: str, env: Mapping[str, str] | None = None) -> dict[str, float]:
    """Run `python -m module arguments` and read the JSON object on its last line of output."""
    done = subprocess.run(
        [sys.executable, "-m", module, *arguments],
        env=None if env is None else dict(env),
        capture_output=True,
        text=True,
        timeout=ROLE_BOUND_S,
        check=False,
    )
    if done.returncode:
        raise RuntimeError(f"{module} {' '.join(arguments)} ended with {done.returncode}:\n{done.stderr[-2000:]}")
    found: dict[str, float] = json.loads(done.stdout.strip().splitlines()[-1])
    return found


def interleaved(runs: int, contenders: Mapping[str, Callable[[], float]], unit: str) -> dict[str, Series]:
    """Each contender once, then each again: what the machine does meanwhile hits all of them alike."""
    series = {name: Series(name, unit) for name in contenders}
    for _ in range(runs):
        for name, measure in contenders.items():
            series[name].values.append(measure())
    return series


def verdict(text: str, value: float, target: float, *, at_least: bool) -> str:
    reached = value >= target if at_least else value <= target
    bound = "at least" if at_least else "at most"
    return f"  {text}: {value:,.2f} ({bound} {target:,.2f}: {'reached' if reached else 'NOT reached'})"
