"""What each part of the flow says now. Qt-free."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import replace

from core.broker.topology import RETRY_DELAYS_S
from core.events import WorkerState
from core.live.chart_summary import short_time
from core.live.console_state import ConsoleState
from core.live.flow import Edge, FlowCounts, FlowModel, empty_in_with_one_more
from core.live.workers import LiveWorker
from core.metrics.depth_and_flow import FlowRates
from gui.charts.formatting import NOTHING, rate_parts
from gui.formatting import waited_text
from gui.forms.formatting import duration_text
from gui.frame.view_models import age_text
from gui.frame.worker_names import WorkerNames
from gui.theme.states import State
from gui.workspaces.demo.flow.words import EdgeWords, NodeWords, NumberRow, WorkerWords, number_ways

_PRODUCER_ICONS = {
    "Form": "text-box-outline",
    "File": "file-outline",
    "HTTP": "web",
    "Load": "speedometer",
}
_OTHERS_ICON = "account-multiple-outline"
_MOST_WORKERS_LISTED = 200
_AT_THE_BROKER: dict[Edge, tuple[str, ...]] = {Edge.SENT: ("cut off",), Edge.TAKEN: (), Edge.RETURNED: ()}
_STATES: dict[WorkerState, State] = {
    WorkerState.STARTING: "idle",
    WorkerState.RUNNING: "running",
    WorkerState.PAUSED: "paused",
    WorkerState.DRAINING: "running",
    WorkerState.ON_HOLD: "waiting",
    WorkerState.STOPPED: "idle",
}


def producers_words(counts: FlowCounts, producers: Mapping[str, int]) -> NodeWords:
    """There is room for the usual ones, and for all others together; the card tells these apart."""
    shown = {name: number for name, number in producers.items() if name in _PRODUCER_ICONS}
    if others := sum(producers.values()) - sum(shown.values()):
        shown["Others"] = others
    rows = tuple(NumberRow(name, f"{n:,}", _PRODUCER_ICONS.get(name, _OTHERS_ICON)) for name, n in shown.items())
    rows = (*rows, NumberRow("Outbox", f"{counts.kept:,}", "tray-full"))
    number = number_ways(counts.accepted, known=counts.known)
    return NodeWords("Producers", "tray-arrow-up", number=number, unit="accepted", rows=rows)


def queue_words(counts: FlowCounts, state: ConsoleState) -> NodeWords:
    oldest, flow = state.oldest_age_s, state.flow()
    rows = (
        NumberRow(
            "oldest", NOTHING if oldest is None or not counts.waiting else waited_text(oldest * 1_000, tenths=False)
        ),
        NumberRow("empty in", "never" if state.unattended else empty_text(flow, counts.waiting)),
    )
    number = number_ways(counts.waiting, known=not state.unread)
    return NodeWords("Queue", "layers-triple-outline", "waiting", number, "waiting", rows, stack=counts.waiting)


def empty_text(flow: FlowRates, waiting: int) -> str:
    """`never` while more comes in than goes out."""
    if flow.empty_in_s is not None:
        return short_time(flow.empty_in_s)
    known = flow.pace_per_s is not None and flow.in_per_s is not None
    return ("never" if known else "measuring") if waiting else NOTHING


def store_words(counts: FlowCounts) -> NodeWords:
    rows = (NumberRow("duplicates", f"{counts.duplicates:,}"),)
    return NodeWords(
        "Store", "database-outline", "stored", number_ways(counts.stored, known=counts.known), "stored", rows
    )


def badges_words(state: ConsoleState) -> NodeWords:
    feed = state.achievements.feed
    rows = (NumberRow("last", feed[0].badge.name if feed else NOTHING),)
    number = number_ways(state.achievements.unlocked)
    return NodeWords("Badges", "star", "achievement", number, "unlocked", rows)


def retry_words(counts: FlowCounts) -> NodeWords:
    delays = ", ".join(str(delay) for delay in RETRY_DELAYS_S)
    line = (f"again in {delays} s", f"in {delays} s")
    return NodeWords("Retry", "refresh", "waiting", corner=f"{counts.retrying:,}", line=line, calm=True)


def failed_words(counts: FlowCounts) -> NodeWords:
    line = ("given up, kept to be repaired", "kept to be repaired", "kept")
    corner = f"{counts.failed:,}" if counts.known else NOTHING
    return NodeWords("Failed", "close", "failed", corner=corner, line=line, calm=not counts.failed)


def edge_words(counts: FlowCounts, state: ConsoleState, model: FlowModel) -> dict[Edge, EdgeWords]:
    flow, known = state.flow(), counts.known
    numbers = {
        Edge.SENT: counts.sent,
        Edge.TAKEN: counts.taken,
        Edge.STORED: counts.stored,
        Edge.RETRIED: counts.retried,
        Edge.RETURNED: counts.returned,
        Edge.FAILED: counts.gave_up,
        Edge.EARNED: state.achievements.unlocked,
    }
    rates = {Edge.SENT: flow.in_per_s, Edge.STORED: flow.out_per_s}
    words = {
        edge: EdgeWords(number_ways(number, known=known), _notes(rates.get(edge), model.each(edge)))
        for edge, number in numbers.items()
    }
    if state.lost:
        for edge, notes in _AT_THE_BROKER.items():
            words[edge] = replace(words[edge], notes=notes, cut=True)
    return words


def _notes(per_s: float | None, each: int) -> tuple[str, ...]:
    rate = () if per_s is None else (" ".join(rate_parts(per_s)),)
    return (*rate, f"1 dot = {each:,}") if each > 1 else rate


def dots_text(model: FlowModel, *, still: bool) -> str:
    """What a dot stands for, beside the title; `still`: there are none."""
    if still:
        return "live, without motion as the system asks"
    most = max(model.each(edge) for edge in Edge)
    return "live, one dot is one workout" if most == 1 else f"live, one dot is up to {most:,} workouts"


def add_words(state: ConsoleState, waiting: int, workers: int) -> tuple[str, ...]:
    if not waiting:
        return ("nothing waits for it now", "nothing waits")
    seconds = empty_in_with_one_more(state.flow(), waiting, workers)
    if seconds is not None:
        time = short_time(seconds)
        return (f"then empty in {time}", f"empty in {time}")
    flow = state.flow()
    known = workers and flow.pace_per_s is not None and flow.in_per_s is not None
    return ("it would still grow", "still grows") if known else ("takes from the same queue", "to share the work")


def shown_workers(state: ConsoleState, names: WorkerNames, now_ms: int) -> list[LiveWorker]:
    """This console's first, in their order; then the others by name."""
    order = {name: place for place, name in enumerate(names.own)}
    views = state.workers.views(now_ms)[:_MOST_WORKERS_LISTED]
    return sorted(views, key=lambda view: (order.get(view.name, len(order)), view.name))


