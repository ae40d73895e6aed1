"""`make mutants`: plants small mistakes and reports which of them no unit test notices.

The names of modules or folders as arguments limit it to those. The tests of a module are those of its package.
"""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
import tempfile
import tomllib
from collections import Counter
from collections.abc import Iterable, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path
from typing import Any

ROOT = Path(__file__).resolve().parents[2]
EQUIVALENT = Path(__file__).with_name("equivalent.toml")
TARGETS = (
    "core/processing",
    "core/achievements",
    "core/live/ledger.py",
    "worker/consumer/retry_policy.py",
    "worker/consumer/poison_detection.py",
    "core/outbox",
    "core/codec",
    "core/workouts",
    "core/parsing",
)
SIDE_BY_SIDE = 2
LEAST_KILLED = 0.9


@dataclass(frozen=True, slots=True)
class Mutant:
    path: str
    line: int
    scope: str
    change: str
    killed: bool

    @property
    def key(self) -> tuple[str, str, str]:
        """Without the line, which changes when others do."""
        return self.path, self.scope, self.change


def modules(wanted: Sequence[str]) -> list[Path]:
    found = (
        path
        for target in TARGETS
        for path in (sorted((ROOT / target).glob("*.py")) if not target.endswith(".py") else [ROOT / target])
    )
    paths = [path.relative_to(ROOT) for path in found if path.name != "__init__.py"]
    return [path for path in paths if not wanted or any(str(path).startswith(each.rstrip("/")) for each in wanted)]


def tests_of(path: Path) -> list[str]:
    """Of a module named by itself only its own; else those of its package, too."""
    folder = ROOT / "tests/unit" / path.parent
    own = sorted(folder.glob(f"test_{path.stem}*.py"))
    alone = str(path) in TARGETS
    return [str(test.relative_to(ROOT)) for test in (own if alone else [*own, *_others(folder, own)])]


def _others(folder: Path, own: list[Path]) -> list[Path]:
    return sorted(set(folder.rglob("test_*.py")) - set(own))


def copy_tree(place: Path) -> None:
    listed = subprocess.run(
        ["git", "ls-files", "-z", "--cached", "--others", "--exclude-standard"],
        cwd=ROOT,
        check=True,
        capture_output=True,
        text=True,
    )
    for name in filter(None, listed.stdout.split("\0")):
        if (ROOT / name).is_file():
            (place / name).parent.mkdir(parents=True, exist_ok=True)
            shutil.copy2(ROOT / name, place / name)


def try_module(path: Path, copy: Path) -> list[Mutant]:
    with tempfile.TemporaryDirectory() as folder:
        result = Path(folder) / "result.json"
        command = [sys.executable, "-m", "tests.mutants.trial", str(path), *tests_of(path), "--", str(result)]
        done = subprocess.run(command, cwd=copy, check=False, env={**os.environ, "PYTHONHASHSEED": "0"})
        if done.returncode:
            raise SystemExit(f"{path}: not tried")
        outcomes: list[dict[str, Any]] = json.loads(result.read_text())
    found = [Mutant(str(path), o["line"], o["scope"], o["change"], bool(o["code"])) for o in outcomes]
    survived = sum(not mutant.killed for mutant in found)
    print(f"{path}: {len(found)} mutants, {survived} survived", file=sys.stderr, flush=True)
    return found


def equivalents() -> dict[tuple[str, str, str], str]:
    """The reason why a surviving mutant changes nothing, by its key."""
    tables = tomllib.loads(EQUIVALENT.read_text("utf-8"))
    return {(path, each["in"], each["change"]): each["why"] for path, entries in tables.items() for each in entries}


def report(mutants: Iterable[Mutant], paths: Sequence[Path]) -> bool:
    """Prints the survivors and the rates; whether all is as it should be."""
    mutants, accepted = list(mutants), equivalents()
    survivors = [mutant for mutant in mutants if not mutant.killed]
    for mutant in survivors:
        if mutant.key not in accepted:
            print(f"{mutant.path}:{mutant.line} {mutant.scope}: {mutant.change}")
    tried = {str(path) for path in paths}
    stale = [key for key in accepted if key[0] in tried and key not in {mutant.key for mutant in survivors}]
    for path, scope, change in stale:
        print(f"{path} {scope}: no longer survives, remove it from {EQUIVALENT.name}: {change}")
    counted = [mutant for mutant in mutants if mutant.killed or mutant.key not in accepted]
    made, killed = Counter(m.path for m in counted), Counter(m.path for m in counted if m.killed)
    equivalent = Counter(m.path for m in survivors if m.key in accepted)
    print(f"\n{'module':<40} {'mutants':>8} {'killed':>7} {'survived':>9} {'equivalent':>11} {'rate':>7}")
    low = False
    for path in [*sorted(made), "all"]:
        of_all = path == "all"
        total = made.total() if of_all else made[path]
        noticed = killed.total() if of_all else killed[path]
        same = equivalent.total() if of_all else equivalent[path]
        rate = noticed / total if total else 1.0
        low = low or rate < LEAST_KILLED
        print(f"{path:<40} {total:>8} {noticed:>7} {total - noticed:>9} {same:>11} {rate:>7.1%}")
    return not stale and not low


def main() -> int:
    paths = modules(sys.argv[1:])
    with tempfile.TemporaryDirectory(prefix="mutants-") as folder, ThreadPoolExecutor(SIDE_BY_SIDE) as pool:
        copy = Path(folder)
        copy_tree(copy)
        found = pool.map(lambda path: try_module(path, copy), paths)
        mutants = [mutant for of_module in found for mutant in of_module]
    return 0 if report(mutants, paths) else 1


if __name__ == "__main__":
    sys.exit(main())
