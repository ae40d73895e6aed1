"""Accepts workouts of a command into the outbox, and sends what is in it while the broker takes it."""

from __future__ import annotations

import signal
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from itertools import islice
from threading import Condition

from core.broker.connect import open_broker
from core.broker.ports import Broker
from core.config.settings import Settings
from core.errors import SettingError, StoreError
from core.events import ConnectionChanged, ConnectionState, Event, Refused
from core.outbox.destination import destination_of
from core.outbox.outbox import Outbox, OutboxCounts
from worker.cli.verdicts import printable
from worker.outbox.outbox_writer import OutboxWriter
from worker.outbox.send_thread import OutboxSender
from worker.runtime.clock import now_ms
from worker.runtime.connection_status import ConnectionStatus
from worker.runtime.damaged_files import quarantine_damaged
from worker.runtime.shutdown import join_or_abort

PROGRAM = "paceline-submit"
INTERRUPTED = 130  # exit code: Ctrl+C, as shells have it
STALLED_S = 30.0  # a broker that takes nothing for so long is not waited for
STOP_S = 10.0
MAX_REPORTED = 20  # workouts that the broker rejected, each with its reason


class Sender:
    """Accepts workouts and sends them as long as the broker is there, each in a thread of its own."""

    def __init__(self, broker: Broker, accepting: Outbox, sending: Outbox) -> None:
        self._broker = broker
        self._changed = Condition()
        self._signs = 0  # of life, counted
        self._online: bool | None = None
        self.problem = ""
        self.was_interrupted = False  # by Ctrl+C
        self.rejected: dict[str, str] = {}  # why the broker will not take a workout as it is, by its id
        self._rejections = 0
        self.writer = OutboxWriter(
            accepting, now_ms=now_ms, on_event=self._on_event, on_accepted=lambda: self._thread.wake()
        )
        status = ConnectionStatus(broker.kind, broker.location, now_ms=now_ms, on_event=self._on_event)
        self._thread = OutboxSender(
            sending,
            broker.publisher(),
            now_ms=now_ms,
            on_event=self._on_event,
            status=status,
            writing=self.writer.writing,
        )

    def start(self) -> None:
        self.writer.start()
        self._thread.start()

    def finish(self, outbox: Outbox) -> OutboxCounts:
        """Wait while it goes on; what is left in the outbox then."""
        try:
            self.writer.end(STOP_S)
            self._thread.wake()
            while self._moves_on(outbox):
                pass
        except KeyboardInterrupt:
            self.was_interrupted = True  # what is left is kept
        if self.was_interrupted:
            # A second Ctrl+C would interrupt the shutdown that is under way, and change the exit code.
            signal.signal(signal.SIGINT, signal.SIG_IGN)
        self._thread.stop()
        join_or_abort(self._broker.abort, self._thread, STOP_S)
        return outbox.counts()

    def _moves_on(self, outbox: Outbox) -> bool:
        """Something is left, and the broker goes on taking it. Waits for a sign of that."""
        with self._changed:
            seen = self._signs
            rejections = self._rejections
        counts = outbox.counts()
        if counts.pending == counts.rejected <= rejections:  # those of earlier programs are asked for once more
            return False
        with self._changed:
            moved = self._changed.wait_for(lambda: self._signs != seen or self._online is False, STALLED_S)
            return moved and self._online is not False

    def _on_event(self, event: Event) -> None:
        with self._changed:
            self._signs += 1
            if isinstance(event, Refused) and event.rejected:
                self.rejected[event.workout_id] = event.reason
                self._rejections += 1
            if isinstance(event, ConnectionChanged) and event.state is not ConnectionState.CONNECTING:
                self._online, self.problem = event.state is ConnectionState.ONLINE, event.problem
            self._changed.notify_all()


class Run:
    """A command that accepts and sends: its outbox, which is open, and what is in it before and after."""

    def __init__(self, sender: Sender, outbox: Outbox) -> None:
        self.sender, self.outbox = sender, outbox
        self.before = self.after = OutboxCounts(0, 0)

    @property
    def counts_words(self) -> str:
        """What was sent, and what is still in the outbox."""
        before, after = self.before, self.after
        left, sent = after.pending - after.rejected, before.pending + after.accepted - before.accepted - after.pending
        rejected = f", {after.rejected} rejected by the broker" if after.rejected else ""
        return f"{sent} sent, {left} kept here{rejected}"

    def report_left(self) -> None:
        """On standard error: what the broker rejected, and why something is still in the outbox."""
        for workout_id, reason in islice(self.sender.rejected.items(), MAX_REPORTED):
            sys.stderr.write(f"{workout_id} was rejected by the broker and is kept here: {printable(reason)}\n")
        if len(self.sender.rejected) > MAX_REPORTED:
            sys.stderr.write(f"So were {len(self.sender.rejected) - MAX_REPORTED:,} more.\n")
        if self.after.pending > self.after.rejected and self.sender.problem:
            sys.stderr.write(f"{self.sender.problem} What is kept is sent by the next console or {PROGRAM}.\n")


@contextmanager
def sending(settings: Settings) -> Iterator[Run]:
    """Accepts and sends while the body runs, then sends what is left while the broker takes it.

    Ctrl+C ends the body; the sender knows. SettingError when the outbox cannot be used.
    """
    broker = open_broker(settings.broker_url)
    folder = settings.folder
    for sentence in quarantine_damaged([("outbox", folder.outbox_file)], own_folder=folder.path):
        sys.stderr.write(f"{sentence}\n")
    outbox = Outbox(folder.outbox_file, now_ms=now_ms)
    heading = destination_of(settings.broker_url, settings.database_url, folder.path)
    accepting = Outbox(folder.outbox_file, now_ms=now_ms)
    sender = Sender(broker, accepting, Outbox(folder.outbox_file, now_ms=now_ms, destination=heading))
    run = Run(sender, outbox)
    try:
        outbox.open()
        run.before = outbox.counts()
        sender.start()
        try:
            yield run
        except KeyboardInterrupt:
            sender.was_interrupted = True
        finally:
            run.after = sender.finish(outbox)
    except StoreError as error:
        raise SettingError(str(error)) from None
    finally:
        outbox.close()