def worker_words(view: LiveWorker, names: WorkerNames, most_s: float) -> WorkerWords:
    has_job = view.job is not None and not view.presumed_dead and not view.stale
    state: State = _STATES[view.state]
    if state == "running" and not has_job:
        state = "idle"
    if view.state is WorkerState.STOPPED and view.problem:  # killed
        state = "failed"
    took_ms = float(view.job_for_ms)
    return WorkerWords(
        part=view.name,
        title=names.short(view.name),
        state=state,
        rate=_rate_text(view.rate_per_s),
        job=job_ways(view) if has_job else _state_ways(view),
        took=waited_text(took_ms) if has_job else "",
        share=min(1.0, took_ms / (most_s * 1_000)) if has_job and most_s > 0 else None,
        faint=view.stale or view.state is WorkerState.STOPPED,
    )


def job_ways(view: LiveWorker) -> tuple[str, ...]:
    """`Nina Novak, Rowing 30:00`, and shorter; behind it how many more are in the same batch."""
    job = view.job
    if job is None:
        return ("",)
    more = f" +{view.in_flight - 1:,}" if view.in_flight > 1 else ""
    name = job.athlete or job.workout_id[:8]
    if not job.sport:
        return (f"{name}{more}",)
    length = "" if job.duration_min is None else f" {duration_text(job.duration_min)}"
    ways = (f"{name}, {job.sport}{length}{more}", f"{name}, {job.sport}{more}", f"{name}{more}", name)
    return tuple(dict.fromkeys(ways))


def _rate_text(per_s: float | None) -> str:
    """Of one worker: two decimals below 10."""
    if per_s is None:
        return ""
    return f"{per_s:.2f} /s" if 0 < per_s < 9.995 else f"{per_s:,.0f} /s"


def _state_ways(view: LiveWorker) -> tuple[str, ...]:
    """Why a worker has no job; of a problem its first words alone where there is less room."""
    if view.presumed_dead:
        return ("gone, its work went back", "gone")
    if view.stale:
        return (f"no sign for {age_text(view.age_ms / 1_000)}",)
    if view.state is WorkerState.RUNNING:
        return ("idle",)
    if not view.problem:
        return (view.state.value,)
    return tuple(dict.fromkeys((view.problem, re.split(r"[(:;,.]", view.problem)[0].strip(), view.state.value)))
