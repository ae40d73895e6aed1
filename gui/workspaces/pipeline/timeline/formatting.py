"""Formats the steps of a workout's timeline. Qt-free."""

from __future__ import annotations

from core.events import OutcomeKind
from core.live.timeline import Phase, Step, Timeline
from core.live.workout_log import WorkoutTrace
from core.store.models import WeekChange
from gui.charts.formatting import duration
from gui.formatting import ordinal
from gui.forms.formatting import Units, distance_text, duration_text, energy_number
from gui.forms.reasons import reason_in_units
from gui.frame.worker_names import WorkerNames
from gui.theme.palette import Role
from gui.workspaces.pipeline.formatting import KIND_WORDS

PHASES: dict[Phase, tuple[str, Role]] = {
    "send": ("Send and confirm", "neutral"),
    "wait": ("Wait", "waiting"),
    "run": ("Run", "running"),
    "run_commit": ("Run and commit", "running"),
}


def headline(timeline: Timeline) -> tuple[str, str, str]:
    """A duration as value and unit, and what it measures; of a failure all in the value."""
    end = timeline.trace.end
    if end is OutcomeKind.FAILED:
        after = "" if timeline.total_ms is None else f" after {span(timeline.total_ms)}"
        return f"Failed{after}", "", ""
    if timeline.total_ms is None:
        return "", "", "on its way" if end in (None, OutcomeKind.RETRYING) else KIND_WORDS[end]
    value, _, unit = span(timeline.total_ms).partition(" ")
    kinds = {step.kind for step in timeline.steps}
    start = "from Enter" if "accepted" in kinds else "from sending" if "sent" in kinds else "from pick-up"
    return value, unit, f"{start} to {'badge' if timeline.trace.badges else 'stored'}"


def subject(timeline: Timeline, units: Units) -> str:
    """`Running 45:00, 5.2 km`."""
    parts = [timeline.trace.sport or "no sport"]
    if timeline.trace.duration_min is not None:
        parts[0] += f" {duration_text(timeline.trace.duration_min)}"
    if timeline.trace.distance_km is not None:
        parts.append(distance_text(timeline.trace.distance_km, timeline.trace.sport, units))
    return ", ".join(parts)


def identity(timeline: Timeline) -> str:
    revision = "" if timeline.revision is None else f", revision {timeline.revision}"
    return f"id {timeline.trace.workout_id}{revision}"


def span(ms: float) -> str:
    """A duration as in the charts; a difference of timestamps, which is whole, has no fraction of a millisecond."""
    return f"{ms} ms" if isinstance(ms, int) and ms < 100 else duration(ms)


def delta(ms: float | None) -> str:
    return "" if ms is None else f"+{span(ms)}"


def title(step: Step, names: WorkerNames) -> str:
    """`Picked up by W2`."""
    return f"{step.title} by {names.called(step.worker)}" if step.kind == "picked" and step.worker else step.title


def note(step: Step, names: WorkerNames, trace: WorkoutTrace, units: Units) -> str:
    """The text below a step's title; of a failed try its whole reason."""
    text = reason_in_units(step.note, trace, units) if step.kind in ("failed", "retry") else step.note
    by = f"by {names.called(step.worker)}" if step.kind != "picked" and step.worker else ""
    return ", ".join([*filter(None, [text, by]), *(f"{name} {span(ms)}" for name, ms in step.parts)])


def changes(timeline: Timeline, units: Units) -> list[tuple[str, str, str]]:
    """What the workout changed for its athlete: name, before, after."""
    week = timeline.week
    if week is None:
        return []
    rows: list[tuple[str, str, str]] = []
    if timeline.trace.distance_km:
        before = _distance(week.distance_before_km, units)
        rows.append((f"Week {week.iso_week} distance", before.split()[0], _distance(week.distance_after_km, units)))
    after = f"{energy_number(week.energy_after_kcal)} kcal"
    rows.append((f"Week {week.iso_week} energy", energy_number(week.energy_before_kcal), after))
    if (ranks := _ranks(week)) is not None:
        rows.append(("Leaderboard", *ranks))
    return rows


def sentence(timeline: Timeline, units: Units, names: WorkerNames) -> str:
    """The whole timeline as text for screen readers."""
    value, unit, what = headline(timeline)
    athlete = timeline.trace.athlete or "no athlete named"
    parts = [f"{athlete}: {subject(timeline, units)}", f"{value} {unit} {what}".strip()]
    for step in timeline.steps:
        more = f"{note(step, names, timeline.trace, units)} {delta(step.delta_ms)}".strip()
        parts.append(", ".join(filter(None, [title(step, names), more])))
    parts += [f"{name}: {before} to {after}" for name, before, after in changes(timeline, units)]
    return ". ".join(parts)


def _distance(km: float, units: Units) -> str:
    return distance_text(km, "", units)


def _ranks(week: WeekChange) -> tuple[str, str] | None:
    if week.rank_after is None:
        return None
    return ("–" if week.rank_before is None else ordinal(week.rank_before)), ordinal(week.rank_after)
