"""Builds the main window's view models from the ConsoleState. Qt-free."""

from __future__ import annotations

from datetime import tzinfo

from core.events import ConnectionChanged, ConnectionState, ProblemRaised, WorkerState
from core.live.console_state import ConsoleState
from core.live.ledger import LedgerView
from gui.formatting import clock_text
from gui.frame.ledger_words import CONNECTING, NOT_KNOWN, counted, terms, verdict
from gui.frame.view_models import BannerView, ConnectionView, Offer, StatusView, WorkerButtonView


def connection_view(connection: ConnectionChanged | None, kind: str, place: str, environment: str) -> ConnectionView:
    """`kind` and `place` are shown until the first ConnectionChanged."""
    if connection is None:
        return ConnectionView(kind, place, ConnectionState.CONNECTING, environment)
    return ConnectionView(connection.kind, connection.place, connection.state, environment)


def ledger_as_of(state: ConsoleState, zone: tzinfo) -> tuple[LedgerView, str]:
    """The ledger, and from when its queue is; empty while it is read now, or why it was never read."""
    ledger = state.ledger()
    if ledger.as_of_ms is not None:
        return ledger, clock_text(ledger.as_of_ms, zone)
    if state.lost:
        return ledger, NOT_KNOWN
    return ledger, CONNECTING if state.unread else ""


def status_view(state: ConsoleState, now_ms: int, zone: tzinfo, *, files_in: str, http: str = "") -> StatusView:
    flow, depth, last_ms = state.flow(), state.depth, state.last_event_at_ms
    return StatusView(
        last_event_age_s=None if last_ms is None else max(0, now_ms - last_ms) / 1000,
        outbox=state.pending,
        depth=None if depth is None else depth.ready,
        depth_as_of=clock_text(depth.at_ms, zone) if depth is not None and state.lost else "",
        in_per_s=flow.in_per_s,
        out_per_s=flow.out_per_s,
        connected=not state.lost,
        files_in="" if state.started else files_in,
        http=http,
    )


def kept_sentence(pending: int) -> str:
    if not pending:
        return "New workouts are kept here and will be sent."
    if pending == 1:
        return "1 workout is kept here and will be sent."
    return f"{pending:,} workouts are kept here and will be sent."


def connection_banner(state: ConsoleState, now_ms: int) -> BannerView | None:
    """A banner while the broker is unreachable or blocked; None while it is online or before the first attempt."""
    connection = state.connection
    if connection is not None and connection.state is ConnectionState.BLOCKED:
        return _alarm_banner(connection, state.pending)
    if connection is None or not state.lost:
        return None
    refused = connection.state is ConnectionState.REFUSED
    headline = (
        f"{connection.kind} at {connection.place} refused."
        if refused
        else f"Could not reach {connection.kind} at {connection.place}."
    )
    wait_ms = None if connection.next_try_at_ms is None else max(0, connection.next_try_at_ms - now_ms)
    return BannerView(
        key="link",
        headline=connection.problem if refused and connection.problem else headline,
        text=kept_sentence(state.pending),
        kind="offline",
        next_try_s=None if wait_ms is None else round(wait_ms / 1000),
        offers=("reconnect", "connect_to"),
        details=connection.problem or headline,
        can_close=False,
    )


def _alarm_banner(connection: ConnectionChanged, pending: int) -> BannerView:
    return BannerView(
        key="link",
        headline=connection.problem,
        text=f"{kept_sentence(pending)} Workers go on.",
        kind="problem",
        details=connection.problem,
        can_close=False,
    )


def workers_banner(state: ConsoleState, now_ms: int, worker: WorkerButtonView) -> BannerView | None:
    """A banner while workouts wait and no worker takes them."""
    starting = worker.state in (WorkerState.STARTING, WorkerState.ON_HOLD)  # a worker on hold says why itself
    if not state.unattended or starting:
        return None
    paused = state.workers.number_in(WorkerState.PAUSED, now_ms)
    headline = "No worker is running."
    if paused:
        headline = "The only worker is paused." if paused == 1 else f"All {paused} workers are paused."
    offer: Offer = "pause" if worker.state is WorkerState.PAUSED else "start"
    return BannerView(
        key="workers",
        headline=headline,
        text=f"{state.waiting:,} {'waits' if state.waiting == 1 else 'wait'}.",
        kind="warning",
        offers=(offer,) if worker.state in (WorkerState.PAUSED, WorkerState.STOPPED) else (),
        can_close=False,
    )


def hold_banner(state: ConsoleState, now_ms: int) -> BannerView | None:
    """A banner while every worker waits for the database, or for something else that it names."""
    problem = state.workers.hold_problem(now_ms)
    if not problem:
        return None
    held = state.workers.number_in(WorkerState.ON_HOLD, now_ms)
    waiting = f"{state.waiting:,} {'waits' if state.waiting == 1 else 'wait'}." if state.waiting else ""
    return BannerView(
        key="hold",
        headline="The worker is on hold." if held == 1 else f"All {held} workers are on hold.",
        text=" ".join(part for part in (problem, waiting) if part),
        kind="warning",
        details=problem,
        can_close=False,
    )


def problem_banner(problem: ProblemRaised, zone: tzinfo) -> BannerView:
    return BannerView(
        key=f"{problem.kind}:{problem.text}",
        headline=problem.text,
        kind="notice" if problem.kind == "notice" else "problem",
        details=f"{clock_text(problem.at_ms, zone)}  {problem.kind}\n{problem.text}",
    )


def banner_view(
    state: ConsoleState, now_ms: int, worker: WorkerButtonView, closed: frozenset[str] | set[str], zone: tzinfo
) -> BannerView | None:
    """The banner to show: the connection first, else the newest problem or notice that the user has not closed.

    That no worker runs, or that all are on hold, goes before a notice.
    """
    shown = (problem_banner(problem, zone) for problem in reversed(state.problems))
    newest = next((banner for banner in shown if banner.key not in closed), None)
    problem = newest if newest is not None and newest.kind == "problem" else None
    idle = workers_banner(state, now_ms, worker) or hold_banner(state, now_ms)
    return connection_banner(state, now_ms) or problem or idle or newest


def status_line(state: ConsoleState, now_ms: int, zone: tzinfo) -> str:
    """The state of the pipeline as one line for a terminal."""
    (ledger, as_of), flow, connection = ledger_as_of(state, zone), state.flow(), state.connection
    where, problem = "connecting", ""
    if connection is not None:
        where = f"{connection.kind} at {connection.place} {connection.state.value}"
        if connection.state is not ConnectionState.ONLINE and connection.problem:
            problem = f". {connection.problem}"
    rate = "" if flow.out_per_s is None else f", {flow.out_per_s:,.1f}/s"
    total = f"{counted(ledger, ledger.accepted)} accepted = {' + '.join(terms(ledger, as_of))}"
    return f"{clock_text(now_ms, zone)}  {where}: {total} ({verdict(ledger, as_of)}){rate}{problem}"
