"""State of the pipeline as the health check reports it, and metrics for Prometheus."""

from __future__ import annotations

from collections.abc import Callable
from threading import Condition
from time import monotonic
from typing import Final

from prometheus_client import CollectorRegistry, Counter, Gauge, Histogram, generate_latest

from core.events import Confirmed, ConnectionChanged, ConnectionState, DepthSampled, Event, OutboxSampled, Refused

BUCKETS_S = (0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1.0, 2.5, 5.0, 10.0)
REFUSALS: Final = (
    "invalid",
    "too_large",
    "unauthorized",
    "forbidden",
    "not_found",
    "method",
    "media_type",
    "timeout",
    "busy",
    "not_kept",
    "malformed",
    "conflict",
    "precondition",
)


class IngestMetrics:
    """`on_event` takes the pipeline's events. All methods but `accept` may be called from any thread."""

    def __init__(self) -> None:
        self._changed = Condition()
        self.connection: ConnectionChanged | None = None  # to the broker, its latest state; None before the first event
        self.pending: int | None = None  # in the outbox; None before the first count
        self._rejected_now = 0
        self._rejection = ""  # the broker's latest reason
        registry = CollectorRegistry()
        self._registry = registry
        self._accepted = Counter(
            "paceline_ingest_accepted", "Workouts, corrections and deletions answered with 202", registry=registry
        )
        self.accepted_count = 0
        refused = Counter("paceline_ingest_refused", "Requests refused, by kind", ["kind"], registry=registry)
        self._refused = {kind: refused.labels(kind) for kind in REFUSALS}
        self.seconds = Histogram(
            "paceline_ingest_request_seconds",
            "From the request's headers to its answer, POST /workout",
            buckets=BUCKETS_S,
            registry=registry,
        )
        self.connections = Gauge("paceline_ingest_connections", "Connections open now", registry=registry)
        self._outbox = Gauge(
            "paceline_outbox_kept", "Accepted here, not yet confirmed by the broker", registry=registry
        )
        self._confirmed = Counter("paceline_publish_confirmed", "Confirmed by the broker", registry=registry)
        self._rejected = Counter("paceline_publish_refused", "Refused by the broker, kept here", registry=registry)
        self._up = Gauge("paceline_broker_up", "1 while the broker can be reached", registry=registry)
        self._depth: Gauge | None = None

    @property
    def is_online(self) -> bool:
        return self.connection is not None and self.connection.state is ConnectionState.ONLINE

    @property
    def rejection(self) -> str:
        """A sentence while the outbox has workouts that the broker rejects, else empty."""
        count = self._rejected_now
        what = "1 workout is" if count == 1 else f"{count:,} workouts are"
        return f"{what} kept here that the broker rejects. {self._rejection}".rstrip() if count else ""

    def on_event(self, event: Event) -> None:
        match event:
            case ConnectionChanged():
                self.connection = event
                self._up.set(event.state is ConnectionState.ONLINE)
            case OutboxSampled():
                self.pending, self._rejected_now = event.pending, event.rejected
                self._outbox.set(event.pending)
            case Confirmed():
                self._confirmed.inc(len(event.workout_ids))
            case Refused():
                self._rejected.inc()
                self._rejection = event.reason if event.rejected else self._rejection
            case DepthSampled():
                self._show_depth(event)
            case _:
                return
        with self._changed:
            self._changed.notify_all()

    def accept(self) -> None:
        """Count an accepted workout. Call it from the event loop only."""
        self.accepted_count += 1
        self._accepted.inc()

    def refuse(self, kind: str) -> None:
        self._refused[kind].inc()

    def figures(self) -> bytes:
        """All metrics in Prometheus' text format."""
        return generate_latest(self._registry)

    def wait_until_sent(self, bound_s: float, go_on: Callable[[], bool]) -> bool:
        """Wait until all pending workouts but rejected ones are sent; True if they are.

        Ends early after `bound_s`, when the broker is not online, and when `go_on` returns False.
        """
        until_s = monotonic() + bound_s
        with self._changed:
            while self._unsent and go_on() and self.is_online:
                if not self._changed.wait(min(0.2, max(0.0, until_s - monotonic()))) and monotonic() >= until_s:
                    break
        return self.pending is not None and not self._unsent

    @property
    def _unsent(self) -> int:
        return (self.pending or 0) - self._rejected_now

    def _show_depth(self, depth: DepthSampled) -> None:
        """Export the depth only if the program samples it anyway: no connection is opened for it."""
        if self._depth is None:
            self._depth = Gauge("paceline_queue_ready", "Workouts waiting in the queue", registry=self._registry)
        self._depth.set(depth.ready)
