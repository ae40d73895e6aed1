"""What the card of a part says: what it is, its numbers, its setting and code, what breaks without it. Qt-free."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from core.broker.topology import JOBS_QUEUE, RETRY_DELAYS_S
from core.live.chart_summary import short_time
from core.live.console_state import ConsoleState
from core.live.flow import FlowCounts
from core.live.workers import LiveWorker
from gui.charts.formatting import NOTHING, rate_parts
from gui.formatting import waited_text
from gui.shortcuts import SHORTCUTS, Scope
from gui.workspaces.demo.flow.formatting import empty_text, job_ways
from gui.workspaces.demo.flow.words import BADGES, FAILED, PRODUCERS, QUEUE, RETRY, STORE, WORKERS, NumberRow

_DELAYS = ", ".join(str(delay) for delay in RETRY_DELAYS_S)
_SETTINGS = SHORTCUTS[Scope.PROGRAM]["settings"].hint()
_CONNECTION = SHORTCUTS[Scope.CONNECTION]["connect_to"].hint()
_WORKER = "worker"  # the card of any one of them


@dataclass(frozen=True, slots=True)
class CardText:
    """`setting`: its name and where it is; `code`: module and class; `without`: what breaks if it is missing."""

    title: str
    what: str
    setting: tuple[str, str]
    code: tuple[str, str]
    without: str


CARDS: dict[str, CardText] = {
    PRODUCERS: CardText(
        "Producers",
        "Workouts come from the form, from files, by HTTP, and from the sample load. Each is first written to the"
        " outbox on this disk; only then it is accepted.",
        ("HTTP endpoint", _SETTINGS),
        ("worker.outbox.outbox_writer", "OutboxWriter"),
        "What is sent while the broker is away would be lost: there would be no outbox to keep it.",
    ),
    QUEUE: CardText(
        "Queue",
        f"Messages wait in {JOBS_QUEUE}, on disk, until a worker takes them. A worker that is slow makes it longer,"
        " never the form.",
        ("Broker", _CONNECTION),
        ("core.broker.ports", "Broker"),
        "Who sends a workout would wait until it is done, and a crash would lose what is not.",
    ),
    WORKERS: CardText(
        "Workers",
        "Each takes messages from the same queue, processes them, commits the results, and acknowledges only after"
        " that. More of them empty the queue sooner.",
        ("Prefetch: workouts fetched at a time", _SETTINGS),
        ("worker.consumer.loop", "WorkerLoop"),
        "The queue only grows. Nothing is lost, and nothing is done.",
    ),
    _WORKER: CardText(
        "Worker",
        "One of the workers with what it does now. The bar is the time of its job, of the longest that a job may take.",
        ("Slowness", "the panel Load"),
        ("worker.consumer.batch_runner", "BatchRunner"),
        "If it ends in the middle of a job, the message goes back to the queue, and another worker takes it.",
    ),
    STORE: CardText(
        "Store",
        "The results database. One transaction stores a whole batch with totals, boards and badges, and notes each"
        " message in the inbox. A hollow dot is a duplicate: it changes nothing.",
        ("Results database", _CONNECTION),
        ("core.store.writer", "ResultsStore"),
        "Nothing would last. And without its inbox, a message that is delivered twice would count twice.",
    ),
    BADGES: CardText(
        "Badges",
        "What athletes earn is worked out from all of their workouts, in the same transaction that stores one.",
        ("Achievement rules", f"Athletes: {SHORTCUTS[Scope.ATHLETES]['rules'].plain}"),
        ("core.achievements.rules", "AchievementRules"),
        "Counted one by one as messages come, badges would depend on their order, and on duplicates.",
    ),
    RETRY: CardText(
        "Retry",
        f"A try that failed and may succeed later waits here for at most {_DELAYS} s, and returns to the queue.",
        (f"Delays: {_DELAYS} s", "fixed, in core/broker/topology.py"),
        ("worker.consumer.retry_policy", "RetryLater"),
        "A database that is away for a second would fail every message, or one message would be tried again and"
        " again at once.",
    ),
    FAILED: CardText(
        "Failed",
        f"What breaks a rule, or failed {len(RETRY_DELAYS_S) + 1} tries, is kept here with its reason, to be repaired,"
        " retried or discarded.",
        ("Failed list", "the workspace Failed"),
        ("worker.failed.failed_service", "FailedMessageService"),
        "A bad message would be dropped unseen, or keep a worker busy for ever.",
    ),
}


def card_of(part: str) -> CardText:
    """The text for a part; that of a worker for its name."""
    return CARDS.get(part, CARDS[_WORKER])


def card_numbers(
    part: str, counts: FlowCounts, state: ConsoleState, producers: Mapping[str, int], worker: LiveWorker | None
) -> tuple[NumberRow, ...]:
    """The numbers of a part now; `worker`: the one that the part is, if it is one."""
    if worker is not None:
        return _worker_numbers(worker)
    flow = state.flow()
    rows: dict[str, tuple[NumberRow, ...]] = {
        PRODUCERS: (
            _row("accepted", counts.accepted),
            *(_row(f"by {name}", number) for name, number in producers.items()),
            _row("kept, not in the queue yet", counts.kept),
        ),
        QUEUE: (
            _row("waiting", counts.waiting),
            _row("came in", counts.sent + counts.returned),
            _row("taken by workers", counts.taken),
            NumberRow("comes in", _rate(flow.in_per_s)),
            NumberRow("empty in", empty_text(flow, counts.waiting)),
        ),
        WORKERS: (
            _row("taken", counts.taken),
            _row("being worked on", counts.running),
            _row("stored", counts.stored),
            _row("sent to retry", counts.retried),
            _row("failed for good", counts.gave_up),
            NumberRow("goes out", _rate(flow.out_per_s)),
        ),
        STORE: (
            _row("stored", counts.stored),
            _row("duplicates absorbed", counts.duplicates),
            NumberRow("goes out", _rate(flow.out_per_s)),
        ),
        BADGES: (_row("unlocked", state.achievements.unlocked), _row("athletes", state.achievements.athletes)),
        RETRY: (
            _row("wait here now", counts.retrying),
            _row("came here", counts.retried),
            _row("went back to the queue", counts.returned),
        ),
        FAILED: (
            _row("in the failed list", counts.failed),
            _row("discarded by a person", counts.gave_up - counts.failed),
        ),
    }
    return rows.get(part, ())


def _worker_numbers(view: LiveWorker) -> tuple[NumberRow, ...]:
    has_job = view.job is not None and not view.presumed_dead
    rows = [
        NumberRow("state", "silent" if view.stale else view.state.value),
        NumberRow("job", job_ways(view)[0] if has_job else NOTHING),
        NumberRow("for", waited_text(view.job_for_ms) if has_job else NOTHING),
        NumberRow("rate", _rate(view.rate_per_s)),
        _row("done", view.done),
    ]
    if view.prefetch is not None:
        rows.append(_row("prefetch", view.prefetch))
    if view.pid:
        rows.append(NumberRow("process", f"{view.pid} on {view.host}" if view.host else str(view.pid)))
    if view.expires_in_ms is not None:
        rows.append(NumberRow("leaves the list in", short_time(max(0, view.expires_in_ms) / 1_000)))
    return tuple(rows)


def _row(label: str, number: int) -> NumberRow:
    return NumberRow(label, f"{number:,}")


def _rate(per_s: float | None) -> str:
    return " ".join(rate_parts(per_s)).strip()
