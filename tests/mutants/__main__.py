"""`make mutants`: plants small mistakes and reports which of them no unit test notices.

The names of modules or folders as arguments limit it to those. Only the tests of a module's package count. With
MUTANTS_EVERY=4 in the environment only every fourth mutant is tried.
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
    "core/athletes",
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
    text: str  # the line's
    change: str
    killed: bool

    @property
    def key(self) -> tuple[str, str, str]:
        """Without the number of the line, which changes with the lines before it."""
        return self.path, self.text, self.change


def modules(target: str, wanted: Sequence[str] = ()) -> list[str]:
    """Of a target, those that are wanted, or that are in a wanted folder."""
    found = sorted((ROOT / target).glob("*.py")) if not target.endswith(".py") else [ROOT / target]
    paths = [str(path.relative_to(ROOT)) for path in found if path.name != "__init__.py"]
    return [path for path in paths if not wanted or path.startswith(tuple(wanted))]


def tests_of(target: str) -> list[str]:
    """Of a single module only its own, else those of the package."""
    if not target.endswith(".py"):
        return [f"tests/unit/{target}"]
    path = Path(target)
    folder = ROOT / "tests/unit" / path.parent
    return [str(test.relative_to(ROOT)) for test in sorted(folder.glob(f"test_{path.stem}*.py"))]


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


def try_all(target: str, paths: Sequence[str], copy: Path) -> list[Mutant]:
    with tempfile.TemporaryDirectory() as folder:
        result = Path(folder) / "result.json"
        command = [sys.executable, "-m", "tests.mutants.trial", *paths, "--", *tests_of(target), "--", str(result)]
        done = subprocess.run(command, cwd=copy, check=False, env={**os.environ, "PYTHONHASHSEED": "0"})
        if done.returncode:
            raise SystemExit(f"{target}: its tests fail without a mistake, or cannot be collected")
        outcomes: list[dict[str, Any]] = json.loads(result.read_text())
    found = [Mutant(o["path"], o["line"], o["text"], o["change"], bool(o["code"])) for o in outcomes]
    accepted = equivalents()
    shown = [f"{m.path}:{m.line}: {m.text}\n    {m.change}" for m in found if not m.killed and m.key not in accepted]
    print("\n".join([*shown, f"{target}: {len(found)} mutants, {len(shown)} survived"]), flush=True)
    return found


def equivalents() -> dict[tuple[str, str, str], str]:
    """The reason why a surviving mutant changes nothing, by its key."""
    tables = tomllib.loads(EQUIVALENT.read_text("utf-8"))
    entries = ((path, entry) for path, of_module in tables.items() for entry in of_module)
    return {(path, entry["line"], change): entry["why"] for path, entry in entries for change in entry["changes"]}


def report(mutants: Iterable[Mutant], paths: Sequence[str]) -> bool:
    """Prints the rates; whether all is as it should be."""
    mutants, accepted = list(mutants), equivalents()
    survivors = [mutant for mutant in mutants if not mutant.killed]
    sampled = "MUTANTS_EVERY" in os.environ
    stale = (
        []
        if sampled
        else [key for key in accepted if key[0] in paths and key not in {mutant.key for mutant in survivors}]
    )
    for path, text, change in stale:
        print(f"{path}: {text}\n    {change}\n    no longer survives: remove it from {EQUIVALENT.name}")
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
    chosen = {target: paths for target in TARGETS if (paths := modules(target, sys.argv[1:]))}
    with tempfile.TemporaryDirectory(prefix="mutants-") as folder, ThreadPoolExecutor(SIDE_BY_SIDE) as pool:
        copy_tree(Path(folder))
        found = pool.map(lambda target: try_all(target, chosen[target], Path(folder)), chosen)
        mutants = [mutant for of_target in found for mutant in of_target]
    return 0 if report(mutants, [path for paths in chosen.values() for path in paths]) else 1


if __name__ == "__main__":
    sys.exit(main())
