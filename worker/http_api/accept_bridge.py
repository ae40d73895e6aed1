"""The way from the event loop of the HTTP service to the threads that write the outbox and read the results."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from functools import partial
from itertools import count
from threading import Lock
from typing import Any, TypeVar

from core.codec.workout_codec import MessageKind
from core.errors import PacelineError, StoreError, StoreUnavailableError
from core.events import Producer
from core.outbox.change_requests import KnownWorkout
from core.outbox.outbox import Outbox
from core.store.models import MessageSnapshot, NewestRevision
from core.workouts.model import Workout
from worker.outbox.known_workouts import known_workout
from worker.outbox.outbox_writer import AcceptRequest, AcceptResult, OutboxWriter
from worker.outbox.restore import sent_copy
from worker.runtime.query import Query

KEEP_BOUND_S = 10.0

T = TypeVar("T")
_Reply = asyncio.Future[AcceptResult]


class AcceptBridge:
    """Passes workouts to the outbox writer and awaits its replies. Coroutines run in one event loop."""

    def __init__(self, writer: OutboxWriter, *, bound_s: float = KEEP_BOUND_S) -> None:
        self._writer, self._bound_s = writer, bound_s
        self._lock = Lock()
        self._replies: list[tuple[_Reply, AcceptResult]] = []  # which the loop has not seen yet

    async def accept(
        self, workout: Workout | None, body: bytes | None, at_ms: int, kind: MessageKind = MessageKind.SUBMITTED
    ) -> AcceptResult:
        """Wait at most `bound_s`; `workout` None only probes whether the outbox can be written."""
        loop = asyncio.get_running_loop()
        reply: _Reply = loop.create_future()
        request = AcceptRequest(
            workout,
            at_ms,
            lambda result: self._on_reply(loop, reply, result),
            body,
            kind=kind,
            source=Producer.HTTP,
        )
        if not self._writer.accept([request]):
            return AcceptResult(error="Too many workouts wait already, or the service is stopping.")
        try:
            async with asyncio.timeout(self._bound_s):
                return await reply
        except TimeoutError:
            return AcceptResult(error=f"The disk did not answer within {self._bound_s:g} seconds.")

    def _on_reply(self, loop: asyncio.AbstractEventLoop, reply: _Reply, result: AcceptResult) -> None:
        """In the writer's thread. The loop is woken once for all replies that come before it runs."""
        with self._lock:
            self._replies.append((reply, result))
            if len(self._replies) > 1:
                return
        try:
            loop.call_soon_threadsafe(self._resolve)
        except RuntimeError:
            self._replies.clear()  # the loop has ended, and all waiting requests with it

    def _resolve(self) -> None:
        with self._lock:
            replies, self._replies = self._replies, []
        for reply, result in replies:
            if not reply.done():
                reply.set_result(result)


class LookupBridge:
    """Asks the results and the outbox for the newest revision of a workout. Coroutines run in one event loop.

    Without the outbox nothing is known, since the newest revision may be there alone.
    """

    def __init__(
        self, writer: OutboxWriter, ask: Callable[[Query[Any]], None], *, bound_s: float = KEEP_BOUND_S
    ) -> None:
        """`ask`: passes a query to the thread that reads the results; its callbacks may be called in any thread."""
        self._writer, self._ask, self._bound_s = writer, ask, bound_s
        self._numbers = count()

    async def find(self, workout_id: str) -> KnownWorkout:
        """Wait at most `bound_s`, which counts as results that cannot be read."""
        loop = asyncio.get_running_loop()
        stored: asyncio.Future[NewestRevision | StoreError | None] = loop.create_future()
        sent: asyncio.Future[MessageSnapshot | StoreError | None] = loop.create_future()

        def look(outbox: Outbox) -> None:
            try:
                _answer(loop, sent, sent_copy(outbox, workout_id))
            except StoreError as error:
                _answer(loop, sent, error)
                raise  # so that the writer opens it again

        def on_error(error: PacelineError) -> None:
            _answer(loop, stored, error if isinstance(error, StoreError) else StoreUnavailableError(str(error)))

        self._ask(
            Query(
                f"newest revision {next(self._numbers)}",  # a query of the same name would replace it
                lambda reader: reader.past.newest(workout_id),
                partial(_answer, loop, stored),
                on_error,
            )
        )
        self._writer.use(look)
        try:
            async with asyncio.timeout(self._bound_s):
                in_results, in_outbox = await stored, await sent
        except TimeoutError:
            in_outbox = StoreUnavailableError(f"There was no answer within {self._bound_s:g} seconds.")
        if isinstance(in_outbox, StoreError):
            return known_workout(in_outbox, None)
        return known_workout(in_results, in_outbox)


def _answer(loop: asyncio.AbstractEventLoop, future: asyncio.Future[T], result: T) -> None:
    """From any thread; an answer that comes after the end of the loop, or too late, is dropped."""

    def resolve() -> None:
        if not future.done():
            future.set_result(result)

    try:
        loop.call_soon_threadsafe(resolve)
    except RuntimeError:
        return
