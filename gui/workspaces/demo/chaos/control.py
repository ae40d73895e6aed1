"""What experiments do to the pipeline of this console."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from functools import partial
from threading import Event, Lock

from core.broker.connect import describe_broker
from core.broker.ports import Message
from core.errors import PacelineError
from core.workouts.model import Workout
from gui.frame.workspace import WorkspaceContext
from worker.demo.account import MessageAccount
from worker.demo.engine import DemoEngine, DemoWorkerView
from worker.demo.outages.routes import Outage
from worker.demo.producers.sample_run import SampleRun
from worker.outbox.outbox_writer import AcceptRequest, AcceptResult

PROBE_S = 15.0
NO_REPLY = "no reply"


class ConsoleControl:
    """A DemoControl. Main thread."""

    def __init__(
        self,
        context: WorkspaceContext,
        engine: DemoEngine,
        samples: SampleRun,
        account: MessageAccount,
        crash: Callable[[], None],
    ) -> None:
        """`crash`: ends this console by SIGKILL and has another one started."""
        self._account = account
        self._host, self._tasks, self._names, self._now_ms = context.host, context.tasks, context.names, context.now_ms
        self._engine, self._samples = engine, samples
        self.crash = crash
        self.settled_ms = 0
        self._outage: Outage | None = None

    def use_broker(self, url: str) -> None:
        """The connection was opened, perhaps to another queue than before."""
        self.close()
        self._outage = self._engine.routes.outage(url)

    def close(self) -> None:
        outage, self._outage = self._outage, None
        if outage is not None:
            outage.stop()

    def why_not(self, key: str) -> str:
        if not self._host.is_open:
            return "Nothing is connected yet"
        if key == "cut" and self._outage is None:
            where = describe_broker(self._host.settings.broker_url)
            return f"{where.kind} at {where.location} is reached without a relay"
        return ""

    def workers(self) -> Sequence[DemoWorkerView]:
        return self._engine.workers()

    def short(self, worker: str) -> str:
        return self._names.short(worker)

    def is_settled(self, now_ms: int) -> bool:
        return now_ms >= self.settled_ms

    def kill(self, worker: str) -> None:
        self._engine.kill(worker)

    def add_worker(self) -> None:
        self._host.do(lambda pipeline: pipeline.add_worker())

    def pause(self) -> None:
        self._host.do(lambda pipeline: pipeline.each_worker(lambda worker: worker.pause()))

    def resume(self) -> None:
        self._host.do(lambda pipeline: pipeline.each_worker(lambda worker: worker.resume()))

    def submit(self, count: int) -> Sequence[str]:
        return self._samples.submit(count)

    def publish(self, messages: Sequence[Message]) -> None:
        self._samples.publish(messages)

    def spoiled(self, count: int) -> Sequence[Message]:
        return self._samples.spoiled(count)

    def stored(self, count: int) -> Sequence[Workout]:
        return self._samples.stored(count)

    def lost(self) -> Mapping[str, str]:
        return {workout_id: message.title for workout_id, message in self._account.lost.items()}

    def has_end(self, workout_id: str) -> bool:
        return self._account.has_end(workout_id)

    def cut(self) -> int:
        self._engine.set_broker_away(True)
        if self._outage is not None:
            self._outage.set(True)
        # Once nothing comes in any more. A broker that goes away forgets what it had in memory.
        return 0 if self._engine.protections.persistent else self._engine.restart_broker()

    @property
    def is_cut(self) -> bool:
        return self._outage is not None and self._outage.locked

    def restore(self) -> None:
        if self._outage is not None:
            self._outage.set(False)
        self._engine.set_broker_away(False)

    def fill_outbox(self) -> None:
        self._host.writer.use(lambda outbox: outbox.limit_growth(True))
        self._samples.load.set_full(True)

    def free_outbox(self) -> None:
        self._host.writer.use(lambda outbox: outbox.limit_growth(False))
        self._samples.load.set_full(False)

    def probe(self, count: int, on_replies: Callable[[Sequence[str]], None]) -> None:
        probe = Probe(self._samples.next_workouts(count), self._now_ms())
        writer = self._host.writer
        # Behind what was requested before it: an act is done when the outbox is free, a request is taken at once.
        writer.use(lambda _outbox: probe.send(writer.accept))
        self._tasks.run(probe.replies, on_replies, partial(_give_up, count, on_replies))


class Probe:
    """Submits one workout after the other, each as HTTP does: refused at once instead of tried again."""

    def __init__(self, workouts: Sequence[Workout], at_ms: int) -> None:
        self._workouts, self._at_ms = workouts, at_ms
        self._lock = Lock()
        self._done = Event()
        self._replies: list[str] = []

    def send(self, accept: Callable[[Sequence[AcceptRequest]], bool]) -> None:
        """In any thread; returns at once."""
        if not accept([AcceptRequest(each, self._at_ms, self._on_reply, is_quiet=True) for each in self._workouts]):
            self._done.set()

    def replies(self) -> Sequence[str]:
        """Why each was refused, empty if not. Waits, at most PROBE_S."""
        self._done.wait(PROBE_S)
        with self._lock:
            return [*self._replies, *([NO_REPLY] * (len(self._workouts) - len(self._replies)))]

    def _on_reply(self, result: AcceptResult) -> None:
        with self._lock:
            self._replies.append(result.refusal)
            if len(self._replies) == len(self._workouts):
                self._done.set()


def _give_up(count: int, on_replies: Callable[[Sequence[str]], None], _error: PacelineError) -> None:
    on_replies([NO_REPLY] * count)
