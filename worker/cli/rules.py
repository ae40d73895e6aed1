"""`paceline-data rules`: the achievement rules that are in force in the results."""

from __future__ import annotations

import signal
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from threading import Event
from typing import Annotated

import typer

from core.achievements.rule_differences import RuleDifferences, differences
from core.achievements.rule_file import checked_rules, read_text
from core.achievements.rules import AchievementRules, default_rules, shipped_text
from core.care.progress import Progress
from core.errors import SettingError
from core.store.rules.changes import RulesState, compute_again, put_in_force, rules_state
from core.store.rules.recompute import REST_S, BadgeChange, Computed, Recomputed, Watching
from worker.cli.common import BROKER, DATA_DIR, DATABASE, NOT_ALL
from worker.cli.data_output import AS_JSON, PROGRAM, errors, opened_places, say, show_progress
from worker.failed.failed_service import current_user
from worker.runtime.clock import now_ms

HELP = "The achievement rules in force: show, check or change them, and compute again what everyone has earned."
UNFINISHED = "not all is computed: paceline-data rules compute goes on, and so does the next start of a worker"

rules = typer.Typer(no_args_is_help=True, help=HELP)

FILE = Annotated[Path, typer.Argument(help="rule file, as `show` writes it")]


@rules.command()
def show(broker: BROKER = None, database: DATABASE = None, data_dir: DATA_DIR = None) -> None:
    """Write the rules in force to standard output, and to standard error whose they are.

    Exit code: 0 all results follow them, 1 some are not computed yet, 2 could not run.
    """
    with opened_places(broker, database, data_dir) as places:
        state = rules_state(places.database_url, default_rules())
    sys.stdout.write(shipped_text() if state.text is None else state.text)
    if state.text is None:
        sys.stderr.write(f"{PROGRAM}: the rules that the program is shipped with\n")
    else:
        sys.stderr.write(f"{PROGRAM}: changed by {state.changed_by}\n")
    if state.computed is not None:
        sys.stderr.write(f"{PROGRAM}: {_computed_text(state.computed)}; {UNFINISHED}\n")
        raise SystemExit(NOT_ALL)


@rules.command()
def check(file: FILE, as_json: AS_JSON = False) -> None:
    """Check a rule file; what is wrong is named with its line.

    Exit code: 0 the rules can be used, 2 they cannot.
    """
    with errors():
        found = checked_rules(read_text(file))
    say({"rules": len(found.all)}, f"{len(found.all):,} rules", as_json=as_json)


@rules.command()
def use(
    file: FILE,
    as_json: AS_JSON = False,
    broker: BROKER = None,
    database: DATABASE = None,
    data_dir: DATA_DIR = None,
) -> None:
    """Put the rules of a file in force, and compute again what everyone has earned.

    Exit code: 0 all is computed, 1 it was stopped before (Ctrl+C), 2 could not run.
    """
    with opened_places(broker, database, data_dir) as places:
        text = read_text(file)
        _change(places.database_url, text, checked_rules(text), as_json=as_json)


@rules.command()
def shipped(
    as_json: AS_JSON = False, broker: BROKER = None, database: DATABASE = None, data_dir: DATA_DIR = None
) -> None:
    """Return to the rules that the program is shipped with, and compute again what everyone has earned.

    Exit code: 0 all is computed, 1 it was stopped before (Ctrl+C), 2 could not run.
    """
    with opened_places(broker, database, data_dir) as places:
        _change(places.database_url, None, default_rules(), as_json=as_json)


@rules.command()
def compute(
    as_json: AS_JSON = False, broker: BROKER = None, database: DATABASE = None, data_dir: DATA_DIR = None
) -> None:
    """Go on computing what everyone has earned by the rules in force.

    Exit code: 0 all is computed, 1 it was stopped before (Ctrl+C), 2 could not run.
    """
    with opened_places(broker, database, data_dir) as places:
        _compute(places.database_url, {}, "", as_json=as_json)


def _change(url: str, text: str | None, after: AchievementRules, *, as_json: bool) -> None:
    before = rules_state(url, default_rules())
    found = differences(_rules_of(before), after)
    put_in_force(url, text, default_rules(), by=current_user(), now_ms=now_ms(), version=before.version)
    _compute(
        url,
        {"added": found.added, "removed": found.removed, "changed": found.changed},
        differences_text(found),
        as_json=as_json,
    )


def _rules_of(state: RulesState) -> AchievementRules | None:
    """None where a newer program wrote them."""
    if state.text is None:
        return default_rules()
    try:
        return AchievementRules.parse(state.text)
    except SettingError:
        return None


def _compute(url: str, fields: dict[str, object], words: str, *, as_json: bool) -> None:
    with _stopped_by_ctrl_c() as stopped:
        watching = Watching(_show if sys.stderr.isatty() else lambda _computed: None, lambda: not stopped(REST_S))
        done = compute_again(url, default_rules(), now_ms=now_ms(), watching=watching)
    fields |= {
        "finished": done.is_finished,
        "earned": {one.code: one.athletes for one in done.earned},
        "lost": {one.code: one.athletes for one in done.lost},
    }
    say(fields, "\n".join(filter(None, (words, _changes_text(done)))), as_json=as_json)
    if not done.is_finished:
        sys.stderr.write(f"{PROGRAM}: {UNFINISHED}\n")
        raise SystemExit(NOT_ALL)


@contextmanager
def _stopped_by_ctrl_c() -> Iterator[Callable[[float], bool]]:
    """Between two chunks: the one that runs is stored."""
    asked = Event()
    before = signal.signal(signal.SIGINT, lambda *_: asked.set())
    try:
        yield asked.wait
    finally:
        signal.signal(signal.SIGINT, before)


def _show(computed: Computed) -> None:
    done, total = computed.athletes, computed.of_athletes
    if computed.workouts:
        show_progress(Progress("Computing workouts without an athlete", computed.workouts, computed.of_workouts))
    else:
        show_progress(Progress("Computing athletes", done, total))


def _computed_text(computed: Computed) -> str:
    return f"computed for {computed.athletes:,} of {computed.of_athletes:,} athletes"


def differences_text(found: RuleDifferences) -> str:
    """A line for each kind of change."""
    parts = {"added": found.added, "removed": found.removed, "changed": found.changed}
    return "\n".join(f"{kind}: {', '.join(names)}" for kind, names in parts.items() if names)


def _changes_text(done: Recomputed) -> str:
    lines = [
        *(f"{_athletes(one)} earned {one.name}" for one in done.earned),
        *(f"{_athletes(one)} no longer {'has' if one.athletes == 1 else 'have'} {one.name}" for one in done.lost),
    ]
    return "\n".join(lines) or "no athlete has earned or lost a badge"


def _athletes(one: BadgeChange) -> str:
    return "1 athlete" if one.athletes == 1 else f"{one.athletes:,} athletes"
